"""Opening an account, and finding back into one: a letter first, and no word about who has one."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.accounts import operations as accounts
from storefront.accounts import registering, throttle, tokens
from storefront.mail.writing import write
from tests.storefront.people import (
    MONA,
    PASSWORD,
    SAM,
    cookie,
    get,
    letters,
    link,
    person,
    post,
    send,
    sign_in,
    signed_in,
    templates,
    token,
)

NEW = "battery staple moon"


@pytest.fixture
def sam(app: Flask) -> accounts.Person:
    """A shopper."""
    return person()


def plain(page: str) -> str:
    """A page without what differs between two visits of anybody."""
    return re.sub(r'name="once" value="[^"]+"', "", page)


def test_it_opens_an_account(both_databases: str, client: FlaskClient) -> None:
    assert send(client, "/account/register", email=" Sam@Example.com").headers["Location"].endswith("/sent")
    path = link(SAM)
    assert SAM in get(client, path).text
    done = post(client, "/account/register/finish", token=token(path), password=PASSWORD)
    assert done.headers["Location"] == "/account?done=opened"
    assert signed_in(client)
    assert sign_in(client).status_code == 303


def test_two_taps_open_one_account_and_sign_in(both_databases: str, client: FlaskClient) -> None:
    send(client, "/account/register", email=SAM)
    form = {"token": token(link(SAM)), "password": PASSWORD}
    answers = [post(client, "/account/register/finish", **form) for _ in range(2)]
    assert {answer.headers["Location"] for answer in answers} == {"/account?done=opened"}
    assert signed_in(client)


def test_of_two_forms_at_once_one_opens_the_account(app: Flask, client: FlaskClient) -> None:
    send(client, "/account/register", email=SAM)
    path = token(link(SAM))

    def tap(_number: int) -> str:
        with app.app_context():
            try:
                return registering.open_account(path, PASSWORD).email
            except tokens.TokenSpent:
                return "spent"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(tap, range(4))) == [SAM, "spent", "spent", "spent"]


def test_two_taps_set_one_password_and_sign_in(sam: accounts.Person, client: FlaskClient) -> None:
    send(client, "/account/reset", email=SAM)
    form = {"token": token(link(SAM)), "password": NEW}
    answers = [post(client, "/account/reset/finish", **form) for _ in range(2)]
    assert {answer.headers["Location"] for answer in answers} == {"/account?done=password"}
    assert signed_in(client)


def test_nothing_is_kept_before_the_letter_is_answered(app: Flask, client: FlaskClient) -> None:
    send(client, "/account/register", email=SAM)
    assert accounts.find_user(SAM) is None


def test_registering_a_known_address_looks_the_same(sam: accounts.Person, client: FlaskClient) -> None:
    answers = [send(client, "/account/register", email=email) for email in (SAM, MONA)]
    assert len({(answer.status_code, answer.headers["Location"]) for answer in answers}) == 1
    assert (templates(SAM), templates(MONA)) == (["account_exists"], ["verify_email"])


def test_resetting_an_unknown_address_looks_the_same(sam: accounts.Person, client: FlaskClient) -> None:
    answers = [send(client, "/account/reset", email=email) for email in (SAM, MONA)]
    assert len({(answer.status_code, answer.headers["Location"]) for answer in answers}) == 1
    assert (templates(SAM), templates(MONA)) == (["reset_password"], ["no_account"])


def test_a_link_opens_one_account(app: Flask, client: FlaskClient) -> None:
    send(client, "/account/register", email=SAM)
    path = link(SAM)
    post(client, "/account/register/finish", token=token(path), password=PASSWORD)
    assert get(client, path).status_code == 410
    again = post(client, "/account/register/finish", token=token(path), password=NEW)
    assert again.status_code == 410


def test_a_short_password_is_asked_for_again(app: Flask, client: FlaskClient) -> None:
    send(client, "/account/register", email=SAM)
    answer = post(client, "/account/register/finish", token=token(link(SAM)), password="short")
    assert answer.status_code == 422
    assert "A password has 8 to 256 characters." in answer.text


def test_what_is_no_address_is_told(app: Flask, client: FlaskClient) -> None:
    for page in ("/account/register", "/account/reset"):
        answer = send(client, page, email="sam at example")
        assert answer.status_code == 422
        assert "is not an e-mail address" in answer.text
    assert letters() == []


def test_a_form_sent_twice_sends_one_letter(app: Flask, client: FlaskClient) -> None:
    key = re.search(r'name="once" value="([^"]+)"', get(client, "/account/register").text)
    assert key
    for _ in range(2):
        assert post(client, "/account/register", once=key[1], email=SAM).status_code == 303
    assert templates() == ["verify_email"]


def test_it_sets_a_forgotten_password(both_databases: str, sam: accounts.Person, client: FlaskClient) -> None:
    send(client, "/account/reset", email=SAM)
    assert SAM in get(client, link(SAM)).text
    path = link(SAM)
    done = post(client, "/account/reset/finish", token=token(path), password=NEW)
    assert done.status_code == 303
    assert signed_in(client)
    assert sign_in(client, SAM, NEW).status_code == 303
    assert sign_in(client, SAM, PASSWORD).status_code == 422
    assert templates(SAM)[-1] == "password_changed"


def test_a_reset_works_once_and_outdates_its_sisters(sam: accounts.Person, client: FlaskClient) -> None:
    for _ in range(2):
        send(client, "/account/reset", email=SAM)
    first, second = (token(letter.details["path"]) for letter in letters(SAM))
    assert post(client, "/account/reset/finish", token=first, password=NEW).status_code == 303
    for used in (first, second):
        assert post(client, "/account/reset/finish", token=used, password=PASSWORD).status_code == 410


def test_a_reset_ends_all_sessions(app: Flask, sam: accounts.Person, client: FlaskClient) -> None:
    other = app.test_client()
    sign_in(other)
    send(client, "/account/reset", email=SAM)
    post(client, "/account/reset/finish", token=token(link(SAM)), password=NEW)
    assert not signed_in(other)


def test_a_reset_gives_a_new_session_id(sam: accounts.Person, client: FlaskClient) -> None:
    send(client, "/account/reset", email=SAM)
    before = cookie(client)
    post(client, "/account/reset/finish", token=token(link(SAM)), password=NEW)
    assert cookie(client) != before


def test_who_guessed_too_often_gets_in_after_a_reset(sam: accounts.Person, client: FlaskClient) -> None:
    for _ in range(throttle.SIGN_IN["account"].most):
        throttle.count("sign-in", throttle.SIGN_IN, SAM, "192.0.2.1")
    assert sign_in(client).status_code == 429
    send(client, "/account/reset", email=SAM)
    post(client, "/account/reset/finish", token=token(link(SAM)), password=NEW)
    assert sign_in(client, SAM, NEW).status_code == 303


def test_a_made_up_link_opens_nothing(app: Flask, client: FlaskClient) -> None:
    for page in ("/account/register/finish", "/account/reset/finish"):
        for made_up in ("", "nonsense", "a.b.c"):
            assert get(client, page, query_string={"token": made_up}).status_code == 410


def test_a_link_is_for_its_purpose_alone(sam: accounts.Person, client: FlaskClient) -> None:
    registered = tokens.issue(tokens.REGISTER, {"email": MONA, "user": sam.id}, "")
    assert get(client, f"/account/reset/finish?token={registered}").status_code == 410


def test_an_old_link_opens_nothing(app: Flask) -> None:
    registering.ask_account(SAM, "192.0.2.1")
    with pytest.raises(tokens.TokenSpent):
        tokens.read(tokens.Purpose("register", -1), token(link(SAM)))


@pytest.mark.parametrize("page", ["/account/register", "/account/reset"])
def test_nobody_is_flooded_with_letters(app: Flask, client: FlaskClient, page: str) -> None:
    for _ in range(throttle.LETTERS["account"].most):
        assert send(client, page, email=SAM).status_code == 303
    assert send(client, page, email=SAM).status_code == 429
    assert len(letters(SAM)) == throttle.LETTERS["account"].most


def test_one_network_can_not_flood_everybody(app: Flask) -> None:
    for number in range(throttle.LETTERS["address"].most):
        throttle.count("letter", throttle.LETTERS, f"{number}@example.com", "192.0.2.1")
    with pytest.raises(throttle.TooManyTries):
        registering.ask_reset(SAM, "192.0.2.1")


def test_each_letter_can_be_written(sam: accounts.Person, client: FlaskClient) -> None:
    send(client, "/account/register", email=MONA)
    send(client, "/account/register", email=SAM)
    send(client, "/account/reset", email=MONA)
    send(client, "/account/reset", email=SAM)
    post(client, "/account/reset/finish", token=token(link(SAM)), password=NEW)
    send(client, "/account/email", email="samuel@example.com")
    post(client, "/account/email/finish", token=token(link("samuel@example.com")))
    written = {letter.template: write(letter) for letter in letters()}
    assert written.keys() == {
        "verify_email",
        "account_exists",
        "no_account",
        "reset_password",
        "password_changed",
        "email_changed",
    }
    for message in written.values():
        text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
        for address in re.findall(r"http://localhost/\S+", text):
            assert address.replace("&", "&amp;") in html


def test_pages_of_the_door_tell_nothing_about_who_is_there(sam: accounts.Person, client: FlaskClient) -> None:
    pages = [plain(get(client, page).text) for page in ("/account/register/sent", "/account/reset/sent")]
    assert all(SAM not in page for page in pages)
