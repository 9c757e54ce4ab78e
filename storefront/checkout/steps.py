"""What a shopper does on the way from the cart to the payment: fills in, chooses, holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storefront.checkout import paying
from storefront.checkout.amounts import Amounts
from storefront.checkout.delivery import Carrier, Rate, TableCarrier
from storefront.checkout.errors import WrongState
from storefront.checkout.lines import LineItem
from storefront.checkout.models import OPEN_SECONDS, Checkout, Payment, Voucher
from storefront.checkout.payments import Provider
from storefront.checkout.reserving import RESERVABLE, in_state, let_go, reserve_in
from storefront.checkout.tax import InclusiveVat, TaxProvider
from storefront.checkout.vouchers import Discount, NotValid, discount
from storefront.stores.columns import from_now
from storefront.stores.database import Database
from storefront.web.errors import ShopError

Step = Literal["contact", "address", "delivery", "pay"]

CARRIER: Carrier = TableCarrier()
TAXES: TaxProvider = InclusiveVat()


MOST_AMOUNT = 99_999_999
"""Minor units: what Stripe charges at once."""


class TooMuch(ShopError):
    """One payment can't be as high."""

    def __init__(self) -> None:
        super().__init__(
            "This is too much for one order",
            "No payment can be as high. Take something out of the cart and order it apart, or ask us.",
            422,
            action_label="To the cart",
            action_url="/cart",
        )


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
    checkout = in_state(session, checkout_id, *RESERVABLE)
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

    A payment that was begun for something else is ended. Raises :class:`NoDelivery`, :class:`TooMuch`,
    ``NotValid`` for the checkout's voucher, and what ``reserve`` raises.
    """

    def work(session: Session) -> Checkout:
        checkout = in_state(session, checkout_id, *RESERVABLE)
        rate = next((rate for rate in rates(checkout, lines) if rate.key == way), None)
        if rate is None:
            raise NoDelivery(way)
        off = _discount_of(session, checkout.voucher, lines, checkout.currency)
        amounts = amounts_of(checkout, lines, rate.to_json(), off)
        if amounts.total > MOST_AMOUNT:
            raise TooMuch
        return reserve_in(session, checkout, lines, amounts, delivery=rate.to_json())

    checkout = database.unit(work)
    paying.end_pages(database, provider, [checkout_id])
    return checkout


def use_voucher(database: Database, provider: Provider, checkout_id: str, code: str | None) -> Checkout:
    """Make ``code`` the voucher of a checkout that holds its goods (None: none); they stay held.

    A payment that was begun at another price is ended. Raises ``NotValid``, and what ``reserve`` raises; the
    voucher is the one of before then.
    """

    def work(session: Session) -> Checkout:
        checkout = in_state(session, checkout_id, "reserved")
        if not _seconds_left(session, checkout):
            raise WrongState("expired")  # what is held for longer has other prices, perhaps
        lines = [LineItem.from_json(line) for line in checkout.lines]
        off = _discount_of(session, code, lines, checkout.currency)
        amounts = amounts_of(checkout, lines, checkout.delivery or {}, off)
        return reserve_in(session, checkout, lines, amounts, voucher=code)

    checkout = database.unit(work)
    paying.end_pages(database, provider, [checkout_id])
    return checkout


def _discount_of(
    session: Session, code: str | None, lines: Sequence[LineItem], currency: str
) -> Discount | None:
    """What the voucher of this code takes off. Raises ``NotValid``."""
    if code is None:
        return None
    voucher = session.get(Voucher, code)
    if voucher is None:
        raise NotValid("We don't know this voucher. Look whether it is written as you got it.")
    return discount(voucher, lines, currency, datetime.now(UTC))


def last_payment(database: Database, checkout_id: str) -> Payment | None:
    """The payment that the provider spoke of last."""
    heard = or_(Payment.url != "", Payment.state != "started")
    mine = select(Payment).where(Payment.checkout_id == checkout_id, heard)
    newest = mine.order_by(Payment.id.desc()).limit(1)
    with database.transaction() as session:
        return session.scalar(newest)


def seconds_left(database: Database, checkout: Checkout) -> int:
    """How long the goods are still held, by the clock that ends it."""
    if checkout.state != "reserved":
        return 0
    with database.transaction() as session:
        return _seconds_left(session, checkout)


def _seconds_left(session: Session, checkout: Checkout) -> int:
    now = session.scalars(select(from_now())).one()
    return max(0, int((checkout.expires_at - now).total_seconds()))


def today() -> date:
    """The day by which lead times count."""
    return datetime.now(UTC).date()
