"""The user's passkeys, and the questions that browsers put to them."""

from __future__ import annotations

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from storefront.accounts import access, passkeys
from storefront.accounts.access import fresh_required, person_here
from storefront.accounts.blueprint import blueprint
from storefront.accounts.challenges import give, take
from storefront.accounts.pages import PasskeysPage
from storefront.accounts.passkeys import PasskeyRefused
from storefront.web.pages import render

_NOTICES = {
    "added": "The passkey was added. Next time you can sign in with it.",
    "removed": "The passkey was removed. It doesn't open this account any more.",
}


@blueprint.post("/account/passkeys/question")
def question() -> Response:
    """What the browser asks a passkey to sign, to sign in or to confirm."""
    return give("get", *passkeys.request_options())


@blueprint.get("/account/passkeys")
@fresh_required
def show_passkeys() -> ResponseReturnValue:
    return _page(notice=_NOTICES.get(request.args.get("done", ""), ""))


@blueprint.post("/account/passkeys/new")
@fresh_required
def new_passkey() -> ResponseReturnValue:
    """What the browser makes a passkey of."""
    return give("create", *passkeys.creation_options(person_here()))


@blueprint.post("/account/passkeys")
@fresh_required
def add_passkey() -> ResponseReturnValue:
    given = request.form
    try:
        passkeys.add(person_here(), given.get("name", ""), given.get("credential", ""), take("create"))
    except PasskeyRefused as error:
        return _page(error=str(error), status=422)
    access.sign_in_anew(person_here())
    return redirect("/account/passkeys?done=added", 303)


@blueprint.post("/account/passkeys/<wanted>")
@fresh_required
def rename_passkey(wanted: str) -> ResponseReturnValue:
    passkeys.rename(person_here(), wanted, request.form.get("name", ""))
    return redirect("/account/passkeys", 303)


@blueprint.post("/account/passkeys/<wanted>/remove")
@fresh_required
def remove_passkey(wanted: str) -> ResponseReturnValue:
    passkeys.remove(person_here(), wanted)
    return redirect("/account/passkeys?done=removed", 303)


def _page(notice: str = "", error: str = "", status: int = 200) -> ResponseReturnValue:
    listed = passkeys.listed(person_here())
    page = PasskeysPage(listed, len(listed) >= passkeys.MOST, notice, error)
    return render("accounts/passkeys.html", page, status=status)
