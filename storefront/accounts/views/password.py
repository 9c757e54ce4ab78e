"""Change the password."""

from __future__ import annotations

from flask import redirect, request
from flask.typing import ResponseReturnValue

from storefront.accounts import access, changing
from storefront.accounts.access import account_required, person_here, remote_address
from storefront.accounts.blueprint import blueprint
from storefront.accounts.operations import AccountError, check_password
from storefront.accounts.pages import PasswordPage
from storefront.accounts.throttle import TooManyTries
from storefront.accounts.views.registering import sentence
from storefront.accounts.views.signing_in import TOO_MANY
from storefront.web.pages import render


@blueprint.get("/account/password")
@account_required
def password() -> ResponseReturnValue:
    return _page()


@blueprint.post("/account/password")
@account_required
def submit_password() -> ResponseReturnValue:
    given, here = request.form, person_here()
    try:
        if check_password(here.email, given.get("password", ""), remote_address()) is None:
            return _page("This isn't your password of now.", 422)
        changed = changing.new_password(here, given.get("new_password", ""))
    except TooManyTries:
        return _page(TOO_MANY, 429)
    except AccountError as error:
        return _page(sentence(error), 422)
    access.sign_in_anew(changed)
    return redirect("/account?done=password", 303)


def _page(error: str = "", status: int = 200) -> ResponseReturnValue:
    return render("accounts/password.html", PasswordPage(person_here().email, error), status=status)
