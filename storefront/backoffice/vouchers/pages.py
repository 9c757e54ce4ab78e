"""One dataclass a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A voucher in words. ``running`` is False for one that has ended."""

    code: str
    title: str
    worth: str
    limits: str
    used: str
    running: bool


@dataclass(frozen=True, slots=True)
class VouchersPage:
    """All vouchers, and the form for a new one: what was ``given`` and its ``errors`` by field."""

    rows: tuple[Row, ...]
    currency: str
    given: Mapping[str, str]
    errors: Mapping[str, str]
    notice: str
