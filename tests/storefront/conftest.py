"""A till for the tests of the purchase protocol: on SQLite, then on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from storefront.migrations import TABLES
from storefront.registry import Registry
from storefront.stores.database import Database
from tests.storefront.tills import Till, emptied, opened, plain_settings

# What it asserts is told with its values, as in a test module.
pytest.register_assert_rewrite("tests.storefront.books")


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def open_till(
    request: pytest.FixtureRequest, registry: Registry, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Till]:
    """A till that the tests of a module share: a database for each would cost more than all else."""
    folder = tmp_path_factory.mktemp("till")
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        url = f"sqlite:///{shutil.copy(template, folder / 'till.sqlite')}"
    else:
        url = _postgres_database(request.getfixturevalue("postgres"))
    with opened(plain_settings(url, folder), registry) as till:
        yield till


@pytest.fixture
def till(open_till: Till) -> Iterator[Till]:
    """An empty till."""
    yield open_till
    emptied(open_till.database)


def _postgres_database(server: str) -> str:
    name = f"till_{uuid4().hex}"
    engine = create_engine(server + "postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    database = Database(server + name)
    TABLES.create_all(database.engine)
    database.engine.dispose()
    return server + name
