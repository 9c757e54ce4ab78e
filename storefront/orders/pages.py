"""One dataclass a page. Amounts are written out: an order keeps the currency in which it was paid."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineView:
    """A line item as it was bought. ``link`` opens its product in this very configuration."""

    title: str
    link: str
    chosen: tuple[tuple[str, str], ...]
    units: int
    shipped: int
    cancelled: int
    returned: int
    price: str
    total: str
    picture: str


@dataclass(frozen=True, slots=True)
class Happening:
    """Something in the order's history, in words. ``at`` is ISO 8601, ``day`` for people."""

    at: str
    day: str
    text: str


@dataclass(frozen=True, slots=True)
class ParcelView:
    """A parcel: ``what`` lists units and titles."""

    day: str
    what: tuple[str, ...]
    carrier: str
    tracking: str


@dataclass(frozen=True, slots=True)
class OrderPage:
    """An order. ``tone`` is ``good``, ``bad`` or ``busy``; ``arrives`` is empty once nothing more comes."""

    number: str
    day: str
    state: str
    tone: str
    explained: str
    history: tuple[Happening, ...]
    lines: tuple[LineView, ...]
    rows: tuple[tuple[str, str], ...]
    total: str
    tax: str
    refunded: str
    address: tuple[str, ...]
    delivery: str
    arrives: str
    parcels: tuple[ParcelView, ...]
    email: str
    in_account: bool


@dataclass(frozen=True, slots=True)
class OrderCard:
    """An order in a list."""

    number: str
    day: str
    state: str
    tone: str
    total: str
    what: str
    pictures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrdersPage:
    """The orders of an account; ``newer`` and ``older`` are addresses, or empty."""

    orders: tuple[OrderCard, ...]
    newer: str
    older: str


@dataclass(frozen=True, slots=True)
class AskPage:
    """Asks which order is meant. ``sent``: a letter was asked for, and goes out if there is such an order."""

    number: str
    email: str
    sent: bool
    error: str
