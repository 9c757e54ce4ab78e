"""The test payment server by itself: its pages and its API."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, cast

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront.testpay.app import create_app

SECRET = "a secret of this test"
ITEMS = [["Fjord sofa", 1, 90_000], ["Tern shoe", 2, 5_000]]


@pytest.fixture
def bank(tmp_path: Path) -> FlaskClient:
    """The server, whose courier stays at home."""
    return create_app(str(tmp_path / "testpay.sqlite"), SECRET)[0].test_client()


def ask(
    bank: FlaskClient, method: str, path: str, given: object = None, key: str = "key-1", secret: str = SECRET
) -> TestResponse:
    """Ask the API."""
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key}
    return bank.open(f"/v1/{path}", method=method, json=given, headers=headers)


def wanted(**changes: Any) -> dict[str, Any]:
    """What a shop asks a page for."""
    shop = "http://shop.example.com"
    return {
        "amount": 100_000,
        "currency": "EUR",
        "items": ITEMS,
        "expires_at": 4e9,
        "reference": "checkout-1",
        "return_url": f"{shop}/paid",
        "cancel_url": f"{shop}/back",
        "webhook_url": f"{shop}/webhooks/test",
        **changes,
    }


def opened(bank: FlaskClient, **changes: Any) -> str:
    """The path of a new page."""
    page = ask(bank, "POST", "pages", wanted(**changes), str(time.monotonic())).json
    assert page
    return f"/pay/{page['page']}"


def kinds(bank: FlaskClient) -> list[str]:
    """What was told so far."""
    told = cast(dict[str, Any], ask(bank, "GET", "events").json)
    return [event["kind"] for event in told["events"]]


# --- pages --------------------------------------------------------------------------------------


def test_the_page_says_that_it_is_a_test_and_asks_for_no_card(bank: FlaskClient) -> None:
    page = bank.get(opened(bank)).text
    assert "No money moves here" in page
    assert "card number" not in page.lower()
    assert 'autocomplete="cc-' not in page


def test_the_page_says_what_is_paid_for(bank: FlaskClient) -> None:
    page = bank.get(opened(bank)).text
    assert "€1,000.00" in page
    assert "2 × Tern shoe" in page
    assert "€100.00" in page


@pytest.mark.parametrize(
    ("amount", "said"), [(100_590, "Delivery and the like"), (90_000, "Reductions"), (100_000, "")]
)
def test_what_the_items_do_not_add_up_to_is_said(bank: FlaskClient, amount: int, said: str) -> None:
    page = bank.get(opened(bank, amount=amount)).text
    assert [word in page for word in ("Delivery and the like", "Reductions")] == [
        word == said for word in ("Delivery and the like", "Reductions")
    ]


def test_titles_are_no_markup(bank: FlaskClient) -> None:
    assert "<b>" not in bank.get(opened(bank, items=[["<b>Sofa</b>", 1, 100_000]])).text


def test_the_policy_lets_forms_lead_to_the_shop_alone(bank: FlaskClient) -> None:
    headers = bank.get(opened(bank)).headers
    assert "form-action 'self' http://shop.example.com;" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_an_unknown_page_is_not_there(bank: FlaskClient) -> None:
    assert bank.get("/pay/tp_1").status_code == 404
    assert bank.post("/pay/tp_1", data={"outcome": "pay"}).status_code == 404


@pytest.mark.parametrize("given", [{}, {"outcome": "win"}, {"outcome": "pay", "news": "by pigeon"}])
def test_what_can_not_be_chosen_is_told(bank: FlaskClient, given: dict[str, str]) -> None:
    answer = bank.post(opened(bank), data=given)
    assert answer.status_code == 422
    assert "Choose what shall happen" in answer.text
    assert kinds(bank) == []


@pytest.mark.parametrize(
    ("outcome", "said"), [("pay", "Paid"), ("decline", "Declined"), ("timeout", "The time is over")]
)
def test_a_page_that_is_over_says_so(bank: FlaskClient, outcome: str, said: str) -> None:
    page = opened(bank)
    bank.post(page, data={"outcome": outcome})
    assert f"<h1>{said}</h1>" in bank.get(page).text


def test_a_page_that_is_over_stays_so(bank: FlaskClient) -> None:
    page = opened(bank)
    bank.post(page, data={"outcome": "decline"})
    answer = bank.post(page, data={"outcome": "pay"})
    assert answer.headers["Location"] == "http://shop.example.com/back"
    assert kinds(bank) == ["declined"]


def test_nobody_pays_when_the_time_is_over(bank: FlaskClient) -> None:
    page = opened(bank, expires_at=1.0)
    bank.post(page, data={"outcome": "pay"})
    assert kinds(bank) == ["expired"]


def test_the_second_step_may_be_declined(bank: FlaskClient) -> None:
    page = opened(bank)
    bank.post(page, data={"outcome": "code", "news": "never"})
    assert "One more step" in bank.get(page).text
    bank.post(page, data={"outcome": "decline"})
    assert kinds(bank) == ["declined"]


# --- the API ------------------------------------------------------------------------------------


def test_the_same_key_is_the_same_page(bank: FlaskClient) -> None:
    first, second = (ask(bank, "POST", "pages", wanted()).json for _ in range(2))
    assert first == second


def test_a_key_with_other_contents_is_refused(bank: FlaskClient) -> None:
    ask(bank, "POST", "pages", wanted())
    answer = ask(bank, "POST", "pages", wanted(amount=1))
    assert (answer.status_code, answer.json) == (400, {"error": "this key was used for another page"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 0},
        {"amount": "1"},
        {"currency": "Euro"},
        {"expires_at": "soon"},
        {"return_url": "javascript:alert(1)"},
    ],
)
def test_what_a_page_can_not_be_is_refused(bank: FlaskClient, wrong: dict[str, object]) -> None:
    assert ask(bank, "POST", "pages", wanted(**wrong)).status_code == 400


@pytest.mark.parametrize("secret", ["", "another"])
def test_without_the_secret_nothing_is_told(bank: FlaskClient, secret: str) -> None:
    assert ask(bank, "GET", "events", secret=secret).status_code == 401


def test_a_page_ends_when_the_shop_says_so(bank: FlaskClient) -> None:
    page = opened(bank).removeprefix("/pay/")
    assert cast(dict[str, Any], ask(bank, "POST", f"pages/{page}/expire").json)["state"] == "expired"
    assert kinds(bank) == ["expired"]


def test_refunds_never_exceed_what_was_paid(bank: FlaskClient) -> None:
    page = opened(bank)
    bank.post(page, data={"outcome": "pay"})
    given = {"page": page.removeprefix("/pay/"), "amount": 60_000}
    assert [ask(bank, "POST", "refunds", given, key).status_code for key in ("a", "a", "b")] == [
        200,
        200,
        400,
    ]
    assert kinds(bank) == ["captured", "refunded"]


@pytest.mark.parametrize("amount", [0, -1, "1"])
def test_a_refund_is_an_amount(bank: FlaskClient, amount: object) -> None:
    page = opened(bank)
    bank.post(page, data={"outcome": "pay"})
    answer = ask(bank, "POST", "refunds", {"page": page.removeprefix("/pay/"), "amount": amount})
    assert answer.status_code == 400


def test_what_was_not_paid_is_not_sent_back(bank: FlaskClient) -> None:
    page = opened(bank).removeprefix("/pay/")
    assert ask(bank, "POST", "refunds", {"page": page, "amount": 1}).status_code == 400


def test_events_come_in_order_and_in_parts(bank: FlaskClient) -> None:
    page = opened(bank)
    bank.post(page, data={"outcome": "pay"})
    for number in range(100):
        ask(bank, "POST", "refunds", {"page": page.removeprefix("/pay/"), "amount": 1}, f"refund-{number}")
    first = cast(dict[str, Any], ask(bank, "GET", "events").json)
    second = cast(dict[str, Any], ask(bank, "GET", f"events?after={first['last']}").json)
    assert (len(first["events"]), first["more"], second["more"]) == (100, True, False)
    assert first["events"][0]["kind"] == "captured"
    assert [event["key"] for event in second["events"]] == ["refund-99"]


def test_no_event_is_older_than_asked_for(bank: FlaskClient) -> None:
    bank.post(opened(bank), data={"outcome": "pay"})
    assert ask(bank, "GET", f"events?since={time.time() + 60}").json == {
        "events": [],
        "last": 0,
        "more": False,
    }
