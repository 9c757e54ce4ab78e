"""The last steps before paying: delivery, the hold, and what became different since the cart."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from storefront.checkout import sweeping
from storefront.stock import operations as stock
from storefront.stores.columns import from_now
from storefront.web.context import shop
from tests.storefront import people
from tests.storefront.shoppers import (
    accept,
    change,
    checkout,
    come,
    hidden,
    purse,
    registry,
    reprice,
    shopper,
    start,
    units_free,
)

__all__ = ["purse", "registry", "shopper"]


# --- delivery and hold ---------------------------------------------------------------------------


def test_delivery_says_what_it_costs_and_when_it_comes(shopper: FlaskClient) -> None:
    come(shopper, "delivery")
    page = people.get(shopper, "/checkout/delivery").text
    assert "Standard delivery" in page
    assert "Express" in page
    assert "Arrives between" in page


def test_a_way_that_is_not_offered_is_refused(shopper: FlaskClient) -> None:
    come(shopper, "delivery")
    response = people.send(shopper, "/checkout/delivery", way="teleport")
    assert response.status_code == 422
    assert checkout().state == "open"


def test_the_last_step_holds_goods_and_price(app: Flask, shopper: FlaskClient) -> None:
    come(shopper, "pay")
    assert units_free() == 9
    reprice(app, 50_000)
    page = people.get(shopper, "/checkout/pay").text
    assert "Pay €406.90" in page
    assert "Includes 19 % VAT: €64.97" in page
    assert "Your goods are held for you for 1" in page


def test_going_back_to_change_something_gives_the_goods_back(shopper: FlaskClient) -> None:
    come(shopper, "pay")
    people.send(shopper, "/checkout/contact", email="birch@example.com")
    assert (checkout().state, units_free()) == ("open", 10)
    assert people.get(shopper, "/checkout/pay").location == "/checkout/delivery"


def test_cancelling_gives_the_goods_back_and_keeps_the_cart(shopper: FlaskClient) -> None:
    come(shopper, "pay")
    assert people.send(shopper, "/checkout/pay", to="/checkout/cancel").location == "/cart"
    assert units_free() == 10
    assert "Fjord" in people.get(shopper, "/cart").text


def test_a_hold_is_extended_twice_at_most(shopper: FlaskClient) -> None:
    come(shopper, "pay")
    locations = [people.send(shopper, "/checkout/pay", to="/checkout/extend").location for _ in range(3)]
    assert locations == ["/checkout/pay", "/checkout/pay", "/checkout/pay?problem=time"]


def test_a_hold_that_is_over_is_said_and_can_be_made_anew(shopper: FlaskClient) -> None:
    come(shopper, "pay")
    change(expires_at=from_now(-1))
    sweeping.expire_due(shop().database)
    assert "aren&#39;t held any more" in people.get(shopper, "/checkout/pay").text.replace("'", "&#39;")
    assert people.send(shopper, "/checkout/pay", to="/checkout/hold").location == "/checkout/pay"
    assert checkout().state == "reserved"


def test_a_checkout_that_held_nothing_and_is_old_goes_on_with_the_delivery(shopper: FlaskClient) -> None:
    come(shopper, "delivery")
    change(state="expired", delivery={"key": "standard", "title": "Standard delivery", "amount": 690})
    assert people.get(shopper, "/checkout/pay").location == "/checkout/delivery"


# --- what became different -----------------------------------------------------------------------


def test_a_price_that_changed_is_shown_before_anything_is_held(app: Flask, shopper: FlaskClient) -> None:
    reprice(app, 42_000)
    assert start(shopper).location == "/checkout/changes"
    page = people.get(shopper, "/checkout/changes")
    assert page.status_code == 409
    assert "It costs €420 each now; it was €400." in page.text


def test_a_price_that_changed_late_stops_the_hold(app: Flask, shopper: FlaskClient) -> None:
    come(shopper, "delivery")
    reprice(app, 42_000)
    response = people.send(shopper, "/checkout/delivery", way="standard")
    assert (response.location, checkout().state) == ("/checkout/changes", "open")


def test_a_change_that_was_accepted_is_not_shown_again(app: Flask, shopper: FlaskClient) -> None:
    reprice(app, 42_000)
    start(shopper)
    accepted = accept(shopper)
    assert accepted.location == "/checkout/contact"
    assert people.get(shopper, "/checkout/changes").location == "/checkout/contact"


def test_only_what_was_shown_is_accepted(app: Flask, shopper: FlaskClient) -> None:
    reprice(app, 42_000)
    start(shopper)
    page = people.get(shopper, "/checkout/changes").text
    reprice(app, 45_000)
    response = people.post(shopper, "/checkout/changes", **hidden(page))
    assert response.status_code == 409
    assert "It costs €450 each now" in response.text


def test_goods_that_ran_out_leave_the_cart_when_that_is_accepted(shopper: FlaskClient) -> None:
    with shop().database.transaction() as session:
        stock.count(session, "fjord", 0)
    start(shopper)
    assert "It is sold out like this." in people.get(shopper, "/checkout/changes").text
    accept(shopper)
    assert "Nothing in here yet" in people.get(shopper, "/cart").text


def test_fewer_goods_than_wanted_are_offered(shopper: FlaskClient) -> None:
    people.post(shopper, "/_cart/lines", product="fjord", quantity="3", total="40000")
    with shop().database.transaction() as session:
        stock.count(session, "fjord", 2)
    start(shopper)
    assert "Only 2 of 4 can be had now." in people.get(shopper, "/checkout/changes").text
    accept(shopper)
    come(shopper, "pay")
    assert checkout().amounts["goods"] == 80_000
