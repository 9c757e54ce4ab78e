"""What runs beside the web server: every chore, and the Lambda handlers, fed from streams."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask

from storefront import upkeep
from storefront.cart.models import CartLine
from storefront.catalog import models as catalog_models
from storefront.embedded.streams import Streams
from storefront.functions import cart_updates, catalog_changes
from storefront.settings import Settings

POLL_SECONDS = 0.5


def start(app: Flask, settings: Settings) -> threading.Event:
    """Start all of it; set the returned event to end it."""
    stopped = threading.Event()
    catalog, carts = Streams(settings, catalog_models.MODELS), Streams(settings, (CartLine,))
    following = (
        upkeep.Chore("catalog stream", POLL_SECONDS, lambda: _follow(catalog, catalog_changes.handler)),
        upkeep.Chore("carts stream", POLL_SECONDS, lambda: _follow(carts, cart_updates.handler)),
    )
    upkeep.start(app, (*following, *upkeep.chores(settings)), stopped)
    return stopped


def _follow(streams: Streams, handler: Callable[[dict[str, Any], None], object]) -> None:
    handler(streams.poll(), None)
    streams.commit()
