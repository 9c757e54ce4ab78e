"""Vouchers on the last page of the checkout."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from storefront.checkout.models import Voucher
from storefront.web.context import shop
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


def test_a_voucher_lowers_what_is_paid_and_is_counted(shopper: FlaskClient) -> None:
    offer()
    come(shopper, "pay")
    people.send(shopper, "/checkout/pay", to="/checkout/voucher", code=" spring ")
    assert (checkout().amount, checkout().state) == (36_000 + 690, "reserved")
    assert "Voucher SPRING" in people.get(shopper, "/checkout/pay").text
    with shop().database.transaction() as session:
        assert session.get_one(Voucher, "SPRING").used == 1


def test_a_voucher_is_taken_off_again(shopper: FlaskClient) -> None:
    offer()
    come(shopper, "pay")
    for code in ("SPRING", ""):
        people.send(shopper, "/checkout/pay", to="/checkout/voucher", code=code)
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
    response = people.send(shopper, "/checkout/pay", to="/checkout/voucher", code="SPRING")
    assert response.status_code == 422
    assert sentence in response.text
    assert (checkout().amount, checkout().voucher) == (40_690, None)


def test_no_voucher_takes_off_more_than_the_goods_cost(shopper: FlaskClient) -> None:
    offer(kind="fixed", value=99_999)
    come(shopper, "pay")
    people.send(shopper, "/checkout/pay", to="/checkout/voucher", code="SPRING")
    assert checkout().amount == 690
