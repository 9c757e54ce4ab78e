"""The test payment server (``storefront.testpay``) as a provider."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urljoin

import urllib3
from itsdangerous import BadSignature, TimestampSigner

from storefront.checkout.payments import (
    Event,
    EventKind,
    PaymentRequest,
    ProviderAway,
    ProviderRefused,
    Started,
)

TOLERANCE_SECONDS = 300
THREADS = 8
"""So many requests of one web process may want the server at once, each on a connection that is kept."""
_KINDS: Mapping[str, EventKind] = {"paid": "captured", "declined": "declined", "expired": "expired"}


class TrialProvider:
    """Asks the server at ``url``; ``secret`` is what both share. Webhooks go where the return address is."""

    name = "test"

    def __init__(self, url: str, secret: str) -> None:
        self._url, self._secret = url.rstrip("/"), secret
        # Every call may be made twice: pages and refunds have keys, and a page ends but once.
        retries = urllib3.Retry(connect=1, read=1, redirect=0, other=0, allowed_methods=None)
        self._pool = urllib3.PoolManager(
            maxsize=THREADS, timeout=urllib3.Timeout(connect=1.0, read=5.0), retries=retries
        )

    def start(self, request: PaymentRequest) -> Started:
        """See :class:`storefront.checkout.payments.Provider`."""
        wanted = {
            "amount": request.amount,
            "currency": request.currency,
            "items": [list(item) for item in request.items],
            "expires_at": request.expires_at.timestamp(),
            "reference": request.checkout_id,
            "return_url": request.return_url,
            "cancel_url": request.cancel_url,
            "webhook_url": urljoin(request.return_url, f"/webhooks/{self.name}"),
        }
        page = self._call("POST", "/v1/pages", request.key, wanted)
        return Started(page["page"], page["url"])

    def refund(self, reference: str, amount: int, currency: str, key: str) -> None:  # noqa: ARG002
        """See :class:`storefront.checkout.payments.Provider`."""
        self._call("POST", "/v1/refunds", key, {"page": reference, "amount": amount})

    def event(self, headers: Mapping[str, str], raw: bytes) -> Event | None:
        """See :class:`storefront.checkout.payments.Provider`."""
        signer = TimestampSigner(self._secret, salt="testpay", key_derivation="hmac", digest_method=sha256)
        signed = raw + b"." + headers.get("Testpay-Signature", "").encode()
        try:
            signer.unsign(signed, max_age=TOLERANCE_SECONDS)
        except BadSignature as error:
            raise ValueError(str(error)) from error
        return _event(json.loads(raw))

    def events(self, since: datetime) -> Iterator[Event]:
        """See :class:`storefront.checkout.payments.Provider`."""
        after, more = 0, True
        while more:
            query = urlencode({"since": since.timestamp(), "after": after})
            found = self._call("GET", f"/v1/events?{query}")
            yield from map(_event, found["events"])
            after, more = found["last"], found["more"]

    def answer(self, reference: str) -> Event | None:
        """See :class:`storefront.checkout.payments.Provider`."""
        page = self._call("GET", f"/v1/pages/{reference}")
        kind = _KINDS.get(page["state"])
        return None if kind is None else _event(page | {"id": f"asked-{reference}", "kind": kind})

    def expire(self, reference: str) -> None:
        """See :class:`storefront.checkout.payments.Provider`."""
        self._call("POST", f"/v1/pages/{reference}/expire")

    def _call(self, method: str, path: str, key: str = "", given: Mapping[str, Any] | None = None) -> Any:
        if not self._url:
            raise ProviderAway("no test payment server is named: set STOREFRONT_TESTPAY_URL")
        headers = {"Authorization": f"Bearer {self._secret}"}
        if key:
            headers["Idempotency-Key"] = key
        try:
            answer = self._pool.request(method, self._url + path, headers=headers, json=given)
        except urllib3.exceptions.HTTPError as error:
            raise ProviderAway(f"the test payment server is away: {error}") from error
        if answer.status >= 500 or answer.status == 401:
            raise ProviderAway(f"the test payment server answers {answer.status}")
        if answer.status >= 300:
            raise ProviderRefused(str(answer.json().get("error", answer.status)))
        return answer.json()


def _event(told: Mapping[str, Any]) -> Event:
    return Event(
        provider=TrialProvider.name,
        id=told["id"],
        kind=told["kind"],
        reference=told["page"],
        amount=told["amount"],
        currency=told["currency"],
        checkout_id=told["reference"],
        key=told["key"],
    )
