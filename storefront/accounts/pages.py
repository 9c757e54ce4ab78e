"""What the account templates see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storefront.accounts.addresses import Entry
from storefront.accounts.browsers import Browser
from storefront.accounts.passkeys import Known


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the account that another slice brings: it stands in the account's menu."""

    url: str
    label: str
    summary: str


@dataclass(frozen=True, slots=True)
class SignInPage:
    """``next`` is the local path to go to afterwards; ``error`` one sentence, or empty."""

    next: str
    email: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """The password or a passkey, asked for again before ``next`` opens."""

    next: str
    email: str
    has_passkeys: bool
    error: str = ""


@dataclass(frozen=True, slots=True)
class AskPage:
    """An e-mail address is asked for, to which a letter goes."""

    email: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class SentPage:
    """A letter is on its way; equal for all, whoever has an account."""

    title: str
    lead: str
    hours: int
    again: str


@dataclass(frozen=True, slots=True)
class NewPasswordPage:
    """A password is set by who followed a link. ``action`` is where the form goes."""

    title: str
    action: str
    button: str
    token: str
    email: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Who is signed in, and what was just done (``notice``, may be empty)."""

    email: str
    is_merchant: bool
    sections: tuple[Section, ...]
    notice: str


@dataclass(frozen=True, slots=True)
class PasswordPage:
    """The password is changed."""

    email: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class EmailPage:
    """The e-mail address is changed: ``wanted`` is what was typed."""

    email: str
    wanted: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class NewEmailPage:
    """The link to a new e-mail address was followed; a click changes it."""

    token: str
    email: str
    old: str


@dataclass(frozen=True, slots=True)
class AddressesPage:
    """The address book."""

    entries: tuple[Entry, ...]
    full: bool
    notice: str


@dataclass(frozen=True, slots=True)
class AddressPage:
    """One address as a form: texts as they were typed, and a sentence for each that can't be taken."""

    title: str
    action: str
    fields: Mapping[str, str]
    errors: Mapping[str, str]
    countries: Mapping[str, str]
    offers_default: bool


@dataclass(frozen=True, slots=True)
class PasskeysPage:
    """The user's passkeys."""

    passkeys: tuple[Known, ...]
    full: bool
    notice: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class BrowsersPage:
    """Where the user is signed in."""

    browsers: tuple[Browser, ...]
    notice: str


@dataclass(frozen=True, slots=True)
class DataPage:
    """My data: to take along, or to have deleted."""

    is_merchant: bool


@dataclass(frozen=True, slots=True)
class ErasePage:
    """The last question before an account is gone."""

    email: str
    has_passkeys: bool
    error: str = ""


@dataclass(frozen=True, slots=True)
class ErasedPage:
    """The account is gone."""
