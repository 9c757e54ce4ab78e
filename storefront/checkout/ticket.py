"""A cookie that names the checkout for as long as its visitor's session can't be read.

Sessions lie in DynamoDB, checkouts in SQL: what is held can be paid, and seen to be paid, without the former.
"""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from flask import Flask, Response, after_this_request, request, session
from flask_login import user_logged_out
from itsdangerous import BadSignature, TimestampSigner

from storefront.stores.dynamo import Unavailable
from storefront.web.context import shop

log = logging.getLogger(__name__)

COOKIE, SECURE_COOKIE, PATH = "checkout", "__Secure-checkout", "/checkout"
"""``__Host-`` would ask for the path ``/``."""
KEPT_SECONDS = 2 * 3600
"""Longer than goods are held: 45 minutes."""


def init_app(app: Flask) -> None:
    """Take the ticket from whoever signs out."""
    user_logged_out.connect(_signed_out, app)


def named(key: str) -> str:
    """The checkout that the session has under ``key``, or nothing; the ticket's where sessions are away.

    Raises :data:`Unavailable` where there is no ticket either.
    """
    try:
        return str(session.get(key, ""))
    except Unavailable as error:
        if shown := _shown():
            log.warning("the session is away, the ticket counts: %s", error)
            return shown
        raise


def give(checkout_id: str) -> None:
    """Send the visitor a ticket with this answer."""

    @after_this_request
    def send(response: Response) -> Response:
        signed = _signer().sign(checkout_id).decode()
        response.set_cookie(_name(), signed, KEPT_SECONDS, **_terms())
        return response


def take_back() -> None:
    """End the visitor's ticket with this answer."""

    @after_this_request
    def end(response: Response) -> Response:
        response.delete_cookie(_name(), **_terms())
        return response


def _signed_out(_app: Flask, **_more: object) -> None:
    take_back()


def _shown() -> str:
    try:
        return _signer().unsign(request.cookies.get(_name(), ""), max_age=KEPT_SECONDS).decode()
    except BadSignature:
        return ""


def _name() -> str:
    return SECURE_COOKIE if shop().settings.https else COOKIE


def _terms() -> dict[str, Any]:
    secure = shop().settings.https or request.is_secure
    return {"path": PATH, "secure": secure, "httponly": True, "samesite": "Lax"}


def _signer() -> TimestampSigner:
    return TimestampSigner(shop().settings.secret_key, salt="checkout-ticket", digest_method=hashlib.sha256)
