"""Small builders that the fashion product types share: swatches, sizes, attributes and price rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from storefront.plugin_api import Attribute, Choice, Material, Paint, Pick, PriceLine, PriceRule, Selection

MATERIAL = Attribute(
    "material",
    "Material",
    choices={
        "leather": "Leather",
        "suede": "Suede",
        "knit": "Recycled knit",
        "canvas": "Waxed canvas",
        "felt": "Wool felt",
        "straw": "Woven straw",
        "acetate": "Bio-acetate",
        "gold": "Recycled gold",
    },
    facet=True,
)
OCCASION = Attribute(
    "occasion",
    "Made for",
    choices={
        "everyday": "Every day",
        "travel": "Travel",
        "sport": "Sport",
        "summer": "Summer",
        "celebration": "Celebration",
    },
    facet=True,
)
MADE_IN = Attribute(
    "made_in",
    "Made in",
    choices={"portugal": "Portugal", "italy": "Italy", "spain": "Spain", "germany": "Germany"},
    facet=True,
)
WEIGHT = Attribute("weight", "Weight", unit="g")


def swatch(slot: str, key: str, label: str, color: str, surcharge: int = 0) -> Choice:
    """A colour of the material ``slot``; the rest of the material stays as the model has it."""
    return Choice(key, label, (Paint(slot, Material(color=color)),), surcharge, swatch=color)


def sizes(label: str, keys: Iterable[int], default: int, note: str, stocked: bool = False) -> Pick:
    """A pick of EU sizes under the option key ``size``; ``stocked``: each size lies apart in stock."""
    return Pick("size", label, tuple(Choice(str(k), str(k)) for k in keys), str(default), note, stocked)


def percentage(label: str, percent: int, applies: Callable[[Selection], bool]) -> PriceRule:
    """A price rule that adds ``percent`` of the subtotal, rounded down to whole cents."""

    def rule(selection: Selection, subtotal: int) -> Iterable[PriceLine]:
        if applies(selection):
            yield PriceLine(f"{label} ({percent:+d} %)", subtotal * percent // 100)

    return rule


def reduction(label: str, amount: int, applies: Callable[[Selection], bool]) -> PriceRule:
    """A price rule that takes ``amount`` cents off when things are bought together."""

    def rule(selection: Selection, subtotal: int) -> Iterable[PriceLine]:
        if applies(selection):
            yield PriceLine(label, -min(amount, subtotal))

    return rule


def letters(selection: Selection, key: str) -> int:
    """How many letters of the text ``key`` are charged: all but spaces."""
    return len(str(selection[key]).replace(" ", ""))
