"""A manifest in a merchant's words: sizes, notes, and what the options of the type can't find in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from storefront.backoffice.pages import LevelRow, ModelFacts, Note, Notes
from storefront.catalog.snapshot import Media
from storefront.configure import Parts
from storefront.effects import effects_of
from storefront.plugin_api import Effect, Option, Paint, Pick, ProductType, Variant

TITLES = (("error", "Settle first"), ("warning", "Worth mending"), ("note", "Good to know"))
RENAME = "Name parts so in your program and upload the model again, or sell it without these options."

LOOKS = ((0.04, "Looks the same"), (0.07, "Hardly differs"), (0.14, "Slightly softer"))
"""Differences up to which words hold (``plugin_api.Level``)."""


def model_facts(base: str, manifest: Mapping[str, Any], product_type: ProductType | None) -> ModelFacts:
    """What the manifest under ``base`` says, for a product of this type."""
    media = Media(base, manifest)
    width, depth, height = media.size_cm
    options = product_type.options if product_type else ()
    return ModelFacts(
        picture=media.pictures[0],
        fallback=media.pictures[-1],
        levels=tuple(
            LevelRow(
                name,
                level["wire_bytes"],
                level["triangles"],
                level["texture"],
                look(level.get("difference")),
                level.get("memory", 0),
            )
            for name, level in media.levels.items()
        ),
        width=width,
        depth=depth,
        height=height,
        notes=grouped(
            manifest["report"],
            [sentence for option in options for sentence in missing(option, media.parts)],
        ),
    )


def look(difference: float | None) -> str:
    """What one sees of a level's difference to the file (docs/manifest.md), in words."""
    if difference is None:
        return ""
    return next((words for most, words in LOOKS if difference <= most), "Looks simpler")


def grouped(report: Iterable[Mapping[str, str]], lost: Iterable[str]) -> tuple[Notes, ...]:
    """The remarks by severity, the worst first; what options can't find is as bad as a warning."""
    found: dict[str, list[Note]] = {severity: [] for severity, _ in TITLES}
    for line in report:
        found[line.get("severity", "note")].append(Note(line["message"], line.get("advice", "")))
    groups = [Notes(name, title, tuple(found[name])) for name, title in TITLES]
    options = Notes("warning", "Options that find no part", tuple(Note(text, "") for text in lost), RENAME)
    return tuple(group for group in (*groups[:2], options, *groups[2:]) if group.notes)


def names_wanted(product_type: ProductType) -> tuple[tuple[str, str], ...]:
    """By option: what parts, materials and colourways of a model must be called to follow it."""
    wanted = []
    for option in product_type.options:
        names = _by_kind(_part(effect) for effect in effects_of(option))
        if names:
            wanted.append((option.label, "; ".join(f"{kind} {called}" for kind, called in names.items())))
    return tuple(wanted)


def missing(option: Option, parts: Parts) -> Iterator[str]:
    """A sentence for each part that the option names and the model lacks, one for all if it has none."""
    effects = effects_of(option)
    lost = list(dict.fromkeys(_part(effect) for effect in effects if not parts.has(effect)))
    if lost and not any(parts.has(effect) for effect in effects):
        absent = [f"no {kind} called {called}" for kind, called in _by_kind(lost).items()]
        yield f"This model has {' and '.join(absent)}: the option {option.label} is hidden."
        return
    for kind, name in lost:
        choices = _listed([f"“{label}”" for label in _labels(option, (kind, name))])
        sentence = (
            f"This model has no {kind} called {name}: {option.label} {choices} won't look as it should."
        )
        yield sentence.replace("  ", " ")


def _by_kind(parts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The names of parts by their kind, in words, each of them once."""
    names: dict[str, list[str]] = {}
    for kind, name in dict.fromkeys(parts):
        names.setdefault(kind, []).append(name)
    return {kind: _listed(called) for kind, called in names.items()}


def _labels(option: Option, part: tuple[str, str]) -> Iterator[str]:
    if isinstance(option, Pick):
        for choice in option.choices:
            if any(_part(effect) == part for effect in choice.effects):
                yield choice.label


def _part(effect: Effect) -> tuple[str, str]:
    if isinstance(effect, Paint):
        return "material", effect.slot
    if isinstance(effect, Variant):
        return "colourway", effect.name
    return "part", effect.node


def _listed(names: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""
