"""Signing in and out, guessing, and who may open what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from storefront.accounts import operations as accounts
from storefront.accounts.models import FailedSignIn, User
from storefront.accounts.views import local_path
from storefront.web.context import shop

EMAIL, PASSWORD = "mona@example.com", "correct horse"


@pytest.fixture
def mona(app: Flask) -> accounts.Person:
    """A merchant."""
    return accounts.create_user(EMAIL, PASSWORD, "merchant")


@pytest.fixture
def sam(app: Flask) -> accounts.Person:
    """A shopper."""
    return accounts.create_user("sam@example.com", PASSWORD)


def sign_in(client: FlaskClient, email: str = EMAIL, password: str = PASSWORD, to: str = "") -> TestResponse:
    return client.post("/account/sign-in", data={"email": email, "password": password, "next": to})


def session_id(client: FlaskClient) -> str:
    cookie = client.get_cookie("session")
    return cookie.value if cookie else ""


def failed(kind: str, text: str, times: int) -> None:
    """As many failed tries a moment ago."""
    subject = accounts.throttle_key(kind, text)
    with shop().database.transaction() as session:
        session.add_all(FailedSignIn(subject=subject) for _ in range(times))


def test_it_signs_in(mona: accounts.Person, client: FlaskClient) -> None:
    response = sign_in(client)
    assert (response.status_code, response.headers["Location"]) == (303, "/merchant")
    assert EMAIL in client.get("/account").text


def test_the_address_is_taken_in_any_case(mona: accounts.Person, client: FlaskClient) -> None:
    assert sign_in(client, email=" MONA@Example.com ").status_code == 303


@pytest.mark.parametrize(("email", "password"), [(EMAIL, "wrong"), ("nobody@example.com", PASSWORD)])
def test_a_wrong_password_and_an_unknown_address_sound_the_same(
    mona: accounts.Person, client: FlaskClient, email: str, password: str
) -> None:
    response = sign_in(client, email, password)
    assert response.status_code == 422
    assert "don&#39;t belong together" in response.text


def test_the_password_is_kept_as_argon2id(mona: accounts.Person) -> None:
    with shop().database.transaction() as session:
        stored = session.scalar(select(User.password_hash))
    assert stored is not None
    assert stored.startswith("$argon2id$")


def test_a_second_account_with_an_address_is_refused(mona: accounts.Person) -> None:
    with pytest.raises(accounts.AccountError, match="already"):
        accounts.create_user(EMAIL.upper(), PASSWORD)


@pytest.mark.parametrize(("email", "password"), [("nonsense", PASSWORD), ("a@b.example", "short")])
def test_a_bad_address_or_password_makes_no_account(app: Flask, email: str, password: str) -> None:
    with pytest.raises(accounts.AccountError):
        accounts.create_user(email, password)


def test_the_session_id_changes_at_sign_in(mona: accounts.Person, client: FlaskClient) -> None:
    sign_in(client)
    first = session_id(client)
    sign_in(client)
    assert session_id(client) != first


def test_after_signing_out_the_old_session_is_dead(
    app: Flask, mona: accounts.Person, client: FlaskClient
) -> None:
    sign_in(client)
    stolen = session_id(client)
    client.post("/account/sign-out")
    thief = app.test_client()
    thief.set_cookie("session", stolen)
    assert thief.get("/account").status_code == 303


def test_ending_all_sessions_signs_out_everywhere(mona: accounts.Person, client: FlaskClient) -> None:
    sign_in(client)
    accounts.end_sessions(mona.id)
    # Flask-Login remembers people in `g`, which the fixture's context keeps alive between requests.
    g.pop("_login_user")
    assert client.get("/account").status_code == 303


def test_guessing_is_stopped_even_with_the_right_password(mona: accounts.Person, client: FlaskClient) -> None:
    failed("account", EMAIL, accounts.TRIES_PER_ACCOUNT)
    assert sign_in(client).status_code == 429


def test_a_failure_counts_for_the_account_and_the_address(mona: accounts.Person) -> None:
    accounts.check_password(EMAIL, "guess", "192.0.2.1")
    with shop().database.transaction() as session:
        counted = set(session.scalars(select(FailedSignIn.subject)))
    assert counted == {
        accounts.throttle_key("account", EMAIL),
        accounts.throttle_key("address", "192.0.2.1"),
    }


def test_one_address_can_not_guess_many_accounts(app: Flask) -> None:
    failed("address", "192.0.2.1", accounts.TRIES_PER_ADDRESS)
    with pytest.raises(accounts.TooManyTries):
        accounts.check_password("another@example.com", "guess", "192.0.2.1")


def test_old_failures_are_forgotten(mona: accounts.Person, client: FlaskClient) -> None:
    failed("account", EMAIL, accounts.TRIES_PER_ACCOUNT)
    with shop().database.transaction() as session:
        earlier = datetime.now(UTC) - accounts.WINDOW - timedelta(seconds=1)
        session.execute(update(FailedSignIn).values(at=earlier))
    assert sign_in(client).status_code == 303


def test_a_stranger_is_sent_to_the_sign_in_page_and_back(mona: accounts.Person, client: FlaskClient) -> None:
    asked = client.get("/merchant/products/new")
    assert asked.headers["Location"] == "/account/sign-in?next=/merchant/products/new"
    assert sign_in(client, to="/merchant/products/new").headers["Location"] == "/merchant/products/new"


def test_a_shopper_is_told_that_the_desk_is_the_merchants(sam: accounts.Person, client: FlaskClient) -> None:
    sign_in(client, sam.email)
    response = client.get("/merchant")
    assert response.status_code == 403
    assert "merchant&#39;s side" in response.text


def test_a_merchant_opens_the_desk(mona: accounts.Person, client: FlaskClient) -> None:
    sign_in(client)
    assert client.get("/merchant").status_code == 200


def test_another_site_can_not_sign_somebody_in(mona: accounts.Person, client: FlaskClient) -> None:
    form = {"email": EMAIL, "password": PASSWORD}
    response = client.post("/account/sign-in", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403


@pytest.mark.parametrize(
    "target",
    ["//[", "//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/\tx", ""],
)
def test_a_sign_in_leads_to_no_other_site(target: str) -> None:
    assert local_path(target) == ""
