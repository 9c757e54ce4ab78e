"""A guest's cart joins the user's at sign-in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.accounts.operations import Person
from storefront.cart import merging, operations, personal, whose
from storefront.cart.models import CartLine
from storefront.registry import Registry
from tests.conftest import publish_snapshot
from tests.storefront.chairs import count, seats_only, stock
from tests.storefront.people import PASSWORD, get, person, post

FJORD = {"product": "fjord", "quantity": "1", "total": "40000"}
HOLM = {"product": "holm", "quantity": "1", "total": "25000"}


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Chairs only."""
    return seats_only()


@pytest.fixture
def sam(app: Flask) -> Person:
    """A shopper with an account, in a shop with three chairs."""
    stock(app)
    publish_snapshot(app)
    return person()


def put(client: FlaskClient, fields: dict[str, str], quantity: int = 1) -> int:
    return post(client, "/cart/lines", **{**fields, "quantity": str(quantity)}).status_code


def sign_in(client: FlaskClient, who: Person) -> None:
    assert post(client, "/account/sign-in", email=who.email, password=PASSWORD).status_code == 303


def cart(who: Person) -> dict[str, int]:
    return {line.product: line.quantity for line in operations.lines(whose.cart_of(who.id))}


def test_a_guests_cart_is_the_users_after_signing_in(sam: Person, client: FlaskClient) -> None:
    put(client, FJORD, 2)
    sign_in(client, sam)
    assert cart(sam) == {"fjord": 2}
    assert "Fjord" in get(client, "/cart").text


def test_equal_configurations_add(app: Flask, sam: Person, client: FlaskClient) -> None:
    put(client, FJORD, 2)
    sign_in(client, sam)
    other = app.test_client()
    put(other, FJORD, 3)
    put(other, HOLM)
    sign_in(other, sam)
    assert cart(sam) == {"fjord": 5, "holm": 1}


def test_the_shopper_is_told_what_joined_and_only_once(app: Flask, sam: Person, client: FlaskClient) -> None:
    put(client, FJORD, 2)
    sign_in(client, sam)
    other = app.test_client()
    put(other, FJORD, 3)
    sign_in(other, sam)
    assert "Fjord: 3 joined the 2 that you had." in get(other, "/cart").text
    assert "joined" not in get(other, "/cart").text


def test_a_cart_that_met_no_other_says_nothing(sam: Person, client: FlaskClient) -> None:
    put(client, FJORD)
    sign_in(client, sam)
    assert "joined" not in get(client, "/cart").text


def test_signing_out_leaves_the_cart_with_the_user(sam: Person, client: FlaskClient) -> None:
    put(client, FJORD)
    sign_in(client, sam)
    post(client, "/account/sign-out")
    assert "Nothing in here yet" in get(client, "/cart").text
    sign_in(client, sam)
    assert cart(sam) == {"fjord": 1}


def fill(cart_id: str, slug: str, quantity: int) -> None:
    product, configuration = operations.check(slug, {}, quantity, {"fjord": 40000, "holm": 25000}[slug])
    operations.add(cart_id, product, configuration, quantity)


def test_a_line_holds_no_more_than_99(app: Flask, sam: Person) -> None:
    with app.test_request_context():
        fill("own", "fjord", 60)
        fill("guest", "fjord", 60)
        notes = merging.merge("guest", "own")
        assert [line.quantity for line in operations.lines("own")] == [99]
    assert notes[1] == (
        "Fjord: only 39 of the 60 that you had chosen came along, since a line holds 99 pieces. "
        "Your cart holds 99."
    )


def test_no_more_than_there_is_in_stock_comes_along(app: Flask, sam: Person) -> None:
    with app.test_request_context():
        fill("guest", "fjord", 5)
        fill("own", "fjord", 4)
        count("fjord", 6)
        notes = merging.merge("guest", "own")
        assert [line.quantity for line in operations.lines("own")] == [6]
    assert "only 2 of the 5 that you had chosen came along, since no more are in stock" in notes[1]


def test_merging_at_the_same_time_merges_once(app: Flask, sam: Person) -> None:
    with app.test_request_context():
        fill("guest", "fjord", 2)
        fill("guest", "holm", 3)

    def once(_number: int) -> None:
        with app.test_request_context():
            merging.merge("guest", "own")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(once, range(6)))
    assert sorted(line.quantity for line in operations.lines("own")) == [2, 3]
    assert operations.lines("guest") == ()


def test_what_the_shop_sells_no_more_comes_along_too(app: Flask, sam: Person) -> None:
    with app.test_request_context():
        fill("guest", "fjord", 2)
        for item in CartLine.scan():
            item.update(actions=[CartLine.product.set("throne")])
        merging.merge("guest", "own")
    assert [line.product for line in operations.lines("own")] == ["throne"]


def test_the_cart_is_the_users_data_and_goes_with_the_account(sam: Person, client: FlaskClient) -> None:
    put(client, FJORD, 2)
    sign_in(client, sam)
    (line,) = personal.export_personal(sam)["cart"]
    assert (line["product"], line["quantity"]) == ("fjord", 2)
    personal.erase_personal(sam)
    assert cart(sam) == {}
