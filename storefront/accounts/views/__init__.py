"""Sign in and out, and who may see what."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec
from urllib.parse import urlsplit

from flask import Blueprint, Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user

from storefront.accounts.operations import Person, TooManyTries, check_password, load_person
from storefront.accounts.pages import AccountPage, SignInPage
from storefront.web import sessions
from storefront.web.errors import ShopError
from storefront.web.pages import render

blueprint = Blueprint("accounts", __name__)

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]


def init_app(app: Flask) -> None:
    """Give the application its login manager."""
    # Not the manager's init_app: the hooks that it adds read the session on each request.
    manager = LoginManager()  # type: ignore[no-untyped-call]
    manager.session_protection = None  # type: ignore[assignment]
    manager.user_loader(load_person)  # type: ignore[no-untyped-call]
    app.login_manager = manager  # type: ignore[attr-defined]


def signed_in() -> Person | None:
    """Who is signed in. Reads the session: never call it in a public page."""
    person = current_user._get_current_object()
    return person if isinstance(person, Person) else None


def merchant_required(view: View[P]) -> View[P]:
    """Send the anonymous to the sign-in page and back; tell shoppers that this is not for them (403)."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        person = signed_in()
        if person is None:
            target = request.full_path.rstrip("?") if request.method == "GET" else "/merchant"
            return redirect(url_for("accounts.sign_in", next=target), 303)
        if not person.is_merchant:
            raise _only_merchants()
        return view(*args, **kwargs)

    return guarded


@blueprint.get("/account")
def account() -> ResponseReturnValue:
    person = signed_in()
    if person is None:
        return redirect(url_for("accounts.sign_in", next="/account"), 303)
    return render("accounts/account.html", AccountPage(person.email, person.is_merchant))


@blueprint.get("/account/sign-in")
def sign_in() -> ResponseReturnValue:
    person = signed_in()
    if person is not None:
        return redirect(_home(person, request.args.get("next", "")), 303)
    return render("accounts/sign_in.html", SignInPage(local_path(request.args.get("next", ""))))


@blueprint.post("/account/sign-in")
def submit_sign_in() -> ResponseReturnValue:
    email, target = request.form.get("email", ""), request.form.get("next", "")
    try:
        person = check_password(email, request.form.get("password", ""), request.remote_addr or "")
    except TooManyTries:
        message = "There were too many failed tries. Wait a quarter of an hour, then try again."
        return render("accounts/sign_in.html", SignInPage(local_path(target), email, message), status=429)
    if person is None:
        message = "This e-mail address and password don't belong together."
        return render("accounts/sign_in.html", SignInPage(local_path(target), email, message), status=422)
    sessions.rotate()
    login_user(person)  # type: ignore[no-untyped-call]
    return redirect(_home(person, target), 303)


@blueprint.post("/account/sign-out")
def sign_out() -> ResponseReturnValue:
    logout_user()  # type: ignore[no-untyped-call]
    sessions.rotate()
    return redirect("/", 303)


def local_path(target: str) -> str:
    """The target if it is a path of this shop, else nothing: a sign-in page must not send people away."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return ""
    local = target.startswith("/") and not parts.scheme and not parts.netloc
    return target if local and "\\" not in target and target.isprintable() else ""


def _home(person: Person, target: str) -> str:
    return local_path(target) or ("/merchant" if person.is_merchant else "/account")


def _only_merchants() -> ShopError:
    return ShopError(
        title="This is the merchant's side of the counter",
        message="You are signed in as a shopper. Sign in with a merchant's account to manage products.",
        status=403,
        action_label="Switch accounts",
        action_url="/account",
    )
