"""Who the tests of accounts are about, and what they do in their browsers."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from argon2 import PasswordHasher
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from storefront.accounts.models import Role, User
from storefront.accounts.operations import Person, person_of
from storefront.mail.models import Letter
from storefront.web.context import shop

MONA, SAM, PASSWORD = "mona@example.com", "sam@example.com", "correct horse"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"


# The cost of a hash stands in it, so that these are quick to compare with, and real.
CHEAP_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def person(email: str = SAM, role: Role = "shopper") -> Person:
    """A user whose password is :data:`PASSWORD`."""
    with shop().database.transaction() as session:
        user = User(email=email, password_hash=CHEAP_HASH, role=role)
        session.add(user)
        session.flush()
        return person_of(user)


def forget_request() -> None:
    """Flask-Login remembers people in `g`, which the fixture's context keeps alive between requests."""
    g.pop("_login_user", None)


def get(client: FlaskClient, path: str, **more: Any) -> TestResponse:
    """A page, as a new request sees it."""
    forget_request()
    return client.get(path, **more)


def post(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """A form, as a new request sees it."""
    forget_request()
    return client.post(path, data=fields)


def send(client: FlaskClient, page: str, to: str = "", **fields: str) -> TestResponse:
    """Open a page and send its form, with the key that the form carries."""
    key = re.search(r'name="once" value="([^"]+)"', get(client, page).text)
    assert key, f"{page} has no key"
    return post(client, to or page, once=key[1], **fields)


def sign_in(client: FlaskClient, email: str = SAM, password: str = PASSWORD, to: str = "") -> TestResponse:
    return post(client, "/account/sign-in", email=email, password=password, next=to)


def signed_in(client: FlaskClient) -> bool:
    return get(client, "/account").status_code == 200


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("session")
    return found.value if found else ""


def tab(client: FlaskClient, app: Flask | None = None) -> FlaskClient:
    """Another tab of the same browser, with its session alone; ``app`` is another process of the shop."""
    other = (app or client.application).test_client()
    assert cookie(client), "the browser has no session"
    other.set_cookie("session", cookie(client))
    return other


def letters(recipient: str = "") -> list[Letter]:
    """The letters in the outbox, the oldest first."""
    with shop().database.transaction() as session:
        found = session.scalars(select(Letter).order_by(Letter.id)).all()
    return [letter for letter in found if recipient in ("", letter.recipient)]


def templates(recipient: str = "") -> list[str]:
    return [letter.template for letter in letters(recipient)]


def link(recipient: str) -> str:
    """The link of the last letter."""
    return str(letters(recipient)[-1].details["path"])


def token(path: str) -> str:
    return parse_qs(urlsplit(path).query)["token"][0]
