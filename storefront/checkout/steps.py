"""What a shopper does on the way from the cart to the payment: fills in, chooses, holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.checkout import paying
from storefront.checkout.amounts import Amounts
from storefront.checkout.delivery import Carrier, Rate, TableCarrier
from storefront.checkout.errors import VoucherUsed, WrongState
from storefront.checkout.lines import LineItem
from storefront.checkout.models import OPEN_SECONDS, Checkout, Payment, Voucher
from storefront.checkout.payments import Provider
from storefront.checkout.reserving import find, let_go, locked, reserve
from storefront.checkout.tax import InclusiveVat, TaxProvider
from storefront.checkout.vouchers import Discount, NotValid, discount
from storefront.stores.columns import from_now
from storefront.stores.database import Database

Step = Literal["contact", "address", "delivery", "pay"]

CARRIER: Carrier = TableCarrier()
TAXES: TaxProvider = InclusiveVat()


class NoDelivery(Exception):
    """The way of delivery that was chosen isn't offered for these goods and this address."""


def furthest(checkout: Checkout) -> Step:
    """The step that a checkout has come to: all before it are filled in."""
    if not checkout.email:
        return "contact"
    if checkout.address is None:
        return "address"
    return "delivery" if checkout.delivery is None else "pay"


def fill(database: Database, provider: Provider, checkout_id: str, **values: Any) -> Checkout:
    """Write what a step took. What was held is given back: other goods or another place cost otherwise.

    Raises :class:`WrongState` for a checkout that was paid or cancelled.
    """
    checkout, held = database.unit(partial(_fill, checkout_id=checkout_id, values=values))
    if held:
        paying.end_pages(database, provider, [checkout_id])
    return checkout


def _fill(session: Session, checkout_id: str, values: dict[str, Any]) -> tuple[Checkout, bool]:
    checkout = locked(session, checkout_id)
    if checkout.state in ("paid", "cancelled"):
        raise WrongState(checkout.state)
    held = checkout.state == "reserved"
    let_go(session, checkout, "open")
    for name, value in values.items():
        setattr(checkout, name, value)
    checkout.expires_at = from_now(OPEN_SECONDS)
    return checkout, held


def rates(checkout: Checkout, lines: Sequence[LineItem]) -> tuple[Rate, ...]:
    """The ways in which the goods may come to the checkout's address."""
    return CARRIER.rates(lines, checkout.address or {}, today())


def amounts_of(
    checkout: Checkout,
    lines: Sequence[LineItem],
    delivery: Mapping[str, Any],
    off: Discount | None = None,
) -> Amounts:
    """What the lines cost, brought to the checkout's address in the way that was chosen (empty: none)."""
    amounts = Amounts(
        goods=sum(line.total for line in lines),
        currency=checkout.currency,
        voucher=off.amount if off else 0,
        voucher_label=off.label if off else "",
        delivery=int(delivery.get("amount", 0)),
        delivery_label=str(delivery.get("title", "")),
    )
    if checkout.address is None:
        return amounts
    tax = TAXES.tax(amounts.total, checkout.address)
    return replace(amounts, tax=tax.amount, tax_label=tax.label)


def hold(
    database: Database, provider: Provider, checkout_id: str, way: str, lines: Sequence[LineItem]
) -> Checkout:
    """Hold the lines for the shopper, at the price with delivery in the ``way`` of this key.

    Raises :class:`NoDelivery`, ``NotValid`` for the checkout's voucher, and what ``reserve`` raises.
    """
    checkout = find(database, checkout_id)
    rate = next((rate for rate in rates(checkout, lines) if rate.key == way), None)
    if rate is None:
        raise NoDelivery(way)
    off = discount_of(database, checkout.voucher, lines, checkout.currency)
    if checkout.delivery != rate.to_json():
        checkout = fill(database, provider, checkout_id, delivery=rate.to_json())
    return reserve(database, checkout_id, lines, amounts_of(checkout, lines, rate.to_json(), off))


def use_voucher(database: Database, checkout: Checkout, code: str | None) -> None:
    """Make ``code`` the voucher of a checkout that holds its goods (None: none); they stay held.

    Raises ``NotValid``, and what ``reserve`` raises; the voucher is the one of before then.
    """
    lines = [LineItem.from_json(line) for line in checkout.lines]
    off = discount_of(database, code, lines, checkout.currency)
    amounts = amounts_of(checkout, lines, checkout.delivery or {}, off)
    database.unit(partial(_name_voucher, checkout_id=checkout.id, code=code))
    try:
        reserve(database, checkout.id, lines, amounts)
    except VoucherUsed:
        database.unit(partial(_name_voucher, checkout_id=checkout.id, code=checkout.voucher))
        raise


def discount_of(
    database: Database, code: str | None, lines: Sequence[LineItem], currency: str
) -> Discount | None:
    """What the voucher of this code takes off. Raises ``NotValid``."""
    if code is None:
        return None
    with database.transaction() as session:
        voucher = session.get(Voucher, code)
    if voucher is None:
        raise NotValid("We don't know this voucher. Look whether it is written as you got it.")
    return discount(voucher, lines, currency, datetime.now(UTC))


def _name_voucher(session: Session, checkout_id: str, code: str | None) -> None:
    checkout = locked(session, checkout_id)
    if checkout.state != "reserved":
        raise WrongState(checkout.state)
    checkout.voucher = code


def last_payment(database: Database, checkout_id: str) -> Payment | None:
    """The payment that was started last."""
    newest = select(Payment).where(Payment.checkout_id == checkout_id).order_by(Payment.id.desc()).limit(1)
    with database.transaction() as session:
        return session.scalar(newest)


def seconds_left(checkout: Checkout) -> int:
    """How long the goods are still held."""
    if checkout.state != "reserved":
        return 0
    return max(0, int((checkout.expires_at - datetime.now(UTC)).total_seconds()))


def today() -> date:
    """The day by which lead times count."""
    return datetime.now(UTC).date()
