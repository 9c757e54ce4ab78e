"""Who is signed in, and who may open what."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec
from urllib.parse import urlsplit

from flask import Flask, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user

from storefront.accounts import browsers
from storefront.accounts.operations import Person
from storefront.web import sessions
from storefront.web.errors import ShopError

FRESH_SECONDS = 900
"""So long after the password or a passkey was shown, what is sensitive may be opened without it."""

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]


def init_app(app: Flask) -> None:
    """Give the application its login manager."""
    # Not the manager's init_app: the hooks that it adds read the session on each request.
    manager = LoginManager()  # type: ignore[no-untyped-call]
    manager.session_protection = None  # type: ignore[assignment]
    manager.user_loader(browsers.load)  # type: ignore[no-untyped-call]
    app.login_manager = manager  # type: ignore[attr-defined]


def signed_in() -> Person | None:
    """Who is signed in. Reads the session: never call it in a public page."""
    person = current_user._get_current_object()
    return person if isinstance(person, Person) else None


def signed_in_id() -> str | None:
    """The id of who is signed in as the session says, without asking SQL.

    For what must go on while SQL is away, such as carts; a session that was ended is still believed.
    """
    return str(session.get("_user_id", "")).partition(".")[0] or None


def sign_in(person: Person) -> None:
    """Sign the person in, under a new session id."""
    agent = request.headers.get("User-Agent", "")
    before = signed_in()
    if before is not None:
        browsers.end(before, before.sign_in)
    sessions.rotate()
    login_user(browsers.begin(person, agent, remote_address()))  # type: ignore[no-untyped-call]


def sign_in_anew(person: Person) -> None:
    """Go on under a new session id, after who is signed in was granted or changed something."""
    sessions.rotate()
    login_user(person)  # type: ignore[no-untyped-call]


def sign_out() -> None:
    """Forget all that the session holds: the next one at this browser may be somebody else."""
    person = signed_in()
    if person is not None:
        browsers.end(person, person.sign_in)
    logout_user()  # type: ignore[no-untyped-call]
    sessions.rotate()
    session.clear()


def remote_address() -> str:
    """The visitor's IP address, under which tries are counted."""
    return request.remote_addr or ""


def account_required(view: View[P]) -> View[P]:
    """Send the anonymous to the sign-in page, and back."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        return _ask("accounts.sign_in") if signed_in() is None else view(*args, **kwargs)

    return guarded


def fresh_required(view: View[P]) -> View[P]:
    """The same, and who hasn't shown the password or a passkey lately is asked for it again."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        person = signed_in()
        if person is None:
            return _ask("accounts.sign_in")
        if person.confirmed > FRESH_SECONDS:
            return _ask("accounts.confirm")
        return view(*args, **kwargs)

    return guarded


def merchant_required(view: View[P]) -> View[P]:
    """Send the anonymous to the sign-in page and back; tell shoppers that this is not for them (403)."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        person = signed_in()
        if person is None:
            return _ask("accounts.sign_in", "/merchant")
        if not person.is_merchant:
            raise _only_merchants()
        return view(*args, **kwargs)

    return guarded


def person_here() -> Person:
    """Who is signed in, in a view that only opens for them."""
    person = signed_in()
    if person is None:
        raise ShopError("Please sign in", "You were signed out meanwhile. Sign in and try again.", 403)
    return person


def local_path(target: str) -> str:
    """The target if it is a path of this shop, else nothing: a sign-in page must not send people away."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return ""
    # Browsers take any row of slashes for the two before a host's name; urlsplit takes two alone.
    local = target.startswith("/") and not target.startswith("//") and not parts.scheme
    return target if local and "\\" not in target and target.isprintable() else ""


def home_of(person: Person, target: str) -> str:
    """Where the person goes after signing in: the target, or what is theirs."""
    return local_path(target) or ("/merchant" if person.is_merchant else "/account")


def _ask(endpoint: str, after_post: str = "") -> ResponseReturnValue:
    """What was posted is lost on the way: afterwards the form's page is shown, not its result."""
    posted_from = urlsplit(request.referrer or "").path or "/account"
    target = request.full_path.rstrip("?") if request.method == "GET" else after_post or posted_from
    return redirect(url_for(endpoint, next=target), 303)


def _only_merchants() -> ShopError:
    return ShopError(
        title="This is the merchant's side of the counter",
        message="You are signed in as a shopper. Sign in with a merchant's account to manage products.",
        status=403,
        action_label="Switch accounts",
        action_url="/account",
    )
