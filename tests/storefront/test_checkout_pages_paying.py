"""From the last page to the provider and back; and what is said where it can't go on."""

from __future__ import annotations

from dataclasses import replace

from flask.testing import FlaskClient
from sqlalchemy import select

from storefront.app import create_app
from storefront.checkout.joining import KEY
from storefront.checkout.models import Payment
from storefront.checkout.settling import settle
from storefront.embedded.process import free_port
from storefront.registry import Registry
from storefront.settings import Settings
from storefront.stock import operations as stock
from storefront.web.context import shop
from tests.storefront import people
from tests.storefront.shoppers import (
    ADDRESS,
    change,
    checkout,
    come,
    pay,
    purse,
    registry,
    seen,
    shopper,
)
from tests.storefront.tills import Purse, captured, paid

__all__ = ["purse", "registry", "shopper"]


def test_an_amount_that_was_not_seen_is_not_charged(shopper: FlaskClient, purse: Purse) -> None:
    come(shopper, "pay")
    response = people.send(shopper, "/checkout/pay", amount="1")
    assert response.location == "/checkout/pay?problem=other"
    assert not purse.opened


def test_an_address_that_was_not_seen_is_not_paid_for(shopper: FlaskClient, purse: Purse) -> None:
    come(shopper, "pay")
    before = seen()
    people.send(shopper, "/checkout/address", **ADDRESS | {"city": "Potsdam"})
    people.send(shopper, "/checkout/delivery", way="standard")
    assert checkout().amount == int(before["amount"])
    response = people.send(shopper, "/checkout/pay", **before)
    assert response.location == "/checkout/pay?problem=other"
    assert "changed in another tab" in people.get(shopper, response.location).text
    assert not purse.opened


def test_a_form_sent_twice_opens_one_payment(shopper: FlaskClient, purse: Purse) -> None:
    come(shopper, "pay")
    fields = {**seen(), "once": "same"}
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
    assert "Confirming your payment" in people.get(shopper, "/checkout/return").text
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
    assert "some of the goods are gone" in people.get(shopper, "/checkout/done").text


def test_a_payment_of_another_amount_comes_back_and_that_is_said(shopper: FlaskClient) -> None:
    come(shopper, "pay")
    settle(shop().database, captured(checkout(), amount=1))
    back = people.get(shopper, "/checkout/return").location
    assert "The money comes back to you" in people.get(shopper, back).text


def test_what_was_changed_too_late_is_said(shopper: FlaskClient, purse: Purse) -> None:
    come(shopper, "pay")
    pay(shopper)
    page = next(iter(purse.opened.values()))
    people.send(shopper, "/checkout/address", **ADDRESS | {"city": "Potsdam"})
    settle(shop().database, paid(page))
    people.get(shopper, "/checkout/return")
    done = people.get(shopper, "/checkout/done").text
    assert "came too late" in done
    assert "Berlin" in done


def test_a_paid_checkout_is_over(shopper: FlaskClient) -> None:
    come(shopper, "pay")
    settle(shop().database, captured(checkout()))
    assert people.get(shopper, "/checkout/pay").location == "/checkout/return"


def test_a_second_tab_that_comes_back_takes_nothing_more_out(shopper: FlaskClient) -> None:
    come(shopper, "pay")
    settle(shop().database, captured(checkout()))
    people.get(shopper, "/checkout/return")
    people.post(shopper, "/_cart/lines", product="fjord", quantity="1", total="40000")
    with shopper.session_transaction() as session:
        session[KEY] = checkout().id
    assert people.get(shopper, "/checkout/return").location == "/checkout/done"
    assert "Fjord" in people.get(shopper, "/cart").text


def test_after_an_order_another_begins(shopper: FlaskClient) -> None:
    come(shopper, "pay")
    settle(shop().database, captured(checkout()))
    people.post(shopper, "/_cart/lines", product="fjord", quantity="1", total="40000")
    response = people.post(shopper, "/checkout", once="again")
    assert response.location == "/checkout/contact"


# --- what is away --------------------------------------------------------------------------------


def test_without_its_database_the_checkout_is_paused_and_the_cart_kept(
    settings: Settings, registry: Registry, shopper: FlaskClient
) -> None:
    come(shopper, "delivery")
    gone = replace(settings, database_url=f"postgresql://shop@127.0.0.1:{free_port()}/shop")
    shop_without = create_app(gone, registry)
    with shop_without.app_context():
        other = people.tab(shopper, shop_without)
        response = other.get("/checkout/delivery")
        assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
        assert "Checkout is paused" in response.text
        assert "Fjord" in other.get("/cart").text
