"""Shelving that grows by rows and by centimetres."""

from __future__ import annotations

from collections.abc import Iterable

from plugins.furniture.choices import COMMON, WOOD
from storefront.plugin_api import (
    Choice,
    Material,
    Measure,
    Paint,
    Pick,
    PriceLine,
    Problem,
    ProductType,
    Selection,
    Show,
    Stretch,
    Supply,
)

STANDARD_WIDTH = 90
WIDEST_DOORS = 110
TALLEST_OPEN = 5
ROW_HEIGHT = 36
FOOT = 16

ROWS = Pick(
    "rows",
    "Rows",
    tuple(
        Choice(
            str(count),
            f"{count} rows, {FOOT + count * ROW_HEIGHT} cm",
            tuple(Show(f"row-{row}") for row in range(1, count + 1)),
            surcharge=(count - 4) * 11500,
            grams=(count - 4) * 6_500,
        )
        for count in range(2, 7)
    ),
    "4",
)

WIDTH = Measure(
    "width",
    "Width",
    60,
    130,
    STANDARD_WIDTH,
    step=5,
    effects=(Stretch("rack", "x", "width", keep=0.1),),
)

CABINET = Pick(
    "cabinet",
    "Lowest row",
    (
        Choice("doors", "Behind doors", (Show("cabinet"),)),
        Choice("open", "Open", surcharge=-18000, grams=-9_000),
    ),
)

LACQUER = Pick(
    "lacquer",
    "Doors",
    tuple(
        Choice(key, label, (Paint("lacquer", Material(color=color)),), swatch=color)
        for key, label, color in (
            ("moss", "Moss", "#46584c"),
            ("chalk", "Chalk", "#e9e4da"),
            ("clay", "Clay", "#b4795c"),
            ("dusk", "Dusk blue", "#5a6c80"),
            ("soot", "Soot", "#33312f"),
            ("honey", "Honey", "#d0a24c"),
        )
    ),
)


def tall_needs_weight(selection: Selection) -> Iterable[Problem]:
    """Six open rows could tip; a cabinet below brings the weight down."""
    if int(selection["rows"]) > TALLEST_OPEN and selection["cabinet"] == "open":
        yield Problem(
            "Six rows stand safely only with the weight of the cabinet at the bottom.",
            ("rows", "cabinet"),
            {"cabinet": "doors"},
            "Add the cabinet",
        )


def doors_have_a_limit(selection: Selection) -> Iterable[Problem]:
    """Wide doors sag on their hinges."""
    if selection["cabinet"] == "doors" and int(selection["width"]) > WIDEST_DOORS:
        yield Problem(
            f"Doors would sag on a shelf wider than {WIDEST_DOORS} cm.",
            ("cabinet", "width"),
            {"width": WIDEST_DOORS},
            f"Make it {WIDEST_DOORS} cm wide",
        )


def longer_boards(selection: Selection, _subtotal: int) -> Iterable[PriceLine]:
    """60 cents for each board and centimetre over the standard width."""
    extra = int(selection["width"]) - STANDARD_WIDTH
    boards = int(selection["rows"]) + 1
    if extra > 0:
        yield PriceLine(f"{boards} boards, {extra} cm longer", boards * extra * 60)


SHELF = ProductType(
    "shelf",
    "Shelf",
    "Shelves",
    attributes=COMMON,
    options=(WOOD, ROWS, WIDTH, CABINET, LACQUER),
    rules=(tall_needs_weight, doors_have_a_limit),
    price_rules=(longer_boards,),
    supply=Supply(stocked=False, lead_days=21, grams=38_000, weighed="weight"),
)
