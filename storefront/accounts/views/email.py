"""Change the e-mail address: the new one is verified first, the old one is told."""

from __future__ import annotations

from flask import redirect, request
from flask.typing import ResponseReturnValue

from storefront.accounts import access, changing, tokens
from storefront.accounts.access import account_required, fresh_required, person_here, remote_address
from storefront.accounts.blueprint import blueprint
from storefront.accounts.errors import LinkSpent, too_many_letters
from storefront.accounts.operations import AccountError
from storefront.accounts.pages import EmailPage, NewEmailPage, SentPage
from storefront.accounts.throttle import TooManyTries
from storefront.accounts.views.registering import sentence
from storefront.web.once import once
from storefront.web.pages import render

_SENT = SentPage(
    "Look into the new mailbox",
    "We sent an e-mail to the new address. Follow its link in this browser; until then, nothing changes.",
    tokens.NEW_EMAIL.hours,
    "/account/email",
)


@blueprint.get("/account/email")
@fresh_required
def email() -> ResponseReturnValue:
    return render("accounts/email.html", EmailPage(person_here().email))


@blueprint.post("/account/email")
@fresh_required
@once("email")
def submit_email() -> ResponseReturnValue:
    here, wanted = person_here(), request.form.get("email", "")
    try:
        changing.ask_new_email(here, wanted, remote_address())
    except AccountError as error:
        page = EmailPage(here.email, wanted, sentence(error))
        return render("accounts/email.html", page, status=422)
    except TooManyTries as error:
        raise too_many_letters() from error
    return redirect("/account/email/sent", 303)


@blueprint.get("/account/email/sent")
@account_required
def email_sent() -> ResponseReturnValue:
    return render("accounts/sent.html", _SENT)


@blueprint.get("/account/email/finish")
@account_required
def finish_email() -> ResponseReturnValue:
    here, token = person_here(), request.args.get("token", "")
    try:
        page = NewEmailPage(token, changing.new_email(here, token), here.email)
    except tokens.TokenSpent as error:
        raise LinkSpent from error
    return render("accounts/new_email.html", page)


@blueprint.post("/account/email/finish")
@account_required
def submit_finish_email() -> ResponseReturnValue:
    try:
        changing.change_email(person_here(), request.form.get("token", ""))
    except tokens.TokenSpent as error:
        raise LinkSpent from error
    access.sign_in_anew(person_here())
    return redirect("/account?done=email", 303)
