"""The payment server as a WSGI application."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flask import Flask, Response
from jinja2 import StrictUndefined

from storefront import lifeline
from storefront.stores.database import Database
from storefront.testpay import api, pages
from storefront.testpay.delivering import Courier
from storefront.testpay.models import Base
from storefront.testpay.parts import Parts, attach

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LARGEST_REQUEST = 256 << 10


def create_app(path: str, secret: str) -> tuple[Flask, Courier]:
    """The application on an SQLite file, which is made where there is none, and who delivers for it."""
    database = Database(f"sqlite:///{path}")
    Base.metadata.create_all(database.engine)
    courier = Courier(database, secret)
    app = Flask("storefront.testpay")
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    attach(app, Parts(secret, database, courier))
    app.register_blueprint(api.blueprint)
    app.register_blueprint(pages.blueprint)
    app.after_request(_add_headers)
    return app, courier


def create_server() -> WSGIApplication:
    """The application as a web server runs it, with its courier at work."""
    app, courier = create_app(os.environ["TESTPAY_DATA"], os.environ["TESTPAY_SECRET"])
    lifeline.hold()  # a worker left behind would deliver beside the next one
    courier.start()
    return app.wsgi_app


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    headers.setdefault("Cache-Control", "no-store")
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    return response
