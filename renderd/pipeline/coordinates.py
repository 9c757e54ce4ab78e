"""Texture coordinates that run over many repeats of a picture, as whole numbers instead of floats.

A normalized integer reaches from -1 to 1 only. Beyond that the coordinates are stored as plain integers
(KHR_mesh_quantization), and KHR_texture_transform in every texture that reads them turns the integers back.
The primitives that share a material must therefore share a scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log2

import numpy as np

from renderd.pipeline.document import Array, Document, Json
from renderd.pipeline.geometry import Geometry
from renderd.pipeline.materials import TRANSFORM, moved, primitive_materials, texture_set, texture_slots

COARSEST = 2
"""Bits that may be missing from the precision wished for before floats are the better choice."""

Key = tuple[int, int, str]
"""Mesh, primitive and attribute."""

Reader = tuple[int, int]
"""A material and the set of coordinates that some of its textures read."""


@dataclass(frozen=True, slots=True)
class Tiling:
    """coordinate = ``low`` + stored / ``steps``; ``signed`` if stored as int16, else uint16."""

    low: tuple[float, float]
    steps: int
    signed: bool

    def stored(self, values: Array) -> Array:
        """Coordinates (n, 2) as integers."""
        kind, least, most = (np.int16, -32767, 32767) if self.signed else (np.uint16, 0, 65535)
        scaled = np.rint((values.astype(float) - self.low) * self.steps)
        return np.clip(scaled, least, most).astype(kind)


def tile(document: Document, geometry: Geometry, bits: int) -> dict[Key, Tiling]:
    """Choose a tiling for the coordinates that need one, and write it into the textures that read them.

    ``bits`` is how finely the width of a texture is divided. Coordinates that no tiling serves aren't in
    the result.
    """
    found: dict[Key, Tiling] = {}
    for keys, group in groups(document, geometry):
        values = [
            geometry.meshes[mesh][primitive].float(name)
            for mesh, primitive, name in keys
            if len(geometry.meshes[mesh][primitive].positions)
        ]
        infos = [info for material, number in group for info in readers(document, material, number)]
        tiling = tiling_of(values, bits, turned=any("rotation" in moved(info) for info in infos))
        if tiling is not None:
            found |= dict.fromkeys(keys, tiling)
            for info in {id(info): info for info in infos}.values():
                move(info, tiling)
    return found


def groups(document: Document, geometry: Geometry) -> list[tuple[list[Key], set[Reader]]]:
    """The attributes that must be stored alike, with what reads them: they share a material."""
    joined: list[tuple[list[Key], set[Reader]]] = []
    for key in keys_of(geometry):
        mesh, primitive, name = key
        number = int(name.removeprefix("TEXCOORD_"))
        worn = primitive_materials(document.json["meshes"][mesh]["primitives"][primitive])
        own = {(material, number) for material in worn if readers(document, material, number)}
        alike = [entry for entry in joined if entry[1] & own]
        joined = [entry for entry in joined if not entry[1] & own]
        keys = [key, *(other for entry in alike for other in entry[0])]
        joined.append((keys, own.union(*(entry[1] for entry in alike))))
    return [(sorted(keys), readers_of) for keys, readers_of in joined if readers_of]


def keys_of(geometry: Geometry) -> list[Key]:
    """All texture coordinates of the geometry."""
    return [
        (mesh, index, name)
        for mesh, parts in geometry.meshes.items()
        for index, part in enumerate(parts)
        for name in sorted(part.attributes)
        if name.startswith("TEXCOORD_")
    ]


def readers(document: Document, material: int, number: int) -> list[Json]:
    """The texture infos of a material that read the set ``number`` of coordinates."""
    return [
        info for _, info in texture_slots(document.json["materials"][material]) if texture_set(info) == number
    ]


def tiling_of(values: list[Array], bits: int, turned: bool) -> Tiling | None:
    """A tiling for coordinates beyond -1 to 1, or None if they don't need one or none is fine enough.

    ``turned`` coordinates are read by a rotation, which leaves no room for an offset.
    """
    if not values:
        return None
    low = np.min([v.min(axis=0) for v in values], axis=0)
    high = np.max([v.max(axis=0) for v in values], axis=0)
    if low.min() >= -1 and high.max() <= 1:
        return None
    whole = np.zeros(2) if turned else np.floor(low.astype(float))
    signed = bool((low < whole).any())
    span = max(np.abs(low - whole).max(), np.abs(high - whole).max(), 1e-9)
    fits = floor(log2((32767 if signed else 65535) / span))
    if fits < bits - COARSEST:
        return None
    return Tiling((float(whole[0]), float(whole[1])), 1 << min(bits, fits), signed)


def move(info: Json, tiling: Tiling) -> None:
    """Let a texture read the integers of a tiling."""
    old = moved(info)
    scale, offset = old.get("scale", (1.0, 1.0)), old.get("offset", (0.0, 0.0))
    new = {
        **old,
        "scale": [s / tiling.steps for s in scale],
        "offset": [o + s * low for o, s, low in zip(offset, scale, tiling.low, strict=True)],
    }
    if new["offset"] == [0.0, 0.0]:
        del new["offset"]
    info.setdefault("extensions", {})[TRANSFORM] = new
