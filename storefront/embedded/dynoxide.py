"""Dynoxide, the DynamoDB of a shop on one machine."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from storefront.embedded.process import Child, StartError, start, wait_for_port

_PROGRAM = Path("node_modules", "@dynoxide", "linux-x64", "dynoxide")
_STREAM_SECONDS = 24 * 3600
"""How long DynamoDB keeps what a stream tells."""


def start_dynoxide(folder: Path, logs: Path, port: int) -> Child:
    """Start it on ``folder / "dynamodb.sqlite"``, which is made at the first time.

    Raises :class:`StartError`.
    """
    database = folder / "dynamodb.sqlite"
    # It would wait for this process to hang up; whatever was written is on its disk.
    child = start("dynamodb", _command(port, database), logs, grace=1.0)
    wait_for_port(child, port)
    _tend_streams(database)
    return child


def _command(port: int, database: Path) -> list[str]:
    where = ("--host", "127.0.0.1", "--port", str(port), "--db-path", str(database))
    return [str(_program()), "serve", *where]


def _program() -> Path:
    root = Path(__file__).resolve().parents[2]
    for candidate in (root / _PROGRAM, Path.cwd() / _PROGRAM):
        if candidate.exists():
            return candidate
    if found := shutil.which("dynoxide"):
        return Path(found)
    raise StartError(
        "Dynoxide is missing (npm package @dynoxide/linux-x64, Linux on x86-64 only): run npm ci, "
        "or set STOREFRONT_DYNAMODB_URL to a DynamoDB of yours"
    )


def _tend_streams(database: Path) -> None:
    """Drop what streams told long ago, and index the rest.

    Dynoxide keeps it for ever, and reads all of it at each write to number the next.
    """
    with closing(sqlite3.connect(database, timeout=30.0)) as connection, connection:
        connection.execute(
            "DELETE FROM _stream_records WHERE created_at < ?", (int(time.time()) - _STREAM_SECONDS,)
        )
        connection.execute(
            "CREATE INDEX IF NOT EXISTS _stream_order"
            " ON _stream_records (table_name, CAST(sequence_number AS INTEGER))"
        )
