"""A manifest in a merchant's words: sizes, notes, and what the options of the type can't find in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from storefront.backoffice.pages import LevelRow, ModelFacts, Note
from storefront.catalog.snapshot import Media
from storefront.configure import Parts
from storefront.effects import effects_of
from storefront.plugin_api import Effect, Option, Paint, Pick, ProductType, Variant


def model_facts(base: str, manifest: Mapping[str, Any], product_type: ProductType | None) -> ModelFacts:
    """What the manifest under ``base`` says, for a product of this type."""
    media = Media(base, manifest)
    width, depth, height = media.size_cm
    options = product_type.options if product_type else ()
    return ModelFacts(
        picture=media.pictures[0],
        fallback=media.pictures[-1],
        levels=tuple(
            LevelRow(name, level["wire_bytes"], level["triangles"], level["texture"])
            for name, level in media.levels.items()
        ),
        width=width,
        depth=depth,
        height=height,
        notes=tuple(Note(line["message"], line.get("advice", "")) for line in manifest["report"]),
        missing=tuple(sentence for option in options for sentence in missing(option, media.parts)),
    )


def missing(option: Option, parts: Parts) -> Iterator[str]:
    """A sentence for each part that the option names and the model lacks."""
    effects = effects_of(option)
    lost = [effect for effect in effects if not parts.has(effect)]
    if effects and len(lost) == len(effects):
        names = list(dict.fromkeys(_name(effect) for effect in lost))
        yield f"This model has no {_listed(names)}: the option {option.label} is hidden."
        return
    for name in dict.fromkeys(_name(effect) for effect in lost):
        choices = _listed([f"“{label}”" for label in _labels(option, name)])
        yield f"This model has no {name}: {option.label} {choices} won't look as it should.".replace(
            "  ", " "
        )


def _labels(option: Option, name: str) -> Iterator[str]:
    if isinstance(option, Pick):
        for choice in option.choices:
            if any(_name(effect) == name for effect in choice.effects):
                yield choice.label


def _name(effect: Effect) -> str:
    if isinstance(effect, Paint):
        return f"material called {effect.slot}"
    if isinstance(effect, Variant):
        return f"colourway called {effect.name}"
    return f"part called {effect.node}"


def _listed(names: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""
