"""CPU of a page: a bare Flask view of the same size is the reference."""

from __future__ import annotations

import time
from collections.abc import Callable

from flask import Flask
from werkzeug.test import Client

from storefront.catalog import operations as catalog
from storefront.web.page_cache import PageCache

REQUESTS = 300


def run(app: Flask, slug: str) -> None:
    """Print microseconds of CPU per request and the ratio to the bare view."""
    with app.app_context():
        version = catalog.version_of(app)
    cached = Client(PageCache(app.wsgi_app, version, 1 << 26))
    plain = app.test_client()
    path = f"/p/{slug}"
    bare = _bare(plain.get(path).text).test_client()
    rows: list[tuple[str, Callable[[], object]]] = [
        ("bare Flask view, same bytes", lambda: bare.get("/")),
        ("product page, from the page cache", lambda: cached.get(path)),
        ("product page, rendered", lambda: plain.get(path)),
        ("category page, rendered", lambda: plain.get("/c/furniture")),
        ("search page, rendered", lambda: plain.get("/search?q=oak")),
    ]
    reference = _cpu(rows[0][1])
    print(f"{'page':38}{'CPU µs':>10}{'ratio':>8}")
    for name, request in rows:
        cpu = _cpu(request)
        print(f"{name:38}{cpu * 1e6:10.0f}{cpu / reference:8.2f}")


def _bare(text: str) -> Flask:
    app = Flask("bare")
    app.add_url_rule("/", view_func=lambda: text)
    return app


def _cpu(request: Callable[[], object]) -> float:
    for _ in range(10):
        request()
    begun = time.process_time()
    for _ in range(REQUESTS):
        request()
    return (time.process_time() - begun) / REQUESTS
