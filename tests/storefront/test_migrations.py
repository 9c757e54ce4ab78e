"""Migrations lead to what the models say, on both databases, from nothing and from an older shop."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from storefront.migrations import LEFT_BEHIND, TABLES, is_ours
from storefront.stores import migrating
from storefront.stores.database import Database

OLD_SHOP = (
    """CREATE TABLE users (id VARCHAR(32) NOT NULL, email VARCHAR(254) NOT NULL,
    password_hash VARCHAR(200) NOT NULL, role VARCHAR(16) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL, session_epoch INTEGER NOT NULL, PRIMARY KEY (id),
    CONSTRAINT users_role CHECK (role in ('shopper', 'merchant')), UNIQUE (email))""",
    """CREATE TABLE failed_sign_ins (id VARCHAR(32) NOT NULL, subject VARCHAR(64) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL, PRIMARY KEY (id))""",
    "CREATE INDEX failed_sign_ins_by_subject ON failed_sign_ins (subject, at)",
    "INSERT INTO users VALUES ('u1', 'ash@example.com', 'hash', 'shopper', '2026-01-02 03:04:05+00', 0)",
)
"""What shops made before they had migrations."""
OLD_WRITES = (
    "INSERT INTO users (id, email, password_hash, role, created_at, session_epoch)"
    " VALUES ('u2', 'elm@example.com', 'hash', 'shopper', '2026-01-02 03:04:05+00', 0)",
    "UPDATE users SET session_epoch = session_epoch + 1",
    "INSERT INTO failed_sign_ins (id, subject, at) VALUES ('f1', 's', '2026-01-02 03:04:05+00')",
    "DELETE FROM failed_sign_ins",
)
"""What they went on to write."""


@pytest.fixture
def modelled(both_databases: str) -> Iterator[Database]:
    """A database whose tables were made from the models."""
    database = Database(both_databases)
    yield database
    database.engine.dispose()


@pytest.fixture
def empty(modelled: Database) -> Database:
    """A database without tables."""
    TABLES.drop_all(modelled.engine)
    return modelled


def test_it_makes_the_tables(empty: Database) -> None:
    empty.upgrade()
    assert tables_of(empty) >= {"users", "stock", "outbox"}


def test_models_and_migrations_agree(modelled: Database) -> None:
    wanted = described(modelled.engine)
    TABLES.drop_all(modelled.engine)
    modelled.upgrade()
    assert described(modelled.engine) == wanted, "run scripts/migration.py"


def test_alembic_finds_nothing_to_do(empty: Database) -> None:
    empty.upgrade()
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_ours})
        assert compare_metadata(context, TABLES) == []


def test_a_second_upgrade_changes_nothing(empty: Database) -> None:
    empty.upgrade()
    before = described(empty.engine)
    empty.upgrade()
    assert described(empty.engine) == before


def test_an_older_shop_is_adopted_with_its_accounts(empty: Database) -> None:
    run(empty, *OLD_SHOP)
    empty.upgrade()
    with empty.engine.connect() as connection:
        assert connection.scalar(text("SELECT email FROM users")) == "ash@example.com"
    assert tables_of(empty) >= {"users", "stock", "outbox"}


def test_what_the_release_before_writes_to_stays(empty: Database) -> None:
    run(empty, *OLD_SHOP)
    empty.upgrade()
    assert tables_of(empty) >= LEFT_BEHIND


def test_the_release_before_can_go_on_writing(empty: Database) -> None:
    run(empty, *OLD_SHOP)
    empty.upgrade()
    run(empty, *OLD_WRITES)
    with empty.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users")) == 2


def test_two_that_start_at_the_same_time_get_along(empty: Database) -> None:
    program = "import sys; from storefront.stores.database import Database; Database(sys.argv[1]).upgrade()"
    command = (sys.executable, "-c", program, address(empty))
    assert [process.wait(60) for process in [subprocess.Popen(command) for _ in range(2)]] == [0, 0]
    assert tables_of(empty) >= {"users", "stock", "outbox"}


@pytest.mark.parametrize("both_databases", ["postgres"], indirect=True)
def test_one_that_waits_too_long_for_another_says_so(empty: Database) -> None:
    with empty.engine.connect() as other:
        other.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": migrating._LOCK})
        with pytest.raises(TimeoutError, match="another process"):
            empty.upgrade(seconds=0.1)


@pytest.mark.parametrize("both_databases", ["postgres"], indirect=True)
def test_it_waits_for_a_table_that_is_locked(empty: Database) -> None:
    run(empty, *OLD_SHOP)
    with ThreadPoolExecutor(1) as pool:
        with empty.engine.begin() as other:
            other.execute(text("LOCK TABLE users IN ACCESS EXCLUSIVE MODE"))
            upgrading = pool.submit(Database(address(empty)).upgrade)
            other.execute(text("SELECT pg_sleep(2.5)"))
        upgrading.result()
    assert tables_of(empty) >= {"users", "stock", "outbox"}


@pytest.mark.parametrize("both_databases", ["sqlite"], indirect=True)
def test_foreign_keys_hold_after_it(empty: Database) -> None:
    empty.upgrade()
    with empty.engine.connect() as connection:
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def address(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def tables_of(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def run(database: Database, *statements: str) -> None:
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def described(engine: Engine) -> dict[str, Any]:
    """Each table as the database describes it, with the checks that Alembic doesn't compare."""
    found = inspect(engine)
    names = set(found.get_table_names()) - LEFT_BEHIND - {"alembic_version"}
    return {name: _table(found, name) for name in sorted(names)}


def _table(found: Any, name: str) -> dict[str, Any]:
    lists = ("columns", "foreign_keys", "indexes", "unique_constraints", "check_constraints")
    parts = {part: getattr(found, f"get_{part}")(name) for part in lists}
    return {part: sorted(repr(_plain(thing)) for thing in things) for part, things in parts.items()} | {
        "key": found.get_pk_constraint(name)["constrained_columns"]
    }


def _plain(thing: dict[str, Any]) -> dict[str, Any]:
    return {key: " ".join(str(value).split()) for key, value in thing.items() if value not in (None, [], {})}
