"""The function that brings the database's tables up, on PostgreSQL, by events of CloudFormation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any, ClassVar

import psycopg
import pytest
from sqlalchemy import URL, create_engine, inspect, make_url, text

from storefront.functions import tables
from storefront.stores.database import Database

USER = "storefront_shop"


class Answers(BaseHTTPRequestHandler):
    """CloudFormation's end: keeps what it is told."""

    told: ClassVar[list[dict[str, Any]]] = []

    def do_PUT(self) -> None:
        length = int(self.headers["Content-Length"])
        self.told.append(json.loads(self.rfile.read(length)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Not on the tests' stderr."""


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(Answers, "told", [])
    monkeypatch.setenv("DATABASE_USER", USER)
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def empty(postgres: str) -> URL:
    """A database without a table."""
    url = make_url(postgres)
    with psycopg.connect(url.set(database="postgres").render_as_string(hide_password=False)) as connection:
        connection.autocommit = True
        connection.execute("DROP DATABASE IF EXISTS fresh WITH (FORCE)")
        connection.execute("CREATE DATABASE fresh")
    return url.set(database="fresh")


def event(address: str, kind: str = "Create") -> dict[str, Any]:
    """AWS CloudFormation user guide, "Custom resource request objects"."""
    return {
        "RequestType": kind,
        "ResponseURL": address,
        "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/storefront-functions/1",
        "RequestId": "unique",
        "LogicalResourceId": "Tables",
        "ResourceProperties": {"Release": "0" * 64},
    }


def test_it_makes_the_tables_and_a_user_who_cannot_change_them(
    address: str, empty: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "administrator", lambda: empty)
    tables.handler(event(address), None)
    tables.handler(event(address, "Update"), None)
    assert [answer["Status"] for answer in Answers.told] == ["SUCCESS", "SUCCESS"]
    engine = create_engine(empty)
    with engine.connect() as connection:
        connection.execute(text(f"SET ROLE {USER}"))
        assert connection.scalar(text("SELECT count(*) FROM users")) == 0
        with pytest.raises(Exception, match="must be owner of table users"):
            connection.execute(text("ALTER TABLE users ADD COLUMN more text"))
    engine.dispose()


def test_an_earlier_release_leaves_later_tables_as_they_are(empty: URL) -> None:
    url = empty.render_as_string(hide_password=False)
    database = Database(url)
    database.upgrade()
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    tables.bring_up(url, USER)
    assert "users" in inspect(database.engine).get_table_names()
    database.engine.dispose()


def test_what_fails_is_told_in_one_line(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = make_url("postgresql://nobody@127.0.0.1:9/none")
    monkeypatch.setattr(tables, "administrator", lambda: nowhere)
    tables.handler(event(address), None)
    (answer,) = Answers.told
    assert answer["Status"] == "FAILED"
    assert "\n" not in answer["Reason"]


def test_its_end_changes_nothing(address: str) -> None:
    tables.handler(event(address, "Delete"), None)
    assert Answers.told[0]["Status"] == "SUCCESS"
