"""Passwords: argon2id, and which ones the shop takes."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from itertools import pairwise
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

SHORTEST, LONGEST = 8, 256
_LONGEST_CYCLE = 3
_TURNS = BoundedSemaphore(4)
"""So many passwords are hashed at once in one process: a flood of sign-ins must not take all its memory."""


def problem(password: str, email: str) -> str:
    """Why the shop doesn't take this password, or nothing."""
    if not SHORTEST <= len(password) <= LONGEST:
        return f"a password has {SHORTEST} to {LONGEST} characters"
    plain = password.lower()
    if plain in _common() or _repeats(plain) or plain in (email, email.partition("@")[0]):
        return "this password is one of the first that people try; take another, perhaps four words"
    return ""


def hashed(password: str) -> str:
    """The password as it is stored. Takes 0.1 to 0.2 s of CPU and 64 MiB, on purpose."""
    with _TURNS:
        return _hasher().hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether it is the password. Takes as long for nobody's (None) as for somebody's."""
    compared = password_hash or _nobody()
    try:
        with _TURNS:
            return _hasher().verify(compared, password) and password_hash is not None
    except VerificationError:
        return False


def _repeats(text: str) -> bool:
    """Whether the text is a few letters again and again, or a row of digits or letters."""
    if any(text == (text[:n] * len(text))[: len(text)] for n in range(1, _LONGEST_CYCLE + 1)):
        return True
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps in ({1}, {-1})


@cache
def _common() -> frozenset[str]:
    return frozenset(files(__package__).joinpath("common_passwords.txt").read_text().split())


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    return hashed("nobody has this password")
