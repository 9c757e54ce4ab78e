"""The address book."""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue

from storefront.accounts import addresses
from storefront.accounts.access import account_required, person_here
from storefront.accounts.addresses import BookFull, Entry, Postal
from storefront.accounts.blueprint import blueprint
from storefront.accounts.pages import AddressesPage, AddressPage
from storefront.web.errors import ShopError
from storefront.web.once import once
from storefront.web.pages import render

_NOTICES = {"kept": "The address is in your book.", "removed": "The address was struck."}
BOOK = "/account/addresses"


@blueprint.get(BOOK)
@account_required
def show_addresses() -> ResponseReturnValue:
    entries = addresses.book(person_here().id)
    notice = _NOTICES.get(request.args.get("done", ""), "")
    return render("accounts/addresses.html", AddressesPage(entries, len(entries) >= addresses.MOST, notice))


@blueprint.get(f"{BOOK}/new")
@account_required
def new_address() -> ResponseReturnValue:
    return _form("A new address", f"{BOOK}/new", {}, {}, offers_default=True)


@blueprint.post(f"{BOOK}/new")
@account_required
@once("new-address")
def add_address() -> ResponseReturnValue:
    fields, errors = addresses.parse(request.form)
    if errors:
        return _form("A new address", f"{BOOK}/new", fields, errors, offers_default=True)
    try:
        addresses.add(person_here(), Postal(**fields), default="default" in request.form)
    except BookFull as error:
        raise _full() from error
    return redirect(f"{BOOK}?done=kept", 303)


@blueprint.get(f"{BOOK}/<wanted>")
@account_required
def edit_address(wanted: str) -> ResponseReturnValue:
    entry = _mine(wanted)
    return _form("Change an address", f"{BOOK}/{wanted}", entry.postal.to_json(), {})


@blueprint.post(f"{BOOK}/<wanted>")
@account_required
def change_address(wanted: str) -> ResponseReturnValue:
    _mine(wanted)
    fields, errors = addresses.parse(request.form)
    if errors:
        return _form("Change an address", f"{BOOK}/{wanted}", fields, errors)
    addresses.change(person_here(), wanted, Postal(**fields))
    return redirect(f"{BOOK}?done=kept", 303)


@blueprint.post(f"{BOOK}/<wanted>/default")
@account_required
def prefer_address(wanted: str) -> ResponseReturnValue:
    addresses.prefer(person_here(), wanted)
    return redirect(BOOK, 303)


@blueprint.post(f"{BOOK}/<wanted>/remove")
@account_required
def remove_address(wanted: str) -> ResponseReturnValue:
    addresses.remove(person_here(), wanted)
    return redirect(f"{BOOK}?done=removed", 303)


def _mine(wanted: str) -> Entry:
    return addresses.find(person_here().id, wanted) or abort(404)


def _form(
    title: str,
    action: str,
    fields: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    offers_default: bool = False,
) -> ResponseReturnValue:
    texts = dict.fromkeys(addresses.FIELDS, "") | dict(fields)
    page = AddressPage(title, action, texts, errors, addresses.countries(), offers_default)
    return render("accounts/address.html", page, status=422 if errors else 200)


def _full() -> ShopError:
    return ShopError(
        "Your address book is full",
        f"It holds {addresses.MOST} addresses. Strike one that you don't need any more.",
        409,
        action_label="To the address book",
        action_url=BOOK,
    )
