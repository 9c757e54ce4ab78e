"""Changing password and e-mail address, browsers, and being asked again."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from storefront.accounts import browsers
from storefront.accounts import operations as accounts
from storefront.accounts.access import FRESH_SECONDS
from storefront.accounts.models import SignIn, User
from storefront.stores.columns import from_now
from storefront.web.context import shop
from tests.storefront.people import (
    FIREFOX,
    MONA,
    PASSWORD,
    SAM,
    cookie,
    forget_request,
    get,
    link,
    person,
    post,
    send,
    sign_in,
    signed_in,
    templates,
    token,
)

NEW, SAMUEL = "battery staple moon", "samuel@example.com"


@pytest.fixture
def sam(app: Flask, client: FlaskClient) -> accounts.Person:
    """A shopper, signed in."""
    sam = person()
    sign_in(client)
    return sam


@pytest.fixture
def elsewhere(app: Flask, sam: accounts.Person) -> FlaskClient:
    """Another browser in which Sam is signed in."""
    other = app.test_client()
    other.environ_base["HTTP_USER_AGENT"] = FIREFOX
    sign_in(other)
    return other


def grow_old(seconds: int) -> None:
    """As if all that was confirmed had been so long ago."""
    with shop().database.transaction() as session:
        session.execute(update(SignIn).values(confirmed_at=from_now(-seconds)))


# --- the password -------------------------------------------------------------------------------


def test_it_changes_the_password(both_databases: str, sam: accounts.Person, client: FlaskClient) -> None:
    changed = post(client, "/account/password", password=PASSWORD, new_password=NEW)
    assert changed.headers["Location"] == "/account?done=password"
    assert signed_in(client)
    assert sign_in(client, SAM, NEW).status_code == 303
    assert templates(SAM) == ["password_changed"]


def test_a_changed_password_ends_the_other_sessions(
    sam: accounts.Person, client: FlaskClient, elsewhere: FlaskClient
) -> None:
    post(client, "/account/password", password=PASSWORD, new_password=NEW)
    assert not signed_in(elsewhere)
    assert signed_in(client)


def test_a_changed_password_gives_a_new_session_id(sam: accounts.Person, client: FlaskClient) -> None:
    before = cookie(client)
    post(client, "/account/password", password=PASSWORD, new_password=NEW)
    assert cookie(client) != before


def test_the_password_stays_unless_all_is_right(sam: accounts.Person, client: FlaskClient) -> None:
    for old, new in (("wrong", NEW), (PASSWORD, "short"), (PASSWORD, "password1")):
        assert post(client, "/account/password", password=old, new_password=new).status_code == 422
    assert sign_in(client).status_code == 303


def test_a_sign_in_with_the_old_password_that_was_just_beginning_is_dead(
    sam: accounts.Person, client: FlaskClient
) -> None:
    known = accounts.check_password(SAM, PASSWORD, "192.0.2.1")
    post(client, "/account/password", password=PASSWORD, new_password=NEW)
    assert known is not None
    assert browsers.load(browsers.begin(known, "", "").get_id()) is None


# --- the e-mail address -------------------------------------------------------------------------


def test_it_changes_the_address(both_databases: str, sam: accounts.Person, client: FlaskClient) -> None:
    assert send(client, "/account/email", email=SAMUEL).headers["Location"] == "/account/email/sent"
    assert accounts.find_user(SAMUEL) is None
    path = link(SAMUEL)
    assert SAMUEL in get(client, path).text
    assert post(client, "/account/email/finish", token=token(path)).status_code == 303
    assert SAMUEL in get(client, "/account").text
    assert accounts.find_user(SAM) is None
    assert templates(SAM) == ["email_changed"]


def test_a_changed_address_gives_a_new_session_id(sam: accounts.Person, client: FlaskClient) -> None:
    send(client, "/account/email", email=SAMUEL)
    before = cookie(client)
    post(client, "/account/email/finish", token=token(link(SAMUEL)))
    assert cookie(client) != before


def test_an_address_with_an_account_is_not_taken_and_not_told(
    sam: accounts.Person, client: FlaskClient
) -> None:
    person(MONA)
    assert send(client, "/account/email", email=MONA).headers["Location"] == "/account/email/sent"
    assert templates(MONA) == ["account_exists"]


def test_an_address_that_got_an_account_meanwhile_is_not_taken(
    sam: accounts.Person, client: FlaskClient
) -> None:
    send(client, "/account/email", email=SAMUEL)
    person(SAMUEL)
    assert post(client, "/account/email/finish", token=token(link(SAMUEL))).status_code == 410


def test_who_follows_anothers_link_changes_nothing(app: Flask, sam: accounts.Person) -> None:
    person(MONA)
    mona = app.test_client()
    sign_in(mona, MONA)
    send(mona, "/account/email", email=SAMUEL)
    other = app.test_client()
    sign_in(other, SAM)
    assert get(other, link(SAMUEL)).status_code == 410
    assert post(other, "/account/email/finish", token=token(link(SAMUEL))).status_code == 410


def test_the_same_address_is_told(sam: accounts.Person, client: FlaskClient) -> None:
    assert send(client, "/account/email", email=SAM.upper()).status_code == 422


# --- being asked again --------------------------------------------------------------------------


def test_who_signed_in_long_ago_is_asked_again(sam: accounts.Person, client: FlaskClient) -> None:
    for page in ("/account/email", "/account/passkeys", "/account/data/export"):
        grow_old(FRESH_SECONDS + 1)
        assert get(client, page).headers["Location"] == f"/account/confirm?next={page}"
        shown = post(client, "/account/confirm", next=page, password=PASSWORD)
        assert shown.headers["Location"] == page
        assert get(client, page).status_code == 200


def test_a_wrong_password_confirms_nothing(sam: accounts.Person, client: FlaskClient) -> None:
    grow_old(FRESH_SECONDS + 1)
    assert post(client, "/account/confirm", password="wrong").status_code == 422
    assert get(client, "/account/email").status_code == 303


def test_a_form_that_comes_too_late_leads_back_to_its_page(sam: accounts.Person, client: FlaskClient) -> None:
    grow_old(FRESH_SECONDS + 1)
    forget_request()
    page = {"Referer": "http://localhost/account/email"}
    answer = client.post("/account/email", data={"email": SAMUEL}, headers=page)
    assert answer.headers["Location"] == "/account/confirm?next=/account/email"


def test_confirming_gives_a_new_session_id(sam: accounts.Person, client: FlaskClient) -> None:
    before = cookie(client)
    post(client, "/account/confirm", password=PASSWORD)
    assert cookie(client) != before


# --- browsers -----------------------------------------------------------------------------------


def test_it_lists_browsers(sam: accounts.Person, client: FlaskClient, elsewhere: FlaskClient) -> None:
    page = get(client, "/account/browsers").text
    assert "Firefox on Linux" in page
    assert page.count("this one") == 1


def test_one_browser_can_be_ended(
    both_databases: str, sam: accounts.Person, client: FlaskClient, elsewhere: FlaskClient
) -> None:
    with shop().database.transaction() as session:
        other = session.scalar(select(SignIn.id).where(SignIn.agent == FIREFOX))
    post(client, f"/account/browsers/{other}/end")
    assert not signed_in(elsewhere)
    assert signed_in(client)


def test_all_others_can_be_ended(sam: accounts.Person, client: FlaskClient, elsewhere: FlaskClient) -> None:
    post(client, "/account/browsers/end")
    assert not signed_in(elsewhere)
    assert signed_in(client)


def test_anothers_browser_can_not_be_ended(app: Flask, sam: accounts.Person, client: FlaskClient) -> None:
    person(MONA)
    mona = app.test_client()
    sign_in(mona, MONA)
    with shop().database.transaction() as session:
        hers = select(SignIn.id).join(User, User.id == SignIn.user_id).where(User.email == MONA)
        wanted = session.scalar(hers)
    post(client, f"/account/browsers/{wanted}/end")
    assert signed_in(mona)


def test_a_browser_that_was_long_not_seen_is_forgotten(
    sam: accounts.Person, client: FlaskClient, elsewhere: FlaskClient
) -> None:
    with shop().database.transaction() as session:
        old = update(SignIn).where(SignIn.agent == FIREFOX)
        session.execute(old.values(seen_at=from_now(-86400 * (shop().settings.session_days + 1))))
    assert "Firefox" not in get(client, "/account/browsers").text
