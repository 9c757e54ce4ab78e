"""Stripe's API as its reference describes it, on this machine: the tests look at what it was asked."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import stripe
from flask import Flask, Response, jsonify, request

from storefront.checkout.payments import Event
from storefront.checkout.payments.stripe import StripeProvider
from storefront.embedded.process import free_port
from tests.storefront.trials import serving

KEY = "rk_test_of_this_shop"
WEBHOOK_SECRET = "whsec_of_this_shop"
SESSION = "cs_test_a1Ym9vUeTj5x0pKq7rLwN2sZ"
_PAYLOADS = Path(__file__).parent / "payloads"


def recorded(name: str, **changes: Any) -> dict[str, Any]:
    """A payload, with changes to what it tells of, and to the event's ``type`` and ``event_id``."""
    told: dict[str, Any] = json.loads((_PAYLOADS / f"stripe_{name}.json").read_text())
    told["type"] = changes.pop("type", told["type"])
    told["id"] = changes.pop("event_id", told["id"])
    told["data"]["object"] |= changes
    return told


@dataclass
class StripeApi:
    """The server. ``asked`` are (method, path, form, idempotency key); ``session`` is the only page."""

    url: str
    session: dict[str, Any]
    events: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, str], str]] = field(default_factory=list)
    answers: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    failures: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    refund_status: str = "succeeded"

    def handle(self, path: str) -> Response:
        """Answer a request."""
        form = request.form.to_dict() or request.args.to_dict()
        key = request.headers.get("Idempotency-Key", "")
        self.asked.append((request.method, f"/v1/{path}", form, key))
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return _failed(401, type="invalid_request_error", message="Invalid API Key provided")
        if self.failures:
            status, error = self.failures.pop(0)
            return _failed(status, **error)
        if request.method == "POST" and key in self.answers:
            before, answer = self.answers[key]
            if before != json.dumps(form):
                return _failed(400, type="idempotency_error", message="Keys for idempotent requests")
            return jsonify(answer)
        answer = self._do(path, form)
        if request.method == "POST" and key:
            self.answers[key] = (json.dumps(form), copy.deepcopy(answer))
        return jsonify(answer)

    def _do(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        if path == "events":
            return self._events(form)
        if path == "refunds":
            return {"id": "re_1", "object": "refund", "status": self.refund_status, "amount": 400}
        if path == "checkout/sessions" and request.method == "GET":
            return {"object": "list", "data": [self.session], "has_more": False, "url": f"/v1/{path}"}
        if path.endswith("/expire"):
            self.session["status"] = "expired"
        return self.session

    def _events(self, form: dict[str, str]) -> dict[str, Any]:
        """Two events a page, the newest first."""
        ids = [event["id"] for event in self.events]
        begin = ids.index(form["starting_after"]) + 1 if "starting_after" in form else 0
        found = self.events[begin : begin + 2]
        more = begin + 2 < len(self.events)
        return {"object": "list", "data": found, "has_more": more, "url": "/v1/events"}


@contextmanager
def stripe_api() -> Iterator[StripeApi]:
    """Serve it on a port of this machine."""
    port = free_port()
    session = recorded("checkout_session_completed")["data"]["object"]
    session |= {
        "status": "open",
        "payment_status": "unpaid",
        "url": "https://checkout.stripe.com/c/pay/cs_test",
    }
    api = StripeApi(f"http://127.0.0.1:{port}", session)
    app = Flask("stripe")
    app.add_url_rule("/v1/<path:path>", view_func=api.handle, methods=["GET", "POST"])
    with serving(app, port):
        yield api


def _failed(status: int, **error: Any) -> Response:
    response = jsonify(error=error)
    response.status_code = status
    return response


@pytest.fixture
def api() -> Iterator[StripeApi]:
    """Stripe's API."""
    with stripe_api() as api:
        yield api


@pytest.fixture
def provider(api: StripeApi) -> StripeProvider:
    """The provider that asks it."""
    return StripeProvider(KEY, WEBHOOK_SECRET, api.url)


def signed(
    told: dict[str, Any], secret: str = WEBHOOK_SECRET, age: float = 0
) -> tuple[dict[str, str], bytes]:
    """A webhook as Stripe sends it."""
    raw = json.dumps(told, indent=2)
    at = int(time.time() - age)
    header = stripe.WebhookSignature.generate_signature_header(raw, secret, at)
    return {"Stripe-Signature": header}, raw.encode()


def heard(provider: StripeProvider, name: str, **changes: Any) -> Event | None:
    """What the provider makes of a recorded event."""
    return provider.event(*signed(recorded(name, **changes)))
