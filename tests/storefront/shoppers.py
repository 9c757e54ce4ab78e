"""A shopper who checks out, for the tests of its pages: import the fixtures that they name."""

from __future__ import annotations

import re
import secrets

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from storefront.catalog import operations as catalog
from storefront.checkout import reserving
from storefront.checkout.models import Checkout
from storefront.checkout.payments.current import attach
from storefront.registry import Registry
from storefront.stock import operations as stock
from storefront.web.context import shop
from tests.conftest import publish_snapshot
from tests.storefront import people
from tests.storefront.carts import FJORD, put
from tests.storefront.chairs import seats_only
from tests.storefront.chairs import stock as put_on_sale
from tests.storefront.tills import Purse

ADDRESS = {
    "country": "DE",
    "name": "Ash Example",
    "street": "Long Street 1",
    "postcode": "10115",
    "city": "Berlin",
}


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Chairs only."""
    return seats_only()


@pytest.fixture
def purse(app: Flask) -> Purse:
    """Who takes the money."""
    purse = Purse()
    attach(app, purse)
    return purse


@pytest.fixture
def shopper(app: Flask, purse: Purse, client: FlaskClient) -> FlaskClient:
    """A visitor with one chair in the cart, of ten that are in stock."""
    put_on_sale(app)
    publish_snapshot(app)
    with shop().database.transaction() as session:
        stock.count(session, "fjord", 10)
    put(client, FJORD)
    return client


def start(shopper: FlaskClient) -> TestResponse:
    """Press the cart's button."""
    return people.post(shopper, "/checkout", once="begin")


def come(shopper: FlaskClient, step: str) -> None:
    """Fill in everything before a step."""
    start(shopper)
    forms = {"contact": {"email": "ash@example.com"}, "address": ADDRESS, "delivery": {"way": "standard"}}
    for name, fields in forms.items():
        if name == step:
            return
        response = people.post(shopper, f"/checkout/{name}", once=secrets.token_hex(8), **fields)
        assert response.status_code == 303, response.text


def checkout() -> Checkout:
    """The only checkout."""
    with shop().database.transaction() as session:
        return session.scalars(select(Checkout)).one()


def change(**values: object) -> None:
    with shop().database.transaction() as session:
        session.execute(update(Checkout).values(**values), execution_options={"synchronize_session": False})


def pay(shopper: FlaskClient) -> TestResponse:
    return people.send(shopper, "/checkout/pay", **seen())


def seen() -> dict[str, str]:
    """What the last page shows, as its form sends it."""
    shown = checkout()
    return {"amount": str(shown.amount), "terms": reserving.digest_of(shown)}


def reprice(app: Flask, price: int) -> None:
    catalog.save_product(catalog.find_product("fjord"), {"price": price})
    publish_snapshot(app)


def units_free() -> int:
    return stock.free(["fjord"])["fjord"]


def accept(shopper: FlaskClient) -> TestResponse:
    return people.post(shopper, "/checkout/changes", **hidden(people.get(shopper, "/checkout/changes").text))


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms."""
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
