"""The challenge that a passkey signs: kept in the session, for one time and five minutes."""

from __future__ import annotations

import time

from flask import Response, current_app, session

from storefront.accounts.passkeys import PasskeyRefused

KEY = "passkey"
SECONDS = 300


def give(kind: str, options: str, challenge: str) -> Response:
    """The options that hold the challenge, as JSON. ``kind`` is "create" or "get"."""
    session[KEY] = [kind, challenge, time.time()]
    return current_app.response_class(options, mimetype="application/json")


def take(kind: str) -> str:
    """The challenge that was given last, which is gone now. Raises :class:`PasskeyRefused`."""
    given, challenge, since = session.pop(KEY, ["", "", 0.0])
    if given != kind or time.time() - since > SECONDS:
        raise PasskeyRefused("That took too long, or was tried before. Try again.")
    return str(challenge)
