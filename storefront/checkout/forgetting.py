"""Takes people out of checkouts that are over. Orders keep what they need themselves."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, null, select, update
from sqlalchemy.orm import Session

from storefront.checkout.models import Checkout, Payment, Refund
from storefront.orders.models import Order
from storefront.stores.columns import from_now
from storefront.stores.database import Database, write_rows

KEPT_DAYS = 30
"""After a checkout ended: for as long, money for it may come late, and its owner can be told."""
_ENDED = ("paid", "expired", "cancelled")
_NOBODY = {"cart_id": "", "user_id": None, "email": "", "address": null()}


def forget_old(database: Database) -> int:
    """Forget who began the checkouts that ended :data:`KEPT_DAYS` ago, paid or not; how many."""
    old = Checkout.expires_at < from_now(-KEPT_DAYS * 86_400.0)
    return database.unit(lambda session: forget(session, old))


def forget(session: Session, whose: ColumnElement[bool]) -> int:
    """Forget who began these checkouts, as far as they ended and owe nobody money; how many.

    What their payments were to buy is forgotten, too: of what was paid, the order says it.
    """
    owing = exists().where(Payment.checkout_id == Checkout.id, Payment.state == "refund_due")
    over = (whose, Checkout.state.in_(_ENDED), ~owing)
    theirs = Payment.checkout_id.in_(select(Checkout.id).where(*over))
    begun = update(Payment).where(theirs, Payment.terms.is_not(null()))
    write_rows(session, begun.values(terms=null()))
    ended = update(Checkout).where(*over, Checkout.cart_id != "")
    # What was engraved may be a name, too.
    unpaid = ended.where(Checkout.state != "paid").values(**_NOBODY, lines=[])
    return write_rows(session, unpaid) + write_rows(session, ended.values(**_NOBODY))


def forget_reasons(database: Database) -> int:
    """Empty the reasons that merchants typed for refunds of orders whose buyers are forgotten; how many."""
    forgotten = select(Order.payment_id).where(Order.email == "")
    typed = update(Refund).where(Refund.reason != "", Refund.payment_id.in_(forgotten))
    return database.unit(lambda session: write_rows(session, typed.values(reason="")))
