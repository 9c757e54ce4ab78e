"""PostgreSQL is away: people look and fill carts; checkout waits, and goes on with what was sent before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, func, select
from werkzeug.test import TestResponse

from storefront.checkout.payments import Event, PaymentRequest, Started
from storefront.checkout.payments.current import attach
from storefront.checkout.payments.testing import TrialProvider
from storefront.checkout.reconciling import reconcile
from storefront.orders.models import Order
from storefront.settings import Settings
from storefront.stores.breaker import MOST_HUNG, REST_SECONDS
from storefront.stores.database import Database, Unavailable
from storefront.testpay.delivering import signature
from storefront.web.context import shop
from tests.databases import emptied_postgres
from tests.storefront import people
from tests.storefront.outages import AT_ONCE, PATIENCE, Server, soon
from tests.storefront.shoppers import ADDRESS, checkout, come, purse, registry, seen, shopper
from tests.storefront.tills import Purse, captured
from tests.storefront.trials import SECRET, until

__all__ = ["purse", "registry", "shopper"]


@pytest.fixture
def postgresql(postgres_server: tuple[str, Server]) -> Server:
    """The server that a test may stop."""
    return postgres_server[1]


@pytest.fixture
def settings(settings: Settings, postgres_server: tuple[str, Server]) -> Settings:
    """The settings of a test, on PostgreSQL."""
    return replace(settings, database_url=emptied_postgres(postgres_server[0]))


def back() -> None:
    """Wait until it takes connections: its port is open a moment before."""

    def answers() -> bool:
        try:
            shop().database.ping()
        except Unavailable:
            return False
        return True

    until(answers)


def post(shopper: FlaskClient, to: str, **fields: str) -> TestResponse:
    """Send a form with the key that it had the first time."""
    return people.post(shopper, to, once="the same", **fields)


# --- what goes on --------------------------------------------------------------------------------

PAGES = ["/", "/c/chair", "/p/fjord", "/p/fjord/availability", "/search?q=fjord", "/cart", "/_me/header"]


def test_pages_are_served(shopper: FlaskClient, postgresql: Server) -> None:
    with postgresql.away(), soon():
        answers = {path: people.get(shopper, path).status_code for path in PAGES}
    assert answers == dict.fromkeys(PAGES, 200)
    back()


def test_the_cart_is_filled_and_changed(shopper: FlaskClient, postgresql: Server) -> None:
    with postgresql.away(), soon():
        people.post(shopper, "/cart/lines", product="holm", quantity="2", total="25000")
        page = people.get(shopper, "/cart").text
    assert "Holm" in page
    assert "We can’t see right now whether it is in stock." in page
    back()


def test_who_is_signed_in_keeps_the_cart(shopper: FlaskClient, postgresql: Server) -> None:
    people.person()
    people.sign_in(shopper)
    with postgresql.away(), soon():
        assert "Fjord" in people.get(shopper, "/cart").text
    back()
    assert people.signed_in(shopper)


# --- what waits ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        ("contact", {"email": "ash@example.com"}),
        ("address", ADDRESS),
        ("delivery", {"way": "standard"}),
        ("pay", {}),
    ],
)
def test_a_step_is_paused_and_the_same_form_goes_on_after(
    shopper: FlaskClient, postgresql: Server, step: str, fields: dict[str, str]
) -> None:
    come(shopper, step)
    fields = fields or seen()
    with postgresql.away(), soon():
        refused = post(shopper, f"/checkout/{step}", **fields)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    assert "Your cart is kept, and nothing was charged." in refused.text
    back()
    assert post(shopper, f"/checkout/{step}", **fields).status_code == 303


def test_what_was_held_is_held_afterwards(shopper: FlaskClient, postgresql: Server) -> None:
    come(shopper, "pay")
    before = checkout()
    with postgresql.away():
        assert people.get(shopper, "/checkout/pay").status_code == 503
    back()
    assert (checkout().state, checkout().expires_at) == ("reserved", before.expires_at)


class Cutting(Purse):
    """A provider during whose first call the shop loses its database."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self._server: Server | None = server

    def start(self, request: PaymentRequest) -> Started:
        if self._server:
            self._server.stop()
            self._server = None
        return super().start(request)


