"""Links in letters: signed, for one purpose, for a while, and for one time.

A token holds a digest of what using it changes, so that it is worth nothing afterwards; nothing is stored.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

from storefront.web.context import shop

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a link is for, and how many seconds it may be used."""

    name: str
    seconds: int

    @property
    def hours(self) -> int:
        """The same for people."""
        return self.seconds // HOUR


REGISTER = Purpose("register", 24 * HOUR)
RESET = Purpose("reset", HOUR)
NEW_EMAIL = Purpose("new-email", 24 * HOUR)


class TokenSpent(Exception):
    """The link is too old, was used, or never was one of ours."""


def issue(purpose: Purpose, content: dict[str, str], state: str) -> str:
    """A token; ``state`` is whatever is different once it was used."""
    return _signer(purpose).dumps({**content, "state": _digest(state)})


def read(purpose: Purpose, token: str) -> dict[str, str]:
    """What the token holds; :func:`check` then says whether it was used. Raises :class:`TokenSpent`."""
    try:
        content: dict[str, Any] = _signer(purpose).loads(token, max_age=purpose.seconds)
    except BadData as error:
        raise TokenSpent from error
    return {name: str(value) for name, value in content.items()}


def check(content: dict[str, str], state: str) -> None:
    """Raises :class:`TokenSpent` unless the state is what it was when the token was issued."""
    if content["state"] != _digest(state):
        raise TokenSpent


def _signer(purpose: Purpose) -> URLSafeTimedSerializer:
    salt = f"account-{purpose.name}"
    options = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeTimedSerializer(shop().settings.secret_key, salt=salt, signer_kwargs=options)


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()[:24]
