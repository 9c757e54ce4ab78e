"""Where a user is signed in: each browser is a row, which its session names and which ends it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from storefront.accounts.models import SignIn, User
from storefront.accounts.operations import Person, person_of
from storefront.stores.columns import from_now, new_id
from storefront.stores.database import insert_new
from storefront.web.context import shop

SEEN_EVERY = timedelta(minutes=10)
"""A browser's last visit is written down this often at most."""

_DAY = 86400
_PROGRAMS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser as its user sees it in the list."""

    id: str
    name: str
    address: str
    created_at: datetime
    seen_at: datetime
    here: bool


def begin(person: Person, agent: str, address: str) -> Person:
    """Write down that the user signs in here. The session shall hold the answer's ``get_id()``."""
    row = {"id": new_id(), "user_id": person.id, "agent": agent[:300], "address": address[:64]}

    def work(session: Session) -> None:
        session.execute(delete(SignIn).where(SignIn.user_id == person.id, SignIn.seen_at < _oldest()))
        insert_new(session, SignIn, **row)

    shop().database.unit(work)
    return replace(person, sign_in=row["id"], confirmed=0.0)


def load(session_id: str) -> Person | None:
    """The user of a session, unless it was ended since."""
    user_id, epoch, sign_in, *_ = [*session_id.split("."), "", ""]
    with shop().database.transaction() as session:
        row = session.execute(_signed_in(sign_in)).one_or_none()
        if row is None or row.User.id != user_id or str(row.User.session_epoch) != epoch:
            return None
        if row.now - row.SignIn.seen_at > SEEN_EVERY:
            row.SignIn.seen_at = row.now
        confirmed = (row.now - row.SignIn.confirmed_at).total_seconds()
        return replace(person_of(row.User), sign_in=sign_in, confirmed=confirmed)


def confirm(person: Person) -> None:
    """The password or a passkey was shown in this browser just now."""
    here = update(SignIn).where(SignIn.id == person.sign_in)
    shop().database.unit(lambda session: session.execute(here.values(confirmed_at=from_now())))


def listed(person: Person) -> tuple[Browser, ...]:
    """Where the user is signed in, the last seen first."""
    kept = select(SignIn).where(SignIn.user_id == person.id, SignIn.seen_at >= _oldest())
    with shop().database.transaction() as session:
        rows = session.scalars(kept.order_by(SignIn.seen_at.desc())).all()
    return tuple(_browser(row, person) for row in rows)


def end(person: Person, wanted: str) -> None:
    """Sign the user out of one browser."""
    ended = delete(SignIn).where(SignIn.user_id == person.id, SignIn.id == wanted)
    shop().database.unit(lambda session: session.execute(ended))


def end_others(person: Person) -> None:
    """Sign the user out of all browsers but this one."""
    shop().database.unit(lambda session: end_others_in(session, person))


def end_others_in(session: Session, person: Person) -> None:
    """The same inside of a transaction."""
    session.execute(delete(SignIn).where(SignIn.user_id == person.id, SignIn.id != person.sign_in))


def _signed_in(sign_in: str) -> Select[User, SignIn, datetime]:
    chosen = select(User, SignIn, from_now().label("now")).join(SignIn, SignIn.user_id == User.id)
    return chosen.where(SignIn.id == sign_in)


def _oldest() -> from_now:
    return from_now(-_DAY * shop().settings.session_days)


def _browser(row: SignIn, person: Person) -> Browser:
    return Browser(
        row.id, _named(row.agent), row.address, row.created_at, row.seen_at, row.id == person.sign_in
    )


def _named(agent: str) -> str:
    """What a browser calls itself, for people: "Firefox on Linux"."""
    program = next((name for sign, name in _PROGRAMS.items() if sign in agent), "A browser")
    system = next((name for sign, name in _SYSTEMS.items() if sign in agent), "")
    return f"{program} on {system}" if system else program
