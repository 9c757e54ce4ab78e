"""Where the user is signed in."""

from __future__ import annotations

from flask import redirect, request
from flask.typing import ResponseReturnValue

from storefront.accounts import browsers
from storefront.accounts.access import account_required, person_here
from storefront.accounts.blueprint import blueprint
from storefront.accounts.pages import BrowsersPage
from storefront.web.pages import render

_NOTICES = {"one": "Signed out there.", "others": "You are signed out everywhere but here."}


@blueprint.get("/account/browsers")
@account_required
def show_browsers() -> ResponseReturnValue:
    notice = _NOTICES.get(request.args.get("done", ""), "")
    return render("accounts/browsers.html", BrowsersPage(browsers.listed(person_here()), notice))


@blueprint.post("/account/browsers/<wanted>/end")
@account_required
def end_browser(wanted: str) -> ResponseReturnValue:
    browsers.end(person_here(), wanted)
    return redirect("/account/browsers?done=one", 303)


@blueprint.post("/account/browsers/end")
@account_required
def end_other_browsers() -> ResponseReturnValue:
    browsers.end_others(person_here())
    return redirect("/account/browsers?done=others", 303)
