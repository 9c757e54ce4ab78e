"""Links to an order's page, for whoever has no account: signed, so that a number alone opens nothing."""

from __future__ import annotations

import hashlib

from itsdangerous import Signer

from storefront.web.context import shop


def path(number: str) -> str:
    """The address of the order's page, with its key."""
    return f"/orders/{number}?key={_signer().get_signature(number).decode()}"


def opens(number: str, key: str) -> bool:
    """Whether the key is this order's."""
    return _signer().verify_signature(number, key)


def _signer() -> Signer:
    return Signer(shop().settings.secret_key, salt="order-page", digest_method=hashlib.sha256)
