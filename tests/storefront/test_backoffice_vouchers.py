"""The merchant's vouchers."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from storefront.checkout.models import Voucher
from storefront.registry import Registry
from storefront.web.context import shop
from tests.storefront.chairs import seats_only
from tests.storefront.people import MONA, get, person, send, sign_in

AT = "/merchant/vouchers"
FORM = {"code": "spring-10", "kind": "fixed", "value": "10.50", "most_uses": "5", "per_shopper": "1"}


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Chairs only."""
    return seats_only()


@pytest.fixture
def mona(app: Flask, client: FlaskClient) -> FlaskClient:
    """The merchant's browser."""
    person(MONA, "merchant")
    sign_in(client, MONA)
    return client


def vouchers() -> list[Voucher]:
    with shop().database.transaction() as session:
        return list(session.scalars(select(Voucher)))


def test_shoppers_make_no_vouchers(app: Flask, client: FlaskClient) -> None:
    person()
    sign_in(client)
    assert get(client, AT).status_code == 403


def test_a_voucher_is_made(both_databases: str, mona: FlaskClient) -> None:
    assert send(mona, AT, **FORM, valid_until="2099-12-31").status_code == 303
    (made,) = vouchers()
    assert (made.code, made.kind, made.value, made.most_uses) == ("SPRING-10", "fixed", 1050, 5)
    assert "used 0 of 5" in get(mona, AT).text


def test_a_percentage_is_made(mona: FlaskClient) -> None:
    send(mona, AT, **FORM | {"kind": "percent", "value": "15", "category": "chairs"})
    assert [(made.value, made.category) for made in vouchers()] == [(15, "chairs")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "x y"},
        {"value": "0"},
        {"value": "much"},
        {"kind": "percent", "value": "101"},
        {"minimum": "-1"},
        {"most_uses": "many"},
        {"valid_until": "soon"},
    ],
)
def test_what_makes_no_sense_is_refused(mona: FlaskClient, wrong: dict[str, str]) -> None:
    answer = send(mona, AT, **FORM | wrong)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert vouchers() == []


def test_a_code_is_given_once(mona: FlaskClient) -> None:
    send(mona, AT, **FORM)
    assert send(mona, AT, **FORM | {"value": "99"}).status_code == 422
    assert [made.value for made in vouchers()] == [1050]


def test_a_voucher_is_ended(both_databases: str, mona: FlaskClient) -> None:
    send(mona, AT, **FORM)
    assert send(mona, AT, f"{AT}/end", code="SPRING-10").status_code == 303
    assert "Has ended" in get(mona, AT).text
