"""What runs beside the web server: the Lambda handlers, fed from streams, and the render sweeper."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError
from flask import Flask

from storefront.assets import jobs
from storefront.catalog.models import MODELS
from storefront.embedded.streams import Streams
from storefront.functions import catalog_changes
from storefront.settings import Settings
from storefront.stores import dynamo
from storefront.stores.objects import ObjectsAway
from storefront.web.context import shop

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5
SWEEP_SECONDS = 5.0
_PASSING = (BotoCoreError, ClientError, dynamo.Unavailable, ObjectsAway, OSError)


def start(app: Flask, settings: Settings) -> threading.Event:
    """Start both loops; set the returned event to end them."""
    stopped = threading.Event()
    streams = Streams(settings, MODELS)
    _loop(stopped, POLL_SECONDS, app, lambda: _follow(streams))
    _loop(stopped, SWEEP_SECONDS, app, _sweep)
    return stopped


def _sweep() -> None:
    jobs.sweep(shop().queue)
    jobs.daily()


def _follow(streams: Streams) -> None:
    catalog_changes.handler(streams.poll(), None)
    streams.commit()


def _loop(stopped: threading.Event, pause: float, app: Flask, step: Callable[[], object]) -> None:
    def run() -> None:
        with app.app_context():
            while not stopped.wait(pause):
                try:
                    step()
                except _PASSING:
                    log.exception("will be tried again")
                    time.sleep(pause)

    threading.Thread(target=run, daemon=True).start()
