"""From the cart into the checkout, what became different since, and out again."""

from __future__ import annotations

from contextlib import suppress

from flask import redirect, request, session
from flask.typing import ResponseReturnValue

from storefront.accounts import access
from storefront.cart import whose
from storefront.checkout import goods, paying, reserving, ticket
from storefront.checkout.joining import KEY
from storefront.checkout.models import Checkout
from storefront.checkout.pages import ChangesPage
from storefront.checkout.payments.current import provider
from storefront.checkout.views import returning
from storefront.checkout.views.here import (
    CHANGES,
    blueprint,
    changes,
    fill,
    here,
    mine,
    next_url,
    wanted,
)
from storefront.stores.dynamo import Unavailable
from storefront.web.context import shop
from storefront.web.once import once
from storefront.web.pages import render


@blueprint.post("/checkout")
@once("checkout")
def start() -> ResponseReturnValue:
    """Begin with the cart, or go on where the visitor was."""
    before = mine()
    if before is not None and before.state == "paid":
        returning.put_away(before)
        before = None
    lines = wanted()
    checkout = fill(before) if before is not None else _begun()
    return redirect(CHANGES if changes(checkout, lines) else next_url(checkout), 303)


@blueprint.get("/checkout")
def again() -> ResponseReturnValue:
    """The address without a form: where the visitor was."""
    return redirect(next_url(here()), 303)


@blueprint.get(CHANGES)
def show_changes() -> ResponseReturnValue:
    """What the shopper must know before paying."""
    checkout, lines = here(), wanted()
    found = changes(checkout, lines)
    return _changes_page(found, len(lines)) if found else redirect(next_url(checkout), 303)


@blueprint.post(CHANGES)
@once("changes")
def accept_changes() -> ResponseReturnValue:
    """Go on with what became different: exactly that which was shown."""
    checkout, lines = here(), wanted()
    found = changes(checkout, lines)
    if goods.digest(found) != request.form.get("digest"):
        return _changes_page(found, len(lines), again=True)
    goods.accept(whose.cart_id(), lines, found)
    return redirect(next_url(checkout), 303)


@blueprint.post("/checkout/cancel")
@once("cancel-checkout")
def cancel() -> ResponseReturnValue:
    """Give everything back, and return to the cart."""
    checkout = here()
    reserving.cancel(shop().database, checkout.id)
    paying.end_pages(shop().database, provider(), [checkout.id])
    ticket.take_back()
    with suppress(Unavailable):  # a cancelled checkout is nobody's, whatever a session says
        session.pop(KEY)
    return redirect("/cart", 303)


def _begun() -> Checkout:
    person = access.signed_in()
    user_id = person.id if person else None
    checkout = reserving.begin(shop().database, whose.cart_id(), shop().settings.currency, user_id)
    session[KEY] = checkout.id
    return checkout


def _changes_page(found: tuple[goods.Change, ...], lines: int, *, again: bool = False) -> ResponseReturnValue:
    if not found:
        return redirect("/checkout", 303)
    gone = sum(change.units == 0 for change in found)
    page = ChangesPage(found, goods.digest(found), again, all_gone=gone == lines)
    return render("checkout/changes.html", page, status=409)
