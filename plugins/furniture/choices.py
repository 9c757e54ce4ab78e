"""What the furniture's product types share: attributes, cloths, woods and ways to price."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from storefront.plugin_api import (
    Attribute,
    Choice,
    Material,
    Paint,
    Pick,
    PriceLine,
    PriceRule,
    Selection,
    Variant,
)

ROOM = Attribute(
    "room",
    "Room",
    choices={
        "living": "Living room",
        "dining": "Dining room",
        "bedroom": "Bedroom",
        "study": "Study",
    },
    facet=True,
)
STYLE = Attribute(
    "style",
    "Style",
    choices={"light": "Light Nordic", "soft": "Soft and round", "classic": "Modern classic"},
    facet=True,
)
MATERIAL = Attribute(
    "material",
    "Material",
    choices={
        "wool": "Wool",
        "boucle": "Bouclé",
        "leather": "Leather",
        "oak": "Solid oak",
        "linen": "Linen",
        "metal": "Metal",
    },
    facet=True,
)
SEATS = Attribute("seats", "Seats", facet=True)
WIDTH = Attribute("width", "Width", unit="cm", measures="width")
DEPTH = Attribute("depth", "Depth", unit="cm", measures="depth")
HEIGHT = Attribute("height", "Height", unit="cm", measures="height")
WEIGHT = Attribute("weight", "Weight", unit="kg")
COMMON = (MATERIAL, STYLE, ROOM, WIDTH, DEPTH, HEIGHT, WEIGHT)

VELVETS = frozenset({"forest", "midnight", "blush"})

WOOD = Pick(
    "wood",
    "Wood",
    (
        Choice("oak", "Oiled oak", (Variant("Oak"),), swatch="#d0ad7d"),
        Choice("walnut", "Walnut", (Variant("Walnut"),), surcharge=9000, swatch="#714a31"),
        Choice("black", "Black ash", (Variant("Black ash"),), surcharge=3000, swatch="#2f2a27"),
    ),
    note="From managed forests in Denmark and Poland, finished with hard-wax oil.",
)


def wool(key: str, label: str, color: str) -> Choice:
    """A wool weave."""
    return Choice(key, f"Wool, {label}", (Paint("fabric", Material(color=color)),), swatch=color)


def velvet(key: str, label: str, color: str, sheen: str, surcharge: int) -> Choice:
    """A cotton velvet, woven when it is ordered; ``sheen`` is the light in its pile."""
    material = Material(color=color, roughness=0.8, sheen=sheen)
    return Choice(key, f"Velvet, {label}", (Paint("fabric", material),), surcharge, color, lead_days=7)


def cloths(surcharge: int) -> Pick:
    """The upholstery collection; velvet costs ``surcharge`` more."""
    choices = (
        wool("oat", "oat", "#d6c9b2"),
        wool("ecru", "ecru", "#e6dccb"),
        wool("sage", "sage", "#8c9a86"),
        wool("slate", "slate", "#5b6470"),
        wool("rust", "rust", "#a8593c"),
        wool("coal", "coal", "#3a3937"),
        velvet("forest", "forest", "#2f4f40", "#7fa08f", surcharge),
        velvet("midnight", "midnight", "#2a3758", "#8a98c4", surcharge),
        velvet("blush", "blush", "#b98279", "#e8c4bd", surcharge),
    )
    return Pick("fabric", "Fabric", choices, "sage", "All covers come off. Samples are free.")


def percent(amount: int, share: int) -> int:
    """``share`` percent of an amount in minor units, rounded to the nearest; halves go up."""
    return (amount * share + 50) // 100


def sets_of(noun: str, grams: int, reductions: dict[int, int]) -> tuple[Pick, PriceRule]:
    """An option to buy several at once, and its price rule; ``reductions`` maps a number to percent off.

    Each further piece adds ``grams``.
    """
    choices = tuple(
        Choice(
            str(count),
            f"One {noun}" if count == 1 else f"Set of {count}",
            note=f"{share} % less" if share else "",
            grams=(count - 1) * grams,
        )
        for count, share in reductions.items()
    )

    def rule(selection: Selection, subtotal: int) -> Iterable[PriceLine]:
        count = int(selection["set"])
        if count > 1:
            yield PriceLine(f"{count - 1} more of the same", subtotal * (count - 1))
            share = reductions[count]
            yield PriceLine(f"Set of {count}, {share} % off", -percent(subtotal * count, share))

    return Pick("set", "How many", choices, "1"), rule


def per_centimetre(
    label: str, key: str, above: int, rate: int, applies: Callable[[Selection], bool]
) -> PriceRule:
    """A price rule: ``rate`` minor units for each centimetre of the measure ``key`` above a length."""

    def rule(selection: Selection, _subtotal: int) -> Iterable[PriceLine]:
        extra = int(selection[key]) - above
        if extra > 0 and applies(selection):
            yield PriceLine(f"{label}, {extra} cm", extra * rate)

    return rule
