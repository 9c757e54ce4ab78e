"""Somebody who has the row of the SKU locked now and then, as a merchant who counts it.

Whoever wants units waits meanwhile, up to all threads of all web processes; then they come at once. A shop
that looked first and took later would sell what the one before has just taken.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import select

from bench.race.arena import SKU, Arena
from storefront.stock.models import Stock
from storefront.stores.database import Unavailable

LOCKED_SECONDS = (0.2, 0.8)
PAUSE_SECONDS = (0.1, 0.5)


@contextmanager
def counting(arena: Arena, chance: random.Random) -> Iterator[None]:
    """Lock and let go, again and again, for as long as the block lasts."""
    stopped = threading.Event()
    thread = threading.Thread(target=_count, args=(arena, chance, stopped), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def _count(arena: Arena, chance: random.Random, stopped: threading.Event) -> None:
    row = select(Stock.on_hand).where(Stock.sku == SKU).with_for_update()
    while not stopped.wait(chance.uniform(*PAUSE_SECONDS)):
        with suppress(Unavailable), arena.database.transaction() as session:
            session.execute(row)
            stopped.wait(chance.uniform(*LOCKED_SECONDS))
