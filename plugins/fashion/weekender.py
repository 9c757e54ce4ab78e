"""Weekend bags cut to length: canvas, leather trim, hardware, strap and luggage tag."""

from __future__ import annotations

from collections.abc import Iterable

from plugins.fashion.choices import MADE_IN, MATERIAL, OCCASION, WEIGHT, percentage, swatch
from storefront.plugin_api import (
    Attribute,
    Choice,
    Material,
    Measure,
    Paint,
    Pick,
    Problem,
    ProductType,
    Selection,
    Show,
    Stretch,
    Supply,
    Text,
)

VOLUME = Attribute("volume", "Volume", unit="l")
USUAL_LENGTH = 50
LONGEST_HAND_CARRIED = 55

CLOTH = Pick(
    "cloth",
    "Body",
    (
        swatch("body", "olive", "Olive", "#6b6a48"),
        swatch("body", "navy", "Navy", "#2f3b52"),
        swatch("body", "sand", "Sand", "#c9b48f"),
        swatch("body", "rust", "Rust", "#9b5231"),
        swatch("body", "charcoal", "Charcoal", "#3a3a3b"),
    ),
)
TRIM = Pick(
    "trim",
    "Leather trim",
    (
        swatch("trim", "tan", "Tan", "#a8672f"),
        swatch("trim", "chestnut", "Chestnut", "#5f3420"),
        swatch("trim", "black", "Black", "#252322"),
    ),
)


def metal(key: str, label: str, color: str, surcharge: int = 0) -> Choice:
    """A finish of buckles, rings and zip."""
    paint = Paint("hardware", Material(color=color, metalness=1.0, roughness=0.28))
    return Choice(key, label, (paint,), surcharge, color)


HARDWARE = Pick(
    "hardware",
    "Hardware",
    (
        metal("brass", "Solid brass", "#dcb873"),
        metal("nickel", "Polished nickel", "#dad6ce"),
        metal("gunmetal", "Gunmetal", "#4d4e52", 900),
    ),
)
LENGTH = Measure(
    "length",
    "Length",
    44,
    60,
    USUAL_LENGTH,
    step=2,
    surcharge=600,
    effects=(Stretch("bag", "x", "length", keep=0.06),),
    note="50 cm is the cabin size of most airlines.",
)
STRAP = Pick(
    "strap",
    "Shoulder strap",
    (
        Choice("leather", "Leather with pad", (Show("strap-leather"),), 3900),
        Choice("webbing", "Cotton webbing", (Show("strap-webbing"),), 1900),
        Choice("none", "None, handles only"),
    ),
    default="none",
)
TAG = Pick(
    "tag",
    "Luggage tag",
    (
        Choice("none", "None"),
        Choice("leather", "Leather tag", (Show("tag"),), 1400),
    ),
)
MONOGRAM = Text("monogram", "Monogram", 4, r"[A-Z]{0,4}", 500, "Blind-embossed on the luggage tag.")


def long_bags_need_a_strap(selection: Selection) -> Iterable[Problem]:
    """A bag over 55 cm is too heavy for handles alone."""
    if int(selection["length"]) > LONGEST_HAND_CARRIED and selection["strap"] == "none":
        yield Problem(
            f"A bag longer than {LONGEST_HAND_CARRIED} cm gets heavy when full and needs a shoulder strap.",
            ("length", "strap"),
            {"strap": "webbing"},
            "Add the webbing strap",
        )


def monograms_need_a_tag(selection: Selection) -> Iterable[Problem]:
    """Letters are embossed on the tag, so there must be one."""
    if selection["monogram"] and selection["tag"] == "none":
        yield Problem(
            "The monogram is embossed on the luggage tag, which this bag does not have yet.",
            ("monogram", "tag"),
            {"tag": "leather"},
            "Add the luggage tag",
        )


WEEKENDER = ProductType(
    name="weekender",
    title="Weekend bag",
    plural="Weekend bags",
    attributes=(MATERIAL, OCCASION, MADE_IN, WEIGHT, VOLUME),
    options=(CLOTH, TRIM, HARDWARE, LENGTH, STRAP, TAG, MONOGRAM),
    rules=(long_bags_need_a_strap, monograms_need_a_tag),
    price_rules=(percentage("Cut to your length", 8, lambda s: s["length"] != USUAL_LENGTH),),
    supply=Supply(stocked=False, lead_days=18, grams=2_000, weighed="weight"),
)
