"""Questions about materials: their textures, and who wears them."""

from __future__ import annotations

from collections.abc import Iterator

from renderd.pipeline.document import Json


def texture_slots(material: Json) -> Iterator[tuple[str, Json]]:
    """(slot name, texture info) of each texture of a material, those of its extensions included."""
    for key, value in material.items():
        if isinstance(value, dict) and key.endswith("Texture") and "index" in value:
            yield key, value
        elif isinstance(value, dict) and key != "extras":
            yield from texture_slots(value)


def texture_sets(material: Json) -> set[int]:
    """The numbers of the sets of texture coordinates that a material reads."""
    infos = [info for _, info in texture_slots(material)]
    moves = [info.get("extensions", {}).get("KHR_texture_transform", {}) for info in infos]
    return {move.get("texCoord", info.get("texCoord", 0)) for move, info in zip(moves, infos, strict=True)}


def primitive_materials(primitive: Json) -> set[int]:
    """The materials that a primitive can wear, its variants' included."""
    mappings = primitive.get("extensions", {}).get("KHR_materials_variants", {}).get("mappings", [])
    worn = {mapping["material"] for mapping in mappings}
    return worn | ({primitive["material"]} if "material" in primitive else set())
