"""Knit running shoes: colourways are variants inside the model, the ride is chosen apart."""

from __future__ import annotations

from collections.abc import Iterable

from plugins.fashion.choices import MADE_IN, MATERIAL, OCCASION, WEIGHT, reduction, sizes
from storefront.plugin_api import (
    Attribute,
    Choice,
    Pick,
    Problem,
    ProductType,
    Selection,
    Show,
    Supply,
    Variant,
)

DROP = Attribute("drop", "Heel drop", unit="mm")
LARGEST_PLATE = 45

COLOURWAY = Pick(
    "colourway",
    "Colourway",
    (
        Choice("dune", "Dune", (Variant("Dune"),), swatch="#d9c7a6"),
        Choice("harbour", "Harbour", (Variant("Harbour"),), swatch="#31577d"),
        Choice("ember", "Ember", (Variant("Ember"),), swatch="#e0573a"),
        Choice("night", "Night", (Variant("Night"),), swatch="#26282c"),
    ),
    stocked=True,
)
LACING = Pick(
    "lacing",
    "Lacing",
    (
        Choice("flat", "Flat laces", (Show("laces"),)),
        Choice("quick", "Quick laces with toggle", (Show("quick-laces"),), 1200, note="One pull and go."),
    ),
)
PLATE = Pick(
    "plate",
    "Plate",
    (
        Choice("none", "Without, soft and flexible"),
        Choice("nylon", "Nylon plate, for long training runs", (), 2500),
        Choice("carbon", "Carbon plate, for race day", (), 6000),
    ),
)


def carbon_ends_at_45(selection: Selection) -> Iterable[Problem]:
    """The carbon plate is moulded up to size 45."""
    if selection["plate"] == "carbon" and int(selection["size"]) > LARGEST_PLATE:
        yield Problem(
            f"The carbon plate is moulded up to size {LARGEST_PLATE}; larger shoes take the nylon one.",
            ("plate", "size"),
            {"plate": "nylon"},
            "Use the nylon plate",
        )


def race_ready(selection: Selection) -> bool:
    """Whether the shoe is bought with carbon plate and quick laces together."""
    return selection["plate"] == "carbon" and selection["lacing"] == "quick"


RUNNER = ProductType(
    name="runner",
    title="Running shoe",
    plural="Running shoes",
    attributes=(MATERIAL, OCCASION, MADE_IN, WEIGHT, DROP),
    options=(
        COLOURWAY,
        LACING,
        PLATE,
        sizes("Size (EU)", range(36, 49), 42, "Take half a thumb of room in front.", stocked=True),
    ),
    rules=(carbon_ends_at_45,),
    price_rules=(reduction("Race-day set", 1500, race_ready),),
    supply=Supply(grams=900, weighed="weight"),
)
