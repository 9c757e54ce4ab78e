"""Holds units for a checkout while its shopper pays, at a price that no longer changes.

Each function is one unit of work that may be done twice: a lost connection makes it be done again.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy import bindparam, case, select
from sqlalchemy.orm import Session

from storefront.checkout import uses
from storefront.checkout.amounts import Amounts
from storefront.checkout.errors import NoMoreTime, UnknownCheckout, WrongState
from storefront.checkout.lines import LineItem, needed
from storefront.checkout.models import OPEN_SECONDS, Checkout
from storefront.stock import operations as stock
from storefront.stores.columns import from_now
from storefront.stores.database import Database, change

HELD_SECONDS = 900
MOST_EXTENSIONS = 2


def begin(database: Database, cart_id: str, currency: str, user_id: str | None = None) -> Checkout:
    """A new checkout of the cart, ``open``."""

    def work(session: Session) -> Checkout:
        checkout = Checkout(cart_id=cart_id, currency=currency, user_id=user_id)
        session.add(checkout)
        return checkout

    return database.unit(work)


def find(database: Database, checkout_id: str) -> Checkout:
    """The checkout as it is now. Raises :class:`UnknownCheckout`."""
    with database.transaction() as session:
        if checkout := session.get(Checkout, checkout_id):
            return checkout
    raise UnknownCheckout(checkout_id)


def reserve(database: Database, checkout_id: str, lines: Sequence[LineItem], amounts: Amounts) -> Checkout:
    """Hold the lines' units for 15 minutes and freeze lines, amounts and voucher; all of it, or nothing.

    A checkout that is reserved already holds the new lines afterwards, and no others, for the time that it
    has left; one that expired holds them again.
    Raises :class:`WrongState`, ``stock.SoldOut`` and :class:`VoucherUsed`.
    """
    return database.unit(partial(_reserve, checkout_id=checkout_id, lines=lines, amounts=amounts))


def extend(database: Database, checkout_id: str) -> Checkout:
    """Hold the units for another 15 minutes. Raises :class:`WrongState` and :class:`NoMoreTime`."""

    def work(session: Session) -> Checkout:
        checkout = _in_state(session, checkout_id, "reserved")
        if checkout.extensions >= MOST_EXTENSIONS:
            raise NoMoreTime
        checkout.extensions += 1
        checkout.attempt += 1  # the hosted page ends with the hold, so that a longer hold is another page
        checkout.expires_at = from_now(HELD_SECONDS)
        return checkout

    return database.unit(work)


def reopen(database: Database, checkout_id: str) -> Checkout:
    """Give the units back so that the shopper can change something. Raises :class:`WrongState`."""

    def work(session: Session) -> Checkout:
        checkout = _in_state(session, checkout_id, "reserved", "open")
        let_go(session, checkout, "open")
        checkout.expires_at = from_now(OPEN_SECONDS)
        return checkout

    return database.unit(work)


def cancel(database: Database, checkout_id: str) -> Checkout:
    """End the checkout and give its units back; doing so twice is the same. Raises :class:`WrongState`."""

    def work(session: Session) -> Checkout:
        checkout = _in_state(session, checkout_id, "reserved", "open", "cancelled")
        let_go(session, checkout, "cancelled")
        return checkout

    return database.unit(work)


def locked(session: Session, checkout_id: str) -> Checkout:
    """The checkout, locked until the transaction ends. Raises :class:`UnknownCheckout`."""
    checkout = session.scalars(_LOCKED, {"checkout_id": checkout_id}).one_or_none()
    if checkout is None:
        raise UnknownCheckout(checkout_id)
    return checkout


def let_go(session: Session, checkout: Checkout, state: str) -> None:
    """Give units and voucher of a locked checkout back; what was frozen stays, for money that comes late."""
    if checkout.state == "reserved":
        uses.give_back(session, checkout.id)
        stock.release(session, checkout.id)
    checkout.state = state


def _reserve(session: Session, checkout_id: str, lines: Sequence[LineItem], amounts: Amounts) -> Checkout:
    checkout = _in_state(session, checkout_id, "open", "reserved", "expired")
    again = checkout.state == "reserved"  # all others hold nothing
    change(
        session,
        checkout,
        state="reserved",
        lines=[line.to_json() for line in lines],
        amounts=amounts.to_json(),
        amount=amounts.total,
        currency=amounts.currency,
        attempt=checkout.attempt + 1,  # another price is another payment
        expires_at=_TIME_LEFT if again else from_now(HELD_SECONDS),
    )
    # Last, because many wait for the row of one SKU: checkout, voucher, stock is the order of all locks.
    if again or checkout.voucher:
        uses.use(session, checkout.id, checkout.voucher, checkout.email)
    stock.hold(session, checkout.id, needed(lines), new=not again)
    return checkout


# Only extensions make a hold longer, and they are counted. One that ran out begins anew.
_TIME_LEFT = case((Checkout.expires_at > from_now(), Checkout.expires_at), else_=from_now(HELD_SECONDS))
_LOCKED = (
    select(Checkout)
    .where(Checkout.id == bindparam("checkout_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def _in_state(session: Session, checkout_id: str, *states: str) -> Checkout:
    checkout = locked(session, checkout_id)
    if checkout.state not in states:
        raise WrongState(checkout.state)
    return checkout
