"""A till for the tests of the purchase protocol: on SQLite, then on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from storefront.registry import Registry
from tests.databases import administer, copied_sqlite, make_tables
from tests.storefront.tills import Till, emptied, opened, plain_settings

# What they assert is told with its values, as in a test module.
pytest.register_assert_rewrite("tests.storefront.books", "tests.storefront.purchase_machine")


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def open_till(
    request: pytest.FixtureRequest, registry: Registry, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Till]:
    """A till that the tests of a module share: a database for each would cost more than all else."""
    folder = tmp_path_factory.mktemp("till")
    if request.param == "sqlite":
        url = copied_sqlite(request.getfixturevalue("sqlite_template"), folder)
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
    administer(server + "postgres", f"CREATE DATABASE {name}")
    make_tables(server + name)
    return server + name
