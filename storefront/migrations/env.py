"""What Alembic runs. Its connection comes from ``Database.upgrade``, or from ``scripts/migration.py``."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from storefront.migrations import TABLES, is_ours
from storefront.stores.columns import Moment


def _render(kind: str, thing: Any, _: AutogenContext) -> str | Literal[False]:
    # A step must mean the same for ever, so that it names no type of ours.
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, Moment) else False


def _run(connection: Connection) -> None:
    on_sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=TABLES,
        include_object=is_ours,
        render_item=_render,
        render_as_batch=on_sqlite,
        transactional_ddl=True,
        # Locks are held for one step. SQLite has one writer anyway, who must know where it stands.
        transaction_per_migration=not on_sqlite,
    )
    with context.begin_transaction():
        context.run_migrations()


_run(context.config.attributes["connection"])
