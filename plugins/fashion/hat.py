"""Brimmed hats blocked to the centimetre: colour, band, trimming, lining."""

from __future__ import annotations

from collections.abc import Iterable

from plugins.fashion.choices import MADE_IN, MATERIAL, OCCASION, WEIGHT, percentage, swatch
from storefront.plugin_api import (
    Attribute,
    Choice,
    Measure,
    Pick,
    Problem,
    ProductType,
    Selection,
    Show,
    Supply,
    Text,
)

BRIM = Attribute("brim", "Brim", unit="cm")
STOCK_SIZES = range(55, 62)
LARGEST_SILK = 60

COLOUR = Pick(
    "colour",
    "Colour",
    (
        swatch("hat", "camel", "Camel", "#b98d5e"),
        swatch("hat", "natural", "Natural", "#e6d7b8"),
        swatch("hat", "slate", "Slate", "#6d7278"),
        swatch("hat", "bottle", "Bottle green", "#37493c"),
        swatch("hat", "bordeaux", "Bordeaux", "#60303a"),
        swatch("hat", "black", "Black", "#292829"),
    ),
)
BAND = Pick(
    "band",
    "Band",
    (
        swatch("band", "chocolate", "Chocolate grosgrain", "#46301f"),
        swatch("band", "black", "Black grosgrain", "#232222"),
        swatch("band", "navy", "Navy grosgrain", "#263149"),
        swatch("band", "terracotta", "Terracotta grosgrain", "#a9512f"),
        swatch("band", "ivory", "Ivory silk", "#eee6d3", 900),
    ),
)
TRIMMING = Pick(
    "trimming",
    "Trimming",
    (
        Choice("bow", "Flat bow", (Show("bow"),)),
        Choice("feather", "Pheasant feather", (Show("feather"),), 1200),
    ),
)
HEAD = Measure("head", "Head", 53, 64, 57, note="Measure a finger's breadth above the ears.")
LINING = Pick(
    "lining",
    "Lining",
    (
        Choice("cotton", "Cotton sweatband"),
        Choice("silk", "Silk, fully lined", (), 2900),
    ),
)
INITIALS = Text("initials", "Initials", 4, r"[A-Z.]{0,4}", 300, "Gilded inside, on the sweatband.")


def silk_ends_at_60(selection: Selection) -> Iterable[Problem]:
    """Silk linings are cut for heads up to 60 cm."""
    if selection["lining"] == "silk" and int(selection["head"]) > LARGEST_SILK:
        yield Problem(
            f"Our silk linings are cut up to {LARGEST_SILK} cm; above that the hat has a cotton sweatband.",
            ("lining", "head"),
            {"lining": "cotton"},
            "Use the cotton sweatband",
        )


HAT = ProductType(
    name="hat",
    title="Hat",
    plural="Hats",
    attributes=(MATERIAL, OCCASION, MADE_IN, WEIGHT, BRIM),
    options=(COLOUR, BAND, TRIMMING, HEAD, LINING, INITIALS),
    rules=(silk_ends_at_60,),
    price_rules=(percentage("Blocked to your head", 12, lambda s: int(s["head"]) not in STOCK_SIZES),),
    supply=Supply(stocked=False, lead_days=12, grams=600, weighed="weight"),
)
