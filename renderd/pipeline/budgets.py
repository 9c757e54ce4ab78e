"""How much of everything a document may ask for, counted from its JSON alone: nothing is read or made.

A glTF file can ask for far more than it holds: accessors without bytes are zeros, any number of primitives
may share one accessor, any number of nodes one mesh, and an instanced node draws its mesh once per row.
"""

from __future__ import annotations

import numpy as np

from renderd.pipeline.document import COMPONENTS, SHAPES, Json, element_size
from renderd.pipeline.errors import ModelError
from renderd.pipeline.unpack import DRACO, packed_view

MOST_ELEMENTS = 120_000_000
MOST_ZEROS = 64 << 20
MOST_DECODED = 3 << 30
MOST_UNPACKED = 2 << 30
MOST_DRAWS, MOST_DRAWN = 50_000, 60_000_000
MOST_OF = {
    "scenes": 1000,
    "nodes": 100_000,
    "meshes": 100_000,
    "materials": 2000,
    "textures": 4000,
    "images": 256,
    "samplers": 4000,
    "accessors": 400_000,
    "bufferViews": 400_000,
    "buffers": 1000,
    "skins": 1000,
    "animations": 1000,
    "cameras": 1000,
}
"""Entries of the top-level arrays."""

MOST_TARGETS, MOST_JOINTS, MOST_CHANNELS = 1000, 100_000, 200_000


def check_lengths(document: Json) -> None:
    """Lengths of the arrays, before anybody walks them, and be they of other things; raises ModelError."""
    for kind, most in MOST_OF.items():
        found = document.get(kind)
        if isinstance(found, list):
            limit(len(found), most, kind)


def check_counts(document: Json) -> None:
    """Joints and channels, of a document whose types are right; raises ModelError."""
    limit(sum(len(skin["joints"]) for skin in document.get("skins", [])), MOST_JOINTS, "joints in skins")
    channels = sum(len(animation["channels"]) for animation in document.get("animations", []))
    limit(channels, MOST_CHANNELS, "animation channels")


def limit(count: int, most: int, what: str) -> None:
    """Raise ModelError if there are more than the budget has."""
    if count > most:
        raise ModelError(f"the model has {count} {what}; at most {most} are read")


def check_elements(document: Json) -> None:
    """Vertices and indices, each as often as it is used, and the bytes that they become."""
    accessors = document.get("accessors", [])
    limit(sum(accessor["count"] for accessor in accessors), MOST_ELEMENTS, "vertices and indices")
    limit(sum(map(decoded, accessors)), MOST_DECODED, "bytes in its accessors")
    held = compressed(document)
    views = ((index, accessor) for index, accessor in enumerate(accessors) if "bufferView" not in accessor)
    empty = sum(decoded(accessor) for index, accessor in views if index not in held)
    limit(empty, MOST_ZEROS, "bytes of zeros, which no file holds")
    used = sum(
        accessors[index]["count"]
        for mesh in document.get("meshes", [])
        for primitive in mesh["primitives"]
        for index in read_by(primitive)
    )
    limit(used, 2 * MOST_ELEMENTS, "vertices and indices, counted as often as its meshes use them")
    grown = [packed_view(view) for view in document.get("bufferViews", [])]
    unpacked = sum(packed["count"] * packed["byteStride"] for packed in grown if packed)
    limit(unpacked, MOST_UNPACKED, "bytes in its compressed views")


def compressed(document: Json) -> set[int]:
    """The accessors whose values are in a Draco stream, which has no views for them."""
    packed = [
        primitive
        for mesh in document.get("meshes", [])
        for primitive in mesh["primitives"]
        if DRACO in primitive.get("extensions", {})
    ]
    return {
        index
        for primitive in packed
        for index in (*primitive["attributes"].values(), primitive.get("indices", -1))
    }


def decoded(accessor: Json) -> int:
    """Bytes that the values of an accessor take."""
    kind = np.dtype(COMPONENTS[accessor["componentType"]])
    return int(accessor["count"]) * element_size(kind, SHAPES[accessor["type"]])


def read_by(primitive: Json) -> list[int]:
    """The accessors of a primitive, those of its morph targets included."""
    targets = primitive.get("targets", [])
    limit(len(targets), MOST_TARGETS, "morph targets in one mesh")
    indices = [primitive["indices"]] if "indices" in primitive else []
    return [*primitive["attributes"].values(), *indices, *(i for target in targets for i in target.values())]


def check_drawn(document: Json) -> None:
    """What the nodes draw with all their instances: the parts, and the triangles of these."""
    accessors = document.get("accessors", [])
    meshes = document.get("meshes", [])
    corners = [sum(drawn_by(accessors, primitive) for primitive in mesh["primitives"]) for mesh in meshes]
    parts = drawn = 0
    for node in document.get("nodes", []):
        if "mesh" in node:
            times = instances(accessors, node)
            parts += times * len(meshes[node["mesh"]]["primitives"])
            drawn += times * corners[node["mesh"]]
    if parts > MOST_DRAWS:
        raise ModelError(f"the model draws {parts} parts; at most {MOST_DRAWS} are read")
    if drawn > 3 * MOST_DRAWN:
        raise ModelError(f"the model draws {drawn // 3} triangles; at most {MOST_DRAWN} are read")


def drawn_by(accessors: list[Json], primitive: Json) -> int:
    """Corners of triangles that a primitive draws; its vertices count too, if they are more."""
    attributes = primitive["attributes"]
    own = max((accessors[index]["count"] for index in attributes.values()), default=0)
    return int(max(own, accessors[primitive["indices"]]["count"] if "indices" in primitive else 0))


def instances(accessors: list[Json], node: Json) -> int:
    """How often a node draws its mesh, by EXT_mesh_gpu_instancing."""
    attributes = node.get("extensions", {}).get("EXT_mesh_gpu_instancing", {}).get("attributes", {})
    return max((accessors[index]["count"] for index in attributes.values()), default=1)
