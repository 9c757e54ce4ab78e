"""Whose cart a request is about."""

from __future__ import annotations

import secrets

from flask import session

CART = "cart"


def cart_id() -> str:
    """The visitor's cart, or an id under which nothing lies."""
    return str(session.get(CART, "-"))


def own_cart_id() -> str:
    """The visitor's cart; a new one at the first piece."""
    if CART not in session:
        session[CART] = secrets.token_urlsafe(24)
    return str(session[CART])
