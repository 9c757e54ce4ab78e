"""What a product's item keeps of its model's manifest: an item of DynamoDB holds 400 kB, a model any number
of names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from storefront.effects import effects_of
from storefront.plugin_api import Paint, ProductType, Variant

NAMES = ("nodes", "materials", "variants", "animations", "extensions")
ROOM = 48_000
"""Bytes of names that are kept as they are. Of more, those stay that an option can address."""

MOST_VARIANTS, MOST_REMARKS = 60, 60


def kept(manifest: Mapping[str, Any], types: Iterable[ProductType]) -> dict[str, Any]:
    """The manifest as an item keeps it; all of it lies beside the model (docs/manifest.md).

    ``types`` are all that the shop sells: a product may get another type's options later.
    """
    result = {**manifest, "report": list(manifest.get("report", []))[:MOST_REMARKS]}
    names = {kind: list(manifest.get(kind, [])) for kind in NAMES}
    if len(json.dumps(names)) <= ROOM:
        return result
    parts, slots, variants = addressed(types)
    return result | {
        "nodes": [name for name in names["nodes"] if name in parts],
        "materials": [name for name in names["materials"] if name in slots],
        "variants": sorted(names["variants"], key=lambda name: name not in variants)[:MOST_VARIANTS],
        "animations": [],
        "extensions": names["extensions"][:MOST_REMARKS],
    }


def addressed(types: Iterable[ProductType]) -> tuple[set[str], set[str], set[str]]:
    """The names of nodes, of materials and of variants that options of these types address."""
    nodes, materials, variants = set[str](), set[str](), set[str]()
    for effect in (e for each in types for option in each.options for e in effects_of(option)):
        if isinstance(effect, Paint):
            materials.add(effect.slot)
        elif isinstance(effect, Variant):
            variants.add(effect.name)
        else:
            nodes.add(effect.node)
    return nodes, materials, variants
