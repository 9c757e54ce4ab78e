"""One dataclass a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """Units of one SKU; ``in_carts`` pieces of its product, in whatever configuration, lie in carts."""

    sku: str
    on_hand: int
    reserved: int
    in_carts: int


@dataclass(frozen=True, slots=True)
class StockPage:
    """The SKUs that fit ``text``; ``before`` and ``after`` are addresses, or empty.

    ``missing`` are those of the catalog of which nothing was ever received, at most 200.
    """

    rows: tuple[Row, ...]
    missing: tuple[str, ...]
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
