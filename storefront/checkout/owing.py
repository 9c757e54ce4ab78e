"""How much of a payment should go back, and didn't."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.checkout.models import Payment, Refund
from storefront.orders.models import Order, OrderEvent

_NOTHING_SOLD = ("parked", "cancelled")


def failure_key(refund_id: str) -> str:
    """The key under which an order's log has it that this refund failed: 32 hex digits."""
    return hashlib.sha256(f"failed {refund_id}".encode()).hexdigest()[:32]


def owed(session: Session, payment: Payment) -> int:
    """Minor units of a ``refund_due`` payment that are to be sent back.

    All that is left, where nothing was sold for it; otherwise what failed refunds should have sent, less
    what was asked for since: whoever sent it again on the order's page owes it no more.
    """
    left = payment.amount - payment.refunded
    order = _sold(session, payment)
    return left if order is None else min(left, _failed(session, payment, order, "asked", "done"))


def is_made_good(session: Session, payment: Payment) -> bool:
    """Whether goods were sold for a payment, and all that failed to go back went back by now."""
    order = _sold(session, payment)
    return order is not None and not _failed(session, payment, order, "done")


def _sold(session: Session, payment: Payment) -> Order | None:
    wanted = select(Order).where(Order.payment_id == payment.id, Order.state.not_in(_NOTHING_SOLD))
    return session.scalars(wanted).one_or_none()


def _failed(session: Session, payment: Payment, order: Order, *sent: str) -> int:
    """What failed, less what refunds in the states ``sent`` made up for afterwards."""
    refunds = session.scalars(select(Refund).where(Refund.payment_id == payment.id)).all()
    keys = {failure_key(refund.id): refund for refund in refunds}
    wanted = select(OrderEvent).where(OrderEvent.order_id == order.id, OrderEvent.id.in_(keys))
    failures = {event.id: event.at for event in session.scalars(wanted)}
    moves = [(at, keys[key].amount) for key, at in failures.items()]
    # One that failed made up for what had failed before it, until it failed itself.
    made_up = (refund for key, refund in keys.items() if refund.state in sent or key in failures)
    moves += [(refund.at, -refund.amount) for refund in made_up]
    due = 0
    for _, amount in sorted(moves):
        due = max(0, due + amount)
    return due
