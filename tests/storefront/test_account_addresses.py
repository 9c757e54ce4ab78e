"""The address book."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.accounts import addresses
from storefront.accounts.operations import Person
from tests.storefront.people import MONA, get, person, post, send, sign_in

NEW = "/account/addresses/new"
HOME = {"name": "Sam Sample", "street": "Quay 1", "postcode": "1012 AB", "city": "Amsterdam", "country": "NL"}


@pytest.fixture
def sam(app: Flask, client: FlaskClient) -> Person:
    """A shopper, signed in."""
    sam = person()
    sign_in(client)
    return sam


def streets(sam: Person) -> list[str]:
    return [entry.postal.street for entry in addresses.book(sam.id)]


def id_of(sam: Person, street: str) -> str:
    return next(entry.id for entry in addresses.book(sam.id) if entry.postal.street == street)


def test_it_keeps_an_address(both_databases: str, sam: Person, client: FlaskClient) -> None:
    assert send(client, NEW, **HOME).status_code == 303
    page = get(client, "/account/addresses").text
    assert "Quay 1<br>1012 AB Amsterdam<br>Netherlands" in page


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "  ", "Write the name"),
        ("street", "", "Write street and number"),
        ("city", "", "Write the town"),
        ("postcode", "", "Write the postcode"),
        ("country", "", "Choose a country"),
        ("country", "ZZ", "Choose a country of the list"),
        ("phone", "1" * 31, "At most 30 characters; these are 31."),
    ],
)
def test_what_can_not_be_taken_is_told(field: str, value: str, told: str) -> None:
    _, errors = addresses.parse({**HOME, field: value})
    assert list(errors) == [field]
    assert errors[field].startswith(told)


def test_what_is_missing_is_told_at_its_field_and_what_was_typed_stays(
    sam: Person, client: FlaskClient
) -> None:
    answer = send(client, NEW, **{**HOME, "city": ""})
    assert answer.status_code == 422
    assert 'id="error-city">Write the town.' in answer.text
    assert streets(sam) == []
    assert 'value="Quay 1"' in answer.text
    assert '<option value="NL" selected>' in answer.text


def test_a_country_without_postcodes_needs_none() -> None:
    assert addresses.parse({**HOME, "country": "HK", "postcode": ""})[1] == {}


def test_the_first_is_the_default_until_another_is(
    both_databases: str, sam: Person, client: FlaskClient
) -> None:
    for street in ("Quay 1", "Quay 2"):
        send(client, NEW, **{**HOME, "street": street})
    assert streets(sam)[0] == "Quay 1"
    post(client, f"/account/addresses/{id_of(sam, 'Quay 2')}/default")
    assert streets(sam) == ["Quay 2", "Quay 1"]


def test_a_new_one_can_be_the_default(sam: Person, client: FlaskClient) -> None:
    send(client, NEW, **HOME)
    send(client, NEW, **{**HOME, "street": "Quay 2", "default": "on"})
    assert streets(sam)[0] == "Quay 2"


def test_without_its_default_a_book_has_the_one_before(sam: Person, client: FlaskClient) -> None:
    send(client, NEW, **HOME)
    send(client, NEW, **{**HOME, "street": "Quay 2", "default": "on"})
    post(client, f"/account/addresses/{id_of(sam, 'Quay 2')}/remove")
    assert streets(sam) == ["Quay 1"]


def test_an_address_can_be_changed(sam: Person, client: FlaskClient) -> None:
    send(client, NEW, **HOME)
    send(client, f"/account/addresses/{id_of(sam, 'Quay 1')}", **{**HOME, "street": "Quay 3"})
    assert streets(sam) == ["Quay 3"]


def test_anothers_address_is_out_of_reach(app: Flask, sam: Person, client: FlaskClient) -> None:
    send(client, NEW, **HOME)
    person(MONA)
    mona = app.test_client()
    sign_in(mona, MONA)
    path = f"/account/addresses/{id_of(sam, 'Quay 1')}"
    for what in ("", "/remove", "/default"):
        post(mona, path + what, **{**HOME, "street": "Elsewhere"})
    assert get(mona, path).status_code == 404
    assert streets(sam) == ["Quay 1"]


def test_a_book_that_is_full_says_so(sam: Person, client: FlaskClient) -> None:
    for _ in range(addresses.MOST):
        addresses.add(sam, addresses.Postal(**HOME))
    assert send(client, NEW, **HOME).status_code == 409


def test_a_form_sent_twice_keeps_one(sam: Person, client: FlaskClient) -> None:
    key = re.search(r'name="once" value="([^"]+)"', get(client, NEW).text)
    assert key
    for _ in range(2):
        assert post(client, NEW, once=key[1], **HOME).status_code == 303
    assert streets(sam) == ["Quay 1"]
