"""Gives back what checkouts held for too long. Run every few seconds, by any number of machines at once."""

from __future__ import annotations

from functools import partial

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from storefront.checkout.models import Checkout
from storefront.checkout.reserving import let_go
from storefront.stores.columns import from_now
from storefront.stores.database import Database

AT_ONCE = 100


def expire_due(database: Database) -> list[str]:
    """End checkouts whose time is over, at most 100; returns the ids of those that held units.

    Each is a transaction of its own, and one that another machine or a settlement works on is left to it.
    """
    with database.transaction() as session:
        due = session.scalars(select(Checkout.id).where(*_due()).order_by(Checkout.expires_at).limit(AT_ONCE))
        ids = list(due)
    return [id_ for id_ in ids if database.unit(partial(_expire, checkout_id=id_))]


def expire_cart(database: Database, cart_id: str) -> int:
    """Give back what is held for a cart that is empty now; how many checkouts held something.

    Money that still comes for one of them takes units again, as after any expiry.
    """

    def work(session: Session) -> int:
        mine = select(Checkout).where(Checkout.cart_id == cart_id, Checkout.state == "reserved")
        found = session.scalars(mine.order_by(Checkout.id).with_for_update(skip_locked=True)).all()
        for checkout in found:
            let_go(session, checkout, "expired")
        return len(found)

    return database.unit(work)


def _expire(session: Session, checkout_id: str) -> bool:
    mine = select(Checkout).where(Checkout.id == checkout_id, *_due()).with_for_update(skip_locked=True)
    checkout = session.scalars(mine).one_or_none()
    if checkout is None:
        return False
    held = checkout.state == "reserved"
    let_go(session, checkout, "expired")
    return held


def _due() -> tuple[ColumnElement[bool], ...]:
    return Checkout.state.in_(("open", "reserved")), Checkout.expires_at <= from_now()
