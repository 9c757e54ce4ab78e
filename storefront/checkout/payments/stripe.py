"""Stripe as a provider: Checkout Sessions for the hosted page, Refunds, and signed events.

A payment's reference is its Checkout Session, also in refunds, whose metadata names it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import stripe

from storefront.checkout.payments import (
    Event,
    EventKind,
    PaymentRequest,
    ProviderAway,
    ProviderRefused,
    Started,
)

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams, SessionCreateParamsLineItem

log = logging.getLogger(__name__)

API = "https://api.stripe.com"
_TIMEOUT = (2.0, 10.0)
_TRIES_AGAIN = 1
_PAGE_LEAST = timedelta(minutes=31)
"""Stripe ends a page after half an hour at least, by its clock: longer than units are held."""
_MOST_LINES = 100
_SESSION_EVENTS: Mapping[str, EventKind] = {
    "checkout.session.completed": "captured",
    "checkout.session.async_payment_succeeded": "captured",
    "checkout.session.async_payment_failed": "declined",
    "checkout.session.expired": "expired",
}
_REFUND_EVENTS = ("refund.created", "refund.updated", "refund.failed")
_REFUND_ENDS: Mapping[str, EventKind] = {
    "succeeded": "refunded",
    "failed": "refund_failed",
    "canceled": "refund_failed",
}
EVENTS = (*_SESSION_EVENTS, *_REFUND_EVENTS)
"""What the webhook endpoint must be told of."""


class StripeProvider:
    """Stripe with a secret key and the signing secret of the webhook endpoint."""

    name = "stripe"

    def __init__(self, key: str, webhook_secret: str, api: str = API) -> None:
        self._webhook_secret = webhook_secret
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": api},
            http_client=stripe.RequestsClient(timeout=_TIMEOUT),
            max_network_retries=_TRIES_AGAIN,
        )

    def start(self, request: PaymentRequest) -> Started:
        """See :class:`storefront.checkout.payments.Provider`.

        The page outlives the hold, so it must be ended with it (``storefront.checkout.paying.end_pages``).
        """
        with _translated():
            session = self._client.v1.checkout.sessions.create(
                _page(request), {"idempotency_key": f"page-{request.key}"}
            )
        return Started(session.id, session.url or "")

    def refund(self, reference: str, amount: int, currency: str, key: str) -> None:  # noqa: ARG002
        """See :class:`storefront.checkout.payments.Provider`."""
        with _translated():
            intent = self._client.v1.checkout.sessions.retrieve(reference).payment_intent
            if intent is None:
                raise ProviderRefused(f"nothing was paid for {reference}")
            refund = self._client.v1.refunds.create(
                {
                    "payment_intent": _id(intent),
                    "amount": amount,
                    "metadata": {"reference": reference, "key": key},
                },
                {"idempotency_key": f"refund-{key}"},
            )
        if refund.status in ("failed", "canceled"):
            raise ProviderRefused(f"Stripe says that the refund {refund.id} is {refund.status}.")

    def event(self, headers: Mapping[str, str], raw: bytes) -> Event | None:
        """See :class:`storefront.checkout.payments.Provider`."""
        try:
            told = self._client.construct_event(raw, headers.get("Stripe-Signature"), self._webhook_secret)
        except stripe.SignatureVerificationError as error:
            raise ValueError(str(error)) from error
        return self._event(told)

    def events(self, since: datetime) -> Iterator[Event]:
        """See :class:`storefront.checkout.payments.Provider`. Stripe keeps events for 30 days."""
        with _translated():
            found = self._client.v1.events.list(
                {"created": {"gte": int(since.timestamp())}, "types": list(EVENTS), "limit": 100}
            )
            newest_first = list(found.auto_paging_iter())
        for told in reversed(newest_first):
            if (event := self._event(told)) is not None:
                yield event

    def answer(self, reference: str) -> Event | None:
        """See :class:`storefront.checkout.payments.Provider`."""
        with _translated():
            session = self._client.v1.checkout.sessions.retrieve(reference)
        if session.payment_status == "paid":
            return _of_session(f"asked-{reference}", "captured", session.to_dict())
        if session.status == "expired":
            return _of_session(f"asked-{reference}", "expired", session.to_dict())
        return None

    def expire(self, reference: str) -> None:
        """See :class:`storefront.checkout.payments.Provider`."""
        try:
            with _translated():
                self._client.v1.checkout.sessions.expire(reference)
        except ProviderRefused:
            # Stripe refuses to end what has ended or was paid; anything else must be told.
            with _translated():
                if self._client.v1.checkout.sessions.retrieve(reference).status == "open":
                    raise

    def _event(self, told: stripe.Event) -> Event | None:
        about: dict[str, Any] = told.data.to_dict()["object"]
        if told.type in _REFUND_EVENTS:
            return self._of_refund(about)
        kind = _SESSION_EVENTS.get(told.type)
        if kind is None or "checkout_id" not in (about.get("metadata") or {}):
            return None  # other software may use the same account
        if kind == "captured" and about["payment_status"] == "unpaid":
            return None  # a slow way to pay: another event tells how it ends
        return _of_session(told.id, kind, about)

    def _of_refund(self, refund: Mapping[str, Any]) -> Event | None:
        """That it succeeded and that it failed is an event each, however many of Stripe's tell of it."""
        if (kind := _REFUND_ENDS.get(refund["status"])) is None:
            return None
        if kind == "refund_failed":
            log.error("refund %s of %s is %s", refund["id"], refund["payment_intent"], refund["status"])
        metadata = refund.get("metadata") or {}
        reference = metadata.get("reference") or self._session_of(refund.get("payment_intent"))
        if not reference:
            return None
        return Event(
            provider=self.name,
            id=refund["id"] if kind == "refunded" else f"{refund['id']}-failed",
            kind=kind,
            reference=reference,
            amount=refund["amount"],
            currency=refund["currency"].upper(),
            key=metadata.get("key", ""),
            refund=refund["id"],
            body={"payment_intent": refund.get("payment_intent"), "status": refund["status"]},
        )

    def _session_of(self, intent: str | None) -> str:
        """The Checkout Session of a payment that was refunded at Stripe; empty if it isn't this shop's."""
        if intent is None:
            return ""
        with _translated():
            found = self._client.v1.checkout.sessions.list({"payment_intent": intent, "limit": 1}).data
        return found[0].id if found and "checkout_id" in (found[0].metadata or {}) else ""


