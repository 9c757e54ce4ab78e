"""What the cart's pages are told. Amounts are integers in the minor unit of the shop's currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storefront.catalog.pages import Fix, Poster


@dataclass(frozen=True, slots=True)
class LineView:
    """A line: ``chosen`` are (option, value) as texts, ``was`` the unit price when it was added if it
    differs; ``picture_url`` is where the picture of what was chosen will be, while it is being made;
    ``problem`` says why the line can't be ordered and isn't in the sum. ``stock`` is its availability in a
    word (``storefront.catalog.availability``), ``ready`` in a sentence; ``changes`` are sentences on what
    became different since it was added, and ``most`` how many pieces it may hold."""

    line_id: str
    slug: str
    title: str
    poster: Poster | None
    picture_url: str
    tint: int
    chosen: tuple[tuple[str, str], ...]
    unit_price: int
    was: int | None
    quantity: int
    total: int
    edit_url: str
    problem: str
    stock: str = "unknown"
    ready: str = ""
    changes: tuple[str, ...] = ()
    most: int = 99


@dataclass(frozen=True, slots=True)
class Removed:
    """What was just taken out, with the form fields that bring it back."""

    title: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CartPage:
    """``cart/cart.html``. ``count`` and ``subtotal`` leave out lines with a problem.

    ``notes`` are told once; ``reminder`` is whether the user asked for a letter, None for a guest.
    """

    lines: tuple[LineView, ...]
    count: int
    subtotal: int
    removed: Removed | None
    notes: tuple[str, ...] = ()
    reminder: bool | None = None


@dataclass(frozen=True, slots=True)
class RefusedPage:
    """``cart/refused.html``: what is wrong, ways out, and fields to go on at the right price."""

    title: str
    message: str
    errors: tuple[str, ...]
    fixes: tuple[Fix, ...]
    back_url: str
    accept: Mapping[str, str]
    accept_label: str


@dataclass(frozen=True, slots=True)
class AddedPart:
    """``cart/_added.html``: what went into the cart."""

    title: str
    quantity: int


@dataclass(frozen=True, slots=True)
class HeaderPart:
    """``cart/_header.html``: how many pieces the visitor's cart holds."""

    count: int
