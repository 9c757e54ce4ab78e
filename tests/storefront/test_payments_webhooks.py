"""The shop's door for webhooks: what it takes, what it refuses, and what must come again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from werkzeug.test import TestResponse

from storefront.checkout.payments.current import attach
from storefront.checkout.payments.testing import TOLERANCE_SECONDS, TrialProvider
from storefront.checkout.webhooks import LARGEST_EVENT
from storefront.embedded.process import free_port
from storefront.stores.database import Database
from storefront.testpay.delivering import signature
from storefront.web.context import shop
from tests.storefront.tills import PRICE, Till
from tests.storefront.trials import SECRET, front

TOLD = {
    "id": "evt_1",
    "kind": "captured",
    "page": "tp_1",
    "amount": PRICE,
    "currency": "EUR",
    "reference": "0" * 32,
    "key": "",
}

on_sqlite = pytest.mark.parametrize("open_till", ["sqlite"], indirect=True)


@pytest.fixture
def door(app: Flask) -> FlaskClient:
    """The whole shop, which takes payments at the test server."""
    attach(app, TrialProvider("http://127.0.0.1:1", SECRET))
    return app.test_client()


def deliver(client: FlaskClient, told: dict[str, Any] | bytes, **headers: str) -> TestResponse:
    """Bring an event, signed unless the headers say otherwise."""
    raw = told if isinstance(told, bytes) else json.dumps(told).encode()
    given = {"Testpay-Signature": signature(SECRET, raw), **headers}
    return client.post("/webhooks/test", data=raw, headers=given, content_type="application/json")


@on_sqlite
def test_it_takes_what_the_provider_signed(till: Till) -> None:
    till.receive(1)
    checkout = till.reserved()
    client = front(shop(), TrialProvider("", SECRET)).test_client()
    assert deliver(client, {**TOLD, "reference": checkout.id}).status_code == 200
    assert till.checkout(checkout.id).state == "paid"


def test_no_session_and_no_origin_are_looked_at(door: FlaskClient) -> None:
    answer = deliver(door, TOLD, Origin="https://evil.example", **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_what_another_secret_signed_is_refused(door: FlaskClient) -> None:
    header = signature("another secret", json.dumps(TOLD).encode())
    assert deliver(door, TOLD, **{"Testpay-Signature": header}).status_code == 400


@on_sqlite
@pytest.mark.parametrize("header", ["", "x", "AAAA.BBBB"])
def test_what_is_no_signature_is_refused(till: Till, header: str) -> None:
    client = front(shop(), TrialProvider("", SECRET)).test_client()
    assert deliver(client, TOLD, **{"Testpay-Signature": header}).status_code == 400


def test_a_changed_body_is_refused(door: FlaskClient) -> None:
    header = signature(SECRET, json.dumps(TOLD).encode())
    answer = deliver(door, {**TOLD, "amount": 1}, **{"Testpay-Signature": header})
    assert answer.status_code == 400


class SlowSigner(TimestampSigner):
    """Its clock says what it was some time ago."""

    def get_timestamp(self) -> int:
        return super().get_timestamp() - TOLERANCE_SECONDS - 1


def test_an_old_signature_is_refused(door: FlaskClient) -> None:
    raw = json.dumps(TOLD).encode()
    signer = SlowSigner(SECRET, salt="testpay", key_derivation="hmac", digest_method=sha256)
    header = signer.sign(raw)[len(raw) + 1 :].decode()
    assert deliver(door, raw, **{"Testpay-Signature": header}).status_code == 400


def test_what_is_signed_but_no_json_is_refused(door: FlaskClient) -> None:
    assert deliver(door, b"no json").status_code == 400


def test_another_provider_has_no_door(door: FlaskClient) -> None:
    assert door.post("/webhooks/stripe", data=b"{}").status_code == 404


def test_it_takes_no_megabytes(door: FlaskClient) -> None:
    assert deliver(door, b"x" * (LARGEST_EVENT + 1)).status_code == 413


@pytest.fixture
def without_database(till: Till) -> Iterator[FlaskClient]:
    """A shop whose PostgreSQL is away."""
    away = Database(f"postgresql://storefront@127.0.0.1:{free_port()}/shop")
    yield front(replace(shop(), database=away), TrialProvider("", SECRET)).test_client()
    away.engine.dispose()


@on_sqlite
def test_without_a_database_it_must_come_again(without_database: FlaskClient) -> None:
    answer = deliver(without_database, TOLD)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


@on_sqlite
def test_a_refund_before_its_payment_must_come_again(till: Till) -> None:
    till.receive(1)
    checkout = till.reserved()
    client = front(shop(), TrialProvider("", SECRET)).test_client()
    refund = {**TOLD, "id": "evt_2", "kind": "refunded", "amount": 400, "reference": checkout.id}
    assert deliver(client, refund).status_code == 503
    assert deliver(client, {**TOLD, "reference": checkout.id}).status_code == 200
    assert deliver(client, refund).status_code == 200
    assert till.payment().refunded == 400
