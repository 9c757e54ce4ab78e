"""The last step: what is held, for how long, and on to the provider's hosted page."""

from __future__ import annotations

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from storefront.accounts import access, throttle
from storefront.accounts.throttle import TooManyTries
from storefront.checkout import paying, reserving, showing, steps, ticket
from storefront.checkout.errors import NoMoreTime, VoucherUsed
from storefront.checkout.models import Checkout
from storefront.checkout.pages import EndedPage, PayPage
from storefront.checkout.payments import ProviderAway, ProviderRefused
from storefront.checkout.payments.current import provider
from storefront.checkout.views import filling
from storefront.checkout.views.here import Elsewhere, blueprint, here
from storefront.checkout.vouchers import NotValid
from storefront.stock.operations import SoldOut
from storefront.web.context import shop
from storefront.web.once import once, visitor
from storefront.web.pages import render

LONGEST_CODE = 40
TOO_MANY = (
    "There were too many codes that don't count. Wait a quarter of an hour, then try again; without a "
    "voucher you may pay now."
)
PROBLEMS = {
    "declined": "The payment was declined, and nothing was charged. Your goods are still held: try again, or "
    "pay in another way.",
    "back": "You are back from the payment page. If the payment was declined, nothing was charged, and you "
    "may try again. Your goods are still held.",
    "other": "What you pay for was changed in another tab. Nothing was charged; this is how it is now.",
    "time": "The goods were held for as long as they can be. Pay now, or they go back on the shelf.",
    "owed": "A payment arrived that doesn't belong to this order as it is now. The money comes back to you; "
    "we e-mail you when it is sent.",
    "away": "The payment provider isn't answering. Nothing was charged, and your goods are still held: try "
    "again in a moment.",
    "refused": "The payment provider didn't take this payment. Nothing was charged, and your goods are still "
    "held: try again, or ask us.",
}


@blueprint.get("/checkout/pay")
def pay() -> ResponseReturnValue:
    """What is held, frozen; or that it isn't held any more."""
    checkout, said = here("pay"), request.args.get("problem", "")
    if checkout.state == "open" or not checkout.lines:
        raise Elsewhere(showing.url("delivery"))
    seconds = _seconds_left(checkout)
    if not seconds:
        problem = PROBLEMS["owed"] if said == "owed" else ""
        page = EndedPage(showing.trail(checkout, "pay"), showing.frozen(checkout), problem)
        return render("checkout/ended.html", page)
    return _pay(checkout, seconds, said)


@blueprint.post("/checkout/pay")
@once("checkout-pay")
def go_to_provider() -> ResponseReturnValue:
    """Open the provider's page, unless what is bought, for how much and to where isn't what was seen."""
    checkout = here("pay")
    seen = request.form.get("amount"), request.form.get("terms")
    if seen != (str(checkout.amount), reserving.digest_of(checkout)):
        raise Elsewhere(f"{showing.url('pay')}?problem=other")
    if not _seconds_left(checkout):
        raise Elsewhere(showing.url("pay"))
    addresses = paying.Addresses(_absolute("/checkout/return"), _absolute("/checkout/pay?problem=back"))
    try:
        location = paying.start_payment(shop().database, provider(), checkout.id, addresses)
    except ProviderAway:
        response = _pay(checkout, _seconds_left(checkout), "away", 503)
        response.headers["Retry-After"] = "10"
        return response
    except ProviderRefused:
        return _pay(checkout, _seconds_left(checkout), "refused", 409)
    return redirect(location, 303)


@blueprint.post("/checkout/extend")
@once("checkout-extend")
def extend() -> ResponseReturnValue:
    """Hold the goods for longer, twice at most."""
    checkout = here("pay")
    try:
        reserving.extend(shop().database, checkout.id)
    except NoMoreTime:
        raise Elsewhere(f"{showing.url('pay')}?problem=time") from None
    paying.end_pages(shop().database, provider(), [checkout.id])
    return redirect(showing.url("pay"), 303)


@blueprint.post("/checkout/hold")
@once("checkout-hold")
def hold_again() -> ResponseReturnValue:
    """Hold the cart's goods anew, after the hold had ended."""
    checkout = here("pay")
    filling.hold(checkout, str((checkout.delivery or {})["key"]))
    return redirect(showing.url("pay"), 303)


@blueprint.post("/checkout/voucher")
@once("checkout-voucher")
def take_voucher() -> ResponseReturnValue:
    """Take a voucher's code, or take it off; the goods stay held."""
    checkout = here("pay")
    seconds = _seconds_left(checkout)
    if not seconds:
        raise Elsewhere(showing.url("pay"))
    code = "".join(request.form.get("code", "").split()).upper()[:LONGEST_CODE]
    try:
        _use(checkout, code)
    except TooManyTries:
        response = _pay(checkout, seconds, "", 429, refused=(code, TOO_MANY))
        response.headers["Retry-After"] = str(throttle.VOUCHERS["session"].seconds)
        return response
    except NotValid as error:
        return _pay(checkout, seconds, "", 422, refused=(code, str(error)))
    except VoucherUsed:
        return _pay(checkout, seconds, "", 422, refused=(code, "This voucher is used up."))
    except SoldOut:
        raise Elsewhere("/checkout/changes") from None
    return redirect(showing.url("pay"), 303)


def _use(checkout: Checkout, code: str) -> None:
    """Use the voucher, or none. A code that takes nothing off may be a guess: it is counted."""
    if not code:
        steps.use_voucher(shop().database, provider(), checkout.id, None)
        return
    # Whoever isn't signed in has another account in each checkout: the e-mail address that they wrote.
    who = (checkout.user_id or checkout.email.lower(), access.remote_address(), visitor())
    throttle.count("voucher", throttle.VOUCHERS, *who)
    steps.use_voucher(shop().database, provider(), checkout.id, code)
    throttle.take_back("voucher", *who)


def _pay(
    checkout: Checkout, seconds: int, problem: str, status: int = 200, refused: tuple[str, str] = ("", "")
) -> Response:
    ticket.give(checkout.id)
    page = PayPage(
        trail=showing.trail(checkout, "pay"),
        summary=showing.frozen(checkout),
        email=checkout.email,
        address=showing.postal(checkout),
        delivery=str((checkout.delivery or {}).get("title", "")),
        when=showing.arrival(checkout),
        seconds=seconds,
        extensions=reserving.MOST_EXTENSIONS - checkout.extensions,
        amount=checkout.amount,
        terms=reserving.digest_of(checkout),
        voucher=checkout.voucher or "",
        code=refused[0],
        problem=PROBLEMS.get(problem, ""),
        voucher_problem=refused[1],
        trial=provider().name == "test",
    )
    return render("checkout/pay.html", page, status=status)


def _seconds_left(checkout: Checkout) -> int:
    return steps.seconds_left(shop().database, checkout)


def _absolute(path: str) -> str:
    return (shop().settings.public_url or request.host_url).rstrip("/") + path
