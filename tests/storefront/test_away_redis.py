"""Redis is away: it only rings for the render workers, so everything goes on, and their work waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.assets import jobs
from storefront.assets.models import WAITING, Job
from storefront.checkout.settling import settle
from storefront.embedded import services
from storefront.embedded.process import free_port, start, wait_for_port
from storefront.registry import Registry
from storefront.settings import Settings
from storefront.stores.breaker import MOST_HUNG, REST_SECONDS
from storefront.stores.queue import QueueAway
from storefront.web.context import shop
from tests.storefront import looking, people
from tests.storefront.outages import AT_ONCE, PATIENCE, Server, soon
from tests.storefront.shoppers import checkout, come, pay, purse
from tests.storefront.tills import Purse, captured
from tests.storefront.trials import until

__all__ = ["purse"]

MOSS = {"product": "lamp", "shade": "moss", "quantity": "1", "total": "9000"}


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Valkey of this module."""
    folder, port = tmp_path_factory.mktemp("valkey"), free_port()
    child = start("valkey", services.valkey_command(port, folder), folder)
    wait_for_port(child, port)
    yield Server(child, port)
    child.stop()


@pytest.fixture
def settings(settings: Settings, valkey: Server) -> Settings:
    """The settings of a test, with that Valkey."""
    return replace(settings, redis_url=f"redis://127.0.0.1:{valkey.port}/0")


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Lamps, which are rendered as they are chosen."""
    return looking.lights_only()


@pytest.fixture
def shopper(app: Flask, client: FlaskClient) -> FlaskClient:
    """A visitor of a shop that sells lamps."""
    looking.stock(app)
    return client


def add(shopper: FlaskClient) -> int:
    return people.post(shopper, "/cart/lines", **MOSS).status_code


@pytest.mark.parametrize("path", ["/", "/c/lamp", "/p/lamp", "/cart", "/search?q=lamp", "/_me/header"])
def test_pages_are_served(shopper: FlaskClient, valkey: Server, path: str) -> None:
    with valkey.away(), soon():
        assert people.get(shopper, path).status_code == 200


def test_a_lamp_is_bought(shopper: FlaskClient, purse: Purse, valkey: Server) -> None:
    with valkey.away(), soon(2 * PATIENCE):
        assert add(shopper) == 303
        come(shopper, "pay")
        assert pay(shopper).location.startswith("https://purse.example.com/")
        settle(shop().database, captured(checkout()))
        assert people.get(shopper, "/checkout/return").location == "/checkout/done"
        assert people.get(shopper, "/checkout/done").status_code == 200


def test_a_redis_that_is_stuck_holds_nobody_up_for_long(shopper: FlaskClient, valkey: Server) -> None:
    with valkey.stuck(), soon():
        assert add(shopper) == 303


def test_a_redis_that_goes_on_hanging_is_not_waited_for(shopper: FlaskClient, valkey: Server) -> None:
    with valkey.stuck():
        for _ in range(MOST_HUNG):
            with pytest.raises(QueueAway):
                shop().queue.ping()
        with soon(AT_ONCE):
            assert shopper.get("/readyz").json["stores"]["redis"] == "away: QueueAway"
            assert add(shopper) == 303
    until(lambda: shopper.get("/readyz").json["stores"]["redis"] == "ok", REST_SECONDS + PATIENCE)


def test_render_work_waits_and_is_rung_for_again(shopper: FlaskClient, valkey: Server) -> None:
    with valkey.away():
        add(shopper)
        assert Job.by_state.count(WAITING) == 1
    assert shop().queue.ring_up_to(0) == 0
    jobs.sweep(shop().queue)
    assert shop().queue.ring_up_to(1) == 0


def test_workers_find_it_without_being_told(shopper: FlaskClient, valkey: Server) -> None:
    with valkey.away(), soon():
        add(shopper)
        assert jobs.claim_next("a worker")


def test_the_desk_says_so(shopper: FlaskClient, valkey: Server) -> None:
    people.person(people.MONA, "merchant")
    people.sign_in(shopper, people.MONA)
    assert "can't be told of new work" not in people.get(shopper, "/merchant/renders").text
    with valkey.away(), soon():
        add(shopper)
        page = people.get(shopper, "/merchant/renders").text
    assert "can't be told of new work" in page
    assert "Waiting</h2>" in page


def test_no_machine_leaves_the_balancer_for_it(shopper: FlaskClient, valkey: Server) -> None:
    with valkey.away(), soon():
        answer = shopper.get("/readyz")
    assert answer.status_code == 200
    assert answer.json["stores"]["redis"].startswith("away")
