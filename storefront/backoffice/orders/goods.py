"""Goods of an order that leave, never leave, or come back; and the money that goes with them.

Each change is one transaction that looks again under its locks: the payment's before its order's, and
stock last, as everybody takes them. A refund is set aside in it, and asked for afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from storefront.backoffice.orders.errors import NotNow
from storefront.backoffice.orders.money import refund_key, send
from storefront.checkout import refunding
from storefront.checkout.models import Payment, Refund
from storefront.orders import placing, showing
from storefront.orders.models import Order, OrderLine, Shipment
from storefront.stock import operations as stock
from storefront.stores.columns import new_id
from storefront.web.context import shop

_SENDABLE = ("placed", "part_shipped")


@dataclass(frozen=True, slots=True)
class Return:
    """Units by position of the line that came back: ``sellable`` ones go into stock, others are written off.

    ``amount`` minor units go back to the shopper; None: what the units cost.
    """

    units: Mapping[int, int]
    sellable: bool
    amount: int | None
    reason: str


def ship(order: Order, units: Mapping[int, int], carrier: str, tracking: str, actor: str) -> None:
    """Write down a parcel of so many units by position, and tell the shopper. Raises :class:`NotNow`."""
    sent = _counted(order, units, "A parcel needs at least one unit. Say how many of which line are in it.")
    shop().database.unit(
        partial(_ship, order_id=order.id, sent=sent, carrier=carrier, tracking=tracking, actor=actor)
    )


def cancel(order: Order, once: str, reason: str, actor: str) -> None:
    """Cancel what hasn't left: its units go back into stock, and what was paid for it goes back.

    An order of which nothing left is cancelled, and all that is left of its money goes back. Raises
    :class:`NotNow` and ``ProviderAway``; the refund is written down in any case, so that nobody forgets it.
    """
    key = refund_key(order.payment_id, once)
    send(order, shop().database.unit(partial(_cancel, order=order, key=key, reason=reason, actor=actor)))


def take_return(order: Order, back: Return, once: str, actor: str) -> None:
    """Units that had left came back. The same form does it once.

    Raises :class:`NotNow` and ``ProviderAway``, after which the refund is asked for again by itself.
    """
    _counted(order, back.units, "Say how many units of which line came back.")
    key = refund_key(order.payment_id, once)
    send(order, shop().database.unit(partial(_take_return, order=order, back=back, key=key, actor=actor)))


def worth(order: Order, units: Mapping[int, int]) -> int:
    """What was paid for these units by position, in minor units: less their part of a voucher.

    It is on top of what came back or was cancelled before, so that parts never add up to more than the whole.
    """
    before = sum(line.unit_price * (line.returned + line.cancelled) for line in order.lines)
    value = sum(line.unit_price * units.get(line.position, 0) for line in order.lines)
    return _paid(order, before + value) - _paid(order, before)


def _paid(order: Order, value: int) -> int:
    """What was paid for goods of this value."""
    goods, voucher = order.amounts.get("goods", 0), order.amounts.get("voucher", 0)
    return value + (round(voucher * value / goods) if goods else 0)


def owed_for_rest(order: Order, left: int) -> int:
    """What goes back when the order is cancelled now, of ``left`` minor units that the shop has of it."""
    rest = {line.position: line.unsent for line in order.lines}
    return left if order.state == "placed" else min(left, worth(order, rest))


def _ship(
    session: Session, order_id: str, sent: Mapping[int, int], carrier: str, tracking: str, actor: str
) -> None:
    order = session.get_one(Order, order_id, with_for_update=True, populate_existing=True)
    lines = {line.position: line for line in order.lines}
    if order.state not in _SENDABLE:
        raise NotNow(order.number, f"It is {_state(order)}; nothing of it can be sent.")
    if any(place not in lines or units > lines[place].unsent for place, units in sent.items()):
        raise NotNow(order.number, "That is more than is left of it; somebody may have sent it meanwhile.")
    for place, units in sent.items():
        lines[place].shipped += units
    order.state = "part_shipped" if any(line.unsent for line in order.lines) else "shipped"
    counted = {str(place): units for place, units in sent.items()}
    parcel = Shipment(id=new_id(), order_id=order.id, units=counted, carrier=carrier, tracking=tracking)
    session.add(parcel)
    placing.note(session, order, "shipped", " ".join(filter(None, (carrier, tracking))), actor)
    told = [[label, said] for label, said in (("Carrier", carrier), ("Tracking", tracking)) if said]
    more = {"parcel": _items(order, sent), "told": told, "carrier": carrier, "tracking": tracking}
    placing.tell(session, order, "shipped", parcel.id, **more)


def _cancel(session: Session, order: Order, key: str, reason: str, actor: str) -> Refund | None:
    payment, found = _locked(session, order)
    if found.state not in _SENDABLE:
        raise NotNow(found.number, f"It is {_state(found)}; only what didn't leave is cancelled.")
    rest = {line.position: line.unsent for line in found.lines if line.unsent}
    whole, left = found.state == "placed", payment.amount - payment.refunded
    owed = owed_for_rest(found, left)
    for line in found.lines:
        line.cancelled += line.unsent
    found.state = "cancelled" if whole else "shipped"
    if whole and left and payment.state == "captured":
        payment.state = "refund_due"
    kind = "cancelled" if whole else "rest_cancelled"
    placing.note(session, found, kind, " ".join(filter(None, (_counts(found, rest), reason))), actor)
    placing.tell(session, found, kind, owed=owed, reason=reason, rest=_items(found, rest))
    refund = refunding.set_aside(session, payment.id, owed, key, reason, actor) if owed else None
    stock.take_back(session, _stocked(found, rest), found.number, actor)
    return refund


def _take_return(session: Session, order: Order, back: Return, key: str, actor: str) -> Refund | None:
    payment, found = _locked(session, order)
    came = _counted(found, back.units, "")
    what = (_counts(found, came), "sold again" if back.sellable else "written off", back.reason)
    if not placing.note(session, found, "returned", ", ".join(filter(None, what)), actor, key):
        return session.get(Refund, key)
    lines = {line.position: line for line in found.lines}
    if any(place not in lines or units > lines[place].out for place, units in came.items()):
        raise NotNow(found.number, "That is more than has left and didn't come back yet.")
    left = payment.amount - payment.refunded
    owed = min(left, worth(found, came)) if back.amount is None else back.amount
    if owed > left:
        raise NotNow(found.number, f"Of what was paid, {showing.price(found, left)} are left to send back.")
    for place, units in came.items():
        lines[place].returned += units
    if found.email:  # whoever was taken out of the order isn't told
        placing.tell(session, found, "returned", key, owed=owed, reason=back.reason, back=_items(found, came))
    refund = refunding.set_aside(session, payment.id, owed, key, back.reason, actor) if owed else None
    move = stock.take_back if back.sellable else stock.write_off
    move(session, _stocked(found, came), found.number, actor)
    return refund


def _locked(session: Session, order: Order) -> tuple[Payment, Order]:
    payment = session.get_one(Payment, order.payment_id, with_for_update=True, populate_existing=True)
    return payment, session.get_one(Order, order.id, with_for_update=True, populate_existing=True)


def _counted(order: Order, units: Mapping[int, int], otherwise: str) -> dict[int, int]:
    counted = {position: number for position, number in units.items() if number}
    if not counted or min(counted.values()) < 0:
        raise NotNow(order.number, otherwise)
    return counted


def _lines(order: Order, units: Mapping[int, int]) -> Iterable[tuple[OrderLine, int]]:
    return ((line, units[line.position]) for line in order.lines if line.position in units)


def _items(order: Order, units: Mapping[int, int]) -> list[dict[str, Any]]:
    """The lines with so many units, as letters show them."""
    return [line.item | {"units": number} for line, number in _lines(order, units)]


def _counts(order: Order, units: Mapping[int, int]) -> str:
    return ", ".join(f"{number} × {line.item['title']}" for line, number in _lines(order, units))


def _stocked(order: Order, units: Mapping[int, int]) -> dict[str, int]:
    """Units by SKU of those lines that are kept in stock: nothing is counted of what is made to order."""
    counted: dict[str, int] = {}
    for line, number in _lines(order, units):
        if line.item["stocked"]:
            counted[line.sku] = counted.get(line.sku, 0) + number
    return counted


def _state(order: Order) -> str:
    return showing.STATES[order.state][0].lower()