def test_lost_in_the_middle_of_a_form_the_same_form_does_the_rest(
    shopper: FlaskClient, postgresql: Server
) -> None:
    come(shopper, "pay")
    cutting, fields = Cutting(postgresql), seen()
    attach(shopper.application, cutting)
    try:
        with soon():
            assert post(shopper, "/checkout/pay", **fields).status_code == 503
    finally:
        postgresql.start()
    back()
    until(lambda: post(shopper, "/checkout/pay", **fields).status_code == 303, seconds=5)
    assert len(cutting.opened) == 1


# --- what the provider tells ---------------------------------------------------------------------


def tell(shopper: FlaskClient, told: dict[str, object]) -> TestResponse:
    raw = json.dumps(told).encode()
    given = {"Testpay-Signature": signature(SECRET, raw)}
    return shopper.post("/webhooks/test", data=raw, headers=given, content_type="application/json")


def test_a_webhook_comes_again_and_places_the_order(shopper: FlaskClient, postgresql: Server) -> None:
    come(shopper, "pay")
    attach(shopper.application, TrialProvider("http://127.0.0.1:1", SECRET))
    event = captured(checkout())
    told = {"id": event.id, "kind": event.kind, "page": event.reference, "amount": event.amount}
    told |= {"currency": event.currency, "reference": event.checkout_id, "key": ""}
    with postgresql.away(), soon():
        assert tell(shopper, told).status_code == 503
    back()
    assert tell(shopper, told).status_code == 200
    assert checkout().state == "paid"


class Telling(Purse):
    """A provider whose webhook never came through."""

    def events(self, since: datetime) -> Iterator[Event]:  # noqa: ARG002
        yield captured(checkout())


def test_a_webhook_that_never_comes_again_is_asked_for(shopper: FlaskClient, postgresql: Server) -> None:
    come(shopper, "pay")
    with postgresql.away(), pytest.raises(Unavailable):
        reconcile(shop().database, Telling())
    back()
    reconcile(shop().database, Telling())
    with shop().database.transaction() as session:
        assert session.scalars(select(Order)).one().amount == 40_690


# --- one that hangs ------------------------------------------------------------------------------


def test_a_database_that_hangs_holds_nobody_up_for_long(shopper: FlaskClient, postgresql: Server) -> None:
    come(shopper, "pay")
    with postgresql.stuck():
        for path, status in {"/checkout/pay": 503, "/cart": 200}.items():
            with soon(2 * PATIENCE):
                assert people.get(shopper, path).status_code == status
    until(lambda: people.get(shopper, "/checkout/pay").status_code == 200)


def test_a_database_that_goes_on_hanging_holds_nobody_up(shopper: FlaskClient, postgresql: Server) -> None:
    come(shopper, "pay")
    with postgresql.stuck():
        for _ in range(MOST_HUNG):
            people.get(shopper, "/checkout/pay")
        with soon(AT_ONCE):
            refused = people.get(shopper, "/checkout/pay")
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
            assert "We can’t see right now whether it is in stock." in people.get(shopper, "/cart").text
    until(lambda: people.get(shopper, "/checkout/pay").status_code == 200, REST_SECONDS + PATIENCE)


def test_a_connection_that_the_server_ended_while_it_lay_idle_is_replaced(postgres: str) -> None:
    database = Database(postgres + "shop")
    own = select(func.pg_backend_pid())
    before = database.unit(lambda session: session.scalars(own).one())
    engine = create_engine(postgres + "shop")
    try:
        with engine.connect() as other:
            # The second argument has it wait until the backend is gone.
            assert other.scalar(select(func.pg_terminate_backend(before, 5000)))
        with database.transaction() as session:  # not tried again, as a unit of work would be
            assert session.scalars(own).one() != before
    finally:
        engine.dispose()
        database.engine.dispose()


def test_more_at_once_than_there_are_connections_are_told_to_come_again(postgres: str) -> None:
    database = Database(postgres + "shop")
    held = [database.transaction() for _ in range(15)]
    try:
        for one in held:
            one.__enter__().connection()
        with soon(), pytest.raises(Unavailable), database.transaction() as session:
            session.connection()
    finally:
        for one in held:
            one.__exit__(None, None, None)
        database.engine.dispose()
