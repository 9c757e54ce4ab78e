"""The cart's pages and forms. Every form is plain; htmx posts the same fields."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from storefront.cart import merging, operations, reminding, showing, stocking, whose
from storefront.cart.errors import CartAway, LineGone, Refused, WrongQuantity
from storefront.cart.pages import AddedPart, HeaderPart
from storefront.catalog import operations as catalog
from storefront.catalog.configuring import LINE
from storefront.catalog.snapshot import ProductView
from storefront.looks import operations as looks
from storefront.stores.dynamo import Unavailable
from storefront.web import pages, sessions

blueprint = Blueprint("cart", __name__)
OWN_FIELDS = frozenset({"product", "quantity", "total", LINE})
LONGEST_NUMBER = 9
DOUBLE_TAP = timedelta(seconds=2)


@blueprint.get("/cart")
def cart() -> Response:
    """The cart, priced anew."""
    removed = showing.removed(
        request.args.get("product", ""), _given(request.args), request.args.get("quantity", "")
    )
    cart_id = whose.cart_id()
    reminder = reminding.wanted(cart_id) if whose.user_of(cart_id) else None
    page = showing.cart(operations.lines(cart_id), removed, merging.notes(), reminder)
    return pages.render("cart/cart.html", page)


@blueprint.post("/cart/lines")
def add() -> AnyResponse:
    """Put a configuration into the cart, or in place of the line that is being edited.

    Two taps on the button are two forms, and mean one: who sees the cart can't have pressed again so soon.
    """
    _add(DOUBLE_TAP)
    return redirect("/cart", 303)


@blueprint.post("/_cart/lines")
def add_quickly() -> Response:
    """The same for htmx, which stays on the product's page."""
    product, quantity = _add()
    return pages.fragment(
        "cart/_added.html", AddedPart(product.title, quantity), trigger={"cart-changed": {}}
    )


@blueprint.post("/cart/lines/<line_id>")
def change(line_id: str) -> AnyResponse:
    """Change a quantity, by a step or to a number: either is a difference to what the shopper saw."""
    step = _number(request.form.get("step", "0"))
    wanted, seen = (_number(request.form.get(name, "0")) for name in ("quantity", "seen"))
    if step is None or wanted is None or seen is None:
        raise WrongQuantity
    difference = step or wanted - seen
    if seen and seen + difference == 0:
        return remove(line_id)
    if difference:
        _change(line_id, difference)
    return redirect("/cart", 303)


@blueprint.post("/cart/lines/<line_id>/remove")
def remove(line_id: str) -> AnyResponse:
    """Take a line out; the cart then offers to bring it back."""
    line = operations.remove(whose.cart_id(), line_id)
    fields = {"product": line.product, "quantity": str(line.quantity), **line.selection}
    return redirect(f"/cart?{urlencode(fields)}", 303)


@blueprint.post("/cart/reminder")
def remind() -> AnyResponse:
    """Ask for the letter about a cart that is left behind, or for none."""
    reminding.choose(whose.cart_id(), request.form.get("wanted") == "yes")
    return redirect("/cart", 303)


@blueprint.get("/cart/lines/<line_id>/picture")
def picture(line_id: str) -> Response:
    """The picture of a line, which may still be on its way."""
    return pages.fragment("cart/_picture.html", showing.line_view(operations.find(whose.cart_id(), line_id)))


@blueprint.get("/_me/header")
def header() -> Response:
    """What the header says about the visitor: fetched apart, so that pages are equal for all."""
    count = 0
    if sessions.cookie_name() in request.cookies:
        with suppress(Unavailable):  # the way to the cart stands there all the same
            count = sum(line.quantity for line in operations.lines(whose.cart_id()))
    return pages.fragment("cart/_header.html", HeaderPart(count))


@blueprint.errorhandler(Refused)
def refused(error: Refused) -> Response:
    """The page that explains why nothing was put into the cart."""
    quick = request.endpoint == "cart.add_quickly"
    template = "cart/_refused.html" if quick else "cart/refused.html"
    answer = pages.fragment if quick else pages.render
    return answer(template, showing.refused(error), status=error.status)


@blueprint.errorhandler(Unavailable)
def away(error: Unavailable) -> ResponseReturnValue:
    """The page that says that nothing is lost."""
    current_app.logger.error("carts are away: %s", error)
    return current_app.make_response(current_app.handle_user_exception(CartAway()))


def _add(tap: timedelta = operations.NO_TAP) -> tuple[ProductView, int]:
    form = request.form
    quantity, seen = _number(form.get("quantity", "1")), _number(form.get("total", ""))
    old = form.get(LINE, "")
    if quantity is None:
        raise WrongQuantity
    product, configuration = operations.check(form.get("product", ""), _given(form), quantity, seen, old)
    try:
        replaced = operations.find(whose.cart_id(), old) if old else None
    except LineGone:
        if not operations.was_added(whose.cart_id(), product, configuration, tap):
            raise
        return product, quantity  # the first tap put this in its place
    if not old and operations.was_added(whose.cart_id(), product, configuration, tap):
        return product, quantity
    quantity = replaced.quantity if replaced else quantity
    stocking.check(whose.cart_id(), product, configuration, quantity, replaced)
    if old:
        operations.replace(whose.cart_id(), old, product, configuration)
    else:
        operations.add(whose.own_cart_id(), product, configuration, quantity, tap)
    looks.ask(product, configuration)
    return product, quantity


def _change(line_id: str, difference: int) -> None:
    line = operations.find(whose.cart_id(), line_id)
    product = catalog.current().product(line.product)
    if product is not None:
        configuration = catalog.configured(product, line.selection)
        stocking.check(whose.cart_id(), product, configuration, difference)
    operations.change(whose.cart_id(), line_id, difference)


def _given(fields: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in fields.items() if key not in OWN_FIELDS}


def _number(text: str) -> int | None:
    digits = text.strip().removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > LONGEST_NUMBER:
        return None
    return -int(digits) if text.strip().startswith("-") else int(digits)
