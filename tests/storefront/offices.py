"""Letters of the tests: templates of their own, and a mailer that keeps what it is given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from threading import Lock

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import select, update

from storefront import mail
from storefront.mail.models import Letter
from storefront.stores.mailers import Send
from storefront.web.context import shop

TEMPLATES = {
    "mail/hello.txt": "Hello {{ details.name }}\n\nLook: {{ link('/cart?a=1') }}\n",
    "mail/hello.html": """{% extends "mail/base.html" %}{% block main %}
        {% call parts.text() %}Hello {{ details.name }}{% endcall %}
        {{ parts.button(link('/cart?a=1'), "Look") }}{% endblock %}""",
    "mail/bought.txt": """Bought\n{% import "mail/parts.txt" as parts with context %}
        {{ parts.lines(details.lines) }}""",
    "mail/bought.html": """{% extends "mail/base.html" %}{% block main %}
        {{ parts.lines(details.lines) }}{% endblock %}""",
    "mail/broken.txt": "Broken {{ details.missing }}",
    "mail/broken.html": "",
}
LINE = {"title": "Sofa", "chosen": [["Fabric", "Moss"]], "units": 2, "unit_price": 129900}


class Office:
    """A mailer that keeps what it is given, or says why it doesn't."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.taken: list[EmailMessage] = []
        self.trouble = trouble
        self._lock = Lock()

    @contextmanager
    def session(self) -> Iterator[Send]:
        yield self._send

    def _send(self, message: EmailMessage) -> None:
        if self.trouble:
            raise self.trouble
        with self._lock:
            self.taken.append(message)


@pytest.fixture
def letters(app: Flask) -> Iterator[Flask]:
    """The application with some templates for letters."""
    usual = app.jinja_env.loader
    assert usual is not None
    app.jinja_env.loader = ChoiceLoader([DictLoader(TEMPLATES), usual])
    yield app
    app.jinja_env.loader = usual


@pytest.fixture
def on_both(both_databases: str, letters: Flask) -> Flask:
    """The same on SQLite, then on PostgreSQL."""
    return letters


def post(key: str = "1", template: str = "hello", **details: object) -> bool:
    with shop().database.transaction() as session:
        return mail.post(session, template, key, "ash@example.com", {"name": "Ash", **details})


def letter() -> Letter:
    with shop().database.transaction() as session:
        return session.scalars(select(Letter)).one()


def set_back(**values: object) -> None:
    with shop().database.transaction() as session:
        session.execute(update(Letter).values(**values))


def html_of(message: EmailMessage) -> str:
    body = message.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
