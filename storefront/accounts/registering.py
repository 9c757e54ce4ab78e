"""Open an account, and find back into one: a letter proves the mailbox, and then a password is set.

What is answered never says whether there is an account; the letter does, to whom it belongs.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from storefront.accounts import letters, throttle, tokens
from storefront.accounts.models import User
from storefront.accounts.operations import (
    AccountExists,
    Person,
    by_email,
    change_password,
    check_password,
    create_user,
    person_of,
    valid_email,
    valid_password,
)
from storefront.web.context import shop


def ask_account(email: str, address: str) -> None:
    """Send the link that opens an account, or a letter that there is one already.

    Raises :class:`AccountError` for what is no e-mail address, and :class:`TooManyTries`.
    """
    wanted = valid_email(email)
    throttle.count("letter", throttle.LETTERS, wanted, address)
    token = tokens.issue(tokens.REGISTER, {"email": wanted}, "")

    def work(session: Session) -> None:
        if by_email(session, wanted) is None:
            path = "/account/register/finish"
            letters.with_link(session, "verify_email", wanted, path, token, tokens.REGISTER, why="register")
        else:
            letters.told(session, "account_exists", wanted)

    shop().database.unit(work)


def invited(token: str) -> str:
    """The e-mail address that a link of :func:`ask_account` proves. Raises :class:`TokenSpent`."""
    email = tokens.read(tokens.REGISTER, token)["email"]
    with shop().database.transaction() as session:
        if by_email(session, email) is not None:
            raise tokens.TokenSpent
    return email


def open_account(token: str, password: str) -> Person:
    """Make the account. Raises :class:`TokenSpent`, and :class:`AccountError` for a bad password."""
    try:
        return create_user(invited(token), password)
    except AccountExists as error:  # made by the same form, a moment ago
        raise tokens.TokenSpent from error


def ask_reset(email: str, address: str) -> None:
    """Send the link that sets a new password, or a letter that there is no account.

    Raises :class:`AccountError` for what is no e-mail address, and :class:`TooManyTries`.
    """
    wanted = valid_email(email)
    throttle.count("letter", throttle.LETTERS, wanted, address)

    def work(session: Session) -> None:
        user = by_email(session, wanted)
        if user is None:
            letters.told(session, "no_account", wanted)
            return
        token = tokens.issue(tokens.RESET, {"user": user.id}, state_of(user))
        path = "/account/reset/finish"
        letters.with_link(session, "reset_password", wanted, path, token, tokens.RESET)

    shop().database.unit(work)


def resetting(token: str) -> str:
    """The e-mail address whose password a link of :func:`ask_reset` sets. Raises :class:`TokenSpent`."""
    with shop().database.transaction() as session:
        return _reset_user(session, token).email


def reset_password(token: str, password: str) -> Person:
    """Set the password, end all sessions and tell the user.

    Raises :class:`TokenSpent`, and :class:`AccountError` for a bad password.
    """
    password_hash = valid_password(password, resetting(token))

    def work(session: Session) -> Person:
        user = _reset_user(session, token)
        change_password(session, user, password_hash)
        letters.told(session, "password_changed", user.email)
        session.flush()
        return person_of(user)

    person = shop().database.unit(work)
    throttle.forgive("sign-in", person.email)
    return person


def answered_before(purpose: tokens.Purpose, token: str, password: str, address: str) -> Person | None:
    """Whose link it was, where its form was sent twice: the password is theirs by now.

    It is as good as signing in, and counted as that. Raises :class:`TooManyTries`.
    """
    try:
        content = tokens.read(purpose, token)
    except tokens.TokenSpent:
        return None
    with shop().database.transaction() as session:
        user = (
            session.get(User, content["user"]) if "user" in content else by_email(session, content["email"])
        )
    return check_password(user.email, password, address) if user else None


def _reset_user(session: Session, token: str) -> User:
    return user_of(session, tokens.read(tokens.RESET, token))


def user_of(session: Session, content: dict[str, str]) -> User:
    """The token's user, locked, so that the token works once even where it is used twice at once."""
    user = session.get(User, content["user"], with_for_update=True)
    if user is None:
        raise tokens.TokenSpent
    tokens.check(content, state_of(user))
    return user


def state_of(user: User) -> str:
    """What a token's use changes: it is worth nothing afterwards, nor are its elder sisters."""
    return f"{user.password_hash}:{user.email}:{user.session_epoch}"
