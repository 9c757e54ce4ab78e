"""Open an account, or set a forgotten password: ask for a letter, then follow its link."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, request
from flask.typing import ResponseReturnValue

from storefront.accounts import access, registering, tokens
from storefront.accounts.access import remote_address
from storefront.accounts.blueprint import blueprint
from storefront.accounts.errors import LinkSpent, too_many_letters
from storefront.accounts.operations import AccountError, Person
from storefront.accounts.pages import AskPage, NewPasswordPage, SentPage
from storefront.accounts.throttle import TooManyTries
from storefront.web.once import once
from storefront.web.pages import render

_REGISTERED = SentPage(
    "Look into your mailbox",
    "We sent you an e-mail. Follow its link to choose a password; then your account is open.",
    tokens.REGISTER.hours,
    "/account/register",
)
_RESET = SentPage(
    "Look into your mailbox",
    "We sent you an e-mail. Follow its link to choose a new password.",
    tokens.RESET.hours,
    "/account/reset",
)


@blueprint.get("/account/register")
def register() -> ResponseReturnValue:
    return render("accounts/register.html", AskPage())


@blueprint.post("/account/register")
@once("register")
def submit_register() -> ResponseReturnValue:
    return _ask_letter(registering.ask_account, "accounts/register.html", "/account/register/sent")


@blueprint.get("/account/register/sent")
def register_sent() -> ResponseReturnValue:
    return render("accounts/sent.html", _REGISTERED)


@blueprint.get("/account/register/finish")
def finish_register() -> ResponseReturnValue:
    return _choose_password(_opening)


@blueprint.post("/account/register/finish")
def submit_finish_register() -> ResponseReturnValue:
    return _set_password(tokens.REGISTER, _opening, registering.open_account, "/account?done=opened")


@blueprint.get("/account/reset")
def reset() -> ResponseReturnValue:
    return render("accounts/reset.html", AskPage())


@blueprint.post("/account/reset")
@once("reset")
def submit_reset() -> ResponseReturnValue:
    return _ask_letter(registering.ask_reset, "accounts/reset.html", "/account/reset/sent")


@blueprint.get("/account/reset/sent")
def reset_sent() -> ResponseReturnValue:
    return render("accounts/sent.html", _RESET)


@blueprint.get("/account/reset/finish")
def finish_reset() -> ResponseReturnValue:
    return _choose_password(_resetting)


@blueprint.post("/account/reset/finish")
def submit_finish_reset() -> ResponseReturnValue:
    return _set_password(tokens.RESET, _resetting, registering.reset_password, "/account?done=password")


def _ask_letter(ask: Callable[[str, str], None], template: str, sent: str) -> ResponseReturnValue:
    email = request.form.get("email", "")
    try:
        ask(email, remote_address())
    except AccountError as error:
        return render(template, AskPage(email, sentence(error)), status=422)
    except TooManyTries as error:
        raise too_many_letters() from error
    return redirect(sent, 303)


def _choose_password(page: Callable[[str, str], NewPasswordPage]) -> ResponseReturnValue:
    try:
        return render("accounts/new_password.html", page(request.args.get("token", ""), ""))
    except tokens.TokenSpent as error:
        raise LinkSpent from error


def _set_password(
    purpose: tokens.Purpose,
    page: Callable[[str, str], NewPasswordPage],
    change: Callable[[str, str], Person],
    target: str,
) -> ResponseReturnValue:
    token, password = request.form.get("token", ""), request.form.get("password", "")
    try:
        person = change(token, password)
    except AccountError as error:
        return render("accounts/new_password.html", page(token, sentence(error)), status=422)
    except tokens.TokenSpent as error:
        person = _who_sent_it_twice(purpose, token, password, error)
    access.sign_in(person)
    return redirect(target, 303)


def _who_sent_it_twice(
    purpose: tokens.Purpose, token: str, password: str, error: tokens.TokenSpent
) -> Person:
    """Two taps on the button are two forms: the second finds the link spent, and its work done."""
    try:
        person = registering.answered_before(purpose, token, password, remote_address())
    except TooManyTries:
        person = None
    if person is None:
        raise LinkSpent from error
    return person


def _opening(token: str, error: str) -> NewPasswordPage:
    email, action = registering.invited(token), "/account/register/finish"
    return NewPasswordPage("Choose a password", action, "Open my account", token, email, error)


def _resetting(token: str, error: str) -> NewPasswordPage:
    email, action = registering.resetting(token), "/account/reset/finish"
    return NewPasswordPage("Choose a new password", action, "Set the password", token, email, error)


def sentence(error: AccountError) -> str:
    """The error's message as a sentence of its own."""
    text = str(error).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."
