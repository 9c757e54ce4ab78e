"""A document as a shopper configured it: the same outcome as the viewer's effects.js and stretch.js.

The effects are those of docs/viewer.md, in their order; what they don't name stays as it is. Texts are
left to the viewers of plugins, which draw them in the browser.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from renderd.pipeline.document import Document, Json
from renderd.pipeline.poster.pyramid import floats, srgb_to_linear
from renderd.pipeline.stretching import stretch

VARIANTS, VISIBILITY = "KHR_materials_variants", "KHR_node_visibility"
UNLIT, CLEARCOAT, SHEEN = "KHR_materials_unlit", "KHR_materials_clearcoat", "KHR_materials_sheen"
SHEEN_ROUGHNESS = 0.5
"""Of a material that had no sheen before."""

Effects = Iterable[Mapping[str, Any]]


def configured(document: Document, effects: Effects) -> Document:
    """A copy of ``document`` with the effects applied; it has one look only, its variants are gone.

    Names that the document lacks change nothing. Raises KeyError or TypeError for an effect that isn't
    what docs/viewer.md says, ValueError for a colour that isn't ``#rrggbb``.
    """
    result, wanted = document.copy(), list(effects)
    names = [effect["name"] for effect in wanted if effect["kind"] == "variant"]
    _wear(result, names[-1] if names else None)
    for effect in wanted:
        if effect["kind"] == "paint":
            _paint(result, effect["slot"], effect["material"])
        elif effect["kind"] == "show":
            _show(result, effect["node"], effect.get("hides", ()))
    stretch(result, [effect for effect in wanted if effect["kind"] == "stretch"])
    return result


def _wear(document: Document, variant: str | None) -> None:
    """Give each primitive the material of the variant, and forget the others."""
    variants = document.json.get("extensions", {}).pop(VARIANTS, {}).get("variants", [])
    chosen = next((i for i, entry in enumerate(variants) if entry["name"] == variant), None)
    for mesh in document.items("meshes"):
        for primitive in mesh["primitives"]:
            for mapping in primitive.get("extensions", {}).pop(VARIANTS, {}).get("mappings", []):
                if chosen in mapping["variants"]:
                    primitive["material"] = mapping["material"]
    used = document.json.get("extensionsUsed", [])
    if VARIANTS in used:
        used.remove(VARIANTS)


def _paint(document: Document, slot: str, look: Mapping[str, Any]) -> None:
    for material in document.items("materials"):
        if material.get("name") == slot:
            _tint(document, material, look)


def _tint(document: Document, material: Json, look: Mapping[str, Any]) -> None:
    surface = material.setdefault("pbrMetallicRoughness", {})
    if look.get("color") is not None:
        alpha = surface.get("baseColorFactor", (1, 1, 1, 1))[3]
        surface["baseColorFactor"] = [*linear(look["color"]), alpha]
    for name, factor in (("roughness", "roughnessFactor"), ("metalness", "metallicFactor")):
        if look.get(name) is not None:
            surface[factor] = look[name]
    if UNLIT in material.get("extensions", {}):
        return
    if look.get("clearcoat") is not None:
        _extension(document, material, CLEARCOAT)["clearcoatFactor"] = look["clearcoat"]
    if look.get("sheen") is not None:
        fresh = SHEEN not in material.get("extensions", {})
        sheen = _extension(document, material, SHEEN)
        sheen |= {"sheenRoughnessFactor": SHEEN_ROUGHNESS} if fresh else {}
        sheen["sheenColorFactor"] = linear(look["sheen"])


def linear(colour: str) -> list[float]:
    """``#rrggbb`` as three linear numbers; raises ValueError for anything else."""
    if len(colour) != 7 or colour[0] != "#":
        raise ValueError(f"the colour is {colour!r}, expected #rrggbb")
    values = srgb_to_linear(floats(list(bytes.fromhex(colour[1:]))) / 255)
    return [round(float(value), 6) for value in values]


def _show(document: Document, shown: str, hides: Iterable[str]) -> None:
    """Hide, then show: a later choice may show what an earlier one hid."""
    hidden = set(hides)
    for node in document.items("nodes"):
        name = node.get("name")
        if name and name == shown:
            node.get("extensions", {}).pop(VISIBILITY, None)
        elif name in hidden:
            _extension(document, node, VISIBILITY)["visible"] = False


def _extension(document: Document, owner: Json, name: str) -> Json:
    """The owner's extension of that name, made where it is missing and told at the top."""
    used: list[str] = document.json.setdefault("extensionsUsed", [])
    if name not in used:
        used.append(name)
    found: Json = owner.setdefault("extensions", {}).setdefault(name, {})
    return found
