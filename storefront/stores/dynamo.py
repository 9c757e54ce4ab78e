"""The base of every PynamoDB model: bound to the settings, with explicit time-outs."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from botocore.exceptions import BotoCoreError
from pynamodb.connection import Connection, TableConnection
from pynamodb.connection.base import MetaTable
from pynamodb.constants import PAY_PER_REQUEST_BILLING_MODE, STREAM_NEW_AND_OLD_IMAGE
from pynamodb.exceptions import PynamoDBException, TableDoesNotExist, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from storefront.settings import Settings
from storefront.stores.aws import hung
from storefront.stores.breaker import Breaker

Unavailable = PynamoDBException
"""What any call raises when DynamoDB is away or refuses."""

LONGEST_KEY = 1024
"""Bytes of a key that every table takes, as partition or sort key."""

_CONFLICT_WAITS = (0.02, 0.05, 0.1, 0.2)


class TableMeta:
    """Common table settings. A call that gets no answer is an error after two tries, 3 s in all."""

    region = "us-east-1"
    host: str | None = None
    connect_timeout_seconds = 0.5
    read_timeout_seconds = 1.5
    max_retry_attempts = 1
    base_backoff_ms = 25
    max_pool_connections = 24
    billing_mode = PAY_PER_REQUEST_BILLING_MODE
    stream_view_type = STREAM_NEW_AND_OLD_IMAGE


class Table(Model):
    """Base class of the shop's models. ``class Meta(TableMeta): table_name = "carts"`` names the suffix."""

    @classmethod
    def _get_connection(cls) -> TableConnection:
        found = super()._get_connection()
        if not isinstance(found.connection, _Connection):
            # PynamoDB makes one for each model, which takes 0.1 s of CPU and sockets of its own.
            shared = _shared(found.connection.host, found.connection.region)
            shared.know(found.connection.get_meta_table(found.table_name))
            found.connection = shared
        return found


class _Connection(Connection):
    """A connection for all tables, which doesn't ask a DynamoDB that hangs."""

    def know(self, table: MetaTable) -> None:
        """Take calls for this table, too."""
        self._tables[table.table_name] = table

    def dispatch(self, operation_name: str, operation_kwargs: dict[str, Any]) -> dict[str, Any]:
        """See PynamoDB: all calls come through here."""
        with _breaker.asking():
            return super().dispatch(operation_name, operation_kwargs)


@cache
def _shared(host: str | None, region: str) -> _Connection:
    return _Connection(
        region,
        host,
        read_timeout_seconds=TableMeta.read_timeout_seconds,
        connect_timeout_seconds=TableMeta.connect_timeout_seconds,
        max_retry_attempts=TableMeta.max_retry_attempts,
        max_pool_connections=TableMeta.max_pool_connections,
    )


class _Resting(BotoCoreError):  # type: ignore[misc] # botocore has no types
    """PynamoDB makes of it what it makes of any failed call."""

    fmt = "{words}"


_breaker = Breaker("DynamoDB", hung, lambda words: _Resting(words=words))


@dataclass(frozen=True, slots=True)
class Change:
    """One item's part of :func:`write_together`: what is set, and what must hold for it."""

    item: Table
    actions: tuple[Action, ...]
    condition: Condition


class Refused(Exception):
    """A condition of :func:`write_together` didn't hold; nothing was written."""


def write_together(*changes: Change) -> None:
    """Write all of the changes or none of them. Raises :class:`Refused`, :data:`Unavailable`.

    A write that another one got in the way of is tried again.
    """
    for wait in (*_CONFLICT_WAITS, None):
        try:
            _write_once(changes)
        except TransactWriteError as error:
            codes = {reason.code for reason in error.cancellation_reasons if reason}
            if "ConditionalCheckFailed" in codes:
                raise Refused(str(error)) from error
            if "TransactionConflict" not in codes or wait is None:
                raise
            time.sleep(wait)
        else:
            return


def _write_once(changes: tuple[Change, ...]) -> None:
    with TransactWrite(connection=changes[0].item._get_connection().connection) as transaction:
        for change in changes:
            transaction.update(
                change.item, list(change.actions), change.condition, add_version_condition=False
            )


def forget_connections(models: Iterable[type[Table]]) -> None:
    """Let the models connect anew: a fork must not speak on its parent's connections."""
    _shared.cache_clear()
    for model in models:
        model._connection = None


def could_be_key(text: str) -> bool:
    """Whether DynamoDB would look for an item of this name at all; it refuses others as an error."""
    return 0 < len(text.encode(errors="replace")) <= LONGEST_KEY


def now() -> datetime:
    """The current time, in UTC."""
    return datetime.now(UTC)


def bind(settings: Settings, models: Iterable[type[Table]]) -> None:
    """Point the models at the tables of these settings; call it before the first request."""
    for model in models:
        meta = model.Meta
        suffix = getattr(meta, "suffix", None) or meta.table_name
        meta.suffix = suffix  # type: ignore[attr-defined]  # remembered, so that binding twice is harmless
        name, host = f"{settings.table_prefix}-{suffix}", settings.dynamodb_url or None
        wanted = (name, settings.dynamodb_region, host)
        if wanted != (meta.table_name, meta.region, meta.host):
            meta.table_name, meta.region, meta.host = wanted
            model._connection = None
            _breaker.reset()


def create_tables(models: Iterable[type[Table]], seconds: float = 30.0) -> None:
    """Create the tables that are missing. For embedded services and tests: in AWS a stack owns them.

    Raises TimeoutError where one isn't active after ``seconds``.
    """
    waiting = [model for model in models if _status(model) is None]
    for model in waiting:
        model.create_table(wait=False)
    deadline = time.monotonic() + seconds
    while any(_status(model) != "ACTIVE" for model in waiting):
        if time.monotonic() > deadline:
            raise TimeoutError(f"the tables aren't active after {seconds:.0f} s")
        time.sleep(0.02)


def _status(model: type[Table]) -> str | None:
    try:
        return str(model.describe_table()["TableStatus"])
    except TableDoesNotExist:
        return None
