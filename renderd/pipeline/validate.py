"""The gate of the glTF document: its structure must be sound before anything in it is followed.

Each failure is a ModelError of one line. The budgets bound memory and time before anything is decoded.
"""

from __future__ import annotations

import numpy as np

from renderd.pipeline.budgets import check_counts, check_drawn, check_elements, check_lengths
from renderd.pipeline.clean import refuse_unknown
from renderd.pipeline.document import COMPONENTS, SHAPES, Json, element_size
from renderd.pipeline.errors import ModelError
from renderd.pipeline.schema import DOCUMENT
from renderd.pipeline.unpack import FILTERS, packed_view

MOST_NODE_DEPTH = 512
MOST_NAME = 1024
STRIDES = {"ATTRIBUTES": range(4, 257, 4), "TRIANGLES": (2, 4), "INDICES": (2, 4)}
FILTER_STRIDES = {"OCTAHEDRAL": (4, 8), "QUATERNION": (8,), "EXPONENTIAL": range(4, 257, 4), "COLOR": (4, 8)}
"""Bytes of an element in the modes and filters of EXT_meshopt_compression; the decoder relies on them."""


def check_structure(document: Json) -> None:
    """Types, indices, extensions and the tree of nodes, before any buffer is read; raises ModelError."""
    check_lengths(document)
    check_version(document)
    DOCUMENT(document, "glTF", document)
    check_counts(document)
    refuse_unknown(document)
    check_names(document)
    check_tree(document)
    check_views(document)
    for index, accessor in enumerate(document.get("accessors", [])):
        check_accessor(document, accessor, f"accessor {index}")
    check_elements(document)
    check_drawn(document)


def check_version(document: Json) -> None:
    """Raise ModelError for another glTF, whose structure is another, too."""
    asset = document.get("asset")
    version = asset.get("version", "2.0") if isinstance(asset, dict) else "2.0"
    # Buffers by name, and not by number, are glTF 1.0's.
    old = any(isinstance(document.get(kind), dict) for kind in ("accessors", "buffers", "meshes", "nodes"))
    if old or not str(version).startswith("2."):
        said = "1.0" if old else str(version)[:20]
        raise ModelError(f"the model is glTF {said}; expected 2.0")


def check_names(document: Json) -> None:
    """Names of nodes, materials and variants are shown and addressed, so that they are short."""
    variants = document.get("extensions", {}).get("KHR_materials_variants", {}).get("variants", [])
    named = [*document.get("nodes", []), *document.get("materials", []), *variants]
    longest = max((len(item.get("name", "")) for item in named), default=0)
    if longest > MOST_NAME:
        raise ModelError(f"a name in the model has {longest} characters; at most {MOST_NAME} are read")
    for mesh in document.get("meshes", []):
        for primitive in mesh["primitives"]:
            found = primitive.get("extensions", {}).get("KHR_materials_variants", {}).get("mappings", [])
            if any(index >= len(variants) for mapping in found for index in mapping["variants"]):
                raise ModelError("a primitive is mapped to a variant that the model does not list")


def check_tree(document: Json) -> None:
    """Each node has one parent at most, and none is its own ancestor; scenes list roots, each once."""
    nodes: list[Json] = document.get("nodes", [])
    parents: dict[int, int] = {}
    for index, node in enumerate(nodes):
        for child in node.get("children", []):
            if child in parents:
                raise ModelError(f"node {child} has two parents; expected a tree of nodes")
            parents[child] = index
    level = [index for index in range(len(nodes)) if index not in parents]
    reached = 0
    for _ in range(MOST_NODE_DEPTH):
        reached += len(level)
        level = [child for index in level for child in nodes[index].get("children", [])]
    if level:
        raise ModelError(f"the nodes are nested deeper than {MOST_NODE_DEPTH} levels")
    if reached < len(nodes):
        raise ModelError("the nodes form a circle; expected a tree of nodes")
    for scene in document.get("scenes", []):
        roots = scene.get("nodes", [])
        if len({*roots} - parents.keys()) < len(roots):
            raise ModelError("a scene lists a node twice, or one that is not a root; expected each root once")


def check_views(document: Json) -> None:
    """Buffer views lie within their buffers, by the lengths that the JSON states."""
    buffers = document.get("buffers", [])
    for index, view in enumerate(document.get("bufferViews", [])):
        packed = packed_view(view)
        for part in [view, packed] if packed else [view]:
            end = part.get("byteOffset", 0) + part["byteLength"]
            if end > buffers[part["buffer"]]["byteLength"]:
                raise ModelError(f"buffer view {index} ends at byte {end}, beyond its buffer")
        if packed:
            check_packed(packed, view, f"buffer view {index}")


def check_packed(packed: Json, view: Json, name: str) -> None:
    """A compressed view states sizes that its mode and filter can have, and that fit to the view."""
    count, stride, mode = packed["count"], packed["byteStride"], packed["mode"]
    if stride not in STRIDES[mode] or (mode == "TRIANGLES" and count % 3):
        raise ModelError(f"{name} is compressed as {mode} of {count} × {stride} bytes, which can't be")
    filtered = packed.get("filter", "NONE")
    if filtered in FILTERS and (mode != "ATTRIBUTES" or stride not in FILTER_STRIDES[filtered]):
        raise ModelError(f"{name} is filtered as {filtered} with {stride} bytes each, which can't be")
    if count * stride != view["byteLength"]:
        raise ModelError(f"{name} grows to {count * stride} bytes, but states {view['byteLength']}")


def check_accessor(document: Json, accessor: Json, name: str) -> None:
    """An accessor's elements, sparse ones included, lie within their views."""
    kind, shape = np.dtype(COMPONENTS[accessor["componentType"]]), SHAPES[accessor["type"]]
    size = element_size(kind, shape)
    check_span(document, accessor, accessor["count"], size, name)
    if ("min" in accessor) != ("max" in accessor):
        raise ModelError(f"{name} states a least value without a greatest; expected both or none")
    for edge in ("min", "max"):
        if edge in accessor and len(accessor[edge]) != int(np.prod(shape, dtype=int)):
            raise ModelError(
                f"{name} states a {edge} of {len(accessor[edge])} numbers for {accessor['type']}"
            )
    sparse = accessor.get("sparse")
    if sparse:
        if sparse["count"] > accessor["count"]:
            raise ModelError(f"{name} replaces more elements than it has")
        index = np.dtype(COMPONENTS[sparse["indices"]["componentType"]]).itemsize
        check_span(document, sparse["indices"], sparse["count"], index, name)
        check_span(document, sparse["values"], sparse["count"], size, name)


def check_span(document: Json, source: Json, count: int, size: int, name: str) -> None:
    """``count`` elements of ``size`` bytes from an offset fit into their view, if there is one."""
    if "bufferView" not in source:
        return
    view = document["bufferViews"][source["bufferView"]]
    stride = view.get("byteStride", size)
    end = source.get("byteOffset", 0) + stride * (count - 1) + size
    if stride < size or end > view["byteLength"]:
        raise ModelError(f"{name} ends at byte {end}, beyond its buffer view of {view['byteLength']}")
