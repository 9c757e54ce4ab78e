"""Takes people out of checkouts that are over. Orders keep what they need themselves."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, exists, null, update
from sqlalchemy.orm import Session

from storefront.checkout.models import Checkout, Payment
from storefront.stores.columns import from_now
from storefront.stores.database import Database

KEPT_DAYS = 30
"""After a checkout ended: for as long, money for it may come late, and its owner can be told."""
_ENDED = ("paid", "expired", "cancelled")
_NOBODY = {"cart_id": "", "user_id": None, "email": "", "address": null()}


def forget_old(database: Database) -> int:
    """Forget who began the checkouts that ended :data:`KEPT_DAYS` ago, paid or not; how many."""
    old = Checkout.expires_at < from_now(-KEPT_DAYS * 86_400.0)
    return database.unit(lambda session: forget(session, old))


def forget(session: Session, whose: ColumnElement[bool]) -> int:
    """Forget who began these checkouts, as far as they ended and owe nobody money; how many."""
    owing = exists().where(Payment.checkout_id == Checkout.id, Payment.state == "refund_due")
    ended = update(Checkout).where(whose, Checkout.state.in_(_ENDED), Checkout.cart_id != "", ~owing)
    unseen = {"synchronize_session": False}
    # What was engraved may be a name, too; of what was paid, the order says it.
    unpaid = ended.where(Checkout.state != "paid").values(**_NOBODY, lines=[])
    done = (
        session.execute(unpaid, execution_options=unseen),
        session.execute(ended.values(**_NOBODY), execution_options=unseen),
    )
    return sum(cast("CursorResult[Any]", one).rowcount for one in done)
