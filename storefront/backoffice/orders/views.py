"""The order desk's pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from storefront.accounts.access import merchant_required, person_here
from storefront.backoffice.orders import goods, operations, showing
from storefront.backoffice.orders import money as refunds
from storefront.backoffice.orders.errors import NotNow
from storefront.checkout.errors import RefundRefused
from storefront.checkout.payments import ProviderAway
from storefront.checkout.reconciling import loose_money
from storefront.orders.models import Order
from storefront.web import money
from storefront.web.context import shop
from storefront.web.errors import ShopError
from storefront.web.once import FIELD, once
from storefront.web.pages import render

blueprint = Blueprint("order_desk", __name__, url_prefix="/merchant")

_AWAY = "away"
_NOTICES = {
    "shipped": "The parcel is written down, and the shopper is told.",
    "cancelled": "The order is cancelled, its units are back in stock, and its money goes back.",
    "rest": "What hadn't left is cancelled, its units are back in stock, and its money goes back.",
    "returned": "What came back is written down, and the shopper is told.",
    "refunded": "The money is on its way back, and the shopper is told.",
    _AWAY: "The payment provider isn't answering. The refund is written down, and asked for again by itself.",
    "placed": "The order is placed with the units that were found, and the shopper is told.",
    "noted": "The note is in the log.",
    "letter": "The e-mail goes out again.",
}
_LONGEST_REASON, _LONGEST_NOTE = 200, 2000


@blueprint.get("/orders")
@merchant_required
def orders() -> ResponseReturnValue:
    asked = {name: request.args.get(name, "")[:254] for name in ("state", "text", "since", "until")}
    place = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    return render("backoffice/orders.html", showing.order_list(showing.Wanted(**asked, page=place)))


@blueprint.get("/orders/<number>")
@merchant_required
def order(number: str) -> ResponseReturnValue:
    page = showing.desk_page(operations.find(number), _NOTICES.get(request.args.get("done", ""), ""))
    return render("backoffice/order.html", page)


@blueprint.post("/orders/<number>/ship")
@merchant_required
@once("order-ship")
def ship(number: str) -> ResponseReturnValue:
    """Send a parcel: ``units-<position>`` of each line."""
    found = operations.find(number)
    units = _units(found)
    goods.ship(found, units, _text("carrier", 80), _text("tracking", 200), person_here().id)
    return _back(found, "shipped")


@blueprint.post("/orders/<number>/cancel")
@merchant_required
@once("order-cancel")
def cancel(number: str) -> ResponseReturnValue:
    """Cancel what hasn't left, and send back what was paid for it."""
    found, reason = operations.find(number), _text("reason", _LONGEST_REASON)
    done = "cancelled" if found.state == "placed" else "rest"
    with _provider_may_be_away() as away:
        goods.cancel(found, request.form[FIELD], reason, person_here().id)
    return _back(found, _AWAY if away else done)


@blueprint.post("/orders/<number>/return")
@merchant_required
@once("order-return")
def take_return(number: str) -> ResponseReturnValue:
    """``units-<position>`` of each line came back; an empty ``amount`` is what they cost."""
    found = operations.find(number)
    amount = _amount(found) if _text("amount", 20) else None
    sellable, reason = request.form.get("then") != "written-off", _text("reason", _LONGEST_REASON)
    back = goods.Return(_units(found), sellable, amount, reason)
    with _provider_may_be_away() as away:
        goods.take_return(found, back, request.form[FIELD], person_here().id)
    return _back(found, _AWAY if away else "returned")


@blueprint.post("/orders/<number>/refund")
@merchant_required
@once("order-refund")
def refund(number: str) -> ResponseReturnValue:
    """Send back a part of the money, or what is left of it."""
    found = operations.find(number)
    amount, reason = _amount(found), _text("reason", _LONGEST_REASON)
    with _provider_may_be_away() as away:
        refunds.refund(found, amount, request.form[FIELD], reason, person_here().id)
    return _back(found, _AWAY if away else "refunded")


@blueprint.post("/orders/<number>/place")
@merchant_required
@once("order-place")
def place(number: str) -> ResponseReturnValue:
    """The units of a parked order were found."""
    found = operations.find(number)
    operations.units_found(found, person_here().id)
    return _back(found, "placed")


@blueprint.post("/orders/<number>/note")
@merchant_required
@once("order-note")
def note(number: str) -> ResponseReturnValue:
    found, text = operations.find(number), _text("text", _LONGEST_NOTE)
    if not text:
        raise NotNow(found.number, "The note is empty. Write something, then add it.")
    operations.add_note(found, text, person_here().id)
    return _back(found, "noted")


@blueprint.post("/orders/<number>/letter")
@merchant_required
@once("order-letter")
def letter(number: str) -> ResponseReturnValue:
    """Send a letter again."""
    found = operations.find(number)
    operations.send_again(found, _text("letter", 32), request.form[FIELD], person_here().id)
    return _back(found, "letter")


@blueprint.get("/money")
@merchant_required
def loose_ends() -> ResponseReturnValue:
    """Money without an order, and letters that could not be sent."""
    page = showing.loose_ends(_NOTICES.get(request.args.get("done", ""), ""))
    return render("backoffice/loose_ends.html", page)


@blueprint.post("/money")
@merchant_required
@once("money-back")
def money_back() -> ResponseReturnValue:
    """Send back what is left of a payment that nothing was sold for."""
    wanted = _text("payment", 32)
    due = {loose.payment_id: loose for loose in loose_money(shop().database, older_seconds=0)}
    if wanted not in due:
        raise ShopError("This money isn't due any more", "It went back meanwhile.", 409)
    try:
        with _provider_may_be_away() as away:
            refunds.send_due(wanted, due[wanted].left, request.form[FIELD], person_here().id)
    except RefundRefused as error:
        raise ShopError("The money can't be sent back", str(error), 409) from error
    return redirect(url_for("order_desk.loose_ends", done=_AWAY if away else "refunded"), 303)


@blueprint.post("/letters")
@merchant_required
@once("letter-again")
def letter_again() -> ResponseReturnValue:
    """Try to send a letter that was given up."""
    operations.try_again(_text("letter", 32), person_here().id)
    return redirect(url_for("order_desk.loose_ends", done="letter"), 303)


@contextmanager
def _provider_may_be_away() -> Iterator[list[ProviderAway]]:
    """The error, if there was one: what is to go back is written down, and is asked for again by itself."""
    away: list[ProviderAway] = []
    try:
        yield away
    except ProviderAway as error:
        away.append(error)


def _amount(found: Order) -> int:
    try:
        return money.parse(_text("amount", 20), found.currency)
    except ValueError as error:
        raise NotNow(found.number, f"The amount can't be read: {error}.") from error


def _units(found: Order) -> dict[int, int]:
    return {line.position: request.form.get(f"units-{line.position}", 0, type=int) for line in found.lines}


def _text(name: str, longest: int) -> str:
    return request.form.get(name, "").strip()[:longest]


def _back(found: Order, done: str) -> ResponseReturnValue:
    return redirect(url_for("order_desk.order", number=found.number, done=done), 303)
