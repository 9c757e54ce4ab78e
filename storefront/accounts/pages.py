"""What the account templates see."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignInPage:
    """``next`` is the local path to go to afterwards; ``error`` one sentence, or empty."""

    next: str
    email: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Who is signed in."""

    email: str
    is_merchant: bool
