"""A shopper's orders: by a signed link, or in the account."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from storefront.accounts.access import account_required, person_here, signed_in
from storefront.accounts.pages import Section
from storefront.orders import links, operations, showing
from storefront.orders.models import Order
from storefront.orders.pages import AskPage, OrdersPage
from storefront.stores.dynamo import Unavailable
from storefront.web.once import once
from storefront.web.pages import render

blueprint = Blueprint("orders", __name__)
SECTION = Section("/account/orders", "Orders", "What you bought, and where it is.")
_LAST_PAGE = 10_000


@blueprint.get("/orders/<number>")
def order(number: str) -> ResponseReturnValue:
    """The order's page, for whoever has its link and for its owner. All others may ask for the link."""
    found = operations.find(number)
    opened = found is not None and links.opens(found.number, request.args.get("key", ""))
    mine = found is not None and _is_mine(found, opened)
    if found is None or not (mine or opened):
        return _ask(number, status=404, error="This link doesn't open an order.")
    return _page(found, mine)


@blueprint.get("/orders")
def ask() -> ResponseReturnValue:
    """Which order is meant."""
    return _ask(sent=request.args.get("done") == "sent")


@blueprint.post("/orders")
@once("order-link")
def send_link() -> ResponseReturnValue:
    """Mail the link again. The answer is the same whether there is such an order or not."""
    number, email = request.form.get("number", ""), request.form.get("email", "")
    if not number.strip() or "@" not in email:
        return _ask(number, email, 422, "Both are needed: the order's number and your e-mail address.")
    operations.mail_link(number, email)
    return redirect(url_for("orders.ask", done="sent"), 303)


@blueprint.get("/account/orders")
@account_required
def orders() -> ResponseReturnValue:
    """The orders of who is signed in."""
    place = min(max(1, request.args.get("page", 1, type=int)), _LAST_PAGE)
    found, more = operations.listed(person_here(), place)
    page = OrdersPage(
        orders=tuple(map(showing.card, found)),
        newer=url_for("orders.orders", page=place - 1) if place > 1 else "",
        older=url_for("orders.orders", page=place + 1) if more else "",
    )
    return render("orders/orders.html", page)


def _is_mine(order: Order, opened: bool) -> bool:
    try:
        person = signed_in()
    except Unavailable:
        if not opened:
            raise
        return False  # the link opens the order without its shopper being known
    return person is not None and operations.is_of(order, person)


def _page(order: Order, mine: bool) -> Response:
    page = showing.order_page(order, operations.history(order), operations.parcels(order), mine)
    response = render("orders/order.html", page)
    response.headers["Referrer-Policy"] = "no-referrer"  # the key stands in the address
    return response


def _ask(
    number: str = "", email: str = "", status: int = 200, error: str = "", sent: bool = False
) -> Response:
    return render("orders/ask.html", AskPage(number[:16], email[:254], sent, error), status=status)
