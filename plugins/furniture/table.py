"""Dining tables to the centimetre, and coffee tables in wood or stone."""

from __future__ import annotations

from collections.abc import Iterable

from plugins.furniture.choices import COMMON, SEATS, WOOD
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

LONGEST_ON_WOOD = 240
LONGEST_STONE = 120

BASE = Pick(
    "base",
    "Base",
    (
        Choice("wood", "Turned legs", (Show("legs-wood"),)),
        Choice(
            "steel",
            "Steel trestles",
            (Show("legs-steel"),),
            surcharge=14000,
            note="With a beam under the top",
            grams=9_000,
        ),
    ),
)

LENGTH = Measure(
    "length",
    "Length",
    160,
    280,
    200,
    step=5,
    surcharge=420,
    effects=(Stretch("table", "x", "length", keep=0.42),),
)

DEPTH = Measure(
    "depth",
    "Depth",
    85,
    110,
    95,
    step=5,
    surcharge=900,
    effects=(Stretch("table", "z", "depth", keep=0.25),),
)

TOP = Pick(
    "top",
    "Top",
    (
        Choice("wood", "The same wood", (Show("top-wood"),)),
        Choice(
            "stone",
            "Stone",
            (Show("top-stone"),),
            surcharge=16000,
            note="Cut, honed and sealed in Italy",
            grams=22_000,
            lead_days=10,
        ),
    ),
)

OVAL_LENGTH = Measure(
    "oval_length",
    "Length",
    90,
    140,
    110,
    step=5,
    surcharge=300,
    effects=(Stretch("oval", "x", "oval_length", keep=0.12),),
)


def long_needs_steel(selection: Selection) -> Iterable[Problem]:
    """Without the trestles' beam a long top would sag."""
    if int(selection["length"]) > LONGEST_ON_WOOD and selection["base"] == "wood":
        yield Problem(
            f"A top longer than {LONGEST_ON_WOOD} cm sags without the beam of the steel trestles.",
            ("length", "base"),
            {"base": "steel"},
            "Use steel trestles",
        )


def stone_has_an_end(selection: Selection) -> Iterable[Problem]:
    """Slabs come in one size."""
    if selection["top"] == "stone" and int(selection["oval_length"]) > LONGEST_STONE:
        yield Problem(
            f"We cut stone tops from a single slab, and the longest is {LONGEST_STONE} cm.",
            ("top", "oval_length"),
            {"oval_length": LONGEST_STONE},
            f"Make it {LONGEST_STONE} cm long",
        )


def two_carriers(selection: Selection, _subtotal: int) -> Iterable[PriceLine]:
    """Long tops come by two carriers, at cost."""
    if int(selection["length"]) > LONGEST_ON_WOOD:
        yield PriceLine("Delivery by two carriers", 7900)


TABLE = ProductType(
    "table",
    "Dining table",
    "Dining tables",
    attributes=(*COMMON, SEATS),
    options=(WOOD, BASE, LENGTH, DEPTH),
    rules=(long_needs_steel,),
    price_rules=(two_carriers,),
    supply=Supply(stocked=False, lead_days=28, grams=48_000, weighed="weight"),
)

COFFEE_TABLE = ProductType(
    "coffee-table",
    "Coffee table",
    "Coffee tables",
    attributes=COMMON,
    options=(WOOD, TOP, OVAL_LENGTH),
    rules=(stone_has_an_end,),
    supply=Supply(stocked=False, lead_days=21, grams=22_000, weighed="weight"),
)
