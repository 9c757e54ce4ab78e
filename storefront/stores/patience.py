"""A connection to PostgreSQL on which nobody waits for ever.

``statement_timeout`` is kept by the server: it helps nothing where the server, or the network to it, hangs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError

T = TypeVar("T")

LONGEST_SECONDS = 5.0
"""Until an answer is there: longer than the server itself works on a statement (``statement_timeout``)."""


class Hung(psycopg.OperationalError):
    """There was no answer in time."""


class PatientConnection(psycopg.Connection[Any]):
    """Ends with an OperationalError what isn't answered within :data:`LONGEST_SECONDS`."""

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """See :meth:`psycopg.Connection.wait`."""
        try:
            return super().wait(gen, interval, LONGEST_SECONDS if timeout is None else timeout)
        except psycopg.OperationalError as error:
            # Closed, so that a rollback doesn't wait as long again, and the pool opens another one.
            if self.pgconn.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
                self.pgconn.finish()
                raise Hung("PostgreSQL didn't answer in time") from error
            raise


def hung(error: BaseException) -> bool | None:
    """Whether it says that PostgreSQL didn't answer in time, or took no connection; False for its answers."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if getattr(cause, "sqlstate", None):
        return False
    return isinstance(cause, Hung | psycopg.errors.ConnectionTimeout) or None


def attach(engine: Engine) -> None:
    """Let the engine open such connections."""
    event.listen(engine, "do_connect", _connect)


def prepare(engine: Engine, change: Callable[..., None]) -> None:
    """Have a listener change what a connection is opened with: it must come before whoever opens it."""
    event.remove(engine, "do_connect", _connect)
    event.listen(engine, "do_connect", change)
    attach(engine)


def _connect(_dialect: object, _record: object, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
    return PatientConnection.connect(*given, **named)
