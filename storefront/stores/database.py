"""SQLAlchemy on SQLite or PostgreSQL: one transaction per operation, and time-outs on both."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from select import POLLIN, poll
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import (
    ClauseElement,
    CursorResult,
    Delete,
    Engine,
    Insert,
    Table,
    Update,
    bindparam,
    create_engine,
    event,
    inspect,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import DeclarativeBase, Session, lazyload
from sqlalchemy.orm.attributes import set_committed_value
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from storefront.stores.breaker import Breaker

if TYPE_CHECKING:
    import psycopg

Unavailable = OperationalError
"""The database is away, busy, locked or read-only. Its other errors (a broken constraint, SQL that it doesn't
know) are faults of ours, and are answered as such.
"""

T = TypeVar("T")
M = TypeVar("M", bound="Base")

_TRIES = 3
_PASSING = frozenset({"40001", "40P01"})
"""SQLSTATE of a serialization failure and of a deadlock: the same work may succeed at once."""

_POSTGRES_CONNECT = {
    "connect_timeout": 2,
    "tcp_user_timeout": 5000,
    "keepalives_idle": 10,
    "options": "-c statement_timeout=4000 -c lock_timeout=2000 -c timezone=UTC",
}


class Base(DeclarativeBase):
    """Base class of every SQL model."""


class Database:
    """The SQL store behind one URL."""

    def __init__(self, url: str) -> None:
        self.engine = _sqlite(url) if url.startswith("sqlite") else _postgres(url)
        self._hung = _hung(self.engine.dialect.name)
        self._breaker = Breaker("the database", self._hung, _resting)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Raises :class:`Unavailable` at once where the database hung for others just now.
        """
        try:
            with (
                self._breaker.asking(),
                Session(self.engine, expire_on_commit=False) as session,
                session.begin(),
            ):
                yield session
        except (NoConnection, InterfaceError, InternalError) as error:
            lost = isinstance(error, DBAPIError) and error.connection_invalidated
            raise OperationalError(None, None, error, connection_invalidated=lost) from error

    def unit(self, work: Callable[[Session], T]) -> T:
        """Do ``work`` in one transaction of its own, and again where it met a deadlock or a lost connection.

        The commit is part of what is tried again, so ``work`` must be safe to do twice: its writes are
        conditional, or keyed. At most three tries, with full jitter between them; one where nobody answered
        in time, since whoever asked waited for long enough.
        """
        for attempt in Retrying(
            retry=retry_if_exception(lambda error: may_pass(error) and not self._hung(error)),
            stop=stop_after_attempt(_TRIES),
            wait=wait_random_exponential(multiplier=0.05, max=0.5),
            reraise=True,
        ):
            with attempt, self.transaction() as session:
                return work(session)
        raise AssertionError("the last try returns or raises")

    def upgrade(self, seconds: float = 120.0) -> None:
        """Bring the tables to what this release expects, step by step; nothing where they are already.

        The release before this one may run on them all the while. Of several that ask at the same time one
        does it, and the others wait for it. Raises :class:`Unavailable` where the database is away or a
        table stays locked, TimeoutError where another one is at it for more than ``seconds``.
        """
        # Alembic brings a template engine and a highlighter: 0.2 s that no web process needs to spend.
        from storefront.stores import migrating

        migrating.upgrade(self.engine, seconds)

    def ping(self) -> None:
        """Raise :class:`Unavailable` unless the database answers."""
        with self.transaction() as session:
            session.execute(text("SELECT 1"))


def table_of(model: type[Base]) -> Table:
    """The model's table. Statements about tables cost a third of what those about models do."""
    return cast(Table, model.__table__)


def insert_rows(session: Session, model: type[Base], *rows: Mapping[str, Any]) -> None:
    """Insert rows in one round trip; columns that aren't given get the model's defaults."""
    if rows:
        session.execute(_insert(model), rows[0] if len(rows) == 1 else list(rows))


def insert_new(session: Session, model: type[Base], **values: Any) -> bool:
    """Insert a row unless one with a key of its own is there already; True if it was inserted.

    No error and no savepoint, so that the transaction goes on either way. On PostgreSQL it waits for a
    transaction that is inserting the same key.
    """
    done = session.execute(*_new(session, _insert_new, table_of(model), values))
    return cast("CursorResult[Any]", done).rowcount == 1


