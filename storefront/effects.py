"""What a selection does to the model, told to the viewer as plain JSON values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from storefront.plugin_api import Effect, Measure, Option, Paint, Pick, Selection, Show, Stretch, Variant

METRES = {"mm": 0.001, "cm": 0.01}


def effects_of(option: Option) -> tuple[Effect, ...]:
    """Every effect that some value of the option can have."""
    if isinstance(option, Pick):
        return tuple(effect for choice in option.choices for effect in choice.effects)
    return option.effects if isinstance(option, Measure) else ()


def effects_key(effects: Iterable[Mapping[str, Any]]) -> str:
    """32 hex digits that are equal for equal looks: texts and parts that don't grow make no difference."""
    seen = [effect for effect in effects if effect["kind"] != "text" and effect.get("grow", 1)]
    # A store may hand back 1.0 as 1: the same number, the same key.
    alike = json.loads(json.dumps(seen, default=float), parse_int=float)
    return hashlib.sha256(json.dumps(alike, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:32]


def described(options: tuple[Option, ...], selection: Selection) -> Iterator[Mapping[str, Any]]:
    """The effects of a complete selection, in order, as the viewer reads them (docs/viewer.md)."""
    measures = {option.key: option for option in options if isinstance(option, Measure)}
    for option in options:
        value = selection[option.key]
        if isinstance(option, Pick):
            chosen = next(choice for choice in option.choices if choice.key == value)
            effects, others = chosen.effects, {e.node for e in effects_of(option) if isinstance(e, Show)}
        elif isinstance(option, Measure):
            effects, others = option.effects, set()
        else:
            yield {"kind": "text", "option": option.key, "value": value}
            continue
        shown = {effect.node for effect in effects if isinstance(effect, Show)}
        if others and not shown:
            yield {"kind": "show", "node": "", "hides": sorted(others)}
        for effect in effects:
            yield _effect(effect, selection, measures, sorted(others - shown))


def _effect(
    effect: Effect, selection: Selection, measures: Mapping[str, Measure], hides: list[str]
) -> Mapping[str, Any]:
    if isinstance(effect, Paint):
        look = {key: getattr(effect.material, key) for key in effect.material.__slots__}
        return {"kind": "paint", "slot": effect.slot, "material": look}
    if isinstance(effect, Show):
        return {"kind": "show", "node": effect.node, "hides": hides}
    if isinstance(effect, Variant):
        return {"kind": "variant", "name": effect.name}
    return _stretch(effect, selection, measures.get(effect.option))


def _stretch(effect: Stretch, selection: Selection, measure: Measure | None) -> Mapping[str, Any]:
    grow = (int(selection[measure.key]) - measure.default) * METRES[measure.unit] if measure else 0.0
    return {
        "kind": "stretch",
        "node": effect.node,
        "axis": effect.axis,
        "grow": round(grow, 6),
        "keep": effect.keep,
    }
