"""Sofas: covers, legs, a width to the centimetre, and a chaise or a footstool."""

from __future__ import annotations

from collections.abc import Iterable

from plugins.furniture.choices import COMMON, SEATS, VELVETS, cloths, per_centimetre, percent
from storefront.plugin_api import (
    Choice,
    Measure,
    Pick,
    PriceLine,
    Problem,
    ProductType,
    Selection,
    Show,
    Stretch,
    Supply,
)

STANDARD_WIDTH = 220
WIDEST_ON_WOOD = 240
NARROWEST_WITH_CHAISE = 200
CHAISES = ("chaise-left", "chaise-right")

LEGS = Pick(
    "legs",
    "Legs",
    (
        Choice("oak", "Oak", (Show("legs-oak"),), swatch="#d0ad7d"),
        Choice("walnut", "Walnut", (Show("legs-walnut"),), surcharge=6000, swatch="#714a31"),
        Choice(
            "steel",
            "Black steel",
            (Show("legs-steel"),),
            surcharge=9000,
            swatch="#2b2b2c",
            note="With a third runner in the middle",
            grams=4_000,
        ),
    ),
)

WIDTH = Measure(
    "width",
    "Width",
    180,
    280,
    STANDARD_WIDTH,
    step=5,
    surcharge=650,
    effects=(Stretch("body", "x", "width", keep=0.27),),
    note="Made to your wall: every five centimetres.",
)

EXTRA = Pick(
    "extra",
    "Chaise or footstool",
    (
        Choice("none", "Just the sofa"),
        Choice("chaise-left", "Chaise on the left", (Show("chaise-left"),), surcharge=54000, grams=18_000),
        Choice("chaise-right", "Chaise on the right", (Show("chaise-right"),), surcharge=54000, grams=18_000),
        Choice("footstool", "Footstool", (Show("footstool"),), surcharge=34000, grams=9_000),
    ),
    note="Left and right as you look at the sofa.",
)


def wide_needs_steel(selection: Selection) -> Iterable[Problem]:
    """Wooden legs stand at the ends only."""
    if int(selection["width"]) > WIDEST_ON_WOOD and selection["legs"] != "steel":
        yield Problem(
            f"A sofa wider than {WIDEST_ON_WOOD} cm needs a middle leg, and only steel legs have one.",
            ("width", "legs"),
            {"legs": "steel"},
            "Use steel legs",
        )


def chaise_needs_room(selection: Selection) -> Iterable[Problem]:
    """A chaise takes one seat of the sofa; on a short one nobody could sit beside it."""
    if selection["extra"] in CHAISES and int(selection["width"]) < NARROWEST_WITH_CHAISE:
        yield Problem(
            f"A chaise leaves too little room beside it on a sofa under {NARROWEST_WITH_CHAISE} cm.",
            ("extra", "width"),
            {"width": NARROWEST_WITH_CHAISE},
            f"Make it {NARROWEST_WITH_CHAISE} cm wide",
        )


def in_velvet(selection: Selection) -> bool:
    """Whether the cover is a velvet."""
    return selection["fabric"] in VELVETS


def velvet_extra(selection: Selection, _subtotal: int) -> Iterable[PriceLine]:
    """Velvet for a chaise or a footstool: 12 % of what it costs in wool."""
    surcharge = next(choice.surcharge for choice in EXTRA.choices if choice.key == selection["extra"])
    if surcharge and in_velvet(selection):
        yield PriceLine("Velvet for the extra piece", percent(surcharge, 12))


SOFA = ProductType(
    "sofa",
    "Sofa",
    "Sofas",
    attributes=(*COMMON, SEATS),
    options=(cloths(22000), LEGS, WIDTH, EXTRA),
    rules=(wide_needs_steel, chaise_needs_room),
    price_rules=(
        per_centimetre("More velvet", "width", STANDARD_WIDTH, 240, in_velvet),
        velvet_extra,
    ),
    supply=Supply(stocked=False, lead_days=35, grams=62_000, weighed="weight"),
)
