"""Databases for the tests: made, copied and emptied."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import create_engine, text

from storefront.migrations import TABLES
from storefront.stores.database import Database

_END_OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
"""Ends the connections to a database that a test before this one left open, with what they hold."""


def emptied_postgres(server: str) -> str:
    """The address of the server's database with tables, after all rows were deleted."""
    # Emptying is cheaper than a new database: that copies a thousand files.
    url = server + "shop"
    administer(url, _END_OTHERS, *(f"DELETE FROM {table}" for table in reversed(TABLES.sorted_tables)))
    return url


def administer(url: str, *statements: str) -> None:
    """Run statements in one go, outside of a transaction of ours."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text("; ".join(statements)))
    finally:
        engine.dispose()


def make_tables(url: str) -> None:
    """Make the tables of the models."""
    database = Database(url)
    try:
        TABLES.create_all(database.engine)
    finally:
        database.engine.dispose()


def copied_sqlite(template: Path, folder: Path) -> str:
    """The address of a copy of an SQLite file."""
    return f"sqlite:///{shutil.copy(template, folder / 'accounts.sqlite')}"
