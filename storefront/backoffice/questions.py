"""What only the merchant knows of a model: how large the product really is, and which way it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from storefront.assets import operations as assets
from storefront.assets.answers import UNITS, UPS
from storefront.assets.models import Asset
from storefront.backoffice.pages import Answer, Question
from storefront.plugin_api import LENGTHS
from storefront.web.errors import ShopError

UNIT_ORDER = ("mm", "cm", "m", "in")

Size = tuple[float, float, float]
"""Width, depth and height in metres."""


class NoAnswer(ShopError):
    """Something else than what the page asks."""

    def __init__(self) -> None:
        super().__init__(
            "That isn't one of the answers", "Choose a size and which way is up, then send it again.", 422
        )


class Unanswered(ShopError):
    """A publish of a model whose size or axes are a guess, without a word on whether the guess is right."""

    def __init__(self, slug: str) -> None:
        super().__init__(
            "Is this model's size right?",
            "Its unit or its upper side is our guess. Look at its size and its picture, then confirm them.",
            409,
            action_label="Look at the model",
            action_url=f"/merchant/products/{slug}",
        )


def is_sure(manifest: Mapping[str, Any]) -> bool:
    """Whether nothing about the model is left to guess."""
    return bool(manifest.get("source", {}).get("sure", True))


def question(asset: Asset, manifest: Mapping[str, Any]) -> Question | None:
    """What may be asked about a model that is made; None for one of before there were questions."""
    source = manifest.get("source", {})
    if "unit" not in source:
        return None
    low, high = manifest["bounds"]["min"], manifest["bounds"]["max"]
    wide, tall, deep = ((b - a) / source["unit"] for a, b in zip(low, high, strict=True))
    taken = min(UNITS, key=lambda unit: abs(LENGTHS[unit] - source["unit"]))
    return Question(
        asset_id=asset.asset_id,
        sure=is_sure(manifest),
        units=tuple(unit_answer(unit, (wide, deep, tall), unit == taken) for unit in UNIT_ORDER),
        ups=tuple(up_answer(up, up == source["up"]) for up in sorted(UPS, key=lambda up: up != source["up"])),
    )


def unit_answer(unit: str, raw: Size, chosen: bool) -> Answer:
    """The model in one unit: its longest side, and its size as people say it."""
    width, depth, height = (side * LENGTHS[unit] for side in raw)
    size = f"{spoken(width)} wide, {spoken(depth)} deep, {spoken(height)} high"
    return Answer(unit, f"{number(max(raw))} {unit}", size, chosen)


def up_answer(up: str, chosen: bool) -> Answer:
    """One axis that may be up."""
    label = "It stands as in the picture" if chosen else "It lies on its back or face in the picture"
    return Answer(up, label, f"{up.upper()} is up in the file", chosen)


def spoken(metres: float) -> str:
    """``2.2 m``, ``83 cm``, ``4.2 mm``."""
    for unit, least in (("m", 1.0), ("cm", 0.01)):
        if metres >= least:
            return f"{number(metres / LENGTHS[unit])} {unit}"
    return f"{number(metres * 1000)} mm"


def number(value: float) -> str:
    """Three digits that matter, or all of a whole number."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def answer(asset_id: str, unit: str, up: str) -> Asset:
    """Render it again as the merchant says. Raises :class:`NoAnswer`, ``assets.AssetMissing``."""
    if unit not in UNITS or up not in UPS:
        raise NoAnswer
    return assets.render_again(asset_id, unit, up)
