"""Opens the provider's hosted page for a reserved checkout, and ends pages that no longer count."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.checkout.errors import WrongState
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
from storefront.checkout.reserving import locked
from storefront.checkout.settling import settle
from storefront.stores.database import Database, insert_new

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

    A checkout that costs nothing is placed at once. Raises :class:`WrongState`, ``ProviderAway`` and
    ``ProviderRefused``; the hold stays, and the same call may be made again.
    """
    checkout, known = database.unit(partial(_payable, checkout_id=checkout_id, provider=provider.name))
    if known:
        return known
    if checkout.amount == 0:
        settle(database, Event(FREE, checkout.id, "captured", checkout.id, 0, checkout.currency, checkout.id))
        return addresses.paid
    started = provider.start(_request(checkout, addresses))
    database.unit(partial(_note, checkout=checkout, provider=provider.name, started=started))
    end_pages(database, provider, [checkout.id])
    return started.url


def end_pages(database: Database, provider: Provider, checkout_ids: Iterable[str]) -> None:
    """End the hosted pages of checkouts that let go of their units, and of their earlier attempts.

    It only saves shoppers from paying for nothing: money that comes all the same is settled as what it is.
    """
    with database.transaction() as session:
        stale = session.scalars(
            select(Payment.reference)
            .join(Checkout, Checkout.id == Payment.checkout_id)
            .where(Checkout.id.in_(list(checkout_ids)), Payment.provider == provider.name)
            .where(Payment.state == "started")
            .where((Checkout.state != "reserved") | (Payment.attempt < Checkout.attempt))
        ).all()
    for reference in stale:
        try:
            provider.expire(reference)
        except (ProviderAway, ProviderRefused) as error:
            log.warning("the hosted page %s stays open: %s", reference, error)


def _payable(session: Session, checkout_id: str, provider: str) -> tuple[Checkout, str]:
    checkout = locked(session, checkout_id)
    if checkout.state != "reserved":
        raise WrongState(checkout.state)
    known = session.scalar(
        select(Payment.url).where(
            Payment.checkout_id == checkout_id,
            Payment.provider == provider,
            Payment.attempt == checkout.attempt,
            Payment.state == "started",
        )
    )
    return checkout, known or ""


def _request(checkout: Checkout, addresses: Addresses) -> PaymentRequest:
    lines = map(LineItem.from_json, checkout.lines)
    return PaymentRequest(
        key=f"{checkout.id}-{checkout.attempt}",
        checkout_id=checkout.id,
        amount=checkout.amount,
        currency=checkout.currency,
        email=checkout.email,
        return_url=addresses.paid,
        cancel_url=addresses.back,
        expires_at=checkout.expires_at,
        items=tuple((line.title, line.units, line.unit_price) for line in lines),
    )


def _note(session: Session, checkout: Checkout, provider: str, started: Started) -> None:
    insert_new(
        session,
        Payment,
        checkout_id=checkout.id,
        provider=provider,
        reference=started.reference,
        amount=checkout.amount,
        currency=checkout.currency,
        attempt=checkout.attempt,
        url=started.url,
    )
