"""Speakers: cabinet, grille, feet, power, and a second one at a better price."""

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
)

CABINETS = {"oak": "#d9b183", "walnut": "#83553a", "black": "#2f2c2a", "white": "#f3efe8"}
GRILLES = {
    "charcoal": "#3b3c40",
    "oat": "#d8cdb9",
    "moss": "#6a7355",
    "rust": "#a9573a",
    "ocean": "#35556b",
    "plum": "#5b3a52",
}
SECOND_PERCENT = 85
SERVICE_PERCENT = 5


def paint_cabinet(wood: str) -> tuple[Paint, ...]:
    """The veneer is stained: its grain stays."""
    return (Paint("cabinet", Material(color=CABINETS[wood])),)


CABINET = Pick(
    "cabinet",
    "Cabinet",
    (
        Choice("oak", "Oak", paint_cabinet("oak"), swatch=CABINETS["oak"]),
        Choice("walnut", "Walnut", paint_cabinet("walnut"), surcharge=3000, swatch=CABINETS["walnut"]),
        Choice("black", "Black ash", paint_cabinet("black"), swatch=CABINETS["black"]),
        Choice("white", "White ash", paint_cabinet("white"), swatch=CABINETS["white"]),
    ),
    stocked=True,
)
GRILLE = Pick(
    "grille",
    "Fabric",
    tuple(
        Choice(key, key.capitalize(), (Paint("grille", Material(color=swatch)),), swatch=swatch)
        for key, swatch in GRILLES.items()
    ),
)
WEAVE = Pick(
    "weave",
    "Weave",
    (
        Choice("splash", "Splash-proof weave", note="Rinse it under the tap"),
        Choice("wool", "Danish wool", surcharge=2500, note="Woven in a mill, warm to look at"),
    ),
)
FEET = Pick(
    "feet",
    "Feet",
    (
        Choice("soft", "Soft feet", (Show("feet-soft"),)),
        Choice("brass", "Brass cones", (Show("feet-brass"),), surcharge=2900, note="Turned, with felt discs"),
    ),
)
POWER = Pick(
    "power",
    "Power",
    (
        Choice("mains", "Mains"),
        Choice("battery", "Mains and battery", surcharge=4900, note="14 hours away from a socket"),
    ),
)
COUNT = Pick(
    "count",
    "How many",
    (
        Choice("one", "One speaker"),
        Choice("two", "Stereo pair", note="The second at 15 % off", grams=4_200),
    ),
    stocked=True,
)


def battery_stands_soft(selection: Selection) -> Iterable[Problem]:
    """A speaker that is carried about must not scratch."""
    if selection["power"] == "battery" and selection["feet"] == "brass":
        yield Problem(
            "Brass cones scratch what you carry it to: with a battery it stands on soft feet.",
            ("power", "feet"),
            {"feet": "soft"},
            "Use soft feet",
        )


def wool_stays_indoors(selection: Selection) -> Iterable[Problem]:
    """Wool soaks up water; a battery invites it outdoors."""
    if selection["power"] == "battery" and selection["weave"] == "wool":
        yield Problem(
            "Wool doesn't like rain, and a speaker with a battery goes outdoors.",
            ("power", "weave"),
            {"weave": "splash"},
            "Use the splash-proof weave",
        )


def second_speaker(selection: Selection, subtotal: int) -> Iterable[PriceLine]:
    """The second of a pair costs 85 % of the first, with all its options."""
    if selection["count"] == "two":
        yield PriceLine("Second speaker, 15 % off", subtotal * SECOND_PERCENT // 100)


def matched_veneer(selection: Selection, subtotal: int) -> Iterable[PriceLine]:
    """The sides of a walnut pair are cut from one leaf, which takes a joiner's time."""
    if selection["count"] == "two" and selection["cabinet"] == "walnut":
        yield PriceLine("Veneer matched across the pair", subtotal * SERVICE_PERCENT // 100)


SPEAKER = ProductType(
    name="speaker",
    title="Speaker",
    plural="Speakers",
    attributes=(
        Attribute(
            "place",
            "Place",
            choices={"shelf": "Shelf", "table": "Table and kitchen"},
            facet=True,
        ),
        Attribute(
            "room-size",
            "Room size",
            choices={"small": "Up to 15 m²", "medium": "Up to 30 m²", "large": "Over 30 m²"},
            facet=True,
        ),
        Attribute("output", "Output", unit="W"),
        Attribute("woofer", "Woofer", unit="mm"),
        Attribute("inputs", "Inputs"),
    ),
    options=(CABINET, GRILLE, WEAVE, FEET, POWER, COUNT),
    rules=(battery_stands_soft, wool_stays_indoors),
    price_rules=(second_speaker, matched_veneer),
    supply=Supply(grams=4_200),
)
