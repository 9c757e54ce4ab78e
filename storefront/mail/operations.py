"""Posting a letter: what any slice may do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import has_request_context, request
from sqlalchemy.orm import Session

from storefront.mail.models import Letter
from storefront.stores.database import insert_new
from storefront.web.context import shop


def post(session: Session, template: str, key: str, recipient: str, details: Mapping[str, Any]) -> bool:
    """Put a letter into the outbox, in the caller's transaction; False for one that was posted before.

    Nobody is told, and False returned, where ``recipient`` is empty: they wanted to be forgotten.

    ``template`` names ``templates/mail/<template>.html`` and ``.txt``, ``key`` (120 characters at most)
    what the letter is about: there is one letter per template and key, ever. ``details`` are JSON values
    that the template reads as ``details``. It is sent by :func:`storefront.mail.relay.send_due`.
    """
    if not recipient:
        return False
    return insert_new(
        session,
        Letter,
        template=template,
        key=key,
        recipient=recipient,
        details=dict(details),
        origin=_origin(),
    )


def _origin() -> str:
    if shop().settings.public_url or not has_request_context():
        return shop().settings.public_url
    return request.host_url
