"""Sessions in DynamoDB: nothing is read until a view asks, and keys are written one by one.

The cookie holds a random id, signed; the table holds its SHA-256, so that a leaked table opens
no session. A write touches only the keys that changed, so requests at the same time keep each
other's; it is conditional on the item, so a session that was ended stays ended.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

from flask import Flask, Request, Response, request, session
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import BadSignature, Signer
from pynamodb.attributes import MapAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError

from storefront.stores.dynamo import Table, TableMeta, Unavailable, now
from storefront.web.context import shop

COOKIE = "session"
SECURE_COOKIE = "__Host-session"
"""Over HTTPS: browsers take it from this host alone, so that no other one of the domain can plant it."""


class SessionItem(Table):
    """One visitor's session; ``data`` maps each key to a JSON text."""

    class Meta(TableMeta):
        table_name = "sessions"

    id = UnicodeAttribute(hash_key=True)
    data: MapAttribute[str, Any] = MapAttribute(default=dict)  # type: ignore[no-untyped-call]
    expires_at = TTLAttribute()


MODELS = (SessionItem,)


class LazySession(SessionMixin):
    """A mapping that reads its item at the first use. Values are JSON."""

    def __init__(self, token: str | None, lifetime: timedelta) -> None:
        self.token, self.fresh = token, token is None
        self._lifetime = lifetime
        self._data: dict[str, Any] | None = None
        self._loaded: dict[str, str] = {}
        self._expired_tokens: list[str] = []
        self._away: Unavailable | None = None
        self.accessed = False
        self.renewal = False

    # --- the mapping ---

    @property
    def _items(self) -> dict[str, Any]:
        self.accessed = True
        if self._away is not None:
            raise self._away  # so that a request waits but once for a table that doesn't answer
        if self._data is None:
            try:
                self._data = self._read()
            except Unavailable as error:
                self._away = error
                raise
        return self._data

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._items[key] = value

    def __delitem__(self, key: str) -> None:
        del self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    # --- the item ---

    def _read(self) -> dict[str, Any]:
        item = None if self.token is None else _find(self.token)
        if item is None:
            # An id that nobody issued, or an expired one, is never adopted.
            self.token, self.fresh = None, True
            return {}
        self._loaded = dict(item.data.attribute_values)
        self.renewal = item.expires_at - now() < self._lifetime / 2
        return {key: json.loads(text) for key, text in self._loaded.items()}

    def changes(self) -> tuple[dict[str, str], list[str]]:
        """What was set (as JSON) and what was removed since the item was read."""
        if self._data is None:
            return {}, []
        current = {key: json.dumps(value, sort_keys=True) for key, value in self._data.items()}
        changed = {key: text for key, text in current.items() if self._loaded.get(key) != text}
        return changed, [key for key in self._loaded if key not in current]

    def rotate(self) -> None:
        """Move to a new id; the old one is dead when the response is sent."""
        items = self._items
        if self.token is not None:
            self._expired_tokens.append(self.token)
        self._data, self._loaded, self.renewal = items, {}, False
        self.token, self.fresh = None, True

    def save(self) -> bool:
        """Write what changed. True if the visitor needs a new cookie."""
        changed, removed = self.changes()
        if not changed and not removed and not self.renewal and not self._expired_tokens:
            return False
        for token in self._expired_tokens:
            SessionItem(_key(token)).delete()
        issued = self._create(changed) if self.fresh and changed else False
        if not self.fresh:
            self._update(changed, removed)
        return issued or self.renewal

    def _create(self, changed: dict[str, str]) -> bool:
        self.token = secrets.token_urlsafe(32)
        item = SessionItem(_key(self.token), data=changed, expires_at=now() + self._lifetime)
        item.save(condition=SessionItem.id.does_not_exist())
        self.fresh = False
        return True

    def _update(self, changed: dict[str, str], removed: list[str]) -> None:
        actions = [cast(Any, SessionItem.data)[key].set(text) for key, text in changed.items()]
        actions += [cast(Any, SessionItem.data)[key].remove() for key in removed]
        actions.append(SessionItem.expires_at.set(now() + self._lifetime))
        item = SessionItem(_key(cast(str, self.token)))
        try:
            item.update(actions=actions, condition=SessionItem.id.exists())
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            # Ended by a sign-out at the same time: what this request wanted to keep is gone with it.


class DynamoSessions(SessionInterface):
    """Flask's session interface on :class:`SessionItem`."""

    def __init__(self, secret: str, lifetime: timedelta) -> None:
        self._signer = Signer(secret, salt="session-id", digest_method=hashlib.sha256)
        self._lifetime = lifetime

    def open_session(self, app: Flask, request: Request) -> LazySession:  # noqa: ARG002
        return LazySession(self._token(request.cookies.get(cookie_name(), "")), self._lifetime)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # noqa: ARG002
        state = cast(LazySession, session)
        if not state.accessed:
            return
        response.headers["Cache-Control"] = "private, no-store"
        response.vary.add("Cookie")
        if state.save():
            self._send_cookie(response, cast(str, state.token))

    def _send_cookie(self, response: Response, token: str) -> None:
        response.set_cookie(
            cookie_name(),
            self._signer.sign(token).decode(),
            max_age=self._lifetime,
            path="/",
            secure=shop().settings.https or request.is_secure,
            httponly=True,
            samesite="Lax",
        )

    def _token(self, cookie: str) -> str | None:
        try:
            return self._signer.unsign(cookie).decode() if cookie else None
        except BadSignature:
            return None


def cookie_name() -> str:
    """What the session's cookie is called in the current application."""
    return SECURE_COOKIE if shop().settings.https else COOKIE


def rotate() -> None:
    """Give the visitor a new session id, keeping what the session holds: at each sign-in and sign-out."""
    cast(LazySession, session._get_current_object()).rotate()  # type: ignore[attr-defined]


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _find(token: str) -> SessionItem | None:
    try:
        item = SessionItem.get(_key(token), consistent_read=True)
    except SessionItem.DoesNotExist:
        return None
    # DynamoDB removes expired items days late: the time is compared here.
    return item if item.expires_at > now() else None
