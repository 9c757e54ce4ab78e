"""Whose cart a request is about: a signed-in user's own, or that of a guest's session."""

from __future__ import annotations

import secrets

from flask import session

from storefront.accounts.access import signed_in_id

CART = "cart"
_USER = "user-"


def cart_id() -> str:
    """The visitor's cart, or an id under which nothing lies."""
    user_id = signed_in_id()
    return cart_of(user_id) if user_id else str(session.get(CART, "-"))


def own_cart_id() -> str:
    """The visitor's cart; a new one at a guest's first piece."""
    if signed_in_id() is None and CART not in session:
        session[CART] = secrets.token_urlsafe(24)
    return cart_id()


def cart_of(user_id: str) -> str:
    """The cart of a user, wherever they are signed in."""
    return f"{_USER}{user_id}"


def user_of(cart: str) -> str | None:
    """Whose cart this is; None for a guest's."""
    return cart.removeprefix(_USER) if cart.startswith(_USER) else None
