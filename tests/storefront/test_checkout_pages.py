"""From the cart to a paid order, page by page: the whole way, contact and address."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from storefront.accounts import addresses
from storefront.cart import operations as cart
from storefront.checkout.settling import settle
from storefront.orders.models import Order
from storefront.web.context import shop
from tests.storefront import people
from tests.storefront.shoppers import (
    ADDRESS,
    checkout,
    come,
    pay,
    purse,
    registry,
    shopper,
    start,
)
from tests.storefront.tills import Purse, captured

__all__ = ["purse", "registry", "shopper"]


# --- the whole way -------------------------------------------------------------------------------


def test_a_guest_comes_from_the_cart_to_a_paid_order(shopper: FlaskClient) -> None:
    come(shopper, "pay")
    assert pay(shopper).location.startswith("https://purse.example.com/")
    settle(shop().database, captured(checkout()))
    assert people.get(shopper, "/checkout/return").location == "/checkout/done"
    with shop().database.transaction() as session:
        order = session.scalars(select(Order)).one()
    page = people.get(shopper, "/checkout/done").text
    link = re.search(rf'href="(/orders/{order.number}\?key=[^"]+)"', page)
    assert link
    assert people.get(shopper, link[1]).status_code == 200
    assert (order.amount, order.state, order.email) == (40_000 + 690, "placed", "ash@example.com")


def test_what_was_bought_leaves_the_cart(shopper: FlaskClient) -> None:
    come(shopper, "pay")
    pay(shopper)
    settle(shop().database, captured(checkout()))
    people.get(shopper, "/checkout/return")
    assert "Nothing in here yet" in people.get(shopper, "/cart").text


def test_what_was_added_meanwhile_stays_in_the_cart(shopper: FlaskClient) -> None:
    come(shopper, "pay")
    people.post(shopper, "/_cart/lines", product="fjord", quantity="2", total="40000")
    settle(shop().database, captured(checkout()))
    people.get(shopper, "/checkout/return")
    with shopper.session_transaction() as session:
        assert [line.quantity for line in cart.lines(session["cart"])] == [2]


def test_the_way_begins_with_the_contact(shopper: FlaskClient) -> None:
    assert start(shopper).location == "/checkout/contact"


def test_an_empty_cart_is_not_checked_out(client: FlaskClient, purse: Purse) -> None:
    assert start(client).location == "/cart"


@pytest.mark.parametrize("step", ["address", "delivery", "pay", "changes", "return", "done"])
def test_without_a_checkout_every_page_leads_to_the_cart(
    client: FlaskClient, purse: Purse, step: str
) -> None:
    assert people.get(client, f"/checkout/{step}").location == "/cart"


def test_a_step_that_was_skipped_is_asked_for(shopper: FlaskClient) -> None:
    come(shopper, "address")
    assert people.get(shopper, "/checkout/pay").location == "/checkout/address"


# --- contact and address -------------------------------------------------------------------------


@pytest.mark.parametrize("email", ["", "ash", "ash@", "ash@example", "a b@example.com"])
def test_an_email_that_is_none_is_said_at_its_field(shopper: FlaskClient, email: str) -> None:
    come(shopper, "contact")
    response = people.send(shopper, "/checkout/contact", email=email)
    assert response.status_code == 422
    assert 'href="#email"' in response.text
    assert 'aria-describedby="error-email"' in response.text


def test_what_was_filled_in_is_there_on_the_way_back(shopper: FlaskClient) -> None:
    come(shopper, "delivery")
    assert 'value="ash@example.com"' in people.get(shopper, "/checkout/contact").text
    assert 'value="Long Street 1"' in people.get(shopper, "/checkout/address").text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("postcode", "1011", "Write the postcode like 12345."),
        ("street", "", "Write street and number."),
        ("country", "AQ", "Choose a country of the list"),
        ("city", "x" * 81, "At most 80 characters."),
    ],
)
def test_an_address_is_refused_field_by_field(
    shopper: FlaskClient, field: str, value: str, sentence: str
) -> None:
    come(shopper, "address")
    response = people.send(shopper, "/checkout/address", **{**ADDRESS, field: value})
    assert response.status_code == 422
    assert f'<a href="#{field}">{sentence}' in response.text
    assert checkout().address is None


def test_a_country_decides_what_is_asked_for(shopper: FlaskClient) -> None:
    come(shopper, "address")
    response = people.send(shopper, "/checkout/address", **{**ADDRESS, "country": "US"}, look="country")
    assert response.status_code == 200
    assert "ZIP code" in response.text
    assert 'name="region"' in response.text
    assert "Write the" not in response.text


def test_a_country_alone_leads_to_a_page_that_one_can_come_back_to(shopper: FlaskClient) -> None:
    come(shopper, "address")
    response = people.send(shopper, "/checkout/address", country="US", look="country")
    assert (response.status_code, response.location) == (303, "/checkout/address?country=US")
    assert "ZIP code" in people.get(shopper, response.location).text


def test_a_state_is_needed_where_addresses_name_it(shopper: FlaskClient) -> None:
    come(shopper, "address")
    response = people.send(shopper, "/checkout/address", **{**ADDRESS, "country": "US", "postcode": "10001"})
    assert "Write the state." in response.text


def test_an_address_of_the_book_is_filled_in(shopper: FlaskClient) -> None:
    person = people.person()
    addresses.add(person, addresses.Postal(**{**ADDRESS, "street": "Book Street 7"}))
    people.sign_in(shopper)
    come(shopper, "address")
    assert 'value="Book Street 7"' in people.get(shopper, "/checkout/address").text


def test_the_order_of_the_signed_in_is_theirs(shopper: FlaskClient) -> None:
    person = people.person()
    people.sign_in(shopper)
    come(shopper, "pay")
    assert checkout().user_id == person.id


def test_a_guest_who_signs_in_keeps_what_is_held(shopper: FlaskClient) -> None:
    come(shopper, "pay")
    person = people.person()
    people.sign_in(shopper)
    assert (checkout().state, checkout().cart_id) == ("reserved", f"user-{person.id}")
