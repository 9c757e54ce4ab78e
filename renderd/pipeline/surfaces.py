"""Plain surfaces, as OBJ, STL and PLY have them, made into a glTF document."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from renderd.pipeline.creases import creased
from renderd.pipeline.document import ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER, Array, Document, Json
from renderd.pipeline.errors import ModelError
from renderd.pipeline.rules import MOST_NUMBER

PLAIN: Json = {"pbrMetallicRoughness": {"metallicFactor": 0, "roughnessFactor": 0.7}}
"""What a surface without a material looks like."""

METRES = {"m": 1.0, "cm": 0.01, "mm": 0.001}


@dataclass(frozen=True, slots=True)
class Surface:
    """Triangles (m, 3) over vertices: positions in metres (n, 3), and what else there is, or None.

    ``uv`` has v upwards, as OBJ; ``colors`` are linear RGBA (n, 4) from 0 to 1.
    """

    faces: Array
    positions: Array
    material: str = ""
    normals: Array | None = None
    uv: Array | None = None
    colors: Array | None = None


def to_document(objects: Mapping[str, Sequence[Surface]], materials: Mapping[str, Json]) -> Document:
    """A document with a node and a mesh for each named object; raises ModelError if all are empty.

    ``materials`` are glTF materials by name; their textures are added by whoever made them.
    """
    document = Document({"asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": []}]})
    numbers: dict[str, int] = {}
    for name, surfaces in objects.items():
        filled = [surface for surface in surfaces if len(surface.faces)]
        if not filled:
            continue
        primitives = [add_surface(document, surface) for surface in filled]
        for primitive, surface in zip(primitives, filled, strict=True):
            if surface.material not in numbers:
                made = materials.get(surface.material, PLAIN | {"name": surface.material or "material"})
                numbers[surface.material] = document.add("materials", copy.deepcopy(made))
            primitive["material"] = numbers[surface.material]
        mesh = document.add("meshes", {"primitives": primitives})
        node = document.add("nodes", {"mesh": mesh} | ({"name": name} if name else {}))
        document.json["scenes"][0]["nodes"].append(node)
    if not document.items("meshes"):
        raise ModelError("the model has no faces; expected a surface of triangles")
    return document


def add_surface(document: Document, surface: Surface) -> Json:
    """Store a surface, with normals of ours if it has none; returns the primitive."""
    check_surface(surface)
    old, faces = np.arange(len(surface.positions)), surface.faces
    normals = surface.normals
    if normals is None:
        others = [values for values in (surface.uv, surface.colors) if values is not None]
        other = np.concatenate(others, axis=1) if others else np.empty((len(surface.positions), 0))
        old, faces, normals = creased(surface.positions, other, surface.faces)
    attributes = {
        "POSITION": add(document, surface.positions[old], bounds=True),
        "NORMAL": add(document, normals),
    }
    if surface.uv is not None:
        attributes["TEXCOORD_0"] = add(document, surface.uv[old] * (1, -1) + (0, 1))
    if surface.colors is not None:
        attributes["COLOR_0"] = add(document, surface.colors[old])
    indices = document.add_accessor(faces.ravel().astype(np.uint32), ELEMENT_ARRAY_BUFFER)
    return {"attributes": attributes, "indices": indices}


def add(document: Document, values: Array, bounds: bool = False) -> int:
    """Store vertex values as float32."""
    return document.add_accessor(np.asarray(values, np.float32), ARRAY_BUFFER, bounds=bounds)


def check_surface(surface: Surface) -> None:
    """Faces refer to vertices that exist, and all numbers are finite; raises ModelError."""
    if surface.faces.min() < 0 or surface.faces.max() >= len(surface.positions):
        raise ModelError(f"a face refers to a vertex that does not exist; there are {len(surface.positions)}")
    for values in (surface.positions, surface.normals, surface.uv, surface.colors):
        if values is not None and not np.isfinite(values).all():
            raise ModelError("the model holds numbers that are not finite (NaN or infinity)")
    if not float(np.abs(surface.positions).max()) <= MOST_NUMBER:
        raise ModelError(f"the model has a vertex further than {MOST_NUMBER:g} away; expected ordinary sizes")


def linear(srgb: Array) -> Array:
    """Linear values of sRGB ones from 0 to 1 (IEC 61966-2-1)."""
    low: Array = srgb / 12.92
    return np.where(srgb <= 0.04045, low, ((np.maximum(srgb, 0) + 0.055) / 1.055) ** 2.4)
