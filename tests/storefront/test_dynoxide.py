"""The embedded DynamoDB's streams, which it would keep for ever."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storefront.catalog.models import Category
from storefront.embedded.dynoxide import start_dynoxide
from storefront.embedded.process import free_port
from storefront.settings import Settings
from storefront.stores.dynamo import bind, create_tables

RECORDS = "SELECT COUNT(*) FROM _stream_records"
NEXT = "SELECT MAX(CAST(sequence_number AS INTEGER)) FROM _stream_records WHERE table_name = 'a'"


@pytest.fixture
def written(server_settings: Settings, tables: None, tmp_path: Path) -> Path:
    """The file of a Dynoxide that ended after something was written."""
    port = free_port()
    child = start_dynoxide(tmp_path, tmp_path, port)
    try:
        bind(Settings(dynamodb_url=f"http://127.0.0.1:{port}"), [Category])
        create_tables([Category])
        Category("sofas", title="Sofas").save()
    finally:
        child.stop()
        bind(server_settings, [Category])
    return tmp_path / "dynamodb.sqlite"


def told(database: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection, connection:
        return connection.execute(query).fetchall()


def start_again(database: Path) -> None:
    start_dynoxide(database.parent, database.parent, free_port()).stop()


def test_what_a_stream_told_a_day_ago_is_dropped_at_the_next_start(written: Path) -> None:
    told(written, "UPDATE _stream_records SET created_at = created_at - 90000")
    start_again(written)
    assert told(written, RECORDS) == [(0,)]


def test_what_a_stream_told_today_is_kept(written: Path) -> None:
    start_again(written)
    assert told(written, RECORDS) == [(1,)]


def test_the_next_number_is_found_without_reading_the_stream(written: Path) -> None:
    plan = told(written, f"EXPLAIN QUERY PLAN {NEXT}")
    assert "USING INDEX _stream_order" in str(plan).replace("COVERING ", "")
