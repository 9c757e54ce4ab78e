"""The steps that are filled in: contact, address, delivery."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import redirect, request
from flask.typing import ResponseReturnValue

from storefront.accounts import access, addresses
from storefront.accounts.addresses import Entry
from storefront.checkout import forms, goods, showing, steps
from storefront.checkout.countries import format_of
from storefront.checkout.errors import VoucherUsed
from storefront.checkout.lines import LineItem
from storefront.checkout.models import Checkout
from storefront.checkout.pages import AddressPage, ContactPage, DeliveryPage
from storefront.checkout.payments.current import provider
from storefront.checkout.views.here import CHANGES, Elsewhere, blueprint, changes, fill, here, items, wanted
from storefront.checkout.vouchers import NotValid
from storefront.stock.operations import SoldOut
from storefront.web.context import shop
from storefront.web.once import once
from storefront.web.pages import render


@blueprint.get("/checkout/contact")
def contact() -> ResponseReturnValue:
    """Whom the shop writes to."""
    checkout, person = here(), access.signed_in()
    known = checkout.email or (person.email if person else "")
    return _contact(checkout, forms.ContactForm(email=known))


@blueprint.post("/checkout/contact")
@once("checkout-contact")
def take_contact() -> ResponseReturnValue:
    checkout, form = here(), forms.ContactForm(request.form)
    if not form.validate():
        return _contact(checkout, form)
    fill(checkout, email=form.email.data)
    return redirect(showing.url("address"), 303)


@blueprint.get("/checkout/address")
def address() -> ResponseReturnValue:
    """Where the goods go; ``?saved=`` fills in an address of the book, ``?country=`` one's country."""
    checkout, book = here("address"), _book()
    saved = next((entry for entry in book if entry.id == request.args.get("saved")), None)
    known = saved.postal.to_json() if saved else checkout.address
    if known is None and book:
        known = book[0].postal.to_json()
    filled = dict(known or {})
    if country := request.args.get("country"):
        filled["country"] = country
    return _address(checkout, _address_form(None, **filled), book)


@blueprint.post("/checkout/address")
@once("checkout-address")
def take_address() -> ResponseReturnValue:
    checkout, form = here("address"), _address_form(request.form)
    if "look" in request.form:  # another country was chosen: its fields are shown, nothing is judged
        return _other_country(checkout, form)
    if not form.validate():
        return _address(checkout, form, _book())
    fill(checkout, address=form.taken(), delivery=None)
    return redirect(showing.url("delivery"), 303)


@blueprint.get("/checkout/delivery")
def delivery() -> ResponseReturnValue:
    """How the goods come, and when."""
    return _delivery(here("delivery"), items(), {})


@blueprint.post("/checkout/delivery")
@once("checkout-delivery")
def take_delivery() -> ResponseReturnValue:
    """Choose the way, and hold the goods."""
    checkout, lines = here("delivery"), items()
    form = forms.DeliveryForm(request.form, [rate.key for rate in steps.rates(checkout, lines)])
    if not form.validate():
        return _delivery(checkout, lines, forms.problems(form))
    hold(checkout, form.way.data)
    return redirect(showing.url("pay"), 303)


def hold(checkout: Checkout, way: str) -> None:
    """Hold the cart as it is now. Raises :class:`Elsewhere` where that isn't what the shopper has seen."""
    lines = wanted()
    if changes(checkout, lines):
        raise Elsewhere(CHANGES)
    try:
        steps.hold(shop().database, provider(), checkout.id, way, goods.items(lines))
    except SoldOut as error:
        raise Elsewhere(CHANGES) from error
    except steps.NoDelivery as error:
        raise Elsewhere(showing.url("delivery")) from error
    except (VoucherUsed, NotValid) as error:
        fill(checkout, voucher=None)
        raise Elsewhere(f"{showing.url('delivery')}?voucher=used") from error


def _contact(checkout: Checkout, form: forms.ContactForm) -> ResponseReturnValue:
    errors, person = forms.problems(form), access.signed_in()
    page = ContactPage(
        trail=showing.trail(checkout, "contact"),
        summary=showing.so_far(checkout, items()),
        form=form,
        errors=errors,
        person=person.email if person else "",
    )
    return render("checkout/contact.html", page, status=422 if errors else 200)


def _other_country(checkout: Checkout, form: forms.AddressForm) -> ResponseReturnValue:
    typed = any(field.data for field in form if field.name != "country")
    if typed or "HX-Request" in request.headers:
        return _address(checkout, form, _book())
    # A page that answers a form can't be gone back to without sending it again.
    return redirect(f"{showing.url('address')}?{urlencode({'country': form.country.data or ''})}", 303)


def _address_form(given: Any, **filled: Any) -> forms.AddressForm:
    return forms.AddressForm(given, steps.CARRIER.countries(), **filled)


def _address(checkout: Checkout, form: forms.AddressForm, book: tuple[Entry, ...]) -> ResponseReturnValue:
    errors = forms.problems(form)
    page = AddressPage(
        trail=showing.trail(checkout, "address"),
        summary=showing.so_far(checkout, items()),
        form=form,
        errors=errors,
        used=format_of(form.country.data or ""),
        book=book,
    )
    return render("checkout/address.html", page, status=422 if errors else 200)


def _book() -> tuple[Entry, ...]:
    """The addresses of the signed-in to which the shop delivers."""
    person, served = access.signed_in(), set(steps.CARRIER.countries())
    entries = addresses.book(person.id) if person else ()
    return tuple(entry for entry in entries if entry.postal.country in served)


def _delivery(
    checkout: Checkout, lines: tuple[LineItem, ...], errors: Any, status: int = 200
) -> ResponseReturnValue:
    chosen = request.form.get("way") or str((checkout.delivery or {}).get("key", ""))
    page = DeliveryPage(
        trail=showing.trail(checkout, "delivery"),
        summary=showing.so_far(checkout, lines),
        ways=showing.ways(steps.rates(checkout, lines), chosen),
        errors=errors,
        address=showing.postal(checkout),
    )
    return render("checkout/delivery.html", page, status=422 if errors else status)
