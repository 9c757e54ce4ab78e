"""Stripe, by its own library: what it is asked for, and what its signed events mean. No network."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe

from storefront.checkout.payments import Event, PaymentRequest, ProviderAway, ProviderRefused, Started
from storefront.checkout.payments.current import open_provider
from storefront.checkout.payments.stripe import StripeProvider
from storefront.embedded.process import free_port
from storefront.settings import Settings
from tests.storefront.stripe_api import KEY, StripeApi, recorded, stripe_api

WEBHOOK_SECRET = "whsec_of_this_shop"
SESSION = "cs_test_a1Ym9vUeTj5x0pKq7rLwN2sZ"
HOLD_ENDS = datetime(2026, 11, 22, 12, 15, tzinfo=UTC)
REQUEST = PaymentRequest(
    key="checkout-1-1",
    checkout_id="checkout-1",
    amount=10_000,
    currency="EUR",
    email="ash@example.com",
    return_url="https://shop.example.com/paid",
    cancel_url="https://shop.example.com/back",
    expires_at=HOLD_ENDS,
    items=(("Tern running shoe", 2, 5_000),),
)


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


# --- the hosted page ----------------------------------------------------------------------------


def test_it_opens_a_hosted_page(provider: StripeProvider, api: StripeApi) -> None:
    started = provider.start(REQUEST)
    assert started == Started(SESSION, "https://checkout.stripe.com/c/pay/cs_test")
    ((method, path, form, key),) = api.asked
    assert (method, path, key) == ("POST", "/v1/checkout/sessions", "page-checkout-1-1")
    assert form["mode"] == "payment"
    assert form["client_reference_id"] == form["metadata[checkout_id]"] == "checkout-1"
    assert form["customer_email"] == "ash@example.com"
    assert (form["success_url"], form["cancel_url"]) == (REQUEST.return_url, REQUEST.cancel_url)


def test_the_page_lists_the_items(provider: StripeProvider, api: StripeApi) -> None:
    provider.start(REQUEST)
    form = api.asked[0][2]
    line = "line_items[0]"
    assert form[f"{line}[price_data][product_data][name]"] == "Tern running shoe"
    assert (form[f"{line}[quantity]"], form[f"{line}[price_data][unit_amount]"]) == ("2", "5000")
    assert form[f"{line}[price_data][currency]"] == "eur"


@pytest.mark.parametrize(
    ("amount", "lines"),
    [
        (10_590, [("Tern running shoe", "2", "5000"), ("Delivery", "1", "590")]),
        (9_000, [("Your order", "1", "9000")]),
    ],
)
def test_the_lines_add_up_to_the_amount(
    provider: StripeProvider, api: StripeApi, amount: int, lines: list[tuple[str, str, str]]
) -> None:
    provider.start(replace(REQUEST, amount=amount))
    form = api.asked[0][2]
    parts = ("[price_data][product_data][name]", "[quantity]", "[price_data][unit_amount]")
    found = [tuple(form[f"line_items[{n}]{part}"] for part in parts) for n in range(len(lines))]
    assert found == lines
    assert f"line_items[{len(lines)}][quantity]" not in form


def test_the_page_ends_as_soon_as_stripe_lets_it(provider: StripeProvider, api: StripeApi) -> None:
    provider.start(REQUEST)
    ends = datetime.fromtimestamp(int(api.asked[0][2]["expires_at"]), UTC)
    assert timedelta(minutes=30) < ends - HOLD_ENDS < timedelta(minutes=32)


def test_the_same_key_is_the_same_page(provider: StripeProvider, api: StripeApi) -> None:
    assert provider.start(REQUEST) == provider.start(REQUEST)
    assert len(api.answers) == 1


def test_a_key_with_another_amount_is_refused(provider: StripeProvider) -> None:
    provider.start(REQUEST)
    with pytest.raises(ProviderRefused):
        provider.start(replace(REQUEST, amount=1))


def test_a_page_is_ended(provider: StripeProvider, api: StripeApi) -> None:
    provider.expire(SESSION)
    assert api.asked[0][1] == f"/v1/checkout/sessions/{SESSION}/expire"


def test_a_page_that_has_ended_stays_as_it_is(provider: StripeProvider, api: StripeApi) -> None:
    api.session["status"] = "complete"
    api.failures.append((400, {"type": "invalid_request_error", "message": "Only open sessions"}))
    provider.expire(SESSION)


def test_a_page_that_can_not_be_ended_is_told(provider: StripeProvider, api: StripeApi) -> None:
    api.failures.append((400, {"type": "invalid_request_error", "message": "Not now"}))
    with pytest.raises(ProviderRefused, match="Not now"):
        provider.expire(SESSION)


# --- errors -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind"), [(429, "rate_limit_error"), (500, "api_error"), (503, "api_error")]
)
def test_what_may_pass_is_away(provider: StripeProvider, api: StripeApi, status: int, kind: str) -> None:
    api.failures += [(status, {"type": kind, "message": "later"})] * 2
    with pytest.raises(ProviderAway):
        provider.start(REQUEST)


def test_one_failure_is_tried_again_with_the_same_key(provider: StripeProvider, api: StripeApi) -> None:
    api.failures.append((500, {"type": "api_error", "message": "later"}))
    provider.start(REQUEST)
    assert [key for *_, key in api.asked] == ["page-checkout-1-1"] * 2


def test_a_wrong_key_is_for_the_merchant_to_mend(api: StripeApi) -> None:
    with pytest.raises(ProviderAway, match="Invalid API Key"):
        StripeProvider("rk_test_another", WEBHOOK_SECRET, api.url).start(REQUEST)


def test_nobody_there_is_away() -> None:
    with pytest.raises(ProviderAway):
        StripeProvider(KEY, WEBHOOK_SECRET, f"http://127.0.0.1:{free_port()}").start(REQUEST)


# --- refunds ------------------------------------------------------------------------------------


def test_a_refund_names_the_payment_and_its_key(provider: StripeProvider, api: StripeApi) -> None:
    provider.refund(SESSION, 400, "EUR", "refund-1")
    _, path, form, key = api.asked[-1]
    assert (path, key) == ("/v1/refunds", "refund-refund-1")
    assert (form["payment_intent"], form["amount"]) == ("pi_3QwK2KKtGDqQz5Zr1c8DxYtM", "400")
    assert (form["metadata[reference]"], form["metadata[key]"]) == (SESSION, "refund-1")


def test_a_refund_that_fails_at_once_is_refused(provider: StripeProvider, api: StripeApi) -> None:
    api.refund_status = "failed"
    with pytest.raises(ProviderRefused, match="failed"):
        provider.refund(SESSION, 400, "EUR", "refund-1")


def test_what_was_never_paid_is_not_sent_back(provider: StripeProvider, api: StripeApi) -> None:
    api.session["payment_intent"] = None
    with pytest.raises(ProviderRefused, match="nothing was paid"):
        provider.refund(SESSION, 400, "EUR", "refund-1")


# --- events -------------------------------------------------------------------------------------


def test_a_paid_page_is_captured(provider: StripeProvider) -> None:
    event = heard(provider, "checkout_session_completed")
    assert event
    assert (event.provider, event.id, event.kind) == ("stripe", "evt_1QwK2LKtGDqQz5Zr8n0aVb3c", "captured")
    assert (event.reference, event.checkout_id) == (SESSION, "checkout-1")
    assert (event.amount, event.currency) == (10_000, "EUR")


def test_nothing_personal_is_kept_of_an_event(provider: StripeProvider) -> None:
    event = heard(provider, "checkout_session_completed")
    assert event
    assert "ash@example.com" not in json.dumps(dict(event.body))


@pytest.mark.parametrize(
    ("type_", "status", "kind"),
    [
        ("checkout.session.completed", "unpaid", None),
        ("checkout.session.completed", "no_payment_required", "captured"),
        ("checkout.session.async_payment_succeeded", "paid", "captured"),
        ("checkout.session.async_payment_failed", "unpaid", "declined"),
        ("checkout.session.expired", "unpaid", "expired"),
        ("customer.created", "paid", None),
    ],
)
def test_each_event_has_its_meaning(
    provider: StripeProvider, type_: str, status: str, kind: str | None
) -> None:
    event = heard(provider, "checkout_session_completed", type=type_, payment_status=status)
    assert (event.kind if event else None) == kind


def test_pages_of_other_software_are_none_of_ours(provider: StripeProvider) -> None:
    assert heard(provider, "checkout_session_completed", metadata={}) is None


def test_one_refund_is_one_event(provider: StripeProvider) -> None:
    created = heard(provider, "refund_created")
    updated = heard(provider, "refund_created", type="refund.updated", event_id="evt_2")
    assert created
    assert created == updated
    assert (created.kind, created.reference, created.key) == ("refunded", SESSION, "refund-1")
    assert (created.amount, created.currency) == (400, "EUR")


@pytest.mark.parametrize("status", ["pending", "failed", "canceled"])
def test_a_refund_counts_when_it_succeeded(provider: StripeProvider, status: str) -> None:
    assert heard(provider, "refund_created", status=status) is None


def test_a_refund_that_fails_is_logged(provider: StripeProvider, caplog: pytest.LogCaptureFixture) -> None:
    heard(provider, "refund_created", type="refund.failed", status="failed")
    assert "is failed" in caplog.text


def test_a_refund_made_at_stripe_finds_its_page(provider: StripeProvider, api: StripeApi) -> None:
    event = heard(provider, "refund_created", metadata={})
    assert event
    assert (event.reference, event.key) == (SESSION, "")
    assert api.asked[0][2]["payment_intent"] == "pi_3QwK2KKtGDqQz5Zr1c8DxYtM"


def test_a_refund_of_other_software_is_none_of_ours(provider: StripeProvider, api: StripeApi) -> None:
    api.session["metadata"] = {}
    assert heard(provider, "refund_created", metadata={}) is None


@pytest.mark.parametrize(("secret", "age"), [("whsec_another", 0), (WEBHOOK_SECRET, 301)])
def test_what_stripe_did_not_just_sign_is_not_trusted(
    provider: StripeProvider, secret: str, age: float
) -> None:
    with pytest.raises(ValueError, match=r"signature|tolerance"):
        provider.event(*signed(recorded("checkout_session_completed"), secret, age))


def test_a_changed_body_is_not_trusted(provider: StripeProvider) -> None:
    headers, raw = signed(recorded("checkout_session_completed"))
    with pytest.raises(ValueError, match="signature"):
        provider.event(headers, raw.replace(b"10000", b"1"))


@pytest.mark.parametrize(("raw", "said"), [(b"\xff", "utf-8"), (b"{}", "No Stripe-Signature")])
def test_what_is_not_signed_is_not_trusted(provider: StripeProvider, raw: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        provider.event({}, raw)


def test_past_events_come_oldest_first(provider: StripeProvider, api: StripeApi) -> None:
    api.events = [
        recorded("refund_created"),
        recorded("checkout_session_completed", event_id="evt_2"),
        recorded("checkout_session_completed", event_id="evt_1", payment_status="unpaid"),
        recorded("checkout_session_completed", event_id="evt_0", type="checkout.session.expired"),
    ]
    since = datetime(2026, 11, 22, tzinfo=UTC)
    found = [(event.kind, event.id) for event in provider.events(since)]
    assert found == [
        ("expired", "evt_0"),
        ("captured", "evt_2"),
        ("refunded", "re_3QwK2KKtGDqQz5Zr1yT4HkLd"),
    ]
    assert api.asked[0][2]["created[gte]"] == str(int(since.timestamp()))
    assert api.asked[0][2]["types[0]"] == "checkout.session.completed"


@pytest.mark.parametrize(
    ("status", "payment_status", "kind"),
    [("complete", "paid", "captured"), ("expired", "unpaid", "expired"), ("open", "unpaid", None)],
)
def test_it_says_what_became_of_a_page(
    provider: StripeProvider, api: StripeApi, status: str, payment_status: str, kind: str | None
) -> None:
    api.session |= {"status": status, "payment_status": payment_status}
    event = provider.answer(SESSION)
    assert (event.kind if event else None) == kind


def test_the_settings_choose_it() -> None:
    settings = Settings(payments="stripe", stripe_key=KEY, stripe_webhook_secret=WEBHOOK_SECRET)
    assert open_provider(settings).name == "stripe"
