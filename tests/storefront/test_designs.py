"""Saved designs: from a product's page into the account, and back."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from storefront.accounts.operations import Person
from storefront.catalog import operations as catalog
from storefront.designs import operations as designs
from storefront.designs.models import Design
from storefront.registry import Registry
from storefront.stores.columns import from_now
from storefront.web.context import shop
from tests.conftest import publish_snapshot
from tests.storefront.chairs import seats_only, stock
from tests.storefront.people import MONA, get, person, post, sign_in
from tests.storefront.shoppers import hidden

CHAIR = {"product": "fjord", "fabric": "moss", "legs": "oak", "width": "75", "plate": "Sam"}


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Chairs only."""
    return seats_only()


@pytest.fixture
def sam(app: Flask, client: FlaskClient) -> Person:
    """A shopper, signed in, in a shop with three chairs."""
    stock(app)
    publish_snapshot(app)
    sam = person()
    sign_in(client)
    return sam


def names(sam: Person) -> list[str]:
    return [design.name for design in designs.listed(sam.id)]


def save(client: FlaskClient, name: str = "For the hall", **other: str) -> int:
    return post(client, "/account/designs", **{**CHAIR, "design-name": name, **other}).status_code


def test_it_saves_a_design(both_databases: str, sam: Person, client: FlaskClient) -> None:
    assert save(client) == 303
    page = get(client, "/account/designs?done=saved").text
    assert "For the hall" in page
    assert "€489.50" in page
    assert 'href="/p/fjord?fabric=moss&amp;width=75&amp;plate=Sam"' in page


def test_the_products_page_offers_it(sam: Person, client: FlaskClient) -> None:
    page = get(client, "/p/fjord?fabric=moss").text
    assert 'formaction="/account/designs"' in page
    assert 'name="design-name"' in page


def test_the_same_one_again_gets_its_new_name(both_databases: str, sam: Person, client: FlaskClient) -> None:
    save(client)
    save(client, "For the kitchen")
    assert names(sam) == ["For the kitchen"]


def test_without_a_name_it_is_called_as_the_product(sam: Person, client: FlaskClient) -> None:
    save(client, "  ")
    assert names(sam) == ["Fjord"]


def test_a_stranger_signs_in_and_then_saves(app: Flask, sam: Person, client: FlaskClient) -> None:
    stranger = app.test_client()
    asked = post(stranger, "/account/designs", **CHAIR, **{"design-name": "For me"})
    to = re.search(r"next=(.*)", asked.headers["Location"])
    assert to
    target = sign_in(stranger, to=unquote_plus(to[1])).headers["Location"]
    page = get(stranger, target).text
    assert 'value="For me"' in page
    fields = hidden(page)
    post(stranger, "/account/designs", **fields, **{"design-name": "For me"})
    assert names(sam) == ["For me"]


def test_what_can_not_be_made_is_not_saved(sam: Person, client: FlaskClient) -> None:
    for wrong in ({"product": "throne"}, {"width": "7"}, {"product": ""}):
        assert save(client, **wrong) == 422
    assert names(sam) == []


def test_a_design_can_be_removed(sam: Person, client: FlaskClient) -> None:
    save(client)
    [design] = designs.listed(sam.id)
    post(client, f"/account/designs/{design.id}/remove")
    assert names(sam) == []


def test_anothers_design_can_not_be_removed(app: Flask, sam: Person, client: FlaskClient) -> None:
    save(client)
    person(MONA)
    mona = app.test_client()
    sign_in(mona, MONA)
    post(mona, f"/account/designs/{designs.listed(sam.id)[0].id}/remove")
    assert names(sam) == ["For the hall"]


def test_an_account_keeps_so_many_designs(sam: Person, client: FlaskClient) -> None:
    with shop().database.transaction() as session:
        row = {"user_id": sam.id, "product": "fjord", "name": "x", "selection": {}}
        session.add_all(Design(**row, key=str(n), expires_at=from_now(60)) for n in range(designs.MOST))
    assert save(client) == 409


def test_a_design_expires(both_databases: str, sam: Person, client: FlaskClient) -> None:
    save(client)
    with shop().database.transaction() as session:
        session.execute(update(Design).values(expires_at=from_now(-1)))
    assert names(sam) == []
    assert designs.forget_expired() == 1


def test_saving_again_gives_more_time(sam: Person, client: FlaskClient) -> None:
    save(client)
    with shop().database.transaction() as session:
        session.execute(update(Design).values(expires_at=from_now(60)))
    before = designs.listed(sam.id)[0].expires_at
    save(client)
    assert designs.listed(sam.id)[0].expires_at > before


def test_a_product_that_is_gone_is_told(sam: Person, client: FlaskClient, app: Flask) -> None:
    save(client)
    catalog.set_state("fjord", "draft")
    publish_snapshot(app)
    page = get(client, "/account/designs").text
    assert "isn&#39;t sold any more" in page
    assert "/p/fjord" not in page


def test_a_plate_is_shown_as_text(sam: Person, client: FlaskClient) -> None:
    save(client, "<b>bold</b>", plate="<i>")
    page = get(client, "/account/designs").text
    assert "<b>bold</b>" not in page
    assert "<i>" not in page
