"""Vouchers on the last page of the checkout."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from storefront.accounts import throttle
from storefront.accounts.models import Tries
from storefront.checkout.models import Voucher
from storefront.web.context import shop
from storefront.web.once import VISITOR
from tests.storefront import people
from tests.storefront.shoppers import (
    checkout,
    come,
    purse,
    registry,
    shopper,
)

__all__ = ["purse", "registry", "shopper"]

LONG_AGO, LATER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def offer(**terms: object) -> None:
    with shop().database.transaction() as session:
        session.add(Voucher(**{"code": "SPRING", "title": "Spring", "kind": "percent", "value": 10, **terms}))


def enter(shopper: FlaskClient, code: str) -> TestResponse:
    """Send the last page's form for vouchers; no code takes off the one that is there."""
    return people.send(shopper, "/checkout/pay", to="/checkout/voucher", code=code)


def test_a_voucher_lowers_what_is_paid_and_is_counted(shopper: FlaskClient) -> None:
    offer()
    come(shopper, "pay")
    enter(shopper, " spring ")
    assert (checkout().amount, checkout().state) == (36_000 + 690, "reserved")
    assert "Voucher SPRING" in people.get(shopper, "/checkout/pay").text
    with shop().database.transaction() as session:
        assert session.get_one(Voucher, "SPRING").used == 1


def test_a_voucher_is_taken_off_again(shopper: FlaskClient) -> None:
    offer()
    come(shopper, "pay")
    for code in ("SPRING", ""):
        enter(shopper, code)
    assert (checkout().amount, checkout().voucher) == (40_690, None)


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"code": "OTHER"}, "We don&#39;t know this voucher."),
        ({"minimum": 50_000}, "This voucher is for orders from €500."),
        ({"category": "lamp"}, "This voucher isn&#39;t for any of these goods."),
        ({"valid_until": LONG_AGO}, "This voucher has ended."),
        ({"valid_from": LATER}, "This voucher counts from 1 January 2100 on."),
        ({"most_uses": 1, "used": 1}, "This voucher is used up."),
    ],
)
def test_a_voucher_that_does_not_count_says_why(
    shopper: FlaskClient, terms: dict[str, object], sentence: str
) -> None:
    offer(**terms)
    come(shopper, "pay")
    response = enter(shopper, "SPRING")
    assert response.status_code == 422
    assert sentence in response.text
    assert (checkout().amount, checkout().voucher) == (40_690, None)


def test_no_voucher_takes_off_more_than_the_goods_cost(shopper: FlaskClient) -> None:
    offer(kind="fixed", value=99_999)
    come(shopper, "pay")
    enter(shopper, "SPRING")
    assert checkout().amount == 690


# --- guessing ------------------------------------------------------------------------------------


def tried(kind: str, text: str, times: int) -> None:
    """As many wrong codes a moment ago."""
    ends_at = datetime.now(UTC) + timedelta(minutes=10)
    with shop().database.transaction() as session:
        name = throttle.subject("voucher", kind, text)
        session.add(Tries(subject=name, count=times, ends_at=ends_at))


@pytest.mark.parametrize(
    ("kind", "text"), [("account", "ash@example.com"), ("address", "127.0.0.1"), ("session", "")]
)
def test_codes_can_not_be_guessed(shopper: FlaskClient, kind: str, text: str) -> None:
    offer()
    come(shopper, "pay")
    people.get(shopper, "/checkout/pay")
    with shopper.session_transaction() as session:
        tried(kind, text or session[VISITOR], throttle.VOUCHERS[kind].most)
    response = enter(shopper, "SPRING")
    assert (response.status_code, response.headers["Retry-After"]) == (429, "900")
    assert checkout().voucher is None


def test_whoever_guessed_too_often_keeps_the_form_and_may_pay(shopper: FlaskClient) -> None:
    come(shopper, "pay")
    tried("address", "127.0.0.1", throttle.VOUCHERS["address"].most)
    response = enter(shopper, "spring-9")
    assert 'value="SPRING-9"' in response.text
    assert "too many codes" in response.text
    assert 'action="/checkout/pay"' in response.text


def test_each_wrong_code_is_counted(shopper: FlaskClient) -> None:
    come(shopper, "pay")
    codes = [enter(shopper, "GUESS").status_code for _ in range(throttle.VOUCHERS["session"].most + 1)]
    assert codes == [422] * throttle.VOUCHERS["session"].most + [429]


def test_a_code_that_counts_is_no_guess_and_makes_up_for_none(shopper: FlaskClient) -> None:
    offer()
    come(shopper, "pay")
    for code in ("GUESS", "SPRING", "", "SPRING"):
        enter(shopper, code)
    with shop().database.transaction() as session:
        assert set(session.scalars(select(Tries.count))) == {1}


def test_a_voucher_is_taken_off_however_often_somebody_guessed(shopper: FlaskClient) -> None:
    offer()
    come(shopper, "pay")
    enter(shopper, "SPRING")
    with shop().database.transaction() as session:
        session.execute(update(Tries).values(count=throttle.VOUCHERS["address"].most))
    assert enter(shopper, "").status_code == 303
    assert checkout().voucher is None
