"""What the shop does by itself, again and again, beside the web server: ``python -m storefront upkeep``.

Any number of machines may do it at the same time. ``make run`` does it in its own process.
"""

from __future__ import annotations

import logging
import math
import signal
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from flask import Flask
from sqlalchemy.orm import Session

from storefront import metrics
from storefront.accounts import throttle
from storefront.app import create_app
from storefront.assets import jobs
from storefront.catalog import operations as catalog
from storefront.checkout import forgetting, paying, reconciling, sweeping
from storefront.checkout.payments.current import provider
from storefront.designs import operations as designs
from storefront.mail import relay
from storefront.orders import forgetting as forgotten_orders
from storefront.settings import Settings
from storefront.stores import chores as kept
from storefront.stores.database import Unavailable
from storefront.stores.mailers import open_mailer
from storefront.web import logs, once
from storefront.web.context import shop

log = logging.getLogger(__name__)

LONGEST_PAUSE = 60.0
"""Seconds until a chore whose stores are away is tried again, at most, where its own pause isn't longer."""
_GRACE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Chore:
    """Work that is done ``pause`` seconds after the shop started, and so long after each time it was done."""

    name: str
    pause: float
    work: Callable[[], object]


def chores(settings: Settings) -> tuple[Chore, ...]:
    """Every chore. Raises SettingError where letters have no way out."""
    mailer = open_mailer(settings)
    return (
        Chore("letters", 2.0, lambda: relay.send_due(mailer)),
        Chore("holds", 15.0, _end_holds),
        Chore("payments", 300.0, _reconcile),
        Chore("renders", 5.0, lambda: jobs.sweep(shop().queue)),
        Chore("clean-up", 60.0, jobs.daily),
        Chore("forgetting", 3600.0, _forget),
    )


def start(app: Flask, wanted: Iterable[Chore], stopped: threading.Event) -> list[threading.Thread]:
    """Do each chore in a thread of its own until ``stopped``.

    One that fails, because a store is away or for any other reason, is logged and tried again, later each
    time it fails.
    """
    threads = [
        threading.Thread(target=_repeat, args=(app, chore, stopped), name=chore.name, daemon=True)
        for chore in wanted
    ]
    for thread in threads:
        thread.start()
    return threads


def run(settings: Settings) -> None:
    """Do every chore until SIGTERM or Ctrl-C; what is being done then is done to its end."""
    logs.configure(settings.log_level)
    stopped = threading.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: stopped.set())
    measuring = [
        Chore(name, metrics.SECONDS, partial(_tell, settings.table_prefix, measure))
        for name, measure in (("render metrics", measure_renders), ("sales metrics", measure_sales))
    ]
    app = create_app(settings)
    with app.app_context():
        # A release may bring plugins with it; the catalog's stream tells of their categories.
        catalog.ensure_categories(shop().registry)
    threads = start(app, (*chores(settings), *measuring), stopped)
    stopped.wait()
    for thread in threads:
        thread.join(_GRACE_SECONDS)


def measure_renders() -> metrics.Figures:
    """What the number of render workers follows. It doesn't ask the database."""
    waiting, oldest = jobs.backlog()
    return {metrics.JOBS_WAITING: waiting, metrics.OLDEST_JOB: round(oldest, 1)}


def measure_sales() -> metrics.Figures:
    """What the merchant must not learn from a shopper."""
    with shop().database.transaction() as session:
        due, lost = relay.overdue(session), relay.given_up(session)
    return {
        metrics.LETTERS_DUE: due,
        metrics.LETTERS_GIVEN_UP: lost,
        metrics.LOOSE_PAYMENTS: len(reconciling.loose_money(shop().database)),
    }


def _tell(shop_name: str, measure: Callable[[], metrics.Figures]) -> None:
    metrics.tell(shop_name, measure())


def _repeat(app: Flask, chore: Chore, stopped: threading.Event) -> None:
    pause, noted = chore.pause, -math.inf
    while not stopped.wait(pause):
        try:
            with app.app_context():
                chore.work()
                if time.monotonic() - noted >= kept.NOTED_SECONDS:
                    noted = time.monotonic()
                    _note(partial(kept.done, name=chore.name, every=chore.pause))
            pause = chore.pause
        except Exception as error:
            # Nobody starts this thread again, and the other chores don't depend on it.
            pause, noted = max(chore.pause, min(pause * 2, LONGEST_PAUSE)), -math.inf
            log.exception("%s: tried again in %.0f s", chore.name, pause)
            with app.app_context():
                words = f"{type(error).__name__}: {error}"
                _note(partial(kept.failed, name=chore.name, every=chore.pause, error=words))


def _note(work: Callable[[Session], None]) -> None:
    """Have the merchant's desk know; nothing waits for it."""
    with suppress(Unavailable):
        shop().database.unit(work)


def _end_holds() -> None:
    """Give units back that were held for too long, and end the pages where they would be paid."""
    database = shop().database
    if expired := sweeping.expire_due(database):
        paying.end_pages(database, provider(), expired)


def _reconcile() -> None:
    """Ask the payment provider what it told; a shop that takes no payments asks nobody."""
    if shop().settings.payment_pages:
        reconciling.reconcile(shop().database, provider())


def _forget() -> None:
    """Delete what is kept for a time only."""
    once.forget()
    throttle.forget_old()
    designs.forget_expired()
    relay.forget()
    forgetting.forget_old(shop().database)
    forgotten_orders.forget_due(shop().database)
    forgetting.forget_reasons(shop().database)
