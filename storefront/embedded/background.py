"""What runs beside the web server: every chore, and the Lambda handlers, fed from streams."""

from __future__ import annotations

import threading

from flask import Flask

from storefront import upkeep
from storefront.catalog.models import MODELS
from storefront.embedded.streams import Streams
from storefront.functions import catalog_changes
from storefront.settings import Settings

POLL_SECONDS = 0.5


def start(app: Flask, settings: Settings) -> threading.Event:
    """Start all of it; set the returned event to end it."""
    stopped = threading.Event()
    streams = Streams(settings, MODELS)
    following = upkeep.Chore("streams", POLL_SECONDS, lambda: _follow(streams))
    upkeep.start(app, (following, *upkeep.chores(settings)), stopped)
    return stopped


def _follow(streams: Streams) -> None:
    catalog_changes.handler(streams.poll(), None)
    streams.commit()
