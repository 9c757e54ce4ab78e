"""The tasks of ``python -m storefront`` that open stores: they need all of the shop."""

from __future__ import annotations

import argparse
import os
from dataclasses import fields

from storefront import upkeep
from storefront.embedded import run
from storefront.embedded.process import StartError
from storefront.settings import PREFIX, Settings
from storefront.stores import database, dynamo, rds


def perform(options: argparse.Namespace, settings: Settings) -> None:
    """Do the task of this name until it ends or is interrupted. Raises :class:`StartError`."""
    try:
        _TASKS[options.task](options, settings)
    except (dynamo.Unavailable, database.Unavailable) as error:
        raise StartError(f"a store failed: {' '.join(str(error).split())[:400]}") from error


def _run(options: argparse.Namespace, settings: Settings) -> None:
    given = frozenset(f.name for f in fields(Settings) if PREFIX + f.name.upper() in os.environ)
    where = (options.host, options.port, options.data, options.database)
    run.run(run.Request(settings, given, *where, seed=not options.no_seed))


def _migrate(_: argparse.Namespace, settings: Settings) -> None:
    rds.open_database(settings).upgrade()


def _upkeep(_: argparse.Namespace, settings: Settings) -> None:
    upkeep.run(settings)


_TASKS = {"run": _run, "upkeep": _upkeep, "migrate": _migrate}
