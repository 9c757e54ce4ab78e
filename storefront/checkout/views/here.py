"""Which checkout a request is about, and what is said where it can't go on."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect
from flask.typing import ResponseReturnValue

from storefront.accounts import access
from storefront.cart import whose
from storefront.checkout import goods, reserving, showing, steps, ticket
from storefront.checkout.errors import UnknownCheckout, WrongState
from storefront.checkout.goods import Wanted
from storefront.checkout.joining import KEY
from storefront.checkout.lines import LineItem
from storefront.checkout.models import Checkout
from storefront.checkout.payments.current import provider
from storefront.checkout.steps import Step
from storefront.stores import dynamo
from storefront.stores.database import Unavailable
from storefront.web.context import shop
from storefront.web.errors import ShopError

blueprint = Blueprint("checkout", __name__)
CHANGES = "/checkout/changes"


class Elsewhere(Exception):
    """The request belongs on another page."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class Paused(ShopError):
    """Stock and orders, or the cart, can't be reached."""

    retry_after = 30

    def __init__(self) -> None:
        super().__init__(
            "Checkout is paused",
            "A part of the shop isn't answering. Your cart is kept, and nothing was charged. Try again in "
            "half a minute.",
            503,
            action_label="To the cart",
            action_url="/cart",
        )


@blueprint.errorhandler(Elsewhere)
def go(error: Elsewhere) -> ResponseReturnValue:
    return redirect(error.url, 303)


@blueprint.errorhandler(WrongState)
def go_on(error: WrongState) -> ResponseReturnValue:  # noqa: ARG001
    # It was paid, expired or cancelled while this request was on its way: its page says so.
    return redirect(showing.url("pay"), 303)


@blueprint.errorhandler(Unavailable)
@blueprint.errorhandler(dynamo.Unavailable)
def paused(error: Exception) -> ResponseReturnValue:
    current_app.logger.error("checkout paused: %s", error)
    return current_app.make_response(current_app.handle_user_exception(Paused()))


def here(step: Step = "contact") -> Checkout:
    """The visitor's checkout, which has come to ``step``. Raises :class:`Elsewhere`."""
    checkout = mine()
    if checkout is None:
        raise Elsewhere("/cart")
    if checkout.state == "paid":
        raise Elsewhere("/checkout/return")
    come = steps.furthest(checkout)
    if showing.ORDER.index(come) < showing.ORDER.index(step):
        raise Elsewhere(showing.url(come))
    return checkout


def mine() -> Checkout | None:
    """The visitor's checkout, unless it was cancelled."""
    wanted = ticket.named(KEY)
    if not wanted:
        return None
    try:
        checkout = reserving.find(shop().database, wanted)
    except UnknownCheckout:
        return None
    return None if checkout.state == "cancelled" else checkout


def fill(checkout: Checkout, **values: Any) -> Checkout:
    """Write what a step took, and who and which cart it is about by now: a sign-in changes both."""
    person = access.signed_in()
    own = {"cart_id": whose.cart_id(), "user_id": person.id if person else None}
    return steps.fill(shop().database, provider(), checkout.id, **own, **values)


def wanted() -> tuple[Wanted, ...]:
    """The lines of the visitor's cart. Raises :class:`Elsewhere` where there is none."""
    lines = goods.wanted(whose.cart_id())
    if not lines:
        raise Elsewhere("/cart")
    return lines


def items() -> tuple[LineItem, ...]:
    """What of the cart can be ordered. Raises :class:`Elsewhere`."""
    found = goods.items(wanted())
    if not found:
        raise Elsewhere(CHANGES)
    return found


def changes(checkout: Checkout, lines: tuple[Wanted, ...]) -> tuple[goods.Change, ...]:
    """What became different with the lines, as far as the shopper hasn't accepted it."""
    free = goods.free_for(shop().database, checkout.id, goods.items(lines))
    return goods.changes(lines, free)


def next_url(checkout: Checkout) -> str:
    """The page to fill in next; goods are held on leaving the last of them."""
    come = steps.furthest(checkout)
    return showing.url("delivery" if come == "pay" else come)
