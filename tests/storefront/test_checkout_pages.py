"""From the cart to a paid order, page by page; and what is said where it can't go on."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from storefront.accounts import addresses
from storefront.app import create_app
from storefront.cart import operations as cart
from storefront.catalog import operations as catalog
from storefront.checkout.models import Checkout, Payment, Voucher
from storefront.checkout.payments.current import attach
from storefront.checkout.settling import settle
from storefront.embedded.process import free_port
from storefront.orders.models import Order
from storefront.registry import Registry
from storefront.settings import Settings
from storefront.stock import operations as stock
from storefront.stores.columns import from_now
from storefront.web.context import shop
from tests.conftest import publish_snapshot
from tests.storefront import people
from tests.storefront.chairs import seats_only
from tests.storefront.chairs import stock as put_on_sale
from tests.storefront.tills import Purse, captured

LONG_AGO, LATER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
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
    client.post("/cart/lines", data={"product": "fjord", "quantity": "1", "total": "40000"})
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
    return people.send(shopper, "/checkout/pay", amount=str(checkout().amount))


def reprice(app: Flask, price: int) -> None:
    catalog.save_product(catalog.find_product("fjord"), {"price": price})
    publish_snapshot(app)


def units_free() -> int:
    return stock.free(["fjord"])["fjord"]


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
    people.post(shopper, "/cart/lines", product="fjord", quantity="2", total="40000")
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
    change(state="expired", expires_at=from_now(-1))
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
    people.post(shopper, "/cart/lines", product="fjord", quantity="3", total="40000")
    with shop().database.transaction() as session:
        stock.count(session, "fjord", 2)
    start(shopper)
    assert "Only 2 of 4 can be had now." in people.get(shopper, "/checkout/changes").text
    accept(shopper)
    come(shopper, "pay")
    assert checkout().amounts["goods"] == 80_000


def accept(shopper: FlaskClient) -> TestResponse:
    return people.post(shopper, "/checkout/changes", **hidden(people.get(shopper, "/checkout/changes").text))


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', page))


# --- vouchers ------------------------------------------------------------------------------------


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


# --- paying --------------------------------------------------------------------------------------


def test_an_amount_that_was_not_seen_is_not_charged(shopper: FlaskClient, purse: Purse) -> None:
    come(shopper, "pay")
    response = people.send(shopper, "/checkout/pay", amount="1")
    assert response.location == "/checkout/pay?problem=other"
    assert not purse.opened


def test_a_form_sent_twice_opens_one_payment(shopper: FlaskClient, purse: Purse) -> None:
    come(shopper, "pay")
    fields = {"amount": str(checkout().amount), "once": "same"}
    first, second = (people.post(shopper, "/checkout/pay", **fields) for _ in range(2))
    assert first.location == second.location
    assert len(purse.opened) == 1


def test_while_the_provider_is_away_the_goods_stay_held(shopper: FlaskClient, purse: Purse) -> None:
    come(shopper, "pay")
    purse.away = True
    response = pay(shopper)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert "still held" in response.text
    purse.away = False
    assert pay(shopper).status_code == 303


def test_a_payment_that_was_refused_says_so(shopper: FlaskClient, purse: Purse) -> None:
    come(shopper, "pay")
    purse.refuses = True
    assert pay(shopper).status_code == 409


def test_until_the_provider_says_so_nothing_is_paid(shopper: FlaskClient) -> None:
    come(shopper, "pay")
    pay(shopper)
    assert "we wait for the payment provider" in people.get(shopper, "/checkout/return").text
    assert people.get(shopper, "/checkout/return/news").status_code == 204


def test_the_waiting_page_is_told_when_it_is_paid(shopper: FlaskClient) -> None:
    come(shopper, "pay")
    pay(shopper)
    settle(shop().database, captured(checkout()))
    assert people.get(shopper, "/checkout/return/news").headers["HX-Redirect"] == "/checkout/done"


def test_a_decline_leads_back_to_the_last_step(shopper: FlaskClient) -> None:
    come(shopper, "pay")
    pay(shopper)
    with shop().database.transaction() as session:
        reference = session.scalars(select(Payment.reference)).one()
    settle(shop().database, captured(checkout(), reference, kind="declined"))
    back = people.get(shopper, "/checkout/return").location
    assert "was declined" in people.get(shopper, back).text
    assert pay(shopper).status_code == 303


def test_money_that_came_too_late_is_said(shopper: FlaskClient) -> None:
    come(shopper, "pay")
    pay(shopper)
    change(state="expired")
    with shop().database.transaction() as session:
        stock.release(session, checkout().id)
        stock.count(session, "fjord", 0)
    settle(shop().database, captured(checkout()))
    people.get(shopper, "/checkout/return")
    assert "something of them is gone" in people.get(shopper, "/checkout/done").text


def test_a_payment_of_another_amount_comes_back_and_that_is_said(shopper: FlaskClient) -> None:
    come(shopper, "pay")
    settle(shop().database, captured(checkout(), amount=1))
    back = people.get(shopper, "/checkout/return").location
    assert "The money comes back to you" in people.get(shopper, back).text


def test_a_paid_checkout_is_over(shopper: FlaskClient) -> None:
    come(shopper, "pay")
    settle(shop().database, captured(checkout()))
    assert people.get(shopper, "/checkout/pay").location == "/checkout/return"


def test_after_an_order_another_begins(shopper: FlaskClient) -> None:
    come(shopper, "pay")
    settle(shop().database, captured(checkout()))
    people.post(shopper, "/cart/lines", product="fjord", quantity="1", total="40000")
    response = people.post(shopper, "/checkout", once="again")
    assert response.location == "/checkout/contact"


# --- what is away --------------------------------------------------------------------------------


def test_without_its_database_the_checkout_is_paused_and_the_cart_kept(
    settings: Settings, registry: Registry, shopper: FlaskClient
) -> None:
    come(shopper, "delivery")
    gone = replace(settings, database_url=f"postgresql://shop@127.0.0.1:{free_port()}/shop")
    shop_without = create_app(gone, registry)
    cookie = shopper.get_cookie("session")
    assert cookie
    with shop_without.app_context():
        other = shop_without.test_client()
        other.set_cookie("session", cookie.value)
        response = other.get("/checkout/delivery")
        assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
        assert "Checkout is paused" in response.text
        assert "Fjord" in other.get("/cart").text
