"""Questions about materials: their textures, and who wears them."""

from __future__ import annotations

from collections.abc import Iterator

from renderd.pipeline.document import Json

TRANSFORM = "KHR_texture_transform"


def texture_slots(material: Json) -> Iterator[tuple[str, Json]]:
    """(slot name, texture info) of each texture of a material, those of its extensions included."""
    for key, value in material.items():
        if isinstance(value, dict) and key.endswith("Texture") and "index" in value:
            yield key, value
        elif isinstance(value, dict) and key != "extras":
            yield from texture_slots(value)


def texture_sets(material: Json) -> set[int]:
    """The numbers of the sets of texture coordinates that a material reads."""
    return {texture_set(info) for _, info in texture_slots(material)}


def texture_set(info: Json) -> int:
    """The number of the set of texture coordinates that a texture info reads."""
    return int({**info, **moved(info)}.get("texCoord", 0))


def moved(info: Json) -> Json:
    """The KHR_texture_transform of a texture info; empty if it has none."""
    found: Json = info.get("extensions", {}).get(TRANSFORM, {})
    return found


def primitive_materials(primitive: Json) -> set[int]:
    """The materials that a primitive can wear, its variants' included."""
    mappings = primitive.get("extensions", {}).get("KHR_materials_variants", {}).get("mappings", [])
    worn = {mapping["material"] for mapping in mappings}
    return worn | ({primitive["material"]} if "material" in primitive else set())
