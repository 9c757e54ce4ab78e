"""Writes an order, with its line items, its history and the letters that tell of it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from storefront import mail
from storefront.orders import links, showing
from storefront.orders.models import Order, OrderEvent, OrderLine
from storefront.stores.columns import new_id
from storefront.stores.database import insert_new, insert_rows
from storefront.web.context import shop

ALPHABET = "23456789BCDFGHJKMNPQRTVWXZ"
"""Of order numbers: nothing that reads like something else, and no vowels, so that they spell no words."""
_LENGTH = 8
_TRIES = 10


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a checkout froze and a payment paid. ``lines`` are line items as JSON."""

    checkout_id: str
    payment_id: str
    user_id: str | None
    email: str
    address: Mapping[str, Any]
    delivery: Mapping[str, Any]
    amounts: Mapping[str, Any]
    amount: int
    currency: str
    lines: Sequence[Mapping[str, Any]]


def place(session: Session, purchase: Purchase, parked: str = "") -> Order:
    """Write the order in the caller's transaction. ``parked`` says why it waits for the merchant."""
    order = _insert(session, purchase, "parked" if parked else "placed")
    note(session, order, order.state, parked)
    tell(session, order, "parked" if parked else "confirmation")
    if parked:
        tell_merchant(session, "parked_merchant", order.id, details(order) | {"reason": parked})
    return order


def note(session: Session, order: Order, kind: str, text: str = "", actor: str = "", key: str = "") -> bool:
    """Add to the order's history; False where ``key`` (32 characters) was noted before."""
    row = {"order_id": order.id, "kind": kind, "text": text, "actor": actor}
    if key:
        return insert_new(session, OrderEvent, id=key, **row)
    insert_rows(session, OrderEvent, row)
    return True


def tell(session: Session, order: Order, template: str, key: str = "", **more: Any) -> None:
    """Post a letter to whoever bought the order; one per template and ``key`` (by default the order)."""
    mail.post(session, template, key or order.id, order.email, details(order) | more)


def tell_merchant(session: Session, template: str, key: str, details: Mapping[str, Any]) -> None:
    """Post a letter to the merchant, where the shop has an address for that."""
    if recipient := shop().settings.merchant_mail:
        mail.post(session, template, key, recipient, details)


def details(order: Order) -> dict[str, Any]:
    """The order as a letter's template reads it: JSON values."""
    return {
        "order_id": order.id,
        "number": order.number,
        "path": links.path(order.number),
        "state": order.state,
        "email": order.email,
        "amount": order.amount,
        "currency": order.currency,
        "amounts": order.amounts,
        "address": order.address,
        "delivery": order.delivery,
        "lines": [line.item for line in order.lines],
        "rows": [*map(list, showing.rows(order)), ["Paid", showing.price(order, order.amount)]],
        "tax": showing.tax(order),
        "where": list(showing.address(order)),
        "arrives": showing.arrives(order.delivery),
    }


def _insert(session: Session, purchase: Purchase, state: str) -> Order:
    """The order as it was written; it isn't the session's, for nothing of it changes any more."""
    values = {name: getattr(purchase, name) for name in purchase.__slots__ if name != "lines"}
    values |= {"id": new_id(), "state": state, "email": purchase.email.lower()}
    lines = list(_lines(purchase, values["id"]))
    for _ in range(_TRIES):
        number = "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))
        if insert_new(session, Order, number=number, **values):
            insert_rows(session, OrderLine, *lines)
            return Order(number=number, lines=[OrderLine(**line) for line in lines], **values)
    raise RuntimeError(f"checkout {purchase.checkout_id} has an order already, or all numbers are taken")


def _lines(purchase: Purchase, order_id: str) -> Iterator[dict[str, Any]]:
    for position, item in enumerate(purchase.lines):
        copied = {name: item[name] for name in ("sku", "units", "unit_price")}
        yield {"order_id": order_id, "position": position, "item": dict(item), **copied}
