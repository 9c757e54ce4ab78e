"""Mechanical keyboards: case, colourway of the caps, switches, plate, cable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Colourway:
    """A set of caps: letters, outer keys, accents, the print on them, and the cable (sRGB)."""

    label: str
    letters: str
    outer: str
    accent: str
    legend: str
    cable: str

    def paints(self) -> tuple[Paint, ...]:
        """What the set paints."""
        return (
            Paint("caps", Material(color=self.letters)),
            Paint("caps-outer", Material(color=self.outer)),
            Paint("caps-accent", Material(color=self.accent)),
            Paint("legend", Material(color=self.legend)),
            Paint("cable", Material(color=self.cable)),
        )


CASES = {
    "graphite": Material(color="#3a3c40", roughness=0.42, metalness=0.9),
    "silver": Material(color="#c4c6c8", roughness=0.36, metalness=0.9),
    "champagne": Material(color="#d9c3a0", roughness=0.36, metalness=0.9),
    "pine": Material(color="#2f4a40", roughness=0.42, metalness=0.9),
}
COLOURWAYS = {
    "linen": Colourway("Linen", "#ece6d9", "#b9b2a2", "#d4633c", "#3a3835", "#d4633c"),
    "dusk": Colourway("Dusk", "#3b4358", "#2a3040", "#e79a86", "#e9e4dc", "#e79a86"),
    "fjord": Colourway("Fjord", "#e6ebec", "#5f7f8c", "#f0c04a", "#2c3d45", "#5f7f8c"),
    "matcha": Colourway("Matcha", "#f0eee2", "#93a77e", "#5d7350", "#38422f", "#93a77e"),
    "midnight": Colourway("Midnight", "#26272b", "#1b1c1f", "#7a6cf0", "#d9d9de", "#7a6cf0"),
}
TYPIST_SAVING_PERCENT = 10

CASE = Pick(
    "case",
    "Case",
    (
        Choice("graphite", "Graphite", (Paint("case", CASES["graphite"]),), swatch="#3a3c40"),
        Choice("silver", "Silver", (Paint("case", CASES["silver"]),), swatch="#c4c6c8"),
        Choice("champagne", "Champagne", (Paint("case", CASES["champagne"]),), 1500, swatch="#d9c3a0"),
        Choice("pine", "Pine green", (Paint("case", CASES["pine"]),), 1500, swatch="#2f4a40"),
    ),
    stocked=True,
)
CAPS = Pick(
    "caps",
    "Keycaps",
    tuple(Choice(key, way.label, way.paints(), swatch=way.outer) for key, way in COLOURWAYS.items()),
)
SWITCHES = Pick(
    "switches",
    "Switches",
    (
        Choice("linear", "Linear", note="Smooth all the way down"),
        Choice("tactile", "Tactile", note="A soft bump, no click"),
        Choice("clicky", "Clicky", note="You hear every word"),
    ),
)
PLATE = Pick(
    "plate",
    "Plate",
    (
        Choice("aluminium", "Aluminium"),
        Choice("brass", "Brass", surcharge=3500, note="Heavier, with a deeper sound", grams=450),
    ),
)
DAMPING = Pick(
    "damping",
    "Sound",
    (
        Choice("open", "Open"),
        Choice("quiet", "Quiet, with foam", surcharge=1200, note="For a shared office"),
    ),
)
LINK = Pick(
    "link",
    "Connection",
    (
        Choice("cable", "USB-C cable"),
        Choice("wireless", "Cable and wireless", surcharge=3000, note="Three devices, months on a charge"),
    ),
)
CABLE = Pick(
    "cable",
    "Cable",
    (
        Choice("straight", "Straight", (Show("cable-straight"),)),
        Choice(
            "coiled", "Coiled", (Show("cable-coiled"),), surcharge=1900, note="Braided by hand", lead_days=5
        ),
    ),
)


def clicks_are_loud(selection: Selection) -> Iterable[Problem]:
    """Foam doesn't quieten a switch that is made to click."""
    if selection["switches"] == "clicky" and selection["damping"] == "quiet":
        yield Problem(
            "Clicky switches stay loud with foam: tactile ones feel alike and keep the peace.",
            ("switches", "damping"),
            {"switches": "tactile"},
            "Use tactile switches",
        )


def brass_blocks_radio(selection: Selection) -> Iterable[Problem]:
    """A full brass plate shields the aerial."""
    if selection["plate"] == "brass" and selection["link"] == "wireless":
        yield Problem(
            "A brass plate blocks the aerial: wireless works with the aluminium plate.",
            ("plate", "link"),
            {"plate": "aluminium"},
            "Use the aluminium plate",
        )


def typist_saving(selection: Selection, subtotal: int) -> Iterable[PriceLine]:
    """The typist's set - brass, foam and the coiled cable - costs a tenth less as a whole."""
    if (selection["plate"], selection["damping"], selection["cable"]) == ("brass", "quiet", "coiled"):
        yield PriceLine("Typist's set, 10 % off", -subtotal * TYPIST_SAVING_PERCENT // 100)


def matching_cable(selection: Selection, _subtotal: int) -> Iterable[PriceLine]:
    """A coiled cable for the violet set is dyed to order."""
    if selection["cable"] == "coiled" and selection["caps"] == "midnight":
        yield PriceLine("Cable dyed to order", 600)


KEYBOARD = ProductType(
    name="keyboard",
    title="Keyboard",
    plural="Keyboards",
    attributes=(
        Attribute(
            "layout",
            "Layout",
            choices={"60": "60 %", "75": "75 %"},
            facet=True,
        ),
        Attribute(
            "profile",
            "Profile",
            choices={"low": "Low", "classic": "Classic"},
            facet=True,
        ),
        Attribute("keys", "Keys"),
        Attribute("weight", "Weight", unit="g"),
        Attribute("caps-made-of", "Caps made of"),
    ),
    options=(CASE, CAPS, SWITCHES, PLATE, DAMPING, LINK, CABLE),
    rules=(clicks_are_loud, brass_blocks_radio),
    price_rules=(typist_saving, matching_cable),
    supply=Supply(grams=1_200, weighed="weight"),
)
