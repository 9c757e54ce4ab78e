"""DynamoDB is away: goods are shown, carts and sessions rest, and what is held is paid all the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from storefront.app import MODELS
from storefront.checkout.settling import settle
from storefront.embedded.dynoxide import start_dynoxide
from storefront.embedded.process import free_port
from storefront.orders import links
from storefront.orders.models import Order
from storefront.settings import Settings
from storefront.stores.breaker import MOST_HUNG, REST_SECONDS
from storefront.stores.dynamo import bind, create_tables
from storefront.web.context import shop
from tests.conftest import quick_folder
from tests.storefront import people
from tests.storefront.outages import AT_ONCE, PATIENCE, Server, soon
from tests.storefront.people import get, post
from tests.storefront.shoppers import checkout, come, pay, purse, registry, shopper
from tests.storefront.tills import captured
from tests.storefront.trials import until

__all__ = ["purse", "registry", "shopper"]


@pytest.fixture(scope="module")
def dynoxide() -> Iterator[Server]:
    """A Dynoxide of this module, whose tables lie in a file."""
    with quick_folder() as folder:
        yield from _running(folder, free_port())


def _running(folder: Path, port: int) -> Iterator[Server]:
    child = start_dynoxide(folder, folder, port)
    yield Server(child, port)
    child.stop()


@pytest.fixture
def settings(settings: Settings, dynoxide: Server) -> Settings:
    """The settings of a test, with that Dynoxide."""
    return replace(settings, dynamodb_url=f"http://127.0.0.1:{dynoxide.port}")


@pytest.fixture(scope="module")
def tables(server_settings: Settings, dynoxide: Server) -> Iterator[None]:
    """The tables in it; after the module, the models are those of all other tests again."""
    bind(replace(server_settings, dynamodb_url=f"http://127.0.0.1:{dynoxide.port}"), MODELS)
    create_tables(MODELS)
    yield
    bind(server_settings, MODELS)


def order() -> Order:
    with shop().database.transaction() as session:
        return session.scalars(select(Order)).one()


# --- what goes on --------------------------------------------------------------------------------

PAGES = ["/", "/c/chair", "/p/fjord", "/p/fjord/availability", "/search?q=fjord", "/_me/header", "/orders"]


def test_pages_are_served(shopper: FlaskClient, dynoxide: Server) -> None:
    with dynoxide.away(), soon():
        answers = {path: get(shopper, path).status_code for path in PAGES}
    assert answers == dict.fromkeys(PAGES, 200)


def test_an_order_is_followed_by_its_link(shopper: FlaskClient, dynoxide: Server) -> None:
    come(shopper, "pay")
    settle(shop().database, captured(checkout()))
    with dynoxide.away(), soon():
        assert get(shopper, links.path(order().number)).status_code == 200


def test_a_link_to_an_order_is_mailed(shopper: FlaskClient, dynoxide: Server) -> None:
    come(shopper, "pay")
    settle(shop().database, captured(checkout()))
    with dynoxide.away(), soon():
        people.send(shopper, "/orders", number=order().number, email="ash@example.com")
    assert "order_link" in people.templates("ash@example.com")


# --- what rests ----------------------------------------------------------------------------------


def test_the_cart_says_that_it_is_kept(shopper: FlaskClient, dynoxide: Server) -> None:
    with dynoxide.away(), soon():
        refused = get(shopper, "/cart")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "15")
    assert "What is in it is kept" in refused.text
    assert "Fjord" in get(shopper, "/cart").text


def test_what_was_put_in_meanwhile_is_put_in_afterwards(shopper: FlaskClient, dynoxide: Server) -> None:
    holm = {"product": "holm", "quantity": "1", "total": "25000"}
    with dynoxide.away(), soon():
        assert post(shopper, "/_cart/lines", **holm).status_code == 503
    assert post(shopper, "/_cart/lines", **holm).status_code == 200
    assert "Holm" in get(shopper, "/cart").text


def test_nobody_signs_in_and_nobody_is_signed_out(shopper: FlaskClient, dynoxide: Server) -> None:
    people.person()
    people.sign_in(shopper)
    shopper.application.testing = False  # a session that can't be written is answered outside of all views
    with dynoxide.away(), soon():
        other = shopper.application.test_client()
        assert people.sign_in(other).status_code == 503
        assert get(shopper, "/account").status_code == 503
    assert people.signed_in(shopper)


def test_a_checkout_that_is_filled_in_is_paused(shopper: FlaskClient, dynoxide: Server) -> None:
    come(shopper, "address")
    with dynoxide.away(), soon():
        refused = get(shopper, "/checkout/address")
    assert "Your cart is kept, and nothing was charged." in refused.text
    assert get(shopper, "/checkout/address").status_code == 200


# --- what is held is paid ------------------------------------------------------------------------


@pytest.fixture
def held(shopper: FlaskClient) -> FlaskClient:
    """A visitor who has seen the page where what is held is paid."""
    come(shopper, "pay")
    get(shopper, "/checkout/pay")
    return shopper


def test_what_is_held_is_paid(held: FlaskClient, dynoxide: Server) -> None:
    with dynoxide.away(), soon(2 * PATIENCE):
        assert pay(held).location.startswith("https://purse.example.com/")
        assert "Confirming your payment" in get(held, "/checkout/return").text
        settle(shop().database, captured(checkout()))
        assert get(held, "/checkout/return").location == "/checkout/done"
        assert order().number in get(held, "/checkout/done").text


def test_what_was_bought_leaves_the_cart_afterwards(held: FlaskClient, dynoxide: Server) -> None:
    with dynoxide.away():
        settle(shop().database, captured(checkout()))
        get(held, "/checkout/return")
    assert get(held, "/checkout/return").location == "/checkout/done"
    assert "Nothing in here yet" in get(held, "/cart").text


def test_it_is_cancelled(held: FlaskClient, dynoxide: Server) -> None:
    with dynoxide.away(), soon():
        assert people.send(held, "/checkout/pay", to="/checkout/cancel").location == "/cart"
    assert checkout().state == "cancelled"


def test_without_the_ticket_nobody_sees_it(held: FlaskClient, dynoxide: Server) -> None:
    other = people.tab(held)
    with dynoxide.away():
        assert get(other, "/checkout/pay").status_code == 503


def test_a_ticket_that_nobody_signed_opens_nothing(held: FlaskClient, dynoxide: Server) -> None:
    with dynoxide.away():
        held.set_cookie("checkout", f"{checkout().id}.AAAA.BBBB", path="/checkout")
        assert get(held, "/checkout/pay").status_code == 503


def test_a_ticket_counts_only_while_sessions_are_away(held: FlaskClient) -> None:
    held.delete_cookie("session")
    assert get(held, "/checkout/pay").location == "/cart"


def test_who_signs_out_leaves_no_ticket(held: FlaskClient) -> None:
    people.person()
    people.sign_in(held)
    post(held, "/account/sign-out")
    assert held.get_cookie("checkout", path="/checkout") is None


# --- one that hangs ------------------------------------------------------------------------------


def test_tables_that_hang_hold_nobody_up_for_long(held: FlaskClient, dynoxide: Server) -> None:
    with dynoxide.stuck():
        for path, status in {"/p/fjord": 200, "/cart": 503, "/checkout/pay": 200}.items():
            with soon():
                assert get(held, path).status_code == status


def test_tables_that_go_on_hanging_are_not_waited_for(held: FlaskClient, dynoxide: Server) -> None:
    with dynoxide.stuck():
        for _ in range(MOST_HUNG):
            assert get(held, "/cart").status_code == 503
        with soon(AT_ONCE):
            assert (get(held, "/cart").status_code, get(held, "/checkout/pay").status_code) == (503, 200)
    until(lambda: get(held, "/cart").status_code == 200, REST_SECONDS + PATIENCE)
