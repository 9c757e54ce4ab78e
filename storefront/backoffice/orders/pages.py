"""One dataclass a page."""

from __future__ import annotations

from dataclasses import dataclass

from storefront.orders.pages import OrderPage


@dataclass(frozen=True, slots=True)
class Row:
    """An order in the list."""

    number: str
    day: str
    state: str
    tone: str
    total: str
    email: str
    what: str


@dataclass(frozen=True, slots=True)
class OrderList:
    """The orders that fit. ``state``, ``text``, ``since`` and ``until`` are what was asked for."""

    rows: tuple[Row, ...]
    states: tuple[tuple[str, str], ...]
    state: str
    text: str
    since: str
    until: str
    newer: str
    older: str


@dataclass(frozen=True, slots=True)
class Some:
    """``left`` units of a line: those that haven't left, or those that the shopper has."""

    position: int
    title: str
    chosen: str
    left: int


@dataclass(frozen=True, slots=True)
class Cancels:
    """What cancelling does: to the ``whole`` order or its rest; ``owed`` goes back, empty for nothing."""

    whole: bool
    owed: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in the log, and who did it."""

    at: str
    kind: str
    text: str
    who: str


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter about the order; ``again`` where it may be sent again."""

    id: str
    template: str
    recipient: str
    state: str
    again: bool


@dataclass(frozen=True, slots=True)
class DeskPage:
    """An order with all that may be done to it. ``left`` may be sent back, as it is typed: "12.50"."""

    order: OrderPage
    unsent: tuple[Some, ...]
    out: tuple[Some, ...]
    log: tuple[Entry, ...]
    letters: tuple[LetterRow, ...]
    left: str
    left_text: str
    currency: str
    parked: bool
    cancels: Cancels | None
    notice: str


@dataclass(frozen=True, slots=True)
class Money:
    """A payment that should go back; ``number`` is its order's, or empty."""

    payment_id: str
    amount: str
    provider: str
    reference: str
    email: str
    number: str
    since: str


@dataclass(frozen=True, slots=True)
class LooseEnds:
    """Money that should go back, and letters given up, as (id, template, recipient, why)."""

    money: tuple[Money, ...]
    letters: tuple[tuple[str, str, str, str], ...]
    notice: str
