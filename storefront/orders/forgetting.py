"""Takes people out of orders. What was sold, for how much and with which tax stays: books must be kept."""

from __future__ import annotations

from functools import partial

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from storefront.mail import personal as letters
from storefront.orders.models import Order, OrderEvent, Shipment
from storefront.stores.database import Database, write_rows

AT_ONCE = 100
_FINISHED = ("shipped", "cancelled")
_TAXED_BY = ("country", "region")
"""What stays of an address: it decides the tax."""
_MONEY = ("refunded", "refund_refused", "refund_failed")
_TYPED = ("note", "shipped", "returned", "rest_cancelled", "cancelled", *_MONEY)
"""Entries of the log that hold what a merchant typed. Units and money of them are in other books, too."""


def ask(session: Session, whose: ColumnElement[bool]) -> None:
    """Have these orders forgotten as soon as they are finished: until then, a parcel needs its address."""
    asked = update(Order).where(whose).values(user_id=None, to_forget=True)
    write_rows(session, asked)


def forget_due(database: Database) -> int:
    """Take the people out of the finished orders that shall be forgotten, at most 100; how many."""
    due = select(Order.id).where(Order.to_forget, Order.state.in_(_FINISHED)).limit(AT_ONCE)
    with database.transaction() as session:
        ids = list(session.scalars(due))
    for order_id in ids:
        database.unit(partial(_forget, order_id=order_id))
    database.unit(_forget_later_words)
    return len(ids)


def _forget_later_words(session: Session) -> None:
    """What a merchant typed about an order after its buyer was forgotten: why money went back, say."""
    forgotten = select(Order.id).where(Order.email == "")
    typed = update(OrderEvent).where(OrderEvent.kind.in_(_TYPED), OrderEvent.text != "")
    write_rows(session, typed.where(OrderEvent.order_id.in_(forgotten)).values(text=""))


def _forget(session: Session, order_id: str) -> None:
    order = session.get_one(Order, order_id, with_for_update=True)
    order.email, order.user_id, order.to_forget = "", None, False
    order.address = {name: order.address[name] for name in _TAXED_BY if order.address.get(name)}
    write_rows(session, update(Shipment).where(Shipment.order_id == order_id).values(tracking=""))
    notes = update(OrderEvent).where(OrderEvent.order_id == order_id, OrderEvent.kind.in_(_TYPED))
    write_rows(session, notes.values(text=""))
    letters.forget_order(session, order_id)
