"""Passkeys: made, signed with, counted, and refused where anything isn't as it should be."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from storefront.accounts import passkeys
from storefront.accounts.challenges import SECONDS
from storefront.accounts.models import Passkey
from storefront.accounts.operations import Person
from storefront.web.context import shop
from tests.storefront.authenticators import PRESENT, VERIFIED, Authenticator
from tests.storefront.people import MONA, SAM, cookie, get, person, post, sign_in, signed_in, templates

NONSENSE = (
    "",
    "null",
    "[]",
    "{}",
    '{"id": 1}',
    '{"id": "%", "rawId": "%", "type": "public-key", "response": {}}',
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "e30", '
    '"attestationObject": "oA", "authenticatorData": "AA", "signature": "AA"}}',
)


@pytest.fixture
def sam(app: Flask, client: FlaskClient) -> Person:
    """A shopper, signed in."""
    sam = person()
    sign_in(client)
    return sam


@pytest.fixture
def key() -> Authenticator:
    """A passkey that no shop knows yet."""
    return Authenticator()


def asked(client: FlaskClient, path: str = "/account/passkeys/question") -> dict[str, Any]:
    """What the shop asks the browser."""
    return dict(json.loads(post(client, path).text))


def add(client: FlaskClient, key: Authenticator, name: str = "Telephone") -> int:
    credential = key.create(asked(client, "/account/passkeys/new"))
    return post(client, "/account/passkeys", name=name, credential=credential).status_code


def enter(client: FlaskClient, key: Authenticator) -> int:
    credential = key.sign(asked(client))
    return post(client, "/account/sign-in/passkey", credential=credential).status_code


def kept() -> list[Passkey]:
    with shop().database.transaction() as session:
        return list(session.scalars(select(Passkey).order_by(Passkey.id)))


def test_it_signs_in_without_a_password(
    both_databases: str, app: Flask, sam: Person, client: FlaskClient, key: Authenticator
) -> None:
    assert add(client, key) == 303
    other = app.test_client()
    assert enter(other, key) == 303
    assert SAM in get(other, "/account").text


def test_the_question_wants_a_passkey_that_knows_its_user(sam: Person, client: FlaskClient) -> None:
    options = asked(client, "/account/passkeys/new")
    wanted = options["authenticatorSelection"]
    assert (wanted["residentKey"], wanted["userVerification"]) == ("required", "required")
    assert options["rp"]["id"] == "localhost"


def test_a_new_passkey_is_told_and_gives_a_new_session_id(
    sam: Person, client: FlaskClient, key: Authenticator
) -> None:
    before = cookie(client)
    add(client, key)
    assert cookie(client) != before
    assert templates(SAM) == ["passkey_added"]


def test_a_passkey_is_kept_once(sam: Person, client: FlaskClient, key: Authenticator) -> None:
    assert [add(client, key), add(client, key)] == [303, 422]
    assert len(kept()) == 1


def test_an_account_has_so_many_passkeys_at_most(sam: Person, client: FlaskClient) -> None:
    assert [add(client, Authenticator()) for _ in range(passkeys.MOST + 1)][-2:] == [303, 422]


def test_a_challenge_is_good_for_one_time(
    app: Flask, sam: Person, client: FlaskClient, key: Authenticator
) -> None:
    key.counts = False
    add(client, key)
    other = app.test_client()
    credential = key.sign(asked(other))
    answers = [post(other, "/account/sign-in/passkey", credential=credential) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 422]


def test_a_challenge_of_another_browser_is_worth_nothing(
    app: Flask, sam: Person, client: FlaskClient, key: Authenticator
) -> None:
    add(client, key)
    mine, other = app.test_client(), app.test_client()
    asked(other)
    credential = key.sign(asked(mine))
    assert post(other, "/account/sign-in/passkey", credential=credential).status_code == 422


def test_an_old_challenge_is_worth_nothing(
    app: Flask, sam: Person, client: FlaskClient, key: Authenticator
) -> None:
    add(client, key)
    other = app.test_client()
    credential = key.sign(asked(other))
    with other.session_transaction() as session:
        kind, challenge, since = session["passkey"]
        session["passkey"] = [kind, challenge, since - SECONDS - 1]
    assert post(other, "/account/sign-in/passkey", credential=credential).status_code == 422


def test_a_challenge_to_make_one_signs_nobody_in(
    sam: Person, client: FlaskClient, key: Authenticator
) -> None:
    add(client, key)
    options = asked(client, "/account/passkeys/new")
    credential = key.sign({"rpId": "localhost", "challenge": options["challenge"]})
    assert post(client, "/account/sign-in/passkey", credential=credential).status_code == 422


def test_a_copy_is_found_out_by_its_counter(
    both_databases: str, app: Flask, sam: Person, client: FlaskClient, key: Authenticator
) -> None:
    add(client, key)
    assert enter(app.test_client(), key) == 303
    key.count -= 1
    assert enter(app.test_client(), key) == 422


def test_a_passkey_that_does_not_count_signs_in_again(
    app: Flask, sam: Person, client: FlaskClient, key: Authenticator
) -> None:
    key.counts = False
    add(client, key)
    assert [enter(app.test_client(), key) for _ in range(2)] == [303, 303]


def test_of_two_answers_with_one_counter_one_is_refused(
    both_databases: str, app: Flask, sam: Person, client: FlaskClient, key: Authenticator
) -> None:
    add(client, key)
    options = asked(client)
    credential = key.sign(options)
    with app.test_request_context():
        assert passkeys.signed_by(credential, options["challenge"]).id == sam.id
        with pytest.raises(passkeys.PasskeyRefused):
            passkeys.signed_by(credential, options["challenge"])


def test_a_wrong_answer_signs_nobody_in(
    app: Flask, sam: Person, client: FlaskClient, key: Authenticator
) -> None:
    add(client, key)
    other = app.test_client()
    for wrong in ({"origin": "https://evil.example"}, {"flags": PRESENT}, {"flags": VERIFIED}):
        assert enter(other, replace(key, count=key.count + 1, **wrong)) == 422, wrong
    assert enter(other, key) == 303


def test_another_key_under_the_same_name_signs_nobody_in(
    app: Flask, sam: Person, client: FlaskClient, key: Authenticator
) -> None:
    add(client, key)
    assert enter(app.test_client(), Authenticator(id=key.id, user=key.user)) == 422


def test_an_unknown_passkey_is_told(app: Flask, client: FlaskClient, key: Authenticator) -> None:
    credential = key.sign(asked(client))
    answer = post(client, "/account/sign-in/passkey", credential=credential)
    assert answer.status_code == 422
    assert "doesn&#39;t know this passkey" in answer.text


@pytest.mark.parametrize(
    ("question", "page"),
    [("new", "/account/passkeys"), ("question", "/account/sign-in/passkey")],
)
def test_nonsense_is_refused(
    sam: Person, client: FlaskClient, key: Authenticator, question: str, page: str
) -> None:
    key.id = b"x"
    add(client, key)
    for credential in NONSENSE:
        asked(client, f"/account/passkeys/{question}")
        assert post(client, page, credential=credential).status_code == 422, credential


def test_a_passkey_confirms_who_is_there(sam: Person, client: FlaskClient, key: Authenticator) -> None:
    add(client, key)
    credential = key.sign(asked(client))
    confirmed = post(client, "/account/confirm", credential=credential, next="/account/email")
    assert confirmed.headers["Location"] == "/account/email"


def test_anothers_passkey_confirms_nothing(
    app: Flask, sam: Person, client: FlaskClient, key: Authenticator
) -> None:
    person(MONA)
    mona = app.test_client()
    sign_in(mona, MONA)
    add(mona, key)
    credential = key.sign(asked(client))
    assert post(client, "/account/confirm", credential=credential).status_code == 422


def test_it_can_be_renamed_and_removed(
    app: Flask, sam: Person, client: FlaskClient, key: Authenticator
) -> None:
    add(client, key)
    [found] = kept()
    post(client, f"/account/passkeys/{found.id}", name="Blue key")
    assert "Blue key" in get(client, "/account/passkeys").text
    post(client, f"/account/passkeys/{found.id}/remove")
    assert enter(app.test_client(), key) == 422


def test_anothers_passkey_can_not_be_removed(
    app: Flask, sam: Person, client: FlaskClient, key: Authenticator
) -> None:
    add(client, key)
    person(MONA)
    mona = app.test_client()
    sign_in(mona, MONA)
    post(mona, f"/account/passkeys/{kept()[0].id}/remove")
    assert len(kept()) == 1


def test_a_counter_of_32_bits_is_kept(
    both_databases: str, app: Flask, sam: Person, client: FlaskClient, key: Authenticator
) -> None:
    key.count = 2**32 - 2
    add(client, key)
    assert enter(app.test_client(), key) == 303


def test_who_is_not_signed_in_makes_none(app: Flask, client: FlaskClient) -> None:
    assert post(client, "/account/passkeys/new").status_code == 303
    assert not signed_in(client)


def test_a_used_passkey_says_when(sam: Person, client: FlaskClient, key: Authenticator) -> None:
    add(client, key)
    assert "not used yet" in get(client, "/account/passkeys").text
    enter(client, key)
    assert "not used yet" not in get(client, "/account/passkeys").text


def test_after_signing_out_a_passkey_opens_a_new_session(
    sam: Person, client: FlaskClient, key: Authenticator
) -> None:
    add(client, key)
    post(client, "/account/sign-out")
    assert not signed_in(client)
    assert enter(client, key) == 303
    assert signed_in(client)
