"""An anonymous, warm page asks no store for anything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from storefront.web.context import shop

PAGES = ["/", "/c/furniture", "/search?q=sofa", "/p/{slug}", "/p/{slug}/configuration"]


@pytest.fixture
def sql(app: Flask) -> Iterator[list[str]]:
    """Each SQL statement of this application."""
    made: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        made.append(statement)

    engine = shop().database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield made
    event.remove(engine, "before_cursor_execute", note)


def redis_commands() -> int:
    """How many commands the queue's server has done, this one not counted."""
    stats = shop().queue.connection.info("commandstats")
    return sum(entry["calls"] for name, entry in stats.items() if name != "cmdstat_info")


@pytest.mark.parametrize("path", PAGES)
def test_a_warm_anonymous_page_calls_no_store(
    seeded: Flask, client: FlaskClient, calls: list[str], sql: list[str], path: str
) -> None:
    address = path.format(slug="fjord-sofa")
    assert client.get(address).status_code == 200
    calls.clear()
    sql.clear()
    before = redis_commands()
    client.get(address)
    assert (calls, sql, redis_commands() - before) == ([], [], 0)


@pytest.mark.parametrize("path", PAGES[:4])
def test_an_anonymous_page_is_equal_for_all(seeded: Flask, client: FlaskClient, path: str) -> None:
    response = client.get(path.format(slug="fjord-sofa"))
    assert "public" in response.headers["Cache-Control"]
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")
