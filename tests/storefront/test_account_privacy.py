"""My data: all of it in one file, or gone."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from storefront.accounts import addresses, privacy
from storefront.accounts.models import Address, Passkey, SignIn, User
from storefront.accounts.operations import Person, find_user
from storefront.app import PERSONAL
from storefront.designs import operations as designs
from storefront.designs.models import Design
from storefront.registry import Registry
from storefront.web.context import shop
from tests.conftest import publish_snapshot
from tests.storefront.authenticators import Authenticator
from tests.storefront.chairs import seats_only, stock
from tests.storefront.people import MONA, PASSWORD, SAM, get, person, post, sign_in, signed_in

HOME = addresses.Postal("Sam Sample", "Quay 1", "Amsterdam", "NL", postcode="1012 AB")
OWNED = (Address, Design, Passkey, SignIn, User)


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Chairs only."""
    return seats_only()


@pytest.fixture
def sam(app: Flask, client: FlaskClient) -> Person:
    """A shopper who is signed in, with an address, a design and a passkey."""
    stock(app)
    publish_snapshot(app)
    sam = person()
    sign_in(client)
    addresses.add(sam, HOME)
    designs.save(sam, *designs.configured("fjord", {}), "For the hall")
    options = json.loads(post(client, "/account/passkeys/new").text)
    post(client, "/account/passkeys", name="Telephone", credential=Authenticator().create(options))
    return sam


def rows(model: type[Address | Design | Passkey | SignIn | User]) -> int:
    with shop().database.transaction() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_it_exports_all(both_databases: str, sam: Person, client: FlaskClient) -> None:
    answer = get(client, "/account/data/export")
    found = json.loads(answer.text)
    assert found["account"]["email"] == SAM
    assert found["addresses"][0]["street"] == "Quay 1"
    assert found["designs"][0]["name"] == "For the hall"
    assert found["passkeys"][0]["name"] == "Telephone"
    assert len(found["browsers"]) == 1
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer.headers["Cache-Control"]


def test_an_export_holds_no_secrets(sam: Person, client: FlaskClient) -> None:
    assert "argon2" not in get(client, "/account/data/export").text


def test_each_slice_answers_for_its_own_names(sam: Person) -> None:
    names = [name for keeper in PERSONAL for name in keeper.export_personal(sam)]
    assert len(names) == len(set(names))


def test_it_erases_all(both_databases: str, sam: Person, client: FlaskClient) -> None:
    done = post(client, "/account/erase", password=PASSWORD)
    assert done.headers["Location"] == "/account/erased"
    assert [rows(model) for model in OWNED] == [0] * len(OWNED)
    assert not signed_in(client)


def test_another_account_stays(app: Flask, sam: Person, client: FlaskClient) -> None:
    mona = person(MONA)
    addresses.add(mona, HOME)
    post(client, "/account/erase", password=PASSWORD)
    assert find_user(MONA) is not None
    assert len(addresses.book(mona.id)) == 1


def test_without_the_password_nothing_is_erased(sam: Person, client: FlaskClient) -> None:
    assert post(client, "/account/erase", password="wrong").status_code == 422
    assert find_user(SAM) is not None


def test_a_merchant_is_told_that_the_account_stays(app: Flask, client: FlaskClient) -> None:
    person(MONA, "merchant")
    sign_in(client, MONA)
    assert post(client, "/account/erase", password=PASSWORD).status_code == 409
    assert find_user(MONA) is not None


def test_erasing_twice_does_nothing_more(sam: Person) -> None:
    privacy.erase(sam)
    privacy.erase(sam)
    assert find_user(SAM) is None


def test_the_address_is_free_again(sam: Person, client: FlaskClient) -> None:
    post(client, "/account/erase", password=PASSWORD)
    assert person().email == SAM
