"""The merchant's stock: received, counted, and what the ledger says of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.cart.models import InCart
from storefront.catalog import operations as catalog
from storefront.registry import Registry
from storefront.stock import operations as stock
from storefront.web.context import shop
from tests.storefront.chairs import seats_only
from tests.storefront.people import MONA, get, person, send, sign_in

SKU = "tern-runner.dune.42"
AT = f"/merchant/stock/{SKU}"


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Chairs only."""
    return seats_only()


@pytest.fixture
def mona(app: Flask, client: FlaskClient) -> FlaskClient:
    """The merchant's browser; five pairs of shoes are in stock, and two of them are held."""
    person(MONA, "merchant")
    sign_in(client, MONA)
    with shop().database.transaction() as session:
        stock.receive(session, SKU, 5)
        stock.hold(session, "checkout", {SKU: 2})
    return client


def chair() -> None:
    """A draft of which nothing was received."""
    catalog.ensure_categories(shop().registry)
    catalog.create_product(
        slug="fjord", title="Fjord", product_type="chair", category="chair", price=40000, currency="EUR"
    )


def free() -> int:
    return stock.free([SKU])[SKU]


def test_shoppers_do_not_see_the_stock(app: Flask, client: FlaskClient) -> None:
    person()
    sign_in(client)
    assert get(client, "/merchant/stock").status_code == 403


def test_it_is_found_by_a_part_of_its_name(mona: FlaskClient) -> None:
    assert "5 on hand, 2 held" in get(mona, "/merchant/stock?text=dune").text
    assert SKU not in get(mona, "/merchant/stock?text=%25").text


def test_units_are_received(mona: FlaskClient) -> None:
    assert send(mona, AT, f"{AT}/receive", units="4", reference="Note 7").status_code == 303
    page = get(mona, AT).text
    assert free() == 7
    assert "Note 7" in page
    assert "+4" in page


def test_units_are_counted(mona: FlaskClient) -> None:
    assert send(mona, AT, f"{AT}/count", units="2", reference="Shelf").status_code == 303
    assert free() == 0


def test_no_fewer_are_counted_than_are_held(mona: FlaskClient) -> None:
    assert send(mona, AT, f"{AT}/count", units="1").status_code == 409
    assert free() == 3


@pytest.mark.parametrize("units", ["0", "-1", "x", "", "1000001"])
def test_a_number_that_makes_no_sense_is_refused(mona: FlaskClient, units: str) -> None:
    assert send(mona, AT, f"{AT}/receive", units=units).status_code == 422
    assert free() == 3


def test_what_was_never_received_is_listed_and_received(mona: FlaskClient) -> None:
    chair()
    assert "Never received" in get(mona, "/merchant/stock").text
    assert "Nothing received yet" in get(mona, "/merchant/stock/fjord").text
    assert (
        send(mona, "/merchant/stock", sku=" Fjord ", units="3").location
        == "/merchant/stock/fjord?done=received"
    )
    assert stock.free(["fjord"]) == {"fjord": 3}
    assert "Never received" not in get(mona, "/merchant/stock").text


@pytest.mark.parametrize("sku", ["", "nothing", "fjord.42", "../fjord"])
def test_units_of_no_product_are_refused(mona: FlaskClient, sku: str) -> None:
    chair()
    assert send(mona, "/merchant/stock", sku=sku, units="3").status_code == 404
    assert stock.free([sku]) == {sku: 0}


def test_pieces_in_carts_are_shown_beside_it(mona: FlaskClient) -> None:
    in_ten_minutes = datetime.now(UTC) + timedelta(minutes=10)
    InCart("tern-runner", "cart/line", quantity=7, expires_at=in_ten_minutes).save()
    assert "7 in carts" in get(mona, "/merchant/stock").text
    assert "7 of this product are in carts" in get(mona, AT).text


def test_an_unknown_sku_is_not_found(mona: FlaskClient) -> None:
    assert get(mona, "/merchant/stock/nothing").status_code == 404
