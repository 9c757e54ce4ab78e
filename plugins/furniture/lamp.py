"""Lamps: shade, metal, height, and what is inside."""

from __future__ import annotations

from collections.abc import Iterable

from plugins.furniture.choices import COMMON, WOOD
from storefront.plugin_api import (
    Choice,
    Material,
    Measure,
    Paint,
    Pick,
    PriceLine,
    Problem,
    ProductType,
    Selection,
    Stretch,
    Supply,
)

SHADE = Pick(
    "shade",
    "Shade",
    tuple(
        Choice(key, label, (Paint("shade", Material(color=color)),), swatch=color)
        for key, label, color in (
            ("linen", "Linen", "#efe6d6"),
            ("clay", "Clay red", "#b5532f"),
            ("sage", "Sage", "#98a58d"),
            ("sky", "Sky", "#9db4c4"),
            ("saffron", "Saffron", "#d9a441"),
            ("soot", "Soot", "#35332f"),
        )
    ),
)

METAL = Pick(
    "metal",
    "Metal",
    tuple(
        Choice(
            key,
            label,
            (Paint("metal", Material(color=color, roughness=roughness, metalness=metalness)),),
            surcharge,
            color,
        )
        for key, label, color, roughness, metalness, surcharge in (
            ("brass", "Brushed brass", "#dcc08a", 0.9, 1.0, 0),
            ("steel", "Brushed steel", "#c9c9c6", 0.9, 1.0, 0),
            ("copper", "Copper", "#d8977a", 0.8, 1.0, 1500),
            ("black", "Black lacquer", "#222120", 1.0, 0.0, 0),
        )
    ),
)

HEIGHT = Measure(
    "height",
    "Height",
    140,
    175,
    152,
    surcharge=60,
    effects=(Stretch("stand", "y", "height", keep=0.42),),
)

BULB = Pick(
    "bulb",
    "Bulb",
    (
        Choice("none", "Without bulb", surcharge=-700),
        Choice("led", "LED, 2700 K", note="Included"),
        Choice("warm", "LED that warms as it dims", surcharge=1200),
    ),
    "led",
)

SWITCH = Pick(
    "switch",
    "Switch",
    (
        Choice("foot", "On the cable"),
        Choice("dimmer", "Dimmer on the cable", surcharge=2400),
    ),
)


def dimmer_needs_bulb(selection: Selection) -> Iterable[Problem]:
    """The plain LED flickers on a dimmer."""
    if selection["switch"] == "dimmer" and selection["bulb"] == "led":
        yield Problem(
            "The plain LED flickers on a dimmer; the one that warms as it dims is made for it.",
            ("switch", "bulb"),
            {"bulb": "warm"},
            "Take the dimmable bulb",
        )


def evening_set(selection: Selection, _subtotal: int) -> Iterable[PriceLine]:
    """Dimmer and its bulb together: 10 euros less."""
    if selection["switch"] == "dimmer" and selection["bulb"] == "warm":
        yield PriceLine("Dimmer and bulb together", -1000)


LAMP = ProductType(
    "lamp",
    "Lamp",
    "Lamps",
    attributes=COMMON,
    options=(SHADE, METAL, WOOD, HEIGHT, BULB, SWITCH),
    rules=(dimmer_needs_bulb,),
    price_rules=(evening_set,),
    supply=Supply(stocked=False, lead_days=10, grams=5_000, weighed="weight"),
)
