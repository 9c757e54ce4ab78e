"""Structured logs: one JSON line an event, each with the id of its request."""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time

from flask import Flask, Response, g, has_request_context, request
from pythonjsonlogger.json import JsonFormatter

_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
log = logging.getLogger("storefront.request")


class _RequestFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id() if has_request_context() else ""
        return True


def configure(level: str) -> None:
    """Send all logs of this process to stderr as JSON lines, times in UTC."""
    handler = logging.StreamHandler(sys.stderr)
    formatter = JsonFormatter(
        "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s",
        rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
    )
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    handler.addFilter(_RequestFilter())
    logging.basicConfig(level=level, handlers=[handler], force=True)


def init_app(app: Flask) -> None:
    """Log each request when it ends, and tell the client its id."""

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = request_id()
        elapsed = round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1)
        fields = {
            "method": request.method,
            "path": request.path,
            "status": response.status_code,
            "ms": elapsed,
        }
        log.info("request", extra=fields)
        return response


def request_id() -> str:
    """The id of the current request: the proxy's where it sent a plain one, else a new one."""
    if "request_id" not in g:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if _ID.fullmatch(given) else secrets.token_hex(8)
    return str(g.request_id)
