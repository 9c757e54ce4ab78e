"""The second gate: the numbers in the accessors make sense for what they are used for."""

from __future__ import annotations

import numpy as np

from renderd.pipeline.document import Document, Json
from renderd.pipeline.errors import ModelError

TYPES = {
    "POSITION": ("VEC3",),
    "NORMAL": ("VEC3",),
    "TANGENT": ("VEC4", "VEC3"),
    "TEXCOORD": ("VEC2",),
    "COLOR": ("VEC3", "VEC4"),
    "JOINTS": ("VEC4",),
    "WEIGHTS": ("VEC4",),
}


def check_contents(document: Document) -> None:
    """Attributes, indices, skins and animations of a document whose structure is sound; raises ModelError."""
    for number, mesh in enumerate(document.items("meshes")):
        targets = {len(primitive.get("targets", [])) for primitive in mesh["primitives"]}
        if len(targets) > 1:
            raise ModelError(f"the primitives of mesh {number} differ in how many morph targets they have")
        for primitive in mesh["primitives"]:
            check_primitive(document, primitive, f"mesh {number}")
    for number, skin in enumerate(document.items("skins")):
        check_skin(document, skin, f"skin {number}")
    for number, animation in enumerate(document.items("animations")):
        check_animation(document, animation, f"animation {number}")
    for index in range(len(document.items("accessors"))):
        if document.items("accessors")[index]["componentType"] == 5126:
            check_finite(document, index)


def check_primitive(document: Document, primitive: Json, name: str) -> None:
    """Attributes of the right types and equal counts, and indices that exist."""
    accessors = document.items("accessors")
    attributes = primitive["attributes"]
    if "POSITION" not in attributes:
        raise ModelError(f"{name} has a primitive without positions; expected POSITION")
    count = accessors[attributes["POSITION"]]["count"]
    for group in [attributes, *primitive.get("targets", [])]:
        check_attributes(document, group, count, name)
    for key in attributes:
        if key.startswith("JOINTS_") and key.replace("JOINTS", "WEIGHTS") not in attributes:
            raise ModelError(f"{name} has {key} but no weights for it")
    if "indices" in primitive:
        check_indices(document, primitive["indices"], count, name)


def check_attributes(document: Document, group: Json, count: int, name: str) -> None:
    """Types and counts of the attributes of a primitive or of a morph target."""
    for key, index in group.items():
        accessor = document.items("accessors")[index]
        allowed = TYPES.get(key.split("_")[0])
        if allowed and accessor["type"] not in allowed:
            raise ModelError(f"{name} has {key} of type {accessor['type']}; expected {allowed[0]}")
        if accessor["count"] != count:
            raise ModelError(f"{name} has {accessor['count']} values of {key} for {count} vertices")


def check_indices(document: Document, index: int, count: int, name: str) -> None:
    """Unsigned whole numbers below the number of vertices."""
    accessor = document.items("accessors")[index]
    if accessor["type"] != "SCALAR" or accessor["componentType"] not in (5121, 5123, 5125):
        raise ModelError(f"{name} has indices that are not unsigned whole numbers")
    check_sparse(document, accessor, f"accessor {index}")
    greatest = int(document.raw_accessor(index).max())
    if greatest >= count:
        raise ModelError(f"{name} refers to vertex {greatest}, but has only {count}")


def check_sparse(document: Document, accessor: Json, name: str) -> None:
    """The places that a sparse accessor replaces exist."""
    if "sparse" not in accessor:
        return
    indices = accessor["sparse"]["indices"]
    probe = Document({"accessors": [{**indices, "count": accessor["sparse"]["count"], "type": "SCALAR"}]})
    probe.json["bufferViews"], probe.views = document.items("bufferViews"), document.views
    if int(probe.raw_accessor(0).max()) >= accessor["count"]:
        raise ModelError(f"{name} replaces an element that it does not have")


def check_finite(document: Document, index: int) -> None:
    """No NaN and no infinity among floats."""
    check_sparse(document, document.items("accessors")[index], f"accessor {index}")
    if not np.isfinite(document.raw_accessor(index)).all():
        raise ModelError(f"accessor {index} holds numbers that are not finite (NaN or infinity)")


def check_skin(document: Document, skin: Json, name: str) -> None:
    """As many inverse bind matrices as joints."""
    if "inverseBindMatrices" not in skin:
        return
    accessor = document.items("accessors")[skin["inverseBindMatrices"]]
    if accessor["type"] != "MAT4" or accessor["count"] < len(skin["joints"]):
        raise ModelError(f"{name} has fewer inverse bind matrices than joints")


def check_animation(document: Document, animation: Json, name: str) -> None:
    """Channels with samplers that exist, and key times that are floats."""
    if any(channel["sampler"] >= len(animation["samplers"]) for channel in animation["channels"]):
        raise ModelError(f"{name} has a channel whose sampler does not exist")
    for sampler in animation["samplers"]:
        if document.items("accessors")[sampler["input"]]["type"] != "SCALAR":
            raise ModelError(f"{name} has key times that are not single numbers")
