"""Make users, find them, check their passwords, and change what they sign in with."""

from __future__ import annotations

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storefront.accounts import passwords, throttle
from storefront.accounts.models import Role, User
from storefront.stores.database import Database
from storefront.web.context import shop

LONGEST_EMAIL = 254


class AccountError(ValueError):
    """An account that can't be made or changed like that; the message says why."""


@dataclass(frozen=True, slots=True)
class Person:
    """A user outside of a transaction, in the shape that Flask-Login expects.

    ``sign_in`` names the browser (empty outside of one), ``confirmed`` says how many seconds ago the
    password or a passkey was shown there.
    """

    id: str
    email: str
    role: str
    session_epoch: int
    sign_in: str = ""
    confirmed: float = 0.0

    is_active = True
    is_authenticated = True
    is_anonymous = False

    @property
    def is_merchant(self) -> bool:
        return self.role == "merchant"

    def get_id(self) -> str:
        """What the session holds. The epoch in it lets one write end all sessions of a user, those
        included that are just beginning."""
        return f"{self.id}.{self.session_epoch}.{self.sign_in}"


def person_of(user: User) -> Person:
    """The user outside of the transaction."""
    return Person(user.id, user.email, user.role, user.session_epoch or 0)


class AccountExists(AccountError):
    """The address has an account."""


def create_user(email: str, password: str, role: Role = "shopper") -> Person:
    """Add a user. Raises :class:`AccountError` for a bad address or password, or one that exists."""
    address = valid_email(email)
    user = User(email=address, password_hash=valid_password(password, address), role=role)
    try:
        with _database().transaction() as session:
            session.add(user)
            session.flush()
            return person_of(user)
    except IntegrityError as error:
        raise AccountExists(f"there is an account for {address} already") from error


def valid_email(text: str) -> str:
    """The address, in small letters. Raises :class:`AccountError`."""
    try:
        address = validate_email(text.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise AccountError(f"{text.strip()!r} is not an e-mail address: {error}") from error
    if len(address) > LONGEST_EMAIL:
        raise AccountError(f"an e-mail address has {LONGEST_EMAIL} characters at most")
    return address


def valid_password(password: str, email: str) -> str:
    """The password's hash. Raises :class:`AccountError` for one that is too short, or too common."""
    if problem := passwords.problem(password, email):
        raise AccountError(problem)
    return passwords.hashed(password)


def find_user(email: str) -> Person | None:
    """The user with this address, in any case of its letters."""
    with _database().transaction() as session:
        user = by_email(session, email)
        return person_of(user) if user else None


def by_email(session: Session, email: str) -> User | None:
    """The same inside of a transaction."""
    return session.scalar(select(User).where(User.email == email.strip().lower()))


def check_password(email: str, password: str, address: str) -> Person | None:
    """The user whose password this is, or None; failures are counted. Raises :class:`TooManyTries`.

    Takes as long for an unknown e-mail as for a known one, so that time tells nothing. ``address`` is the
    IP from which it was asked.
    """
    account = email.strip().lower()
    throttle.count("sign-in", throttle.SIGN_IN, account, address)
    with _database().transaction() as session:
        user = by_email(session, email)
    if not passwords.matches(user.password_hash if user else None, password) or user is None:
        return None
    throttle.forgive("sign-in", account, address)
    return person_of(user)


def change_password(session: Session, user: User, password_hash: str) -> None:
    """Put the new hash in place and end all sessions of the user."""
    user.password_hash = password_hash
    end_sessions_in(session, user.id)


def end_sessions(user_id: str) -> None:
    """Sign the user out everywhere."""
    _database().unit(lambda session: end_sessions_in(session, user_id))


def end_sessions_in(session: Session, user_id: str) -> None:
    """The same inside of a transaction."""
    session.execute(
        update(User).where(User.id == user_id).values(session_epoch=User.session_epoch + 1),
        execution_options={"synchronize_session": "fetch"},
    )


def _database() -> Database:
    return shop().database
