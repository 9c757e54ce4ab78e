"""The account's first page."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue

from storefront.accounts.access import account_required, person_here
from storefront.accounts.blueprint import blueprint
from storefront.accounts.pages import AccountPage, Section
from storefront.web.pages import render

_KEY = "account-sections"
_NOTICES = {
    "opened": "Your account is open. Welcome!",
    "password": "Your password was changed. You are signed out everywhere else.",
    "email": "Your e-mail address was changed.",
}


def attach(app: Flask, sections: tuple[Section, ...]) -> None:
    """Give the account what other slices show there."""
    app.extensions[_KEY] = sections


@blueprint.app_template_global()
def account_sections() -> tuple[Section, ...]:
    """What other slices show in the account."""
    return cast("tuple[Section, ...]", current_app.extensions[_KEY])


@blueprint.get("/account")
@account_required
def account() -> ResponseReturnValue:
    person = person_here()
    notice = _NOTICES.get(request.args.get("done", ""), "")
    page = AccountPage(person.email, person.is_merchant, account_sections(), notice)
    return render("accounts/account.html", page)
