"""What the cart says about stock, and that it asks for no more than there is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront.cart import operations
from storefront.cart.items import Line
from storefront.cart.models import CartLine
from storefront.checkout.models import Checkout
from storefront.plugin_api import Supply
from storefront.registry import Owned, Registry
from storefront.stock import operations as units
from storefront.stores.columns import from_now
from storefront.stores.database import Database
from storefront.web.context import shop
from tests.conftest import publish_snapshot
from tests.storefront.chairs import count, seats_only, stock

FJORD = {"product": "fjord", "quantity": "1", "total": "40000"}
MOSS = {"product": "fjord", "fabric": "moss", "quantity": "1", "total": "44000"}


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Chairs only."""
    return seats_only()


@pytest.fixture
def shopper(app: Flask, client: FlaskClient) -> FlaskClient:
    """A visitor of a shop that has three of the chair."""
    stock(app)
    publish_snapshot(app)
    count("fjord", 3)
    return client


def put(shopper: FlaskClient, fields: dict[str, str], quantity: int = 1, **more: str) -> TestResponse:
    return shopper.post("/cart/lines", data={**fields, "quantity": str(quantity), **more})


def lines() -> list[Line]:
    (cart_id,) = {item.cart_id for item in CartLine.scan()} or {"-"}
    return list(operations.lines(cart_id))


def quantities() -> list[int]:
    return [line.quantity for line in lines()]


def database_away(app: Flask) -> None:
    app.extensions["shop"] = replace(
        shop(), database=Database("postgresql://nobody@127.0.0.1:9/none?connect_timeout=1")
    )


def test_a_line_says_that_it_is_in_stock(shopper: FlaskClient) -> None:
    count("fjord", 20)
    put(shopper, FJORD)
    assert "In stock, ships within 2 working days." in shopper.get("/cart").text


def test_few_are_told_by_their_number(shopper: FlaskClient) -> None:
    put(shopper, FJORD)
    assert "Only 3 left." in shopper.get("/cart").text


def test_no_more_is_added_than_there_is(shopper: FlaskClient) -> None:
    response = put(shopper, FJORD, 4)
    assert response.status_code == 409
    assert "There are only 3 of Fjord left like this. Your cart is as it was." in response.text
    assert quantities() == []


def test_configurations_of_the_same_unit_share_what_there_is(shopper: FlaskClient) -> None:
    put(shopper, FJORD, 2)
    assert put(shopper, MOSS, 1).status_code == 303
    response = shopper.post("/_cart/lines", data={**MOSS, "quantity": "1"})
    assert response.status_code == 409
    assert "your cart asks for 3 already" in response.text
    assert sorted(quantities()) == [1, 2]


def test_a_line_grows_no_further_than_what_there_is(shopper: FlaskClient) -> None:
    put(shopper, FJORD, 3)
    address = f"/cart/lines/{lines()[0].line_id}"
    assert shopper.post(address, data={"seen": "3", "quantity": "4"}).status_code == 409
    assert quantities() == [3]


def test_less_is_never_refused(shopper: FlaskClient) -> None:
    put(shopper, FJORD, 3)
    count("fjord", 0)
    address = f"/cart/lines/{lines()[0].line_id}"
    assert shopper.post(address, data={"seen": "3", "quantity": "2"}).status_code == 303
    assert quantities() == [2]


def test_editing_a_line_needs_no_units_on_top(shopper: FlaskClient) -> None:
    put(shopper, FJORD, 3)
    assert put(shopper, MOSS, 1, line=lines()[0].line_id).status_code == 303
    assert quantities() == [3]


def test_what_is_sold_out_meanwhile_is_said_and_not_counted(shopper: FlaskClient) -> None:
    put(shopper, FJORD)
    put(shopper, {"product": "holm", "total": "25000"})
    count("fjord", 0)
    page = shopper.get("/cart").text
    assert "It is sold out like this." in page
    assert "<dt>1 piece</dt><dd>€250</dd>" in page


def test_fewer_than_the_line_holds_is_said(shopper: FlaskClient) -> None:
    put(shopper, FJORD, 3)
    count("fjord", 2)
    assert "Only 2 of these 3 can be had now." in shopper.get("/cart").text


