"""Sneakers made to order: leather, sole, heel tab, fastening and initials are the shopper's."""

from __future__ import annotations

from collections.abc import Iterable

from plugins.fashion.choices import MADE_IN, MATERIAL, OCCASION, WEIGHT, percentage, sizes, swatch
from storefront.plugin_api import (
    Attribute,
    Choice,
    Material,
    Paint,
    Pick,
    Problem,
    ProductType,
    Selection,
    Show,
    Supply,
    Text,
)

SHAFT = Attribute("shaft", "Shaft", choices={"low": "Low", "high": "High top"}, facet=True)
LARGEST_STRAP = 43

UPPER = Pick(
    "upper",
    "Leather",
    (
        swatch("upper", "chalk", "Chalk", "#f1eee6"),
        swatch("upper", "sand", "Sand", "#d3bd9b"),
        swatch("upper", "moss", "Moss", "#6c7350"),
        swatch("upper", "harbour", "Harbour blue", "#3b5675"),
        swatch("upper", "brick", "Brick", "#a2503a"),
        swatch("upper", "soot", "Soot", "#2b2a29"),
        swatch("upper", "cognac", "Cognac, hand-burnished", "#9a5b2c", 1800),
    ),
    note="Full-grain calf from a gold-rated tannery.",
)
SOLE = Pick(
    "sole",
    "Sole",
    (
        swatch("sole", "cream", "Cream", "#efe9db"),
        swatch("sole", "white", "White", "#fafaf8"),
        swatch("sole", "gum", "Gum", "#b27a45", 500),
        swatch("sole", "black", "Black", "#262525"),
    ),
)
HEEL = Pick(
    "heel",
    "Heel tab",
    (
        swatch("accent", "forest", "Forest", "#2f5143"),
        swatch("accent", "tangerine", "Tangerine", "#d9682b"),
        swatch("accent", "ink", "Ink", "#23304d"),
        swatch("accent", "oxblood", "Oxblood", "#6d2630"),
        Choice(
            "reflective",
            "Reflective silver",
            (Paint("accent", Material(color="#d8dbde", roughness=0.32, metalness=0.85)),),
            800,
            "#d8dbde",
            "Lights up in headlamps.",
        ),
    ),
)
FASTENING = Pick(
    "fastening",
    "Fastening",
    (
        Choice("laces", "Waxed cotton laces", (Show("laces"),)),
        Choice("straps", "Two leather straps", (Show("straps"),), 900),
    ),
)
LACES = Pick(
    "lace_colour",
    "Lace colour",
    (
        swatch("laces", "ecru", "Ecru", "#efe7d6"),
        swatch("laces", "white", "White", "#fbfbfa"),
        swatch("laces", "rust", "Rust", "#b4532a"),
        swatch("laces", "black", "Black", "#252424"),
    ),
)
LAST = Pick(
    "last",
    "Last",
    (
        Choice("regular", "Regular"),
        Choice("wide", "Wide", note="Six millimetres more room over the ball of the foot."),
    ),
)
INITIALS = Text("initials", "Initials", 3, r"[A-Z]{0,3}", 400, "Stamped in gold foil on the heel tab.")


def straps_end_at_43(selection: Selection) -> Iterable[Problem]:
    """The strap upper is cut for sizes up to 43."""
    if selection["fastening"] == "straps" and int(selection["size"]) > LARGEST_STRAP:
        yield Problem(
            f"The strap upper is cut up to size {LARGEST_STRAP}; larger sizes are laced.",
            ("fastening", "size"),
            {"fastening": "laces"},
            "Use laces",
        )


def foil_needs_leather(selection: Selection) -> Iterable[Problem]:
    """Gold foil holds on leather, not on the reflective film."""
    if selection["initials"] and selection["heel"] == "reflective":
        yield Problem(
            "Gold initials do not hold on the reflective heel tab, they need one of leather.",
            ("initials", "heel"),
            {"heel": "forest"},
            "Use the forest heel tab",
        )


SNEAKER = ProductType(
    name="sneaker",
    title="Sneaker",
    plural="Sneakers",
    attributes=(MATERIAL, SHAFT, OCCASION, MADE_IN, WEIGHT),
    options=(
        UPPER,
        SOLE,
        HEEL,
        FASTENING,
        LACES,
        sizes("Size (EU)", range(36, 48), 42, "True to size; between two, take the larger."),
        LAST,
        INITIALS,
    ),
    rules=(straps_end_at_43, foil_needs_leather),
    price_rules=(percentage("Made on the wide last", 10, lambda s: s["last"] == "wide"),),
    supply=Supply(stocked=False, lead_days=21, grams=1_100, weighed="weight"),
)
