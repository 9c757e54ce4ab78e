"""Back from the provider: wait for its word, then say what became of it."""

from __future__ import annotations

import logging
from functools import partial

from flask import Response, redirect, session
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from storefront.cart import whose
from storefront.checkout import goods, reserving, showing, steps, ticket
from storefront.checkout.joining import KEY
from storefront.checkout.lines import LineItem
from storefront.checkout.models import Checkout
from storefront.checkout.pages import DonePage, WaitingPage
from storefront.checkout.views.here import Elsewhere, blueprint, mine
from storefront.orders import links
from storefront.orders import operations as orders
from storefront.orders.models import Order
from storefront.stores.dynamo import Unavailable
from storefront.web.context import shop
from storefront.web.pages import render

log = logging.getLogger(__name__)

BOUGHT = "bought"
DONE = "/checkout/done"
_PROBLEMS = {"declined": "declined", "refund_due": "owed", "refunded": "owed"}


@blueprint.get("/checkout/return")
def returned() -> ResponseReturnValue:
    """Where the provider sends the shopper. Only what the provider tells the shop itself counts."""
    checkout = mine()
    if url := _settled(checkout):
        return redirect(url, 303)
    return render("checkout/waiting.html", WaitingPage(checkout.email if checkout else ""))


@blueprint.get("/checkout/return/news")
def news() -> Response:
    """The same for htmx: nothing while there is none, else where to go."""
    response = Response(status=204)
    if url := _settled(mine()):
        response.headers["HX-Redirect"] = url
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get(DONE)
def done() -> ResponseReturnValue:
    """The order is placed."""
    bought = ticket.named(BOUGHT)
    if not bought:
        raise Elsewhere("/cart")
    checkout = reserving.find(shop().database, bought)
    if checkout.state != "paid":
        raise Elsewhere(showing.url("pay"))
    order = _order_of(checkout)
    page = DonePage(
        number=order.number,
        url=links.path(order.number),
        email=checkout.email,
        parked=order.state == "parked",
        too_late=any(event.kind == "changed_late" for event in orders.history(order)),
        summary=showing.frozen(checkout),
        address=showing.postal(checkout),
        when=showing.arrival(checkout),
    )
    return render("checkout/done.html", page)


def put_away(checkout: Checkout) -> None:
    """Take what was bought out of the cart, once, and remember the checkout as done.

    Where cart and session are away, that is done when the next checkout begins.
    """
    try:
        cart_id = whose.cart_id()
        if shop().database.unit(partial(reserving.mark_put_away, checkout_id=checkout.id)):
            _take_out(cart_id, checkout)
        session[BOUGHT] = checkout.id
        session.pop(KEY, None)
    except Unavailable as error:
        log.warning("what was bought stays in the cart for now: %s", error)


def _take_out(cart_id: str, checkout: Checkout) -> None:
    try:
        goods.take_out(cart_id, map(LineItem.from_json, checkout.lines))
    except Unavailable:
        shop().database.unit(partial(reserving.mark_put_away, checkout_id=checkout.id, done=False))
        raise


def _settled(checkout: Checkout | None) -> str:
    """Where to go by now; an empty text while the provider's word isn't here."""
    if checkout is None:
        return DONE if session.get(BOUGHT) else "/cart"
    if checkout.state == "paid":
        put_away(checkout)
        return DONE
    payment = steps.last_payment(shop().database, checkout.id)
    if payment is None:
        return showing.url("pay")
    problem = _PROBLEMS.get(payment.state, "")
    return f"{showing.url('pay')}?problem={problem}" if problem else ""


def _order_of(checkout: Checkout) -> Order:
    with shop().database.transaction() as session_:
        return session_.scalars(select(Order).where(Order.checkout_id == checkout.id)).one()