def _page(request: PaymentRequest) -> SessionCreateParams:
    # The same request must be the same bytes: Stripe refuses a key that comes with other contents.
    metadata = {"checkout_id": request.checkout_id}
    page: SessionCreateParams = {
        "mode": "payment",
        "line_items": _lines(request),
        "client_reference_id": request.checkout_id,
        "metadata": {**metadata, "key": request.key},
        "payment_intent_data": {"metadata": metadata},
        "success_url": request.return_url,
        "cancel_url": request.cancel_url,
        "expires_at": int((request.expires_at + _PAGE_LEAST).timestamp()),
        # What is captured must be the amount and the currency that were asked for.
        "adaptive_pricing": {"enabled": False},
    }
    if request.email:
        page["customer_email"] = request.email
    return page


def _lines(request: PaymentRequest) -> list[SessionCreateParamsLineItem]:
    """The items, and what the sum has beyond them; one line where it is less: no price is negative."""
    rest = request.amount - sum(units * price for _, units, price in request.items)
    items = request.items if rest >= 0 and len(request.items) < _MOST_LINES else ()
    if not items:
        return [_line("Your order", 1, request.amount, request.currency)]
    lines = [_line(title, units, price, request.currency) for title, units, price in items]
    return [*lines, _line("Delivery", 1, rest, request.currency)] if rest else lines


def _line(title: str, units: int, price: int, currency: str) -> SessionCreateParamsLineItem:
    product = {"name": title[:250]}
    return {
        "quantity": units,
        "price_data": {
            "currency": currency.lower(),
            "unit_amount": price,
            "product_data": cast(Any, product),
        },
    }


def _of_session(event_id: str, kind: EventKind, session: Mapping[str, Any]) -> Event:
    metadata = session.get("metadata") or {}
    return Event(
        provider=StripeProvider.name,
        id=event_id,
        kind=kind,
        reference=session["id"],
        amount=session["amount_total"] or 0,
        currency=(session["currency"] or "").upper(),
        checkout_id=metadata.get("checkout_id", ""),
        key=metadata.get("key", ""),
        body={"payment_intent": session.get("payment_intent"), "status": session.get("payment_status")},
    )


def _id(intent: str | stripe.PaymentIntent) -> str:
    return intent if isinstance(intent, str) else intent.id


@contextmanager
def _translated() -> Iterator[None]:
    """Stripe's errors in the shop's words: a wrong key is mended by the merchant, so it passes, too."""
    try:
        yield
    except (stripe.InvalidRequestError, stripe.CardError, stripe.IdempotencyError) as error:
        raise ProviderRefused(error.user_message or str(error)) from error
    except stripe.StripeError as error:
        raise ProviderAway(f"Stripe: {error.user_message or error}") from error
