"""My data: take it along, or have it deleted."""

from __future__ import annotations

import json

from flask import Response, current_app, redirect
from flask.typing import ResponseReturnValue

from storefront.accounts import access, passkeys, privacy
from storefront.accounts.access import account_required, fresh_required, person_here
from storefront.accounts.blueprint import blueprint
from storefront.accounts.pages import DataPage, ErasedPage, ErasePage
from storefront.accounts.passkeys import PasskeyRefused
from storefront.accounts.throttle import TooManyTries
from storefront.accounts.views.signing_in import TOO_MANY, shown_again
from storefront.web.errors import ShopError
from storefront.web.pages import render


@blueprint.get("/account/data")
@account_required
def my_data() -> ResponseReturnValue:
    return render("accounts/data.html", DataPage(person_here().is_merchant))


@blueprint.get("/account/data/export")
@fresh_required
def export_data() -> Response:
    """All that the shop keeps about who is signed in, as a file."""
    text = json.dumps(privacy.export(person_here()), indent=2, ensure_ascii=False)
    response: Response = current_app.response_class(text, mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@blueprint.get("/account/erase")
@account_required
def erase() -> ResponseReturnValue:
    return _page()


@blueprint.post("/account/erase")
@account_required
def submit_erase() -> ResponseReturnValue:
    """Delete the account, if the form shows the password or a passkey."""
    try:
        known = shown_again()
    except TooManyTries:
        return _page(TOO_MANY, 429)
    except PasskeyRefused as error:
        return _page(str(error), 422)
    if not known:
        return _page("This isn't your password.", 422)
    _refuse_merchants()
    privacy.erase(person_here())
    access.sign_out()
    return redirect("/account/erased", 303)


@blueprint.get("/account/erased")
def erased() -> ResponseReturnValue:
    return render("accounts/erased.html", ErasedPage())


def _page(error: str = "", status: int = 200) -> ResponseReturnValue:
    _refuse_merchants()
    here = person_here()
    page = ErasePage(here.email, bool(passkeys.listed(here)), error)
    return render("accounts/erase.html", page, status=status)


def _refuse_merchants() -> None:
    if person_here().is_merchant:
        raise ShopError(
            "A merchant's account stays",
            "What merchants do is written down under their account. Whoever runs the shop can take the "
            "merchant's role away; then it can be deleted.",
            409,
            action_label="Back to the account",
            action_url="/account",
        )
