"""A checkout that a guest began goes on as the user's: their carts become one, and the hold stays."""

from __future__ import annotations

from flask import Flask, session
from flask_login import user_logged_in
from sqlalchemy import update

from storefront.accounts.operations import Person
from storefront.cart import whose
from storefront.checkout import ticket
from storefront.checkout.models import Checkout
from storefront.web.context import shop

KEY = "checkout"
"""The session's key for the visitor's checkout."""


def init_app(app: Flask) -> None:
    """Hand checkouts over at each sign-in, and let none stay at a sign-out."""
    user_logged_in.connect(_signed_in, app)
    ticket.init_app(app)


def _signed_in(_app: Flask, user: Person, **_more: object) -> None:
    # The guest's cart is empty after the sign-in, and holds of emptied carts are given back.
    if wanted := session.get(KEY):
        ours = update(Checkout).where(Checkout.id == wanted, Checkout.state.in_(("open", "reserved")))
        own = {"cart_id": whose.cart_of(user.id), "user_id": user.id}
        shop().database.unit(lambda database: database.execute(ours.values(own)))
