"""Migrations lead to what the models say, on both databases, from nothing and from an older shop."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
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


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    else:
        database = Database(request.getfixturevalue("postgres") + "postgres")
        run(database, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    yield database
    database.engine.dispose()


def upgrade(url: str) -> None:
    """Upgrade as another process does, and leave no connection behind."""
    database = Database(url)
    try:
        database.upgrade()
    finally:
        database.engine.dispose()


on_postgres = pytest.mark.parametrize("empty", ["postgres"], indirect=True)
on_sqlite = pytest.mark.parametrize("empty", ["sqlite"], indirect=True)


def test_it_makes_the_tables(empty: Database) -> None:
    empty.upgrade()
    assert tables_of(empty) >= {"users", "stock", "outbox"}


def test_models_and_migrations_agree(empty: Database) -> None:
    TABLES.create_all(empty.engine)
    wanted = described(empty.engine)
    TABLES.drop_all(empty.engine)
    empty.upgrade()
    assert described(empty.engine) == wanted, "run scripts/migration.py"


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


def test_the_release_before_can_go_on_writing(empty: Database) -> None:
    run(empty, *OLD_SHOP)
    empty.upgrade()
    run(empty, *OLD_WRITES)
    with empty.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users")) == 2


@on_postgres
def test_one_waits_for_another_that_is_at_it(empty: Database) -> None:
    with ThreadPoolExecutor(1) as pool:
        with empty.engine.connect() as other:
            other.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": migrating._LOCK})
            waiting = pool.submit(upgrade, address(empty))
            with pytest.raises(TimeoutError):
                waiting.result(0.5)
            assert "users" not in tables_of(empty)
            other.detach()  # closing it, as ending the process would, lets go of the lock
        waiting.result(30)
    assert "users" in tables_of(empty)


@on_postgres
def test_one_that_waits_too_long_for_another_says_so(empty: Database) -> None:
    with empty.engine.connect() as other:
        other.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": migrating._LOCK})
        with pytest.raises(TimeoutError, match="another process"):
            empty.upgrade(seconds=0.1)
        other.detach()


@on_postgres
def test_it_waits_for_a_table_that_is_locked(empty: Database) -> None:
    run(empty, *OLD_SHOP)
    with ThreadPoolExecutor(1) as pool:
        with empty.engine.begin() as other:
            other.execute(text("LOCK TABLE users IN ACCESS EXCLUSIVE MODE"))
            upgrading = pool.submit(upgrade, address(empty))
            other.execute(text("SELECT pg_sleep(2.5)"))
        upgrading.result()
    assert tables_of(empty) >= {"users", "stock", "outbox"}


@on_sqlite
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
