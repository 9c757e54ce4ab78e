"""Putting things into the cart, changing them, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.cart.items import MOST_LINES
from storefront.cart.models import CartLine
from storefront.catalog import operations as catalog
from storefront.stores.dynamo import now
from tests.conftest import publish_snapshot
from tests.storefront.carts import FJORD, MOSS, all_lines, lines, only_line, put, put_more, shopper
from tests.storefront.shoppers import registry, reprice

__all__ = ["registry", "shopper"]


def test_it_works(shopper: FlaskClient) -> None:
    response = put(shopper, MOSS)
    assert (response.status_code, response.headers["Location"]) == (303, "/cart")
    page = shopper.get("/cart").text
    assert "Fjord" in page
    assert "Moss" in page
    assert "€440" in page


def test_an_empty_cart_says_so(shopper: FlaskClient) -> None:
    assert "Nothing in here yet" in shopper.get("/cart").text


def test_the_same_configuration_is_one_line(shopper: FlaskClient) -> None:
    put(shopper, MOSS)
    put_more(shopper, MOSS, legs="oak", quantity="2")
    assert list(lines().values()) == [3]


def test_another_configuration_is_another_line(shopper: FlaskClient) -> None:
    put(shopper, MOSS)
    put(shopper, FJORD)
    assert sorted(lines().values()) == [1, 1]


def test_a_forged_price_is_refused_and_explained(shopper: FlaskClient) -> None:
    response = put(shopper, MOSS, total="100")
    assert response.status_code == 409
    assert "costs €440. The form that was sent said €1." in response.text
    assert 'href="/p/fjord?fabric=moss"' in response.text
    assert lines() == {}


def test_the_page_of_a_forged_price_offers_the_right_one(shopper: FlaskClient) -> None:
    page = put(shopper, MOSS, total="100").text
    assert '<input type="hidden" name="total" value="44000">' in page


@pytest.mark.parametrize("total", ["", "free", "4e4", "44000.0"])
def test_a_price_that_is_no_number_is_refused(shopper: FlaskClient, total: str) -> None:
    assert put(shopper, MOSS, total=total).status_code == 409


def test_a_forbidden_combination_is_refused_with_a_way_out(shopper: FlaskClient) -> None:
    response = put(shopper, FJORD, fabric="velvet", legs="steel", total="51500")
    assert response.status_code == 422
    assert "Velvet is only made on oak." in response.text
    assert 'href="/p/fjord?fabric=velvet">Use oak legs' in response.text
    assert lines() == {}


def test_a_choice_that_does_not_exist_is_refused(shopper: FlaskClient) -> None:
    response = put(shopper, FJORD, fabric="lava")
    assert response.status_code == 422
    assert "there is no such choice" in response.text


def test_a_product_that_does_not_exist_is_refused(shopper: FlaskClient) -> None:
    assert put(shopper, FJORD, product="throne").status_code == 404


@pytest.mark.parametrize("quantity", ["0", "-1", "100", "many", "1.5", "9" * 40])
def test_a_quantity_that_makes_no_sense_is_refused(shopper: FlaskClient, quantity: str) -> None:
    response = put(shopper, FJORD, quantity=quantity)
    assert response.status_code == 422
    assert "1 to 99" in response.text


def test_a_line_never_holds_more_than_99(shopper: FlaskClient) -> None:
    put(shopper, FJORD, quantity="99")
    assert put_more(shopper, FJORD).status_code == 422
    assert list(lines().values()) == [99]


def test_a_cart_that_is_full_takes_more_of_what_is_in_it_alone(shopper: FlaskClient) -> None:
    put(shopper, FJORD)
    line = only_line()
    for number in range(MOST_LINES - 1):
        line.item_id = f"fjord.{number}"
        line.save()
    assert put(shopper, FJORD).status_code == 303
    refused = put(shopper, MOSS)
    assert (refused.status_code, len(lines())) == (409, MOST_LINES)
    assert "Your cart is full" in refused.text


def test_a_quantity_is_changed_by_what_differs_from_what_was_seen(shopper: FlaskClient) -> None:
    put(shopper, FJORD, quantity="2")
    address = f"/cart/lines/{only_line().line_id}"
    for _tab in range(2):
        shopper.post(address, data={"seen": "2", "quantity": "3"})
    assert list(lines().values()) == [4]


def test_a_step_changes_the_quantity(shopper: FlaskClient) -> None:
    put(shopper, FJORD, quantity="2")
    shopper.post(f"/cart/lines/{only_line().line_id}", data={"seen": "2", "quantity": "2", "step": "-1"})
    assert list(lines().values()) == [1]


def test_zero_takes_the_line_out(shopper: FlaskClient) -> None:
    put(shopper, FJORD)
    shopper.post(f"/cart/lines/{only_line().line_id}", data={"seen": "1", "quantity": "0"})
    assert lines() == {}


def test_what_was_removed_can_be_brought_back(shopper: FlaskClient) -> None:
    put(shopper, MOSS, quantity="3")
    line = only_line().line_id
    page = shopper.post(f"/cart/lines/{line}/remove", follow_redirects=True).text
    assert "was removed" in page
    assert lines() == {}
    put(shopper, MOSS, quantity="3")
    assert lines() == {line: 3}


def test_an_edited_line_takes_the_place_of_the_old_one(shopper: FlaskClient) -> None:
    put(shopper, FJORD, quantity="2")
    old = only_line().line_id
    put(shopper, MOSS, line=old)
    assert [(line.selection["fabric"], line.quantity) for line in all_lines()] == [("moss", 2)]


def test_an_edited_line_merges_with_its_equal(shopper: FlaskClient) -> None:
    put(shopper, FJORD, quantity="2")
    old = only_line().line_id
    put(shopper, MOSS, quantity="3")
    put(shopper, MOSS, line=old)
    assert list(lines().values()) == [5]


def test_an_edit_that_would_hold_too_many_changes_nothing(shopper: FlaskClient) -> None:
    put(shopper, FJORD, quantity="60")
    old = only_line().line_id
    put(shopper, MOSS, quantity="60")
    before = lines()
    assert put(shopper, MOSS, line=old).status_code == 422
    assert lines() == before


def test_editing_a_line_that_is_gone_explains_itself(shopper: FlaskClient) -> None:
    put(shopper, FJORD)
    assert put(shopper, MOSS, line="fjord.0000").status_code == 404


def test_an_expired_line_is_not_shown(shopper: FlaskClient) -> None:
    put(shopper, FJORD)
    only_line().update(actions=[CartLine.expires_at.set(now() - timedelta(minutes=1))])
    assert "Nothing in here yet" in shopper.get("/cart").text


def test_an_expired_line_is_not_added_to(shopper: FlaskClient) -> None:
    put(shopper, FJORD, quantity="5")
    only_line().update(actions=[CartLine.expires_at.set(now() - timedelta(minutes=1))])
    put(shopper, FJORD)
    assert list(lines().values()) == [1]


def test_a_price_that_changed_is_shown_at_the_line(app: Flask, shopper: FlaskClient) -> None:
    put(shopper, FJORD)
    reprice(app, 42000)
    assert "€420 instead of €400" in shopper.get("/cart").text


def test_what_is_not_sold_any_more_is_shown_and_not_counted(app: Flask, shopper: FlaskClient) -> None:
    put(shopper, FJORD)
    put(shopper, {"product": "holm", "total": "25000"})
    catalog.save_product(catalog.find_product("fjord"), {"state": "draft"})
    publish_snapshot(app)
    page = shopper.get("/cart").text
    assert "isn&#39;t sold any more" in page
    assert "<dt>1 piece</dt><dd>€250</dd>" in page


def test_carts_are_apart(app: Flask, shopper: FlaskClient) -> None:
    put(shopper, FJORD)
    assert "Nothing in here yet" in app.test_client().get("/cart").text


def test_the_header_counts_pieces(shopper: FlaskClient) -> None:
    put(shopper, FJORD, quantity="3")
    assert ">3<" in shopper.get("/_me/header").text


def test_the_header_of_a_new_visitor_reads_nothing(shopper: FlaskClient, calls: list[str]) -> None:
    shopper.get("/_me/header")
    assert calls == []


def test_htmx_stays_on_the_page_and_tells_the_header(shopper: FlaskClient) -> None:
    response = shopper.post("/_cart/lines", data=MOSS)
    assert response.status_code == 200
    assert "cart-changed" in response.headers["HX-Trigger"]
    assert "<html" not in response.text


def test_htmx_gets_the_refusal_as_a_fragment(shopper: FlaskClient) -> None:
    response = shopper.post("/_cart/lines", data={**MOSS, "total": "1"})
    assert response.status_code == 409
    assert "<html" not in response.text


@pytest.mark.parametrize("line", ["x" * 3000, "x", "\x00", "é" * 600])
def test_a_line_that_can_not_be_is_gone_like_any_other(shopper: FlaskClient, line: str) -> None:
    put(shopper, FJORD)
    assert shopper.post(f"/cart/lines/{line}/remove").status_code == 404
    assert put(shopper, MOSS, line=line).status_code == 404
