"""Column types and expressions that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Dialect, Float, String, TypeDecorator, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

Id = String(32)
"""The type of a key made by :func:`new_id`."""


class Moment(TypeDecorator[datetime]):
    """A time in UTC. SQLite keeps no zone, so that it is put back when a row is read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


class from_now(FunctionElement[datetime]):  # noqa: N801 - reads like a function of SQL
    """So many seconds after the transaction's time, by the database's clock.

    What expires is compared with one clock, however many machines serve the shop.
    """

    type = Moment()
    inherit_cache = True  # the seconds are a parameter: a statement is compiled once for all of them

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(literal(float(seconds), Float()))


@compiles(from_now)
def _standard(element: from_now, compiler: SQLCompiler, **rest: Any) -> str:
    return f"(now() + make_interval(secs => {compiler.process(element.clauses, **rest)}))"


@compiles(from_now, "sqlite")
def _sqlite(element: from_now, compiler: SQLCompiler, **rest: Any) -> str:
    seconds = compiler.process(element.clauses, **rest)
    # Milliseconds, written out to the six digits in which SQLAlchemy stores times.
    return f"(strftime('%Y-%m-%d %H:%M:%f', 'now', {seconds} || ' seconds') || '000')"


def new_id() -> str:
    """A new key, 32 hex digits: a UUID of version 7 (RFC 9562 §5.7), so that keys grow with time.

    Keys are made here and not by the database: sequences don't work through Aurora's write forwarding.
    """
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    return UUID(int=value).hex
