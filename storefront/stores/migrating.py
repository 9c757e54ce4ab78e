"""Runs the steps of ``storefront/migrations`` on a database that others use meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

SCRIPTS = "storefront:migrations"
_LOCK = 0x73686F70
"""The advisory lock of whoever migrates: "shop"."""
_TRIES = 12
_LOCK_NOT_AVAILABLE = "55P03"


def upgrade(engine: Engine, seconds: float) -> None:
    """See ``Database.upgrade``."""
    with _alone(engine, seconds) as connection:
        if _is_later(connection):
            return
        for attempt in Retrying(
            retry=retry_if_exception(_is_locked),
            stop=stop_after_attempt(_TRIES),
            wait=wait_random_exponential(multiplier=0.1, max=5),
            reraise=True,
        ):
            with attempt:
                command.upgrade(configured(connection), "head")


def configured(connection: Connection) -> Config:
    """Alembic's settings, with the connection that it shall use."""
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    config.attributes["connection"] = connection
    return config


def _is_later(connection: Connection) -> bool:
    """Whether a later release made the tables: an earlier one that comes back finds all it needs in them."""
    script = ScriptDirectory.from_config(configured(connection))
    known = {step.revision for step in script.walk_revisions()}
    found = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    return found is not None and found not in known


@contextmanager
def _alone(engine: Engine, seconds: float) -> Iterator[Connection]:
    """A connection of our own, while no other process migrates this database."""
    with engine.connect() as connection:
        connection.detach()  # what is set on it below shall not reach the pool
        if connection.dialect.name == "sqlite":
            # Changing a table may mean copying it, and dropping one that others refer to.
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        else:
            # No step waits long for a lock, since all others queue behind it; but it may work for long.
            connection.execute(text("SET statement_timeout = 0"))
            connection.commit()
            _wait_for_turn(connection, seconds)
        yield connection


def _wait_for_turn(connection: Connection, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK}):
        connection.rollback()
        if time.monotonic() > deadline:
            raise TimeoutError(f"another process has been migrating the database for {seconds:.0f} s")
        time.sleep(0.2)
    connection.commit()


def _is_locked(error: BaseException) -> bool:
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE
