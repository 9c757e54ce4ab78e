"""Over-ear headphones: shell, cushions, cups, microphone and initials."""

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
)

SHELLS = {
    "graphite": Material(color="#34363b", roughness=0.42, metalness=0.0),
    "chalk": Material(color="#e9e6df", roughness=0.45, metalness=0.0),
    "sage": Material(color="#8d9c86", roughness=0.45, metalness=0.0),
    "clay": Material(color="#b5694b", roughness=0.45, metalness=0.0),
    "ink": Material(color="#1f2b45", roughness=0.4, metalness=0.0),
}
CUSHIONS = {"black": "#232325", "tan": "#a8693c", "stone": "#b9b1a4", "wine": "#5a2430"}
STUDIO_SAVING_PERCENT = 25
BOOM_PRICE = 3900
OPEN_PRICE = 3000
LETTER_PRICE = 400


def paint_cushion(colour: str) -> tuple[Paint, ...]:
    """Leather and knit are dyed alike, and the headband with them."""
    look = Material(color=CUSHIONS[colour])
    return Paint("cushion", look), Paint("knit", look)


SHELL = Pick(
    "shell",
    "Colour",
    tuple(
        Choice(key, key.capitalize(), (Paint("shell", look),), swatch=look.color)
        for key, look in SHELLS.items()
    ),
    stocked=True,
)
CUSHION = Pick(
    "cushion",
    "Cushion colour",
    tuple(
        Choice(key, key.capitalize(), paint_cushion(key), swatch=swatch) for key, swatch in CUSHIONS.items()
    ),
)
PADS = Pick(
    "pads",
    "Cushions",
    (
        Choice("leather", "Leather", (Show("pads-leather"),), note="Seals well, wipes clean"),
        Choice("knit", "Knit", (Show("pads-knit"),), surcharge=1500, note="Cooler on warm days"),
    ),
)
CUPS = Pick(
    "cups",
    "Cups",
    (
        Choice("closed", "Closed", (Show("caps-closed"),), note="Keeps your music to yourself"),
        Choice("open", "Open", (Show("caps-open"),), surcharge=OPEN_PRICE, note="A wider, airier stage"),
    ),
)
QUIET = Pick(
    "quiet",
    "Noise cancelling",
    (
        Choice("off", "Without"),
        Choice("on", "With noise cancelling", surcharge=6000, note="Six microphones, 30 hours"),
    ),
)
MICROPHONE = Pick(
    "microphone",
    "Microphone",
    (
        Choice("built-in", "Built in", (Show("port-cover"),)),
        Choice(
            "boom", "Boom arm", (Show("boom"),), surcharge=BOOM_PRICE, note="For calls that sound like radio"
        ),
    ),
)
INITIALS = Text(
    "initials",
    "Initials",
    max_length=3,
    pattern=r"[A-Za-zÀ-ÿ]*",
    surcharge=LETTER_PRICE,
    note="Embossed inside the headband",
)


def open_cups_cannot_cancel(selection: Selection) -> Iterable[Problem]:
    """Cancelling needs a sealed cup."""
    if selection["cups"] == "open" and selection["quiet"] == "on":
        yield Problem(
            "Open cups let the room in, so there is nothing for noise cancelling to work with.",
            ("cups", "quiet"),
            {"cups": "closed"},
            "Use closed cups",
        )


def knit_cannot_cancel(selection: Selection) -> Iterable[Problem]:
    """Cancelling needs a cushion that seals."""
    if selection["pads"] == "knit" and selection["quiet"] == "on":
        yield Problem(
            "Knit cushions let too much sound past for noise cancelling.",
            ("pads", "quiet"),
            {"pads": "leather"},
            "Use leather cushions",
        )


def studio_set(selection: Selection, _subtotal: int) -> Iterable[PriceLine]:
    """Open cups and a boom arm are what a studio orders: together they cost less."""
    if selection["cups"] == "open" and selection["microphone"] == "boom":
        yield PriceLine("Studio set", -(OPEN_PRICE + BOOM_PRICE) * STUDIO_SAVING_PERCENT // 100)


def third_initial_free(selection: Selection, _subtotal: int) -> Iterable[PriceLine]:
    """Two letters are paid, the third is a present."""
    if len(str(selection["initials"]).replace(" ", "")) == INITIALS.max_length:
        yield PriceLine("Third initial free", -LETTER_PRICE)


HEADPHONES = ProductType(
    name="headphones",
    title="Headphones",
    plural="Headphones",
    attributes=(
        Attribute(
            "use",
            "Made for",
            choices={"travel": "Travel", "studio": "Studio", "home": "Home"},
            facet=True,
        ),
        Attribute(
            "connection",
            "Connection",
            choices={"wireless": "Wireless", "wired": "Wired", "both": "Wireless and wired"},
            facet=True,
        ),
        Attribute("driver", "Driver", unit="mm"),
        Attribute("battery", "Battery", unit="h"),
        Attribute("weight", "Weight", unit="g"),
    ),
    options=(SHELL, CUSHION, PADS, CUPS, QUIET, MICROPHONE, INITIALS),
    rules=(open_cups_cannot_cancel, knit_cannot_cancel),
    price_rules=(studio_set, third_initial_free),
    supply=Supply(grams=600, weighed="weight"),
)
