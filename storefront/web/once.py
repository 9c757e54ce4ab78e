"""Forms that are sent twice do their work once.

A form carries a key that was made with it (``{{ once() }}`` in its template). The first request with the key
does the work; where that ends in a redirect, every later one is sent to the same place.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial, wraps
from threading import Thread

from flask import Flask, current_app, redirect, request, session
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import String, Text, delete, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.stores import dynamo
from storefront.stores.columns import Id, Moment, from_now, new_id
from storefront.stores.database import Base, Database, Unavailable, insert_new, write_rows
from storefront.web.context import shop
from storefront.web.errors import ShopError

log = logging.getLogger(__name__)

FIELD = "once"
VISITOR = "visitor"
WORK_SECONDS = 60
"""A request that took longer, or whose process was killed, lets the next one with its key do the work."""
KEEP_SECONDS = 24 * 3600
_LONGEST_KEY = 64
_WAITS = (0.05, 0.1, 0.2, 0.4, 0.0)
_REDIRECTS = frozenset({301, 302, 303})


class Answer(Base):
    """What a form led to. ``location`` is empty as long as its first request is being worked on.

    ``digest`` tells what was sent; ``until`` ends the right of ``holder`` to do the work, then the answer.
    """

    __tablename__ = "answers"

    scope: Mapped[str] = mapped_column(String(40), primary_key=True)
    visitor: Mapped[str] = mapped_column(String(_LONGEST_KEY), primary_key=True)
    key: Mapped[str] = mapped_column(String(_LONGEST_KEY), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    holder: Mapped[str] = mapped_column(Id)
    location: Mapped[str] = mapped_column(Text, default="")
    until: Mapped[datetime] = mapped_column(Moment, index=True)


class KeyMissing(ShopError):
    """The form came without a key."""

    def __init__(self) -> None:
        super().__init__(
            "This form is incomplete",
            "It came without the number that keeps it from being done twice. Open its page again, and send "
            "the form from there.",
        )


class OtherFields(ShopError):
    """The key was used before, with other fields."""

    def __init__(self) -> None:
        super().__init__(
            "This form was sent before, with something else in it",
            "The shop goes by what you sent first. Open the page again to see it, and to change it.",
            422,
        )


class StillWorking(ShopError):
    """The first request with this key has not been answered yet."""

    retry_after = 2

    def __init__(self) -> None:
        super().__init__(
            "One moment please",
            "What you sent is still being worked on. Reload this page in a few seconds; nothing is done "
            "twice.",
            409,
        )


def init_app(app: Flask) -> None:
    """Give templates ``once()``."""
    app.jinja_env.globals["once"] = field


def once(scope: str) -> Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]:
    """Decorator of a POST view, the innermost: a form that is sent again gets the first one's redirect.

    ``scope`` (40 characters at most) names the form. A view that succeeds answers with a redirect; another
    answer, such as the form with its errors, isn't kept, so that the form may be mended and sent again.
    Where a process was killed in the middle, the work is done again a minute later: its own writes must
    be conditional or keyed. Raises :class:`KeyMissing`, :class:`OtherFields` and :class:`StillWorking`.
    """

    def decorate(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def answer(*arguments: object, **named: object) -> ResponseReturnValue:
            claim = _Claim(scope)
            if location := claim.take():
                return redirect(location, 303)
            return claim.do(lambda: view(*arguments, **named))

        return answer

    return decorate


def field() -> Markup:
    """The hidden field of a form: ``{{ once() }}``. Its page must not be public, since it names a visitor."""
    with suppress(dynamo.Unavailable):
        session.setdefault(VISITOR, fresh_key())
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, fresh_key())


def visitor() -> str:
    """Whose form it is, which nobody knows while sessions are away: the key alone is hard to guess, too."""
    try:
        return str(session.get(VISITOR, ""))
    except dynamo.Unavailable:
        return ""


def fresh_key() -> str:
    """A key that nobody guesses."""
    return secrets.token_urlsafe(18)


def forget() -> int:
    """Delete the answers whose time is over; how many."""
    return shop().database.unit(
        lambda session: write_rows(session, delete(Answer).where(Answer.until < from_now()))
    )


class _Claim:
    """One request's right to do the work of its key."""

    def __init__(self, scope: str) -> None:
        key = request.form.get(FIELD, "")
        if not key or len(key) > _LONGEST_KEY:
            raise KeyMissing
        self._names = (scope, visitor(), key)
        self._row = (Answer.scope == scope, Answer.visitor == self._names[1], Answer.key == key)
        self._digest, self._holder = _digest(), new_id()
        self._mine = (*self._row, Answer.holder == self._holder)

    def take(self) -> str:
        """Where the first request led to; an empty text where the work is this one's."""
        for pause in _WAITS:
            location = shop().database.unit(self._try)
            if location is not None:
                return location
            time.sleep(pause)
        raise StillWorking

    def do(self, work: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
        """Do the work, and keep where it leads to. Anything but a redirect gives the key back."""
        location: str | None = None
        try:
            response = current_app.make_response(work())
            location = response.location if response.status_code in _REDIRECTS else None
            return response
        finally:
            self._finish(shop().database, location)

    def _finish(self, database: Database, location: str | None) -> None:
        """Keep the answer or give the key back; in a while, where the database is away."""
        try:
            database.unit(partial(self._end, location=location))
        except Unavailable as error:
            log.warning("a form's answer is kept later: %s", error)
            # Whoever sends the form again, once the database is back, shall not wait for the right to end.
            Thread(target=self._finish_later, args=(database, location), daemon=True).start()

    def _finish_later(self, database: Database, location: str | None) -> None:
        """Try each second for as long as the right to do the work lasts. Then the work is done again."""
        for _ in range(WORK_SECONDS):
            time.sleep(1)
            with suppress(Unavailable):
                database.unit(partial(self._end, location=location))
                return

    def _try(self, session: Session) -> str | None:
        scope, visitor, key = self._names
        right = {"holder": self._holder, "until": from_now(WORK_SECONDS)}
        if insert_new(session, Answer, scope=scope, visitor=visitor, key=key, digest=self._digest, **right):
            return ""
        answer = session.get(Answer, self._names)
        if answer is None:  # given back just now
            return None
        if answer.digest != self._digest:
            raise OtherFields
        if answer.location or answer.holder == self._holder:
            return answer.location
        over = update(Answer).where(*self._row, Answer.location == "", Answer.until < from_now())
        return "" if write_rows(session, over.values(**right)) else None

    def _end(self, session: Session, location: str | None) -> None:
        kept = {"location": location, "until": from_now(KEEP_SECONDS)}
        write_rows(
            session,
            update(Answer).where(*self._mine).values(**kept)
            if location
            else delete(Answer).where(*self._mine),
        )


def _digest() -> str:
    """What was sent, and to where: 64 hex digits."""
    fields = sorted((name, values) for name, values in request.form.lists() if name != FIELD)
    return hashlib.sha256(json.dumps([request.path, fields]).encode()).hexdigest()
