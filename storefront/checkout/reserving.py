"""Holds units for a checkout while its shopper pays, at a price that no longer changes.

What takes the database is one unit of work that may be done twice: a lost connection makes it be done again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, case, select, update
from sqlalchemy.orm import Session

from storefront.checkout import uses
from storefront.checkout.amounts import Amounts
from storefront.checkout.errors import NoMoreTime, UnknownCheckout, WrongState
from storefront.checkout.lines import LineItem, needed
from storefront.checkout.models import OPEN_SECONDS, TERMS, Checkout
from storefront.stock import operations as stock
from storefront.stores.columns import from_now
from storefront.stores.database import Database, change, write_rows

HELD_SECONDS = 900
MOST_EXTENSIONS = 2
RESERVABLE = ("open", "reserved", "expired")


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

    def work(session: Session) -> Checkout:
        checkout = in_state(session, checkout_id, *RESERVABLE)
        return reserve_in(session, checkout, lines, amounts)

    return database.unit(work)


def reserve_in(
    session: Session, checkout: Checkout, lines: Sequence[LineItem], amounts: Amounts, **chosen: Any
) -> Checkout:
    """:func:`reserve` for a locked checkout in one of the states :data:`RESERVABLE`.

    ``chosen`` are columns (delivery, voucher) that the amounts were made with: made under the same lock, no
    form that comes at the same time gets between what is chosen and what it costs.
    """
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
        **chosen,
    )
    # Last, because many wait for the row of one SKU: checkout, voucher, stock is the order of all locks.
    if again or checkout.voucher:
        uses.use(session, checkout.id, checkout.voucher, checkout.email)
    stock.hold(session, checkout.id, needed(lines), new=not again)
    return checkout


def terms_of(checkout: Checkout) -> dict[str, Any]:
    """What is bought, for how much, and where it goes."""
    return {name: getattr(checkout, name) for name in TERMS}


def digest_of(checkout: Checkout) -> str:
    """Names exactly these terms, so that nobody pays for others than they have seen."""
    return hashlib.sha256(json.dumps(terms_of(checkout), sort_keys=True).encode()).hexdigest()[:16]


def extend(database: Database, checkout_id: str) -> Checkout:
    """Hold the units for another 15 minutes. Raises :class:`WrongState` and :class:`NoMoreTime`."""

    def work(session: Session) -> Checkout:
        checkout = in_state(session, checkout_id, "reserved")
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
        checkout = in_state(session, checkout_id, "reserved", "open")
        let_go(session, checkout, "open")
        checkout.expires_at = from_now(OPEN_SECONDS)
        return checkout

    return database.unit(work)


def cancel(database: Database, checkout_id: str) -> Checkout:
    """End the checkout and give its units back; doing so twice is the same. Raises :class:`WrongState`."""

    def work(session: Session) -> Checkout:
        checkout = in_state(session, checkout_id, "reserved", "open", "cancelled")
        let_go(session, checkout, "cancelled")
        return checkout

    return database.unit(work)


def mark_put_away(session: Session, checkout_id: str, done: bool = True) -> bool:
    """Say that what was paid is out of the cart; False where it was said before, as two tabs do at once."""
    said = update(Checkout).where(Checkout.id == checkout_id, Checkout.put_away.is_not(done))
    return write_rows(session, said.values(put_away=done)) == 1


def locked(session: Session, checkout_id: str) -> Checkout:
    """The checkout, locked until the transaction ends. Raises :class:`UnknownCheckout`."""
    checkout = session.scalars(_LOCKED, {"checkout_id": checkout_id}).one_or_none()
    if checkout is None:
        raise UnknownCheckout(checkout_id)
    return checkout


def in_state(session: Session, checkout_id: str, *states: str) -> Checkout:
    """The checkout, locked. Raises :class:`WrongState` unless it is in one of these states."""
    checkout = locked(session, checkout_id)
    if checkout.state not in states:
        raise WrongState(checkout.state)
    return checkout


def let_go(session: Session, checkout: Checkout, state: str) -> None:
    """Give units and voucher of a locked checkout back; what was frozen stays, for money that comes late."""
    if checkout.state == "reserved":
        uses.give_back(session, checkout.id)
        stock.release(session, checkout.id)
    checkout.state = state


# Only extensions make a hold longer, and they are counted. One that ran out begins anew.
_TIME_LEFT = case((Checkout.expires_at > from_now(), Checkout.expires_at), else_=from_now(HELD_SECONDS))
_LOCKED = (
    select(Checkout)
    .where(Checkout.id == bindparam("checkout_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
