"""Opens the provider's hosted page for a reserved checkout, and ends pages that no longer count."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storefront.checkout.lines import LineItem
from storefront.checkout.models import Checkout, Payment
from storefront.checkout.payments import (
    Event,
    PaymentRequest,
    Provider,
    ProviderAway,
    ProviderRefused,
    Started,
)
from storefront.checkout.reserving import in_state, terms_of
from storefront.checkout.settling import Outcome, settle
from storefront.stores.database import Database, write_rows

log = logging.getLogger(__name__)

FREE = "free"
"""Provider of a payment of nothing, as after a voucher for all of it."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the provider sends the shopper afterwards: when it was paid, and when they came back without."""

    paid: str
    back: str


def start_payment(database: Database, provider: Provider, checkout_id: str, addresses: Addresses) -> str:
    """The address of the hosted page; the same one however often it is asked for.

    What is bought with it is written down first, and stays what it is (:class:`Payment`). A checkout that
    costs nothing is placed at once. Raises :class:`WrongState`, ``ProviderAway`` and ``ProviderRefused``; the
    hold stays, and the same call may be made again.
    """
    begun = partial(_begun, checkout_id=checkout_id, provider=provider.name)
    checkout, payment = database.unit(begun)
    if payment.url:
        return payment.url
    if payment.provider == FREE:
        settle_and_end(database, provider, _free(payment))
        return addresses.paid
    started = provider.start(_request(checkout, payment, addresses))
    database.unit(partial(_note, payment_id=payment.id, started=started))
    end_pages(database, provider, [checkout.id])
    return started.url


def settle_and_end(database: Database, provider: Provider, event: Event) -> Outcome:
    """:func:`settle`, and end what other pages are open for an order that is placed: nobody pays it twice."""
    outcome = settle(database, event)
    if outcome in ("placed", "parked"):
        end_pages(database, provider, [event.checkout_id])
    return outcome


def end_pages(database: Database, provider: Provider, checkout_ids: Iterable[str]) -> None:
    """End the hosted pages of checkouts that let go of their units, and of their earlier attempts.

    It only saves shoppers from paying for nothing: money that comes all the same is settled as what it is.
    """
    with database.transaction() as session:
        stale = session.scalars(
            select(Payment.reference)
            .join(Checkout, Checkout.id == Payment.checkout_id)
            .where(Checkout.id.in_(list(checkout_ids)), Payment.provider == provider.name)
            .where(Payment.state == "started", Payment.url != "")
            .where((Checkout.state != "reserved") | (Payment.attempt < Checkout.attempt))
        ).all()
    for reference in stale:
        try:
            provider.expire(reference)
        except (ProviderAway, ProviderRefused) as error:
            log.warning("the hosted page %s stays open: %s", reference, error)


def _begun(session: Session, checkout_id: str, provider: str) -> tuple[Checkout, Payment]:
    """The payment of the checkout's attempt, begun here unless it was before."""
    checkout = in_state(session, checkout_id, "reserved")
    taker = provider if checkout.amount else FREE
    known = select(Payment).where(
        Payment.checkout_id == checkout_id,
        Payment.provider == taker,
        Payment.attempt == checkout.attempt,
        Payment.state == "started",
    )
    if payment := session.scalars(known).one_or_none():
        return checkout, payment
    payment = Payment(
        checkout_id=checkout.id,
        provider=taker,
        reference=_key(checkout.id, checkout.attempt),
        attempt=checkout.attempt,
        amount=checkout.amount,
        currency=checkout.currency,
        terms=terms_of(checkout),
    )
    session.add(payment)
    return checkout, payment


def _key(checkout_id: str, attempt: int) -> str:
    """What the provider is asked with; its events name the payment by it."""
    return f"{checkout_id}-{attempt}"


def _free(payment: Payment) -> Event:
    return Event(
        FREE, payment.reference, "captured", payment.reference, 0, payment.currency, payment.checkout_id
    )


def _request(checkout: Checkout, payment: Payment, addresses: Addresses) -> PaymentRequest:
    terms = payment.terms or terms_of(checkout)
    lines = map(LineItem.from_json, terms["lines"])
    return PaymentRequest(
        key=_key(payment.checkout_id, payment.attempt),
        checkout_id=payment.checkout_id,
        amount=payment.amount,
        currency=payment.currency,
        email=terms["email"],
        return_url=addresses.paid,
        cancel_url=addresses.back,
        expires_at=checkout.expires_at,
        items=tuple((line.title, line.units, line.unit_price) for line in lines),
    )


def _note(session: Session, payment_id: str, started: Started) -> None:
    """Write the provider's answer down. An event about the payment may have been here before it."""
    answered = update(Payment).where(Payment.id == payment_id, Payment.url == "")
    write_rows(session, answered.values(reference=started.reference, url=started.url))
