"""Leather totes: hide, painted edges, handle length, tassel and monogram."""

from __future__ import annotations

from collections.abc import Iterable

from plugins.fashion.choices import MADE_IN, MATERIAL, OCCASION, WEIGHT, letters, swatch
from storefront.plugin_api import (
    Attribute,
    Choice,
    Pick,
    PriceLine,
    Problem,
    ProductType,
    Selection,
    Show,
    Supply,
    Text,
)

FITS = Attribute(
    "fits", "Fits", choices={"book": "A book and a purse", "laptop": "A 14-inch laptop"}, facet=True
)
LETTER = 700
FREE_FROM = 3

LEATHER = Pick(
    "leather",
    "Leather",
    (
        swatch("leather", "caramel", "Caramel", "#b0703c"),
        swatch("leather", "espresso", "Espresso", "#49302a"),
        swatch("leather", "black", "Black", "#272526"),
        swatch("leather", "pine", "Pine", "#34493f"),
        swatch("leather", "burgundy", "Burgundy", "#6a2631"),
        swatch("leather", "oat", "Oat", "#dccdb4"),
    ),
    stocked=True,
)
EDGES = Pick(
    "edges",
    "Painted edges and tassel",
    (
        swatch("accent", "chestnut", "Chestnut", "#5a3320"),
        swatch("accent", "ink", "Ink", "#26324a"),
        swatch("accent", "poppy", "Poppy", "#c4402f", 600),
        swatch("accent", "saffron", "Saffron", "#d99a2b", 600),
    ),
)
HANDLES = Pick(
    "handles",
    "Handles",
    (
        Choice("short", "Short, for the hand", (Show("handles-short"),)),
        Choice("long", "Long, for the shoulder", (Show("handles-long"),), 1500),
    ),
)
CHARM = Pick(
    "charm",
    "Tassel",
    (
        Choice("none", "None"),
        Choice("tassel", "Leather tassel", (Show("tassel"),), 2400),
    ),
)
MONOGRAM = Text("monogram", "Monogram", 3, r"[A-Z]{0,3}", LETTER, "Foil-stamped below the rim.")


def tassel_hides_monogram(selection: Selection) -> Iterable[Problem]:
    """The short handles let the tassel hang where the letters are stamped."""
    if selection["monogram"] and selection["charm"] == "tassel" and selection["handles"] == "short":
        yield Problem(
            "On short handles the tassel hangs in front of your monogram.",
            ("charm", "monogram", "handles"),
            {"handles": "long"},
            "Use the long handles",
        )


def third_letter_free(selection: Selection, _subtotal: int) -> Iterable[PriceLine]:
    """A full set of three letters costs as much as two."""
    if letters(selection, "monogram") >= FREE_FROM:
        yield PriceLine("Third letter free", -LETTER)


TOTE = ProductType(
    name="tote",
    title="Tote bag",
    plural="Tote bags",
    attributes=(MATERIAL, OCCASION, MADE_IN, WEIGHT, FITS),
    options=(LEATHER, EDGES, HANDLES, CHARM, MONOGRAM),
    rules=(tassel_hides_monogram,),
    price_rules=(third_letter_free,),
    supply=Supply(lead_days=3, grams=1_000, weighed="weight"),
)
