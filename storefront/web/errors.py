"""Errors are raised deep, as small classes with a status, and become a page here, once."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, InternalServerError

from storefront.stores import database, dynamo
from storefront.stores.objects import ObjectsAway
from storefront.web import logs, pages

log = logging.getLogger(__name__)


class ShopError(Exception):
    """Something a person should read: what happened, what was expected, what to do.

    ``retry_after`` are the seconds after which the same request may succeed; 0 says nothing about it.
    """

    retry_after = 0

    def __init__(
        self, title: str, message: str, status: int = 400, *, action_label: str = "", action_url: str = ""
    ) -> None:
        super().__init__(message)
        self.title, self.message, self.status = title, message, status
        self.action_label, self.action_url = action_label, action_url


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What ``error.html`` shows. ``request_id`` finds the request in the logs."""

    status: int
    title: str
    message: str
    action_label: str
    action_url: str
    request_id: str


_TEXTS = {
    400: ("This request can't be read", "Something in it isn't as it should be. Go back and try again."),
    403: ("This page isn't yours", "Your account may not open this page."),
    404: ("Nothing stands here", "This page doesn't exist, or no longer. Search for what you had in mind."),
    405: ("That doesn't work here", "This address takes another kind of request."),
    413: ("That is too large", "The file or form is larger than the shop takes."),
    500: ("Something broke on our side", "It was noted. Please try again in a moment."),
    503: (
        "One moment please",
        "A part of the shop isn't answering. Nothing was lost; try again soon.",
    ),
}
_AWAY = (dynamo.Unavailable, database.Unavailable, ObjectsAway)


def init_app(app: Flask) -> None:
    """Turn errors into pages."""
    app.register_error_handler(ShopError, _shop_error)
    app.register_error_handler(HTTPException, _http_error)
    for away in _AWAY:
        app.register_error_handler(away, _away)


def _shop_error(error: ShopError) -> Response:
    response = _page(error.status, error.title, error.message, error.action_label, error.action_url)
    if error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _http_error(error: HTTPException) -> Response | HTTPException:
    if error.response is not None or error.code is None or error.code < 400:
        return error
    if isinstance(error, InternalServerError):
        if isinstance(
            error.original_exception, _AWAY
        ):  # where the session is saved, no other handler is asked
            return _away(error.original_exception)
        log.error("unhandled error", exc_info=error.original_exception)
    title, message = _TEXTS.get(error.code, (error.name, _TEXTS[400][1]))
    if error.description and error.description != type(error).description:
        message = error.description  # somebody wrote it for this very case
    response = _page(error.code, title, message)
    response.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
    return response


def _away(error: Exception) -> Response:
    log.error("store away: %s", error)
    response = _page(503, *_TEXTS[503])
    response.headers["Retry-After"] = "5"
    return response


def _page(status: int, title: str, message: str, action_label: str = "", action_url: str = "") -> Response:
    page = ErrorPage(status, title, message, action_label, action_url, logs.request_id())
    template = "_error.html" if request.headers.get("HX-Request-Type") == "partial" else "error.html"
    response = pages.render(template, page, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