def inserted(session: Session, model: type[M], **values: Any) -> M | None:
    """:func:`insert_new` that answers with the row as the database has it, or None.

    What the row is to be related to isn't looked for: it is new.
    """
    statement, plain = _new(session, _insert_whole, table_of(model), values)
    # An INSERT of the model, instead of its table, would go a longer way through the ORM.
    whole = select(model).options(lazyload("*")).from_statement(statement)
    return session.scalars(whole, plain).one_or_none()


def change(session: Session, row: Base, **values: Any) -> None:
    """Write columns of a row that is locked, whose key is ``id``; it has them afterwards.

    For what many wait for: it costs a fraction of what assigning and flushing do.
    """
    table = table_of(type(row))
    made, plain = _parted(values)
    statement = _change(table)
    if made:
        statement = statement.values(**made).returning(*(table.c[name] for name in made))
    done = session.execute(
        statement, {"which": inspect(type(row)).primary_key_from_instance(row)[0], **plain}
    )
    if made:
        plain |= done.mappings().one()
    for name, value in plain.items():
        set_committed_value(row, name, value)


def write_rows(session: Session, statement: Update | Delete) -> int:
    """Change or delete rows that no object of the session needs to follow; how many they are."""
    done = session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", done).rowcount


def may_pass(error: BaseException) -> bool:
    """Whether the same transaction may succeed when it is done again."""
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _PASSING


def _new(
    session: Session, write: Callable[[Any, str], Any], target: Any, values: Mapping[str, Any]
) -> tuple[Any, dict[str, Any]]:
    """The statement, and what it is given. What the database computes is a part of the statement."""
    made, plain = _parted(values)
    statement = write(target, session.get_bind().dialect.name)
    return statement.values(**made) if made else statement, plain


def _parted(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the database computes, and what is given."""
    made = {name: value for name, value in values.items() if isinstance(value, ClauseElement)}
    return made, {name: value for name, value in values.items() if name not in made}


@cache
def _insert(model: type[Base]) -> Insert:
    return table_of(model).insert().inline()


@cache
def _insert_new(target: Any, dialect: str) -> Any:
    new = (sqlite if dialect == "sqlite" else postgresql).insert(target).on_conflict_do_nothing()
    # Without the option, SQLAlchemy doesn't always keep the number of rows of an INSERT.
    return new.execution_options(preserve_rowcount=True)


@cache
def _insert_whole(target: Any, dialect: str) -> Any:
    return _insert_new(target, dialect).returning(*target.c)


@cache
def _change(table: Table) -> Update:
    return update(table).where(table.c.id == bindparam("which"))


def _hung(dialect: str) -> Callable[[BaseException], bool | None]:
    if dialect == "sqlite":
        return lambda _: None  # a file doesn't hang, and others may write for long
    from storefront.stores import patience

    return patience.hung


def _resting(words: str) -> OperationalError:
    return OperationalError(None, None, TimeoutError(words))


def _postgres(url: str) -> Engine:
    # Not at the top: SQLite needs no psycopg.
    from storefront.stores import patience

    engine = create_engine(url, pool_timeout=1, connect_args=_POSTGRES_CONNECT)
    patience.attach(engine)
    event.listen(engine, "checkout", _replace_if_ended)
    return engine


def _replace_if_ended(connection: psycopg.Connection[Any], _record: object, _pooled: object) -> None:
    """Has the pool open another connection in place of one that the server ended while it lay idle.

    There is something to read on its socket then. Asking the server (``pool_pre_ping``) shows no more, and
    takes a round trip before each transaction.
    """
    if connection.closed or _has_news(connection.fileno()):
        raise DisconnectionError


def _has_news(socket: int) -> bool:
    ready = poll()
    ready.register(socket, POLLIN)
    return bool(ready.poll(0))


def _sqlite(url: str) -> Engine:
    if path := make_url(url).database:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's "begin" event starts transactions instead
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Any) -> None:
    # A deferred transaction that upgrades to a write fails with "database is locked" under load.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
