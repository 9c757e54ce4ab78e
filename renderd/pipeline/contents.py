"""The second gate: the numbers in the accessors make sense for what they are used for."""

from __future__ import annotations

import math

import numpy as np

from renderd.pipeline.document import Document, Json
from renderd.pipeline.errors import ModelError
from renderd.pipeline.rules import MOST_NUMBER
from renderd.pipeline.scene import world_matrices

TYPES = {
    "POSITION": ("VEC3",),
    "NORMAL": ("VEC3",),
    "TANGENT": ("VEC4", "VEC3"),
    "TEXCOORD": ("VEC2",),
    "COLOR": ("VEC3", "VEC4"),
    "JOINTS": ("VEC4",),
    "WEIGHTS": ("VEC4",),
}

ANIMATED = {"translation": "VEC3", "rotation": "VEC4", "scale": "VEC3", "weights": "SCALAR"}
INSTANCES = {"TRANSLATION": "VEC3", "ROTATION": "VEC4", "SCALE": "VEC3"}
FLOAT = 5126


def check_contents(document: Document) -> None:
    """Attributes, indices, skins and animations of a document whose structure is sound; raises ModelError."""
    for number, accessor in enumerate(document.items("accessors")):
        check_sparse(document, accessor, f"accessor {number}")
    for number, mesh in enumerate(document.items("meshes")):
        targets = {len(primitive.get("targets", [])) for primitive in mesh["primitives"]}
        if len(targets) > 1:
            raise ModelError(f"the primitives of mesh {number} differ in how many morph targets they have")
        for primitive in mesh["primitives"]:
            check_primitive(document, primitive, f"mesh {number}")
    for number, skin in enumerate(document.items("skins")):
        check_skin(document, skin, f"skin {number}")
    for number, node in enumerate(document.items("nodes")):
        check_node(document, node, f"node {number}")
    for number, animation in enumerate(document.items("animations")):
        check_animation(document, animation, f"animation {number}")
    for index in range(len(document.items("accessors"))):
        if document.items("accessors")[index]["componentType"] == 5126:
            check_finite(document, index)
    check_reach(document)


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
    """No NaN and no infinity among floats, and none so great that arithmetic with it overflows."""
    values = document.raw_accessor(index)
    low, high = float(values.min()), float(values.max())
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ModelError(f"accessor {index} holds numbers that are not finite (NaN or infinity)")
    if max(-low, high) > MOST_NUMBER:
        raise ModelError(f"accessor {index} holds {max(-low, high):g}; expected at most {MOST_NUMBER:g}")


def check_reach(document: Document) -> None:
    """The transforms of nodes, multiplied, stay of ordinary size."""
    with np.errstate(all="ignore"):
        worlds = list(world_matrices(document).values())
        greatest = max((float(np.abs(world).max()) for world in worlds), default=0.0)
    if not greatest <= MOST_NUMBER:
        raise ModelError(f"the transforms of the nodes multiply to {greatest:g}; expected ordinary sizes")


def check_skin(document: Document, skin: Json, name: str) -> None:
    """As many inverse bind matrices as joints."""
    if "inverseBindMatrices" not in skin:
        return
    accessor = document.items("accessors")[skin["inverseBindMatrices"]]
    if accessor["type"] != "MAT4" or accessor["componentType"] != FLOAT:
        raise ModelError(f"{name} has inverse bind matrices that are not matrices of floats")
    if accessor["count"] < len(skin["joints"]):
        raise ModelError(f"{name} has fewer inverse bind matrices than joints")


def check_node(document: Document, node: Json, name: str) -> None:
    """Instances have a row for each attribute, and a skinned mesh names joints that its skin has."""
    accessors = document.items("accessors")
    rows = node.get("extensions", {}).get("EXT_mesh_gpu_instancing", {}).get("attributes", {})
    for key, index in rows.items():
        if INSTANCES.get(key, accessors[index]["type"]) != accessors[index]["type"]:
            raise ModelError(f"{name} has instances by a {key} of type {accessors[index]['type']}")
    if len({accessors[index]["count"] for index in rows.values()}) > 1:
        raise ModelError(f"{name} has instances with attributes of different counts")
    if "skin" in node and "mesh" in node:
        count = len(document.items("skins")[node["skin"]]["joints"])
        for primitive in document.items("meshes")[node["mesh"]]["primitives"]:
            check_joints(document, primitive, count, name)


def check_joints(document: Document, primitive: Json, count: int, name: str) -> None:
    """Vertices move with joints that there are."""
    for key, index in primitive["attributes"].items():
        if key.startswith("JOINTS_"):
            if document.items("accessors")[index]["componentType"] not in (5121, 5123):
                raise ModelError(f"{name} has joints that are not unsigned whole numbers")
            greatest = int(document.raw_accessor(index).max())
            if greatest >= count:
                raise ModelError(f"{name} moves with joint {greatest}, but its skin has only {count}")


def check_animation(document: Document, animation: Json, name: str) -> None:
    """Channels with samplers that exist, key times that are floats, and a value for each key."""
    accessors, samplers = document.items("accessors"), animation["samplers"]
    if any(channel["sampler"] >= len(samplers) for channel in animation["channels"]):
        raise ModelError(f"{name} has a channel whose sampler does not exist")
    for sampler in samplers:
        times = accessors[sampler["input"]]
        if times["type"] != "SCALAR" or times["componentType"] != FLOAT:
            raise ModelError(f"{name} has key times that are not single numbers")
    for channel in animation["channels"]:
        sampler = samplers[channel["sampler"]]
        keys, values = accessors[sampler["input"]]["count"], accessors[sampler["output"]]
        keys *= 3 if sampler.get("interpolation") == "CUBICSPLINE" else 1
        path = channel["target"]["path"]
        if ANIMATED.get(path, values["type"]) != values["type"]:
            raise ModelError(f"{name} gives {path} values of type {values['type']}")
        if path != "pointer" and (values["count"] % keys or (path != "weights" and values["count"] != keys)):
            raise ModelError(f"{name} has {values['count']} values of {path} for {keys} keys")
