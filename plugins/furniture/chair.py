"""Armchairs in cloth, and chairs with a wooden frame and leather."""

from __future__ import annotations

from collections.abc import Iterable

from plugins.furniture.choices import COMMON, WOOD, cloths, sets_of
from storefront.plugin_api import (
    Choice,
    Material,
    Paint,
    Pick,
    Problem,
    ProductType,
    Selection,
    Show,
    Supply,
)

LEATHER = Pick(
    "leather",
    "Leather",
    tuple(
        Choice(key, label, (Paint("leather", Material(color=color)),), surcharge, color)
        for key, label, color, surcharge in (
            ("cognac", "Cognac", "#9a6238", 0),
            ("chestnut", "Chestnut", "#5f3a26", 0),
            ("olive", "Olive", "#6a6a48", 0),
            ("ink", "Ink blue", "#2f3c52", 0),
            ("black", "Black", "#2b2928", 0),
            ("natural", "Natural, untreated", "#cda67c", 5500),
        )
    ),
    note="Full-grain, tanned with bark; it darkens in the sun.",
)

BASE = Pick(
    "base",
    "Base",
    (
        Choice("legs", "Wooden legs", (Show("legs"),)),
        Choice(
            "swivel",
            "Swivel base",
            (Show("swivel"),),
            surcharge=12000,
            note="Turns all the way round",
            grams=6_000,
        ),
    ),
)

ARMCHAIRS, armchair_sets = sets_of("armchair", 24_000, {1: 0, 2: 6})
CHAIRS, chair_sets = sets_of("chair", 7_000, {1: 0, 2: 4, 4: 8, 6: 12})


def swivel_is_black(selection: Selection) -> Iterable[Problem]:
    """The swivel base is made in one colour, so paying for walnut would be for nothing."""
    if selection["base"] == "swivel" and selection["wood"] == "walnut":
        yield Problem(
            "The swivel base is made in black steel only, so walnut would not be seen anywhere.",
            ("base", "wood"),
            {"wood": "oak"},
            "Leave out the walnut",
        )


ARMCHAIR = ProductType(
    "armchair",
    "Armchair",
    "Armchairs",
    attributes=COMMON,
    options=(cloths(9000), WOOD, BASE, ARMCHAIRS),
    rules=(swivel_is_black,),
    price_rules=(armchair_sets,),
    supply=Supply(stocked=False, lead_days=28, grams=24_000, weighed="weight"),
)

CHAIR = ProductType(
    "chair",
    "Chair",
    "Chairs",
    attributes=COMMON,
    options=(LEATHER, WOOD, CHAIRS),
    price_rules=(chair_sets,),
    supply=Supply(stocked=False, lead_days=21, grams=7_000, weighed="weight"),
)
