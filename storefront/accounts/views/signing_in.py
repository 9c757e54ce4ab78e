"""Sign in and out, and show again who one is."""

from __future__ import annotations

from flask import redirect, request
from flask.typing import ResponseReturnValue

from storefront.accounts import access, browsers, passkeys
from storefront.accounts.access import local_path, person_here, remote_address, signed_in
from storefront.accounts.blueprint import blueprint
from storefront.accounts.challenges import take
from storefront.accounts.operations import Person, check_password
from storefront.accounts.pages import ConfirmPage, SignInPage
from storefront.accounts.passkeys import PasskeyRefused
from storefront.accounts.throttle import TooManyTries
from storefront.web.pages import render

TOO_MANY = "There were too many failed tries. Wait a quarter of an hour, then try again."
WRONG = "This e-mail address and password don't belong together."


@blueprint.get("/account/sign-in")
def sign_in() -> ResponseReturnValue:
    target = request.args.get("next", "")
    person = signed_in()
    if person is not None:
        return redirect(access.home_of(person, target), 303)
    return render("accounts/sign_in.html", SignInPage(local_path(target)))


@blueprint.post("/account/sign-in")
def submit_sign_in() -> ResponseReturnValue:
    email, target = request.form.get("email", ""), request.form.get("next", "")
    try:
        person = check_password(email, request.form.get("password", ""), remote_address())
    except TooManyTries:
        return _again(target, email, TOO_MANY, 429)
    if person is None:
        return _again(target, email, WRONG, 422)
    return _enter(person, target)


@blueprint.post("/account/sign-in/passkey")
def sign_in_by_passkey() -> ResponseReturnValue:
    """Sign in without password: the browser chose the passkey, and the passkey says whose it is."""
    target = request.form.get("next", "")
    try:
        person = passkeys.signed_by(request.form.get("credential", ""), take("get"))
    except PasskeyRefused as error:
        return _again(target, "", str(error), 422)
    return _enter(person, target)


@blueprint.post("/account/sign-out")
def sign_out() -> ResponseReturnValue:
    access.sign_out()
    return redirect("/", 303)


@blueprint.get("/account/confirm")
@access.account_required
def confirm() -> ResponseReturnValue:
    """Ask for the password or a passkey again, before what is sensitive."""
    return _ask_again(request.args.get("next", ""))


@blueprint.post("/account/confirm")
@access.account_required
def submit_confirm() -> ResponseReturnValue:
    target = request.form.get("next", "")
    try:
        known = shown_again()
    except TooManyTries:
        return _ask_again(target, TOO_MANY, 429)
    except PasskeyRefused as error:
        return _ask_again(target, str(error), 422)
    if not known:
        return _ask_again(target, "This isn't your password.", 422)
    browsers.confirm(person_here())
    access.sign_in_anew(person_here())
    return redirect(local_path(target) or "/account", 303)


def shown_again() -> bool:
    """Whether the form shows the password, or a passkey, of who is signed in.

    Raises :class:`TooManyTries` and :class:`PasskeyRefused`.
    """
    here = person_here()
    if credential := request.form.get("credential", ""):
        person: Person | None = passkeys.signed_by(credential, take("get"))
    else:
        person = check_password(here.email, request.form.get("password", ""), remote_address())
    return person is not None and person.id == here.id


def _enter(person: Person, target: str) -> ResponseReturnValue:
    access.sign_in(person)
    return redirect(access.home_of(person, target), 303)


def _again(target: str, email: str, error: str, status: int) -> ResponseReturnValue:
    return render("accounts/sign_in.html", SignInPage(local_path(target), email, error), status=status)


def _ask_again(target: str, error: str = "", status: int = 200) -> ResponseReturnValue:
    here = person_here()
    page = ConfirmPage(local_path(target), here.email, bool(passkeys.listed(here)), error)
    return render("accounts/confirm.html", page, status=status)
