"""Acetate sunglasses: frame, lenses, prescription, cord and engraving."""

from __future__ import annotations

from collections.abc import Iterable

from plugins.fashion.choices import MADE_IN, MATERIAL, OCCASION, WEIGHT, letters, swatch
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

SHAPE = Attribute("shape", "Shape", choices={"round": "Round", "square": "Square"}, facet=True)
LENS_WIDTH = Attribute("lens_width", "Lens width", unit="mm")
LETTER = 150
ROOM_BESIDE_CHAIN = 8
MIRRORS = ("silver", "dawn")


def lens(key: str, label: str, color: str) -> Choice:
    """A plain tint; the lens stays as clear as the model has it."""
    return swatch("lens", key, label, color)


def mirror(key: str, label: str, color: str) -> Choice:
    """A mirror coating over a dark tint."""
    paint = Paint("lens", Material(color=color, metalness=0.95, roughness=0.04))
    return Choice(key, label, (paint,), 2500, color, "Reflects twice as much glare.")


FRAME = Pick(
    "frame",
    "Frame",
    (
        swatch("frame", "chestnut", "Chestnut", "#7c4423"),
        swatch("frame", "ink", "Ink", "#222429"),
        swatch("frame", "honey", "Honey", "#cc8a3a"),
        swatch("frame", "olive", "Olive", "#5f6440"),
        swatch("frame", "rosewood", "Rosewood", "#7d3138"),
        swatch("frame", "champagne", "Champagne", "#e3cdb0"),
    ),
    note="Cut from a 6 mm sheet and tumbled for four days.",
    stocked=True,
)
LENSES = Pick(
    "lenses",
    "Lenses",
    (
        lens("green", "Bottle green", "#2c3b31"),
        lens("grey", "Grey", "#2b2e33"),
        lens("brown", "Brown", "#4a3020"),
        lens("blue", "Atlantic blue", "#27466b"),
        lens("amber", "Amber, for dull days", "#c07a28"),
        mirror("silver", "Silver mirror", "#d5dae0"),
        mirror("dawn", "Dawn mirror", "#f0a58a"),
    ),
    note="All block 100 % of UVA and UVB.",
)
PRESCRIPTION = Pick(
    "prescription",
    "Prescription",
    (
        Choice("none", "Without"),
        Choice("single", "Single vision", (), 8900, lead_days=10),
        Choice("progressive", "Progressive", (), 21900, lead_days=14),
    ),
    note="We ask for your values by mail after the order.",
)
CHAIN = Pick(
    "chain",
    "Neck chain",
    (
        Choice("none", "None"),
        Choice("gold", "Gilded chain", (Show("chain"),), 2900),
    ),
)
ENGRAVING = Text("engraving", "Engraving", 16, surcharge=LETTER, note="On the inside of the left temple.")


def no_mirror_on_progressive(selection: Selection) -> Iterable[Problem]:
    """Mirror coatings are made for plain and single-vision lenses only."""
    if selection["prescription"] == "progressive" and selection["lenses"] in MIRRORS:
        yield Problem(
            "A mirror coating cannot be put on progressive lenses; a plain tint can.",
            ("lenses", "prescription"),
            {"lenses": "grey"},
            "Use grey lenses",
        )


def chain_shortens_engraving(selection: Selection) -> Iterable[Problem]:
    """The loop of the chain covers the end of the temple."""
    text = str(selection["engraving"])
    if selection["chain"] == "gold" and len(text) > ROOM_BESIDE_CHAIN:
        yield Problem(
            f"The loop of the chain leaves room for {ROOM_BESIDE_CHAIN} engraved letters.",
            ("chain", "engraving"),
            {"chain": "none"},
            "Leave the chain out",
        )


def gift_set(selection: Selection, _subtotal: int) -> Iterable[PriceLine]:
    """With a chain, the engraving is on the house."""
    count = letters(selection, "engraving")
    if selection["chain"] == "gold" and count:
        yield PriceLine("Gift set: engraving included", -LETTER * count)


SUNGLASSES = ProductType(
    name="sunglasses",
    title="Sunglasses",
    plural="Sunglasses",
    attributes=(MATERIAL, SHAPE, OCCASION, MADE_IN, WEIGHT, LENS_WIDTH),
    options=(FRAME, LENSES, PRESCRIPTION, CHAIN, ENGRAVING),
    rules=(no_mirror_on_progressive, chain_shortens_engraving),
    price_rules=(gift_set,),
    supply=Supply(grams=150),
)
