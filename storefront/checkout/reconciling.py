"""Settles what webhooks didn't tell: the provider is asked, and its answers go through the same door.

Any number of machines may do it at the same time.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.checkout import owing
from storefront.checkout.errors import RefundRefused
from storefront.checkout.models import Checkout, Payment, PaymentEvent, ProviderCursor
from storefront.checkout.paying import settle_and_end
from storefront.checkout.payments import Event, Provider, ProviderRefused
from storefront.checkout.refunding import ask_again
from storefront.checkout.settling import Outcome
from storefront.orders.models import Order
from storefront.stores.columns import from_now
from storefront.stores.database import Database, insert_new

log = logging.getLogger(__name__)

OVERLAP = timedelta(hours=1)
"""Asked for again each time: events that came late to the provider's list, and clocks that differ."""
REACH = timedelta(days=30)
"""How far back the first run asks: Stripe forgets older events."""
ANSWER_SECONDS = 600.0
"""A payment that was opened longer ago is asked for by its name."""
_ASKED_SECONDS = 3 * 86_400.0
LOOSE_SECONDS = 600.0
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Loose:
    """Money that the shop has, and no order: ``left`` minor units, told ``since`` then.

    ``order_number`` is an order's that is parked or cancelled, or of which a refund failed; otherwise empty.
    """

    payment_id: str
    checkout_id: str
    provider: str
    reference: str
    left: int
    currency: str
    email: str
    order_number: str
    since: datetime


def reconcile(database: Database, provider: Provider) -> list[tuple[Event, Outcome]]:
    """Ask for events since the last time, for payments without an answer, and for refunds; what was new.

    Raises ``ProviderAway`` and ``ProviderRefused``, after which the next run asks for the same and more.
    Logs money without an order as an error.
    """
    begun, since = database.unit(partial(_since, provider=provider.name))
    found = [*provider.events(since - OVERLAP), *_answers(database, provider)]
    settled = [(event, _settled(database, provider, event)) for event in found]
    _ask_again(database, provider)
    database.unit(partial(_move, provider=provider.name, at=begun))
    for loose in loose_money(database):
        log.error("money without an order: %s %s of %s", loose.left, loose.currency, loose.reference)
    return [(event, outcome) for event, outcome in settled if outcome != "repeat"]


def loose_money(database: Database, older_seconds: float = LOOSE_SECONDS) -> list[Loose]:
    """Money without an order, or parked, that didn't go back for so long: at most 100, the oldest first."""
    wanted = (
        select(Payment, Checkout.email, Order.number, PaymentEvent.at)
        .join(Checkout, Checkout.id == Payment.checkout_id)
        .join(
            PaymentEvent,
            (PaymentEvent.provider == Payment.provider)
            & (PaymentEvent.reference == Payment.reference)
            & (PaymentEvent.kind == "captured"),
        )
        .outerjoin(Order, Order.payment_id == Payment.id)
        .where((Payment.state == "refund_due") | ((Payment.state == "captured") & Order.id.is_(None)))
        .where(Payment.refunded < Payment.amount, PaymentEvent.at < from_now(-older_seconds))
        .order_by(PaymentEvent.at)
        .limit(_AT_ONCE)
    )
    with database.transaction() as session:
        rows = session.execute(wanted).all()
        # Several events may tell of the same money.
        first = {payment.id: (payment, email, number, at) for payment, email, number, at in reversed(rows)}
        left = {key: owing.owed(session, payment) for key, (payment, *_) in first.items()}
    return [_loose(*row, left[key]) for key, row in reversed(first.items()) if left[key]]


def _loose(payment: Payment, email: str, number: str | None, at: datetime, left: int) -> Loose:
    return Loose(
        payment_id=payment.id,
        checkout_id=payment.checkout_id,
        provider=payment.provider,
        reference=payment.reference,
        left=left,
        currency=payment.currency,
        email=email,
        order_number=number or "",
        since=at,
    )


def _since(session: Session, provider: str) -> tuple[datetime, datetime]:
    """Now, by the database's clock, and when the provider was asked last."""
    now = session.scalars(select(from_now())).one()
    cursor = session.get(ProviderCursor, provider)
    return now, cursor.at if cursor else now - REACH


def _move(session: Session, provider: str, at: datetime) -> None:
    if not insert_new(session, ProviderCursor, provider=provider, at=at):
        cursor = session.get_one(ProviderCursor, provider, with_for_update=True)
        cursor.at = max(cursor.at, at)


def _answers(database: Database, provider: Provider) -> Iterator[Event]:
    """What became of payments that nothing was heard of."""
    open_ = (
        select(Payment.reference)
        .where(Payment.provider == provider.name, Payment.state == "started", Payment.url != "")
        .where(Payment.created_at < from_now(-ANSWER_SECONDS))
        .where(Payment.created_at > from_now(-_ASKED_SECONDS))
        .order_by(Payment.created_at)
        .limit(_AT_ONCE)
    )
    with database.transaction() as session:
        references = list(session.scalars(open_))
    for reference in references:
        try:
            event = provider.answer(reference)
        except ProviderRefused as error:
            log.warning("the payment %s can't be asked for: %s", reference, error)
            continue
        if event is not None:
            yield event


def _settled(database: Database, provider: Provider, event: Event) -> Outcome:
    try:
        return settle_and_end(database, provider, event)
    except RefundRefused:
        log.exception("the refund %s doesn't fit its payment", event.id)
        return "unknown"


def _ask_again(database: Database, provider: Provider) -> None:
    try:
        ask_again(database, provider)
    except RefundRefused as error:
        log.error("a refund was refused: %s", error)
