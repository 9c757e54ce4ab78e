"""Passwords: argon2id, and which ones the shop takes."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

SHORTEST, LONGEST = 8, 256
_LONGEST_CYCLE = 3


def problem(password: str, email: str) -> str:
    """Why the shop doesn't take this password, or nothing."""
    if not SHORTEST <= len(password) <= LONGEST:
        return f"a password has {SHORTEST} to {LONGEST} characters"
    plain = password.lower()
    if plain in _common() or _repeats(plain) or plain in (email, email.partition("@")[0]):
        return "this password is one of the first that people try; take another, perhaps four words"
    return ""


def hashed(password: str) -> str:
    """The password as it is stored. Takes some 50 ms of CPU and 64 MiB, on purpose."""
    return _hasher().hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether it is the password. Takes as long for nobody's (None) as for somebody's."""
    try:
        return _hasher().verify(password_hash or _nobody(), password) and password_hash is not None
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
