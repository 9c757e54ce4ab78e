"""Counts tries and refuses too many, exactly: each try is one conditional write, however many come at once.

A database that doesn't answer raises, so that nobody may guess while it is away.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import case, delete, or_, update
from sqlalchemy.orm import Session

from storefront.accounts.models import Tries
from storefront.stores.columns import from_now
from storefront.stores.database import insert_new, write_rows
from storefront.web.context import shop


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many tries in so many seconds, counted from the first of them."""

    most: int
    seconds: int


SIGN_IN = {"account": Limit(10, 900), "address": Limit(50, 900)}
"""Wrong passwords."""

LETTERS = {"account": Limit(5, 3600), "address": Limit(30, 3600)}
"""Letters that anybody may have sent: to register, to reset a password, to a new e-mail address."""

VOUCHERS = {"session": Limit(10, 900), "account": Limit(10, 900), "address": Limit(50, 900)}
"""Codes that take nothing off."""

LOOKS = {"address": Limit(120, 3600)}
"""Renders of configurations that nobody has seen yet."""


class TooManyTries(Exception):
    """There were too many tries from this address or session, or for this account."""


def count(what: str, limits: Mapping[str, Limit], account: str, address: str, session: str = "") -> None:
    """Count a try for the account, the address and the session, as far as ``limits`` name them.

    Raises :class:`TooManyTries`; then none is counted.
    """
    found = _subjects(what, account, address, session)
    subjects = {kind: name for kind, name in found.items() if kind in limits}

    def work(session: Session) -> None:
        for kind in sorted(subjects, key=subjects.__getitem__):  # one order: no deadlocks
            if not _add(session, subjects[kind], limits[kind]):
                raise TooManyTries

    shop().database.unit(work)


def forgive(what: str, account: str, address: str = "") -> None:
    """Forget the account's tries, and take back the one that :func:`count` counted for the address."""
    subjects = _subjects(what, account, address, "")

    def work(session: Session) -> None:
        _one_less(session, subjects["address"])
        write_rows(session, delete(Tries).where(Tries.subject == subjects["account"]))

    shop().database.unit(work)


def take_back(what: str, account: str, address: str, session: str = "") -> None:
    """Take back the one try that :func:`count` counted: it was none. Those before it stay."""
    subjects = _subjects(what, account, address, session)

    def work(session: Session) -> None:
        for name in sorted(subjects.values()):
            _one_less(session, name)

    shop().database.unit(work)


def forget_old() -> int:
    """Delete what doesn't count any more; how many rows."""
    with shop().database.transaction() as session:
        return write_rows(session, delete(Tries).where(Tries.ends_at < from_now()))


def subject(what: str, kind: str, text: str) -> str:
    """Under what tries are counted: "sign-in", then "account" and an e-mail, or "address" and an IP."""
    return hashlib.sha256(f"{what}:{kind}:{text}".encode()).hexdigest()


def _subjects(what: str, account: str, address: str, session: str) -> dict[str, str]:
    known = {"account": account, "address": _network(address)} | ({"session": session} if session else {})
    return {kind: subject(what, kind, text) for kind, text in known.items()}


def _network(address: str) -> str:
    """What one visitor has of addresses: of IPv6 a /64, in which each try could come from another one."""
    try:
        known = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    mapped = known.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.IPv6Network((int(known), 64), strict=False))


def _add(session: Session, name: str, limit: Limit) -> bool:
    if insert_new(session, Tries, subject=name, count=1, ends_at=from_now(limit.seconds)):
        return True
    over = Tries.ends_at <= from_now()
    again = update(Tries).where(Tries.subject == name, or_(over, Tries.count < limit.most))
    values = {
        "count": case((over, 1), else_=Tries.count + 1),
        "ends_at": case((over, from_now(limit.seconds)), else_=Tries.ends_at),
    }
    return write_rows(session, again.values(values)) == 1


def _one_less(session: Session, name: str) -> None:
    mine = update(Tries).where(Tries.subject == name, Tries.count > 0)
    write_rows(session, mine.values(count=Tries.count - 1))
