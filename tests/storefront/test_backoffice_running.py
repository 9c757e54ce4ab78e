"""Whether the shop runs, as the merchant sees it."""

from __future__ import annotations

from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from storefront import mail
from storefront.checkout.models import ProviderCursor
from storefront.mail.models import Letter
from storefront.registry import Registry
from storefront.stores import chores
from storefront.stores.chores import ChoreRun
from storefront.stores.columns import from_now
from storefront.upkeep import Chore, start
from storefront.web.context import Shop, shop
from tests.storefront.chairs import seats_only
from tests.storefront.people import MONA, get, person, sign_in
from tests.storefront.test_upkeep import until

AT = "/merchant/running"


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Chairs only."""
    return seats_only()


@pytest.fixture
def mona(client: FlaskClient) -> FlaskClient:
    """The merchant's browser."""
    person(MONA, "merchant")
    sign_in(client, MONA)
    return client


def done(name: str = "letters", every: float = 2.0, **changes: Any) -> None:
    with shop().database.transaction() as session:
        chores.done(session, name, every)
        if changes:
            session.execute(update(ChoreRun).values(**changes))


def post() -> None:
    with shop().database.transaction() as session:
        mail.post(session, "password_changed", "1", MONA, {})


def run() -> ChoreRun:
    with shop().database.transaction() as session:
        return session.scalars(select(ChoreRun)).one()


def test_shoppers_do_not_see_it(client: FlaskClient) -> None:
    person()
    sign_in(client)
    assert get(client, AT).status_code == 403


def test_stores_say_that_they_answer(both_databases: str, mona: FlaskClient) -> None:
    done()
    assert get(mona, AT).text.count(">Answers<") == 4


def test_nobody_does_the_chores(mona: FlaskClient) -> None:
    page = get(mona, AT).text
    assert "Nobody does it" in page
    assert "python -m storefront upkeep" in page


def test_a_chore_was_done(mona: FlaskClient) -> None:
    done()
    assert "Done just now." in get(mona, AT).text
    assert "All of it is." in get(mona, AT).text


def test_a_chore_was_not_done_for_too_long(mona: FlaskClient) -> None:
    done(done_at=from_now(-7300))
    page = get(mona, AT).text
    assert "Wasn&#39;t done for too long" in page.replace("'", "&#39;")
    assert "Done 2 hours ago." in page


def test_a_chore_fails(mona: FlaskClient) -> None:
    done(done_at=from_now(-10))
    with shop().database.transaction() as session:
        chores.failed(session, "letters", 2.0, "MailAway: no answer")
    assert "MailAway: no answer" in get(mona, AT).text


def test_letters_wait_and_are_given_up(mona: FlaskClient) -> None:
    post()
    assert "1 to be sent" in get(mona, AT).text
    with shop().database.transaction() as session:
        session.execute(update(Letter).values(next_try=None))
    assert "1 given up" in get(mona, AT).text


def test_the_way_out_of_letters_has_no_password(app: Flask, mona: FlaskClient) -> None:
    parts: Shop = app.extensions["shop"]
    secret = replace(parts.settings, mail="smtps://shop:hush@mail.example.com")
    app.extensions["shop"] = replace(parts, settings=secret)
    page = get(mona, AT).text
    assert "SMTPS, mail.example.com" in page
    assert "hush" not in page


def test_a_provider_that_sends_no_webhooks_is_noticed(mona: FlaskClient) -> None:
    with shop().database.transaction() as session:
        session.add(ProviderCursor(provider="test"))
    assert "Sends no webhooks" in get(mona, AT).text
    done("webhook test", 0)
    assert "Its last webhook came just now." in get(mona, AT).text


def test_what_is_done_often_is_written_down_once_a_minute(app: Flask) -> None:
    done()
    first = run().done_at
    done()
    assert run().done_at == first


def test_upkeep_writes_down_what_it_does(app: Flask) -> None:
    stopped = Event()
    threads = start(app, [Chore("counting", 0.01, lambda: None)], stopped)
    until(lambda: _name() == "counting")
    stopped.set()
    for thread in threads:
        thread.join()


def test_upkeep_writes_down_what_fails(app: Flask) -> None:
    stopped = Event()
    threads = start(app, [Chore("failing", 0.01, lambda: 1 // 0)], stopped)
    until(lambda: _name() == "failing")
    stopped.set()
    for thread in threads:
        thread.join()
    assert (run().fails, run().error[:17]) == (True, "ZeroDivisionError")


def _name() -> str | None:
    with shop().database.transaction() as session:
        return session.scalar(select(ChoreRun.name))
