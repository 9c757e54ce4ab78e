"""The letter about a cart that was left behind."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from storefront.accounts.operations import Person
from storefront.cart import items, operations, reminding, whose
from storefront.cart.items import What
from storefront.functions import cart_updates
from storefront.mail import writing
from storefront.mail.models import Letter
from storefront.registry import Registry
from storefront.stores.columns import from_now
from storefront.web.context import shop
from tests.conftest import publish_snapshot
from tests.storefront.chairs import seats_only, stock
from tests.storefront.people import get, person, post, sign_in

LINE = "fjord.0a"
CHAIR = What("fjord", {}, 40000, "EUR", 2)


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Chairs only."""
    return seats_only()


@pytest.fixture
def sam(app: Flask) -> Person:
    """A shopper with two chairs in the cart."""
    stock(app)
    publish_snapshot(app)
    sam = person()
    assert items.write(items.read(whose.cart_of(sam.id), LINE).adding(CHAIR, 2))
    return sam


def told(who: Person) -> None:
    keys = {"cart_id": {"S": whose.cart_of(who.id)}, "line_id": {"S": f"{LINE}#us-east-1"}}
    cart_updates.handler({"Records": [{"eventName": "MODIFY", "dynamodb": {"Keys": keys}}]}, None)


def letters() -> list[Letter]:
    with shop().database.transaction() as session:
        return list(session.scalars(select(Letter).where(Letter.template == reminding.LETTER)))


def due() -> int:
    with shop().database.transaction() as session:
        return len(session.scalars(select(Letter.id).where(Letter.next_try <= from_now())).all())


def sent() -> None:
    with shop().database.transaction() as session:
        session.execute(update(Letter).values(sent_at=from_now(), next_try=None))


def test_who_did_not_ask_gets_none(sam: Person) -> None:
    told(sam)
    assert letters() == []


def test_who_asked_gets_one_a_day_after_the_last_change(sam: Person) -> None:
    reminding.choose(whose.cart_of(sam.id), yes=True)
    told(sam)
    told(sam)
    (letter,) = letters()
    assert (letter.recipient, due()) == (sam.email, 0)
    assert letter.details == {"lines": [{"title": "Fjord", "units": 2}]}


def test_there_is_no_second_one_about_the_same_cart(sam: Person) -> None:
    reminding.choose(whose.cart_of(sam.id), yes=True)
    sent()
    told(sam)
    (letter,) = letters()
    assert letter.next_try is None


def test_an_emptied_cart_takes_it_back(sam: Person) -> None:
    reminding.choose(whose.cart_of(sam.id), yes=True)
    operations.remove(whose.cart_of(sam.id), LINE)
    told(sam)
    assert letters() == []


def test_the_wish_is_taken_back_at_the_cart(sam: Person, client: FlaskClient) -> None:
    sign_in(client)
    assert post(client, "/cart/reminder", wanted="yes").status_code == 303
    assert len(letters()) == 1
    assert "we send you one reminder" in get(client, "/cart").text
    post(client, "/cart/reminder", wanted="no")
    assert letters() == []


def test_guests_are_not_asked(sam: Person, client: FlaskClient) -> None:
    post(client, "/cart/reminder", wanted="yes")
    assert "/cart/reminder" not in get(client, "/cart").text
    assert letters() == []


def test_it_says_what_is_in_the_cart(sam: Person) -> None:
    reminding.choose(whose.cart_of(sam.id), yes=True)
    message = writing.write(letters()[0])
    assert "waits for you" in message["Subject"]
    for part in ("plain", "html"):
        body = message.get_body((part,))
        assert body is not None
        assert "2 × Fjord" in body.get_content()
