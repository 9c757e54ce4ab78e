"""What Stripe's signed events mean, and what is not trusted. No network."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from storefront.checkout.payments.current import open_provider
from storefront.checkout.payments.stripe import StripeProvider
from storefront.settings import Settings
from tests.storefront.stripe_api import (
    KEY,
    SESSION,
    WEBHOOK_SECRET,
    StripeApi,
    api,
    heard,
    provider,
    recorded,
    signed,
)

__all__ = ["api", "provider"]


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


def test_a_refund_counts_when_it_succeeded(provider: StripeProvider) -> None:
    assert heard(provider, "refund_created", status="pending") is None


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_a_refund_that_fails_is_one_event(provider: StripeProvider, status: str) -> None:
    told = heard(provider, "refund_created", type="refund.failed", status=status)
    assert told
    assert told == heard(provider, "refund_created", type="refund.updated", status=status, event_id="evt_2")
    assert (told.kind, told.reference, told.key, told.amount) == ("refund_failed", SESSION, "refund-1", 400)


def test_a_failed_refund_is_another_event_than_the_one_that_it_succeeded(provider: StripeProvider) -> None:
    sent, failed = (heard(provider, "refund_created", status=status) for status in ("succeeded", "failed"))
    assert sent
    assert failed
    assert sent.id != failed.id
    assert sent.refund == failed.refund == "re_3QwK2KKtGDqQz5Zr1yT4HkLd"


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
