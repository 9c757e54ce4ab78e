"""A shop of this process for browsers, and what their pages complain about."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from threading import Thread

from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address at which the application is served."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def complaints(page: Page, kinds: Collection[str] = ("error", "warning")) -> list[str]:
    """A list that takes what the page's scripts raise, and the lines of these kinds in its console."""
    told: list[str] = []
    page.on("console", lambda line: told.append(line.text) if line.type in kinds else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    return told
