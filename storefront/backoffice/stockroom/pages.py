"""One dataclass a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """Units of one SKU."""

    sku: str
    on_hand: int
    reserved: int


@dataclass(frozen=True, slots=True)
class StockPage:
    """The SKUs that fit ``text``; ``before`` and ``after`` are addresses, or empty."""

    rows: tuple[Row, ...]
    text: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A line of the ledger."""

    at: str
    units: str
    reason: str
    reference: str


@dataclass(frozen=True, slots=True)
class SkuPage:
    """One SKU with its newest movements."""

    row: Row
    moved: tuple[Moved, ...]
    notice: str
