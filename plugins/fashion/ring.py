"""Rings: metal, stone, setting, size and a line engraved inside."""

from __future__ import annotations

from collections.abc import Iterable

from plugins.fashion.choices import MADE_IN, MATERIAL, OCCASION, letters, percentage, sizes
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

CARAT = Attribute("carat", "Centre stone", unit="ct")
LETTER = 250
FREE_LETTERS = 5
LETTERS_LESS_THAN_SIZE = 34


def metal(key: str, label: str, color: str, roughness: float = 0.14) -> Choice:
    """A metal of band and setting."""
    paint = Paint("metal", Material(color=color, metalness=1.0, roughness=roughness))
    return Choice(key, label, (paint,), 0, color)


def stone(key: str, label: str, color: str, surcharge: int) -> Choice:
    """A stone; accent stones beside it stay white."""
    return Choice(key, label, (Paint("stone", Material(color=color)),), surcharge, color)


METAL = Pick(
    "metal",
    "Metal",
    (
        metal("yellow", "Yellow gold 750", "#f4d08a"),
        metal("rose", "Rose gold 750", "#f0bea2"),
        metal("white", "White gold 750", "#e6e3dd"),
        metal("platinum", "Platinum 950", "#d6d8da", 0.2),
    ),
)
STONE = Pick(
    "stone",
    "Stone",
    (
        stone("white", "White sapphire", "#eef4fa", 0),
        stone("blue", "Blue sapphire", "#2c4fb0", 12000),
        stone("ruby", "Ruby", "#b5193c", 24000),
        stone("emerald", "Emerald", "#178a5b", 38000),
        stone("morganite", "Morganite", "#f0b5a6", 9000),
        stone("diamond", "Laboratory-grown diamond", "#ffffff", 69000),
    ),
)
SETTING = Pick(
    "setting",
    "Setting",
    (
        Choice("claws", "Six claws", (Show("claws"),), note="Most light for the stone."),
        Choice("bezel", "Bezel", (Show("bezel"),), 6000, note="A full collar that guards the edge."),
    ),
)
ENGRAVING = Text("engraving", "Engraving", 24, surcharge=LETTER, note="Inside the band.")


def emeralds_need_a_bezel(selection: Selection) -> Iterable[Problem]:
    """Emeralds chip too easily for open claws."""
    if selection["stone"] == "emerald" and selection["setting"] == "claws":
        yield Problem(
            "An emerald chips too easily for open claws; a bezel guards its edge.",
            ("stone", "setting"),
            {"setting": "bezel"},
            "Use the bezel",
        )


def engraving_fits_inside(selection: Selection) -> Iterable[Problem]:
    """Each millimetre of the inner round above 34 holds one letter of 2 mm with its gap."""
    room = int(selection["size"]) - LETTERS_LESS_THAN_SIZE
    text = str(selection["engraving"])
    if len(text) > room:
        yield Problem(
            f"Size {selection['size']} has room for {room} letters, your engraving has {len(text)}.",
            ("engraving", "size"),
            {"engraving": text[:room].rstrip()},
            f"Shorten it to “{text[:room].rstrip()}”",
        )


def first_letters_free(selection: Selection, _subtotal: int) -> Iterable[PriceLine]:
    """A name is on the house: the first five letters cost nothing."""
    free = min(letters(selection, "engraving"), FREE_LETTERS)
    if free:
        yield PriceLine(f"First {free} letters free", -LETTER * free)


RING = ProductType(
    name="ring",
    title="Ring",
    plural="Rings",
    attributes=(MATERIAL, OCCASION, MADE_IN, CARAT),
    options=(
        METAL,
        STONE,
        SETTING,
        sizes("Size (EU)", range(48, 63), 54, "The inner round in millimetres; we resize once for free."),
        ENGRAVING,
    ),
    rules=(emeralds_need_a_bezel, engraving_fits_inside),
    price_rules=(
        first_letters_free,
        percentage("Platinum instead of gold", 20, lambda s: s["metal"] == "platinum"),
    ),
    supply=Supply(stocked=False, lead_days=14, grams=120),
)