def test_adding_what_is_sold_out_is_refused(shopper: FlaskClient) -> None:
    count("fjord", 0)
    response = put(shopper, FJORD)
    assert (response.status_code, "Fjord is sold out like this" in response.text) == (409, True)


def test_what_the_own_checkout_holds_is_there(app: Flask, shopper: FlaskClient) -> None:
    put(shopper, FJORD, 3)
    with shop().database.transaction() as session:
        checkout = Checkout(cart_id="c", currency="EUR", expires_at=from_now(900))
        session.add(checkout)
        session.flush()
        units.hold(session, checkout.id, {"fjord": 3})
        name = checkout.id
    assert "It is sold out like this." in shopper.get("/cart").text
    with shopper.session_transaction() as kept:
        kept["checkout"] = name
    assert "It is sold out like this." not in shopper.get("/cart").text


def test_made_to_order_is_never_refused_and_says_when(app: Flask, shopper: FlaskClient) -> None:
    made_to_order(days=14)
    put(shopper, FJORD, 50)
    assert "Made to order, ships within 14 working days." in shopper.get("/cart").text


def test_another_lead_time_is_said_at_the_line(app: Flask, shopper: FlaskClient) -> None:
    made_to_order(days=14)
    put(shopper, FJORD)
    made_to_order(days=21)
    assert "It ships within 21 working days now, not within 14 working days." in shopper.get("/cart").text


def made_to_order(days: int) -> None:
    registry = shop().registry
    owned = registry.types["chair"]
    made = replace(owned.type, supply=Supply(stocked=False, lead_days=days))
    types: dict[str, Owned] = {**registry.types, "chair": replace(owned, type=made)}
    current_app.extensions["shop"] = replace(shop(), registry=replace(registry, types=types))


def test_with_the_database_away_the_cart_goes_on(app: Flask, shopper: FlaskClient) -> None:
    database_away(app)
    assert put(shopper, FJORD, 50).status_code == 303
    page = shopper.get("/cart")
    assert page.status_code == 200
    assert "We can’t see right now whether it is in stock." in page.text


def ask(shopper: FlaskClient, query: str = "") -> TestResponse:
    return shopper.get(f"/p/fjord/availability{query}", headers={"HX-Request": "true"})


def test_the_products_page_asks_for_its_availability_apart(shopper: FlaskClient) -> None:
    page = shopper.get("/p/fjord?fabric=moss")
    assert 'hx-get="/p/fjord/availability?fabric=moss"' in page.text
    assert "public" in page.headers["Cache-Control"]
    assert "Only 3 left" not in page.text


def test_availability_is_said_and_kept_nowhere(shopper: FlaskClient) -> None:
    answer = ask(shopper, "?fabric=moss")
    assert "Only 3 left." in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in answer.headers


def test_what_is_sold_out_can_not_be_added(shopper: FlaskClient) -> None:
    count("fjord", 0)
    answer = ask(shopper).text
    assert 'hx-swap-oob="outerHTML" disabled>Sold out</button>' in answer


def test_what_is_there_leaves_the_button_as_it_is(shopper: FlaskClient) -> None:
    assert "<button" not in ask(shopper).text


def test_a_line_that_is_edited_keeps_its_button(shopper: FlaskClient) -> None:
    count("fjord", 0)
    assert "<button" not in ask(shopper, "?line=fjord.0a").text


def test_made_to_order_says_its_lead_time(shopper: FlaskClient) -> None:
    made_to_order(days=1)
    assert "Made to order, ships within a working day." in ask(shopper).text


def test_without_javascript_it_is_a_page(shopper: FlaskClient) -> None:
    page = shopper.get("/p/fjord/availability?fabric=moss").text
    assert "<html" in page
    assert "Only 3 left." in page
    assert 'href="/p/fjord?fabric=moss"' in page


def test_a_product_that_does_not_exist_has_no_availability(shopper: FlaskClient) -> None:
    assert shopper.get("/p/throne/availability").status_code == 404
