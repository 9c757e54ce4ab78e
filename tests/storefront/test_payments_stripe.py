"""Stripe, by its own library: what it is asked for, and what it says. No network."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storefront.checkout.payments import PaymentRequest, ProviderAway, ProviderRefused, Started
from storefront.checkout.payments.stripe import StripeProvider
from storefront.embedded.process import free_port
from tests.storefront.stripe_api import (
    KEY,
    SESSION,
    WEBHOOK_SECRET,
    StripeApi,
    api,
    provider,
)

__all__ = ["api", "provider"]

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
