"""Wrist watches: case, dial, strap, case back, and an engraving by the letter."""

from __future__ import annotations

from collections.abc import Iterable

from storefront.plugin_api import (
    Attribute,
    Choice,
    Material,
    Paint,
    Pick,
    PriceLine,
    Problem,
    ProductType,
    Selection,
    Show,
    Supply,
    Text,
    Viewer,
)

CASES = {"steel": "#c9cbcd", "gold": "#dcb47c", "black": "#34363a"}
DIALS = {
    "ivory": ("#efe9da", "#2b2723"),
    "midnight": ("#16233f", "#eef0f2"),
    "forest": ("#1d3a2e", "#f0ece0"),
    "slate": ("#4c525a", "#f2f2f0"),
    "black": ("#141416", "#f2f0ea"),
    "salmon": ("#dca288", "#2f2622"),
}
STRAP_COLOURS = {
    "cognac": "#9a5a2c",
    "chestnut": "#53301f",
    "black": "#1f1e1f",
    "navy": "#1f2d4a",
    "moss": "#4a523a",
    "sand": "#c8ad8a",
    "orange": "#d8622a",
}
RUBBER_COLOURS = ("black", "navy", "moss", "orange")
ENGRAVING_SETUP = 900
FREE_SETUP_FROM = 400_00
PAIR_SAVING_PERCENT = 20
SPARE_PRICES = {"leather": 6900, "rubber": 4500}


def paint_case(finish: str) -> tuple[Paint, ...]:
    """The finish is on brushed and polished steel alike, and on the plate that is engraved."""
    look = Material(color=CASES[finish])
    return Paint("case", look), Paint("polish", look), Paint("engraving", look)


def paint_dial(dial: str) -> tuple[Paint, ...]:
    """A dial and a print that can be read on it."""
    ground, ink = DIALS[dial]
    return Paint("dial", Material(color=ground)), Paint("print", Material(color=ink))


def paint_strap(colour: str) -> tuple[Paint, ...]:
    """Leather and rubber share the colour, so that changing the strap keeps it."""
    look = Material(color=STRAP_COLOURS[colour])
    return Paint("leather", look), Paint("rubber", look)


CASE = Pick(
    "case",
    "Case",
    (
        Choice("steel", "Brushed steel", paint_case("steel"), swatch=CASES["steel"]),
        Choice("gold", "Gold-tone steel", paint_case("gold"), surcharge=6000, swatch=CASES["gold"]),
        Choice("black", "Black steel", paint_case("black"), surcharge=4000, swatch=CASES["black"]),
    ),
    stocked=True,
)
DIAL = Pick(
    "dial",
    "Dial",
    tuple(Choice(key, key.capitalize(), paint_dial(key), swatch=DIALS[key][0]) for key in DIALS),
)
STRAP = Pick(
    "strap",
    "Strap",
    (
        Choice("leather", "Leather", (Show("strap-leather"),), note="Vegetable-tanned, softens with wear"),
        Choice("rubber", "Rubber", (Show("strap-rubber"),), note="For salt water and sport"),
        Choice(
            "bracelet",
            "Steel bracelet",
            (Show("strap-bracelet"),),
            surcharge=9000,
            note="In the finish of the case",
        ),
    ),
)
STRAP_COLOUR = Pick(
    "strap-colour",
    "Strap colour",
    tuple(
        Choice(key, key.capitalize(), paint_strap(key), swatch=swatch)
        for key, swatch in STRAP_COLOURS.items()
    ),
)
BACK = Pick(
    "back",
    "Case back",
    (
        Choice("solid", "Solid steel", (Show("back-solid"),), note="Room for an engraving"),
        Choice("glass", "Glass", (Show("back-glass"),), surcharge=7000, note="Shows the movement at work"),
    ),
)
SPARE = Pick(
    "spare",
    "Spare strap",
    (
        Choice("none", "No spare strap"),
        Choice("leather", "Leather, same colour", surcharge=SPARE_PRICES["leather"]),
        Choice("rubber", "Black rubber", surcharge=SPARE_PRICES["rubber"]),
    ),
    note="Changes in seconds, with no tool",
)
ENGRAVING = Text(
    "engraving",
    "Engraving",
    max_length=24,
    surcharge=150,
    note="Up to 24 characters on the case back",
)


def rubber_has_four_colours(selection: Selection) -> Iterable[Problem]:
    """Rubber is dyed in the mould, in fewer colours than leather."""
    if selection["strap"] == "rubber" and selection["strap-colour"] not in RUBBER_COLOURS:
        yield Problem(
            "The rubber strap comes in black, navy, moss and orange.",
            ("strap", "strap-colour"),
            {"strap-colour": "black"},
            "Make the rubber black",
        )


def bracelet_is_never_gold(selection: Selection) -> Iterable[Problem]:
    """A gold-tone coating doesn't survive the rubbing of links."""
    if selection["strap"] == "bracelet" and selection["case"] == "gold":
        yield Problem(
            "Gold-tone wears off where links rub, so we make no bracelet in it.",
            ("strap", "case"),
            {"strap": "leather"},
            "Use a leather strap",
        )


def glass_cannot_be_engraved(selection: Selection) -> Iterable[Problem]:
    """The engraving needs the steel of the solid back."""
    if selection["back"] == "glass" and selection["engraving"]:
        yield Problem(
            "An engraving needs a steel case back: glass can't be engraved.",
            ("back", "engraving"),
            {"back": "solid"},
            "Use the solid case back",
        )


def engraving_setup(selection: Selection, subtotal: int) -> Iterable[PriceLine]:
    """Setting up the machine costs once, and is a present from a certain subtotal on."""
    if selection["engraving"] and subtotal < FREE_SETUP_FROM:
        yield PriceLine("Setting up the engraving", ENGRAVING_SETUP)


def pair_saving(selection: Selection, _subtotal: int) -> Iterable[PriceLine]:
    """A spare strap of another kind than the first is cheaper in the set."""
    spare = str(selection["spare"])
    if spare != "none" and spare != selection["strap"]:
        yield PriceLine("Two-strap set", -SPARE_PRICES[spare] * PAIR_SAVING_PERCENT // 100)


WATCH = ProductType(
    name="watch",
    title="Watch",
    plural="Watches",
    attributes=(
        Attribute(
            "style",
            "Style",
            choices={"dress": "Dress", "dive": "Dive", "field": "Field"},
            facet=True,
        ),
        Attribute(
            "movement",
            "Movement",
            choices={"automatic": "Automatic", "hand-wound": "Hand-wound", "quartz": "Quartz"},
            facet=True,
        ),
        Attribute(
            "water",
            "Water resistance",
            choices={"50": "50 m", "100": "100 m", "300": "300 m"},
            facet=True,
        ),
        Attribute("diameter", "Diameter", unit="mm"),
        Attribute("thickness", "Thickness", unit="mm"),
        Attribute("glass", "Glass"),
    ),
    options=(CASE, DIAL, STRAP, STRAP_COLOUR, BACK, ENGRAVING, SPARE),
    rules=(rubber_has_four_colours, bracelet_is_never_gold, glass_cannot_be_engraved),
    price_rules=(engraving_setup, pair_saving),
    supply=Supply(grams=350),
    viewer=Viewer(element="watch-viewer", module="watch-viewer.js"),
)
