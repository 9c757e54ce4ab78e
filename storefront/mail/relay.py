"""Sends what lies in the outbox. Any number of processes may do it at the same time."""

from __future__ import annotations

import logging
import random
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from storefront.mail import writing
from storefront.mail.models import Letter
from storefront.stores.columns import from_now
from storefront.stores.database import write_rows
from storefront.stores.mailers import MailAway, Mailer, MailRefused, Send
from storefront.web.context import shop

log = logging.getLogger(__name__)

MOST_TRIES = 20
"""With the pauses below: about a day."""
LEASE_SECONDS = 120.0
"""Whoever took a letter and died keeps it from the others for so long."""
KEPT_SECONDS = 30 * 24 * 3600.0
_FIRST_PAUSE, _LONGEST_PAUSE = 30.0, 4 * 3600.0
_AT_ONCE = 100
LOST = and_(Letter.sent_at.is_(None), Letter.next_try.is_(None), Letter.recipient != "")
"""Tried too often, or refused for good, and not forgotten yet."""


def send_due(mailer: Mailer) -> int:
    """Send the letters that are due, at most 100; how many left the shop.

    Each is sent at least once: the row says so after the server took it, and a process killed in between
    sends it again, under the same Message-ID. A server that doesn't answer ends the round.
    """
    sent = 0
    with mailer.session() as send:
        for _ in range(_AT_ONCE):
            letter = shop().database.unit(_claim)
            if letter is None:
                break
            try:
                sent += _deliver(letter, send)
            except MailAway:
                break
    return sent


def overdue(session: Session) -> int:
    """How many letters should have left by now."""
    late = select(func.count()).where(Letter.sent_at.is_(None), Letter.next_try <= from_now())
    return session.scalar(late) or 0


def given_up(session: Session) -> int:
    """How many letters were tried too often, or refused for good."""
    return session.scalar(select(func.count()).where(LOST)) or 0


def forget() -> None:
    """Empty the letters that left a month ago: what they told, and whom, is nobody's business any more.

    Their rows stay, so that what was told once isn't told again. So it goes with those that were posted as
    long ago and given up; what a mail server said of one may name its recipient, too.
    """
    left = Letter.sent_at < from_now(-KEPT_SECONDS)
    over = or_(left, and_(LOST, Letter.created_at < from_now(-KEPT_SECONDS)))
    old = update(Letter).where(over, Letter.recipient != "")
    shop().database.unit(lambda session: session.execute(old.values(recipient="", details={}, error="")))


def _claim(session: Session) -> Letter | None:
    """Take the letter that has been due for longest; no transaction stays open while it is sent."""
    due = (
        select(Letter)
        .where(Letter.sent_at.is_(None), Letter.next_try <= from_now())
        .order_by(Letter.next_try)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    letter = session.scalars(due).one_or_none()
    if letter is not None:
        taken = {"tries": letter.tries + 1, "next_try": from_now(LEASE_SECONDS)}
        _change(session, letter, **taken)
    return letter


def _deliver(letter: Letter, send: Send) -> bool:
    """Send the letter, or note why not; True if it left. Raises :class:`MailAway`, too, after noting it."""
    try:
        send(writing.write(letter))
    except MailAway as error:
        _note_failure(letter, error)
        raise
    except MailRefused as error:
        _note_failure(letter, error, for_ever=True)
        return False
    except Exception as error:
        # A letter that can't be written costs itself: the others go out, and a mended template sends it.
        log.exception("letter %s can't be written", letter.id)
        _note_failure(letter, error)
        return False
    _note(letter, sent_at=from_now(), next_try=None, error="")
    return True


def _note_failure(letter: Letter, error: Exception, for_ever: bool = False) -> None:
    words = f"{type(error).__name__}: {error}"[:300]
    if for_ever or letter.tries + 1 >= MOST_TRIES:
        log.error("letter %s (%s) is given up: %s", letter.id, letter.template, words)
        _note(letter, next_try=None, error=words)
        return
    longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**letter.tries)
    pause = 1 + random.uniform(0, longest)  # noqa: S311 - spreads the tries, keeps no secret
    log.warning("letter %s (%s) is tried again in %.0f s: %s", letter.id, letter.template, pause, words)
    _note(letter, next_try=from_now(pause), error=words)


def _note(letter: Letter, **values: Any) -> None:
    shop().database.unit(lambda session: _change(session, letter, **values))


def _change(session: Session, letter: Letter, **values: Any) -> None:
    write_rows(session, update(Letter).where(Letter.id == letter.id).values(**values))
