"""Create users, check passwords, and slow down those who guess them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storefront.accounts.models import FailedSignIn, Role, User
from storefront.stores.database import Database
from storefront.web.context import shop

WINDOW = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 10
TRIES_PER_ADDRESS = 50
PASSWORD_LENGTH = range(8, 257)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")


class AccountError(ValueError):
    """An account that can't be made; the message says why."""


class TooManyTries(Exception):
    """Too many failed sign-ins from this address or for this account within :data:`WINDOW`."""


@dataclass(frozen=True, slots=True)
class Person:
    """A user outside of a transaction, in the shape that Flask-Login expects."""

    id: str
    email: str
    role: str
    session_epoch: int

    is_active = True
    is_authenticated = True
    is_anonymous = False

    @property
    def is_merchant(self) -> bool:
        return self.role == "merchant"

    def get_id(self) -> str:
        """What the session holds: the epoch in it lets one write end all sessions of a user."""
        return f"{self.id}.{self.session_epoch}"


def create_user(email: str, password: str, role: Role = "shopper") -> Person:
    """Add a user. Raises :class:`AccountError` for a bad address or password, or one that exists."""
    address = email.strip().lower()
    if not _EMAIL.fullmatch(address):
        raise AccountError(f"{email!r} is not an e-mail address")
    if len(password) not in PASSWORD_LENGTH:
        raise AccountError("a password has 8 to 256 characters")
    user = User(email=address, password_hash=_hasher().hash(password), role=role)
    try:
        with _database().transaction() as session:
            session.add(user)
            session.flush()
            return _person(user)
    except IntegrityError as error:
        raise AccountError(f"there is an account for {address} already") from error


def find_user(email: str) -> Person | None:
    """The user with this address, in any case of its letters."""
    with _database().transaction() as session:
        user = _by_email(session, email)
        return _person(user) if user else None


def load_person(session_id: str) -> Person | None:
    """The user of a session, unless all of the user's sessions were ended since."""
    user_id, _, epoch = session_id.partition(".")
    with _database().transaction() as session:
        user = session.get(User, user_id)
        return _person(user) if user and str(user.session_epoch) == epoch else None


def check_password(email: str, password: str, address: str) -> Person | None:
    """The user whose password this is, or None; a failure is counted. Raises :class:`TooManyTries`.

    Takes as long for an unknown address as for a known one, so that time tells nothing.
    """
    subjects = {
        throttle_key("account", email.strip().lower()): TRIES_PER_ACCOUNT,
        throttle_key("address", address): TRIES_PER_ADDRESS,
    }
    with _database().transaction() as session:
        _refuse_guessing(session, subjects)
        user = _by_email(session, email)
        person, password_hash = (_person(user), user.password_hash) if user else (None, _dummy_hash())
    if _matches(password_hash, password) and person:
        _forget_failures(throttle_key("account", person.email))
        return person
    with _database().transaction() as session:
        session.execute(delete(FailedSignIn).where(FailedSignIn.at < datetime.now(UTC) - WINDOW))
        session.add_all(FailedSignIn(subject=subject) for subject in subjects)
    return None


def end_sessions(user_id: str) -> None:
    """Sign the user out everywhere."""
    with _database().transaction() as session:
        user = session.get(User, user_id)
        if user:
            user.session_epoch += 1


def _database() -> Database:
    return shop().database


def _by_email(session: Session, email: str) -> User | None:
    return session.scalar(select(User).where(User.email == email.strip().lower()))


def _person(user: User) -> Person:
    return Person(user.id, user.email, user.role, user.session_epoch or 0)


def _refuse_guessing(session: Session, limits: dict[str, int]) -> None:
    since = datetime.now(UTC) - WINDOW
    for subject, limit in limits.items():
        counted = select(func.count()).where(FailedSignIn.subject == subject, FailedSignIn.at > since)
        if (session.scalar(counted) or 0) >= limit:
            raise TooManyTries


def _forget_failures(subject: str) -> None:
    with _database().transaction() as session:
        session.execute(delete(FailedSignIn).where(FailedSignIn.subject == subject))


def throttle_key(kind: str, text: str) -> str:
    """Under what failures are counted: ``"account"`` and a lower-cased e-mail, or ``"address"`` and an IP."""
    return hashlib.sha256(f"{kind}:{text}".encode()).hexdigest()


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _dummy_hash() -> str:
    return _hasher().hash("nobody has this password")


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher().verify(password_hash, password)
    except VerificationError:
        return False
