"""Change what who is signed in signs in with: the password, or the e-mail address."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storefront.accounts import letters, throttle, tokens
from storefront.accounts.browsers import end_others_in
from storefront.accounts.models import User
from storefront.accounts.operations import (
    AccountError,
    Person,
    by_email,
    change_password,
    person_of,
    valid_email,
    valid_password,
)
from storefront.accounts.registering import state_of, user_of
from storefront.web.context import shop


def new_password(person: Person, password: str) -> Person:
    """Set the password, sign the user out everywhere else, and tell them.

    The answer is who is signed in here from now on. Raises :class:`AccountError` for a bad password.
    """
    password_hash = valid_password(password, person.email)

    def work(session: Session) -> Person:
        user = session.get_one(User, person.id, with_for_update=True)
        change_password(session, user, password_hash)
        end_others_in(session, person)
        letters.told(session, "password_changed", user.email)
        session.flush()
        session.refresh(user)
        return person_of(user)

    changed = shop().database.unit(work)
    return replace(changed, sign_in=person.sign_in, confirmed=0.0)


def ask_new_email(person: Person, email: str, address: str) -> None:
    """Send the link that changes the address to the new one; nothing changes before it is used.

    Raises :class:`AccountError` for what is no e-mail address, and :class:`TooManyTries`.
    """
    wanted = valid_email(email)
    if wanted == person.email:
        raise AccountError("this is your e-mail address already")
    throttle.count("letter", throttle.LETTERS, wanted, address)

    def work(session: Session) -> None:
        user = session.get_one(User, person.id)
        if by_email(session, wanted) is not None:
            letters.told(session, "account_exists", wanted)
            return
        token = tokens.issue(tokens.NEW_EMAIL, {"user": user.id, "email": wanted}, state_of(user))
        path = "/account/email/finish"
        letters.with_link(session, "verify_email", wanted, path, token, tokens.NEW_EMAIL, why="change")

    shop().database.unit(work)


def new_email(person: Person, token: str) -> str:
    """The address to which a link of :func:`ask_new_email` changes. Raises :class:`TokenSpent`."""
    with shop().database.transaction() as session:
        return _new_email(session, person, token)[1]


def change_email(person: Person, token: str) -> None:
    """Change the address and tell the old one.

    Raises :class:`TokenSpent`, also where the address got an account meanwhile, or the link is another
    user's: who could make others follow it would have an account with their address.
    """

    def work(session: Session) -> None:
        user, wanted = _new_email(session, person, token)
        letters.told(session, "email_changed", user.email, email=wanted)
        user.email = wanted

    try:
        shop().database.unit(work)
    except IntegrityError as error:
        raise tokens.TokenSpent from error


def _new_email(session: Session, person: Person, token: str) -> tuple[User, str]:
    content = tokens.read(tokens.NEW_EMAIL, token)
    if content["user"] != person.id:
        raise tokens.TokenSpent
    return user_of(session, content), content["email"]
