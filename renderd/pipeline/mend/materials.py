"""Numbers of materials within the ranges of the specifications, and variants that say one thing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from renderd.pipeline.document import Document, Json

VARIANTS, STRENGTH = "KHR_materials_variants", "KHR_materials_emissive_strength"

Range = tuple[int, float, float]
"""How many numbers, 0 for one without an array, the least and the greatest."""

SHARE, COLOR, ANY = (0, 0.0, 1.0), (3, 0.0, 1.0), (0, 0.0, math.inf)

RANGES: Mapping[str, Mapping[str, Range]] = {
    "": {"alphaCutoff": ANY, "emissiveFactor": (3, 0.0, math.inf)},
    "pbrMetallicRoughness": {
        "baseColorFactor": (4, 0.0, 1.0),
        "metallicFactor": SHARE,
        "roughnessFactor": SHARE,
    },
    "occlusionTexture": {"strength": SHARE},
    "KHR_materials_anisotropy": {"anisotropyStrength": SHARE},
    "KHR_materials_clearcoat": {"clearcoatFactor": SHARE, "clearcoatRoughnessFactor": SHARE},
    "KHR_materials_diffuse_transmission": {
        "diffuseTransmissionFactor": SHARE,
        "diffuseTransmissionColorFactor": COLOR,
    },
    "KHR_materials_dispersion": {"dispersion": ANY},
    STRENGTH: {"emissiveStrength": ANY},
    "KHR_materials_ior": {"ior": (0, 1.0, math.inf)},
    "KHR_materials_iridescence": {
        "iridescenceFactor": SHARE,
        "iridescenceIor": (0, 1.0, math.inf),
        "iridescenceThicknessMinimum": ANY,
        "iridescenceThicknessMaximum": ANY,
    },
    "KHR_materials_sheen": {"sheenColorFactor": COLOR, "sheenRoughnessFactor": SHARE},
    "KHR_materials_specular": {"specularFactor": SHARE, "specularColorFactor": (3, 0.0, math.inf)},
    "KHR_materials_transmission": {"transmissionFactor": SHARE},
    "KHR_materials_volume": {
        "thicknessFactor": ANY,
        "attenuationColor": COLOR,
        "attenuationDistance": (0, 1e-6, math.inf),
    },
}
"""Ranges by part of a material and property (glTF 2.0, §5.19; the extensions' own pages)."""


def mend_materials(document: Document) -> Iterator[str]:
    """Bring the numbers of all materials into their ranges; yields what was wrong."""
    changed = [mend_material(material) for material in document.items("materials")]
    if any(changed):
        yield "numbers of materials out of their range"


def mend_material(material: Json) -> bool:
    """Bring the numbers of a material into their ranges; whether one changed."""
    changed = [
        bring(part_of(material, part), key, ranges[key])
        for part, ranges in RANGES.items()
        for key in ranges.keys() & part_of(material, part).keys()
    ]
    return any((*changed, brighten(material)))


def part_of(material: Json, part: str) -> Json:
    """The object in a material that holds the properties of ``part``; an empty one if there is none."""
    if not part:
        return material
    holder = material.get("extensions", {}) if part.startswith("KHR_") else material
    found: Json = holder.get(part, {})
    return found


def bring(holder: Json, key: str, wanted: Range) -> bool:
    """Bring a property into its range, or take it out where it is of another kind; whether it changed."""
    count, low, high = wanted
    value: Any = holder[key]
    if isinstance(value, list) != (count > 0) or (count and len(value) != count):
        del holder[key]
        return True
    if key == "ior" and value == 0:
        # Zero means a surface that reflects all light at grazing angles, whatever it is made of.
        return False
    near = [min(max(number, low), high) for number in (value if count else [value])]
    holder[key] = near if count else near[0]
    return bool(holder[key] != value)


def brighten(material: Json) -> bool:
    """A glow beyond 1 is what KHR_materials_emissive_strength is for; whether there was one."""
    glow = material.get("emissiveFactor", ())
    most = max(glow, default=0)
    if most <= 1:
        return False
    material["emissiveFactor"] = [number / most for number in glow]
    strength = material.setdefault("extensions", {}).setdefault(STRENGTH, {})
    strength["emissiveStrength"] = strength.get("emissiveStrength", 1) * most
    return True


def mend_variants(document: Document) -> Iterator[str]:
    """Let each variant name one material of a primitive, the first; yields what was wrong."""
    known = document.json.get("extensions", {}).get(VARIANTS, {}).get("variants", [])
    if not known:
        document.json.get("extensions", {}).pop(VARIANTS, None)
    twice = False
    for mesh in document.items("meshes"):
        for primitive in mesh["primitives"]:
            extensions = primitive.get("extensions", {})
            if VARIANTS in extensions:
                mappings = extensions[VARIANTS].get("mappings", [])
                extensions[VARIANTS]["mappings"], clash = told_once(mappings)
                twice = twice or clash
                if not extensions[VARIANTS]["mappings"]:
                    del extensions[VARIANTS]
    if twice:
        yield "variants that name two materials for one part"


def told_once(mappings: list[Json]) -> tuple[list[Json], bool]:
    """The mappings with each variant in the first that lists it, and whether one was in several."""
    seen: set[int] = set()
    kept, clash = [], False
    for mapping in mappings:
        own = [index for index in dict.fromkeys(mapping["variants"]) if index not in seen]
        clash = clash or len(own) < len(set(mapping["variants"]))
        seen.update(own)
        if own:
            kept.append({**mapping, "variants": own})
    return kept, clash
