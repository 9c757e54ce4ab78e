"""Signing in and out, guessing, and who may open what."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from storefront.accounts import operations as accounts
from storefront.accounts import throttle
from storefront.accounts.access import local_path
from storefront.accounts.models import SignIn, Tries, User
from storefront.app import create_app
from storefront.embedded.process import free_port
from storefront.registry import Registry
from storefront.settings import Settings
from storefront.web.context import shop
from tests.storefront.authenticators import Authenticator
from tests.storefront.people import MONA, PASSWORD, SAM, cookie, get, person, post, sign_in, signed_in

LIMIT = throttle.SIGN_IN["account"].most


@pytest.fixture
def mona(app: Flask) -> accounts.Person:
    """A merchant."""
    return person(MONA, "merchant")


@pytest.fixture
def sam(app: Flask) -> accounts.Person:
    """A shopper."""
    return person()


def guessed(kind: str, text: str, times: int) -> None:
    """As many wrong passwords a moment ago."""
    name = throttle.subject("sign-in", kind, text)
    with shop().database.transaction() as session:
        ends_at = datetime.now(UTC) + timedelta(minutes=10)
        session.add(Tries(subject=name, count=times, ends_at=ends_at))


def counted(kind: str, text: str) -> int:
    with shop().database.transaction() as session:
        tries = session.get(Tries, throttle.subject("sign-in", kind, text))
        return tries.count if tries else 0


def test_it_signs_in(mona: accounts.Person, client: FlaskClient) -> None:
    response = sign_in(client, MONA)
    assert (response.status_code, response.headers["Location"]) == (303, "/merchant")
    assert MONA in get(client, "/account").text


def test_the_address_is_taken_in_any_case(mona: accounts.Person, client: FlaskClient) -> None:
    assert sign_in(client, email=" MONA@Example.com ").status_code == 303


def test_a_wrong_password_and_an_unknown_address_sound_the_same(
    mona: accounts.Person, client: FlaskClient
) -> None:
    pages = [sign_in(client, email, "wrong") for email in (MONA, "nobody@example.com")]
    assert {page.status_code for page in pages} == {422}
    assert pages[0].text.replace(MONA, "") == pages[1].text.replace("nobody@example.com", "")
    assert "don&#39;t belong together" in pages[0].text


def test_the_password_is_kept_as_argon2id(app: Flask) -> None:
    accounts.create_user(SAM, PASSWORD)
    with shop().database.transaction() as session:
        stored = session.scalar(select(User.password_hash))
    assert stored is not None
    assert stored.startswith("$argon2id$")


def test_a_second_account_with_an_address_is_refused(mona: accounts.Person) -> None:
    with pytest.raises(accounts.AccountError, match="already"):
        accounts.create_user(MONA.upper(), PASSWORD)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("nonsense", PASSWORD),
        ("a@b.example", "short"),
        ("a@b.example", "password123"),
        ("a@b.example", "aaaaaaaaaa"),
        ("a@b.example", "abababab"),
        ("a@b.example", "23456789"),
        ("longname@b.example", "longname"),
        ("a@b.example", "x" * 257),
    ],
)
def test_a_bad_address_or_password_makes_no_account(email: str, password: str) -> None:
    with pytest.raises(accounts.AccountError):
        accounts.valid_password(password, accounts.valid_email(email))


def test_the_session_id_changes_at_sign_in(mona: accounts.Person, client: FlaskClient) -> None:
    sign_in(client, MONA)
    first = cookie(client)
    sign_in(client, MONA)
    assert cookie(client) != first


def test_after_signing_out_the_old_session_is_dead(
    app: Flask, mona: accounts.Person, client: FlaskClient
) -> None:
    sign_in(client, MONA)
    stolen = cookie(client)
    post(client, "/account/sign-out")
    thief = app.test_client()
    thief.set_cookie("session", stolen)
    assert not signed_in(thief)


def test_signing_out_leaves_nothing_for_the_next_one_at_the_browser(
    sam: accounts.Person, client: FlaskClient
) -> None:
    sign_in(client)
    with client.session_transaction() as session:
        session["checkout"] = "mine"
    post(client, "/account/sign-out")
    with client.session_transaction() as session:
        assert dict(session) == {}


def test_ending_all_sessions_signs_out_everywhere(mona: accounts.Person, client: FlaskClient) -> None:
    sign_in(client, MONA)
    accounts.end_sessions(mona.id)
    assert not signed_in(client)


def test_guessing_is_stopped_even_with_the_right_password(mona: accounts.Person, client: FlaskClient) -> None:
    guessed("account", MONA, LIMIT)
    assert sign_in(client, MONA).status_code == 429


def test_a_failure_counts_for_the_account_and_the_address(mona: accounts.Person) -> None:
    accounts.check_password(MONA, "guess", "192.0.2.1")
    assert (counted("account", MONA), counted("address", "192.0.2.1")) == (1, 1)


def test_a_success_counts_for_neither(mona: accounts.Person) -> None:
    accounts.check_password(MONA, PASSWORD, "192.0.2.1")
    assert (counted("account", MONA), counted("address", "192.0.2.1")) == (0, 0)


def test_one_address_can_not_guess_many_accounts(app: Flask) -> None:
    guessed("address", "192.0.2.1", throttle.SIGN_IN["address"].most)
    with pytest.raises(throttle.TooManyTries):
        accounts.check_password("another@example.com", "guess", "192.0.2.1")


def test_all_addresses_of_an_ipv6_network_count_as_one(app: Flask) -> None:
    for n in range(50):
        throttle.count("sign-in", throttle.SIGN_IN, f"{n}@example.com", f"2001:db8:1:2::{n:x}")
    with pytest.raises(throttle.TooManyTries):
        throttle.count("sign-in", throttle.SIGN_IN, "ash@example.com", "2001:db8:1:2:ffff::1")
    throttle.count("sign-in", throttle.SIGN_IN, "ash@example.com", "2001:db8:1:3::1")


def test_twenty_guesses_at_once_are_counted_one_by_one(both_databases: str, app: Flask) -> None:
    def guess(_: int) -> bool:
        with app.app_context():
            try:
                throttle.count("sign-in", throttle.SIGN_IN, SAM, "192.0.2.1")
            except throttle.TooManyTries:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(guess, range(20))) == LIMIT
    assert counted("account", SAM) == LIMIT


def test_old_failures_are_forgotten(mona: accounts.Person, client: FlaskClient) -> None:
    guessed("account", MONA, LIMIT)
    with shop().database.transaction() as session:
        session.execute(update(Tries).values(ends_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert sign_in(client, MONA).status_code == 303


def test_what_does_not_count_any_more_is_deleted(both_databases: str, app: Flask) -> None:
    guessed("account", MONA, 3)
    guessed("account", SAM, 3)
    with shop().database.transaction() as session:
        gone = update(Tries).where(Tries.subject == throttle.subject("sign-in", "account", MONA))
        session.execute(gone.values(ends_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert throttle.forget_old() == 1
    with shop().database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Tries)) == 1


def test_a_stranger_is_sent_to_the_sign_in_page_and_back(mona: accounts.Person, client: FlaskClient) -> None:
    asked = get(client, "/merchant/products/new")
    assert asked.headers["Location"] == "/account/sign-in?next=/merchant/products/new"
    back = sign_in(client, MONA, to="/merchant/products/new")
    assert back.headers["Location"] == "/merchant/products/new"


def test_a_shopper_is_told_that_the_desk_is_the_merchants(sam: accounts.Person, client: FlaskClient) -> None:
    sign_in(client)
    response = get(client, "/merchant")
    assert response.status_code == 403
    assert "merchant&#39;s side" in response.text


def test_a_merchant_opens_the_desk(mona: accounts.Person, client: FlaskClient) -> None:
    sign_in(client, MONA)
    assert get(client, "/merchant").status_code == 200


def test_another_site_can_not_sign_somebody_in(mona: accounts.Person, client: FlaskClient) -> None:
    form = {"email": MONA, "password": PASSWORD}
    response = client.post("/account/sign-in", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403


@pytest.mark.parametrize(
    "target",
    [
        "//[",
        "//evil.example",
        "///evil.example",
        "////evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\tx",
        "",
    ],
)
def test_a_sign_in_leads_to_no_other_site(target: str) -> None:
    assert local_path(target) == ""


def test_signing_in_again_takes_the_place_of_the_first(sam: accounts.Person, client: FlaskClient) -> None:
    sign_in(client)
    post(client, "/account/sign-in", email=SAM, password=PASSWORD)
    with shop().database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(SignIn)) == 1


def test_while_the_database_is_away_nobody_gets_in_and_nobody_guesses(
    settings: Settings, registry: Registry, app: Flask
) -> None:
    away = replace(settings, database_url=f"postgresql://shop@127.0.0.1:{free_port()}/shop")
    lost = create_app(away, registry)
    with lost.app_context():
        client = lost.test_client()
        options = json.loads(post(client, "/account/passkeys/question").text)
        credential = Authenticator().sign(options)
        answers = [
            post(client, "/account/sign-in", email=SAM, password=PASSWORD),
            post(client, "/account/sign-in/passkey", credential=credential),
        ]
    lost.extensions["shop"].database.engine.dispose()
    assert {(answer.status_code, answer.headers["Retry-After"]) for answer in answers} == {(503, "5")}
    assert all("try again" in answer.text for answer in answers)
