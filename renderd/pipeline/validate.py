"""The first gate: nothing else looks at a glTF before these checks pass.

Each failure is a ModelError of one line. The budgets bound memory and time before anything is decoded.
"""

from __future__ import annotations

import io
import json
import struct
import warnings
from typing import Any, NoReturn

import numpy as np
from PIL import Image

from renderd.pipeline.clean import refuse_unknown
from renderd.pipeline.document import (
    CHUNK_BIN,
    CHUNK_JSON,
    COMPONENTS,
    GLB_MAGIC,
    SHAPES,
    Document,
    Json,
    element_size,
)
from renderd.pipeline.errors import ModelError
from renderd.pipeline.schema import DOCUMENT
from renderd.pipeline.textures import FORMATS

MOST_JSON = 32 << 20
MOST_DEPTH = 64
MOST_NODES, MOST_NODE_DEPTH = 100_000, 512
MOST_ELEMENTS = 120_000_000
MOST_IMAGES, MOST_SIDE, MOST_TEXELS = 256, 8192, 512 << 20
MOST_NAME = 1024


# --- the container --------------------------------------------------------------------------------


def glb_chunks(data: memoryview) -> tuple[memoryview, memoryview]:
    """The JSON and binary chunk of a GLB; raises ModelError if the container is not sound."""
    if len(data) < 20:
        raise ModelError(f"the GLB ends after {len(data)} bytes, within its header")
    magic, version, length = struct.unpack_from("<III", data)
    if magic != GLB_MAGIC or version != 2:
        raise ModelError(f"the file is GLB version {version}; expected 2")
    if length > len(data):
        raise ModelError(
            f"the GLB says that it has {length} bytes, but ends after {len(data)}: is it cut off?"
        )
    size, kind = struct.unpack_from("<II", data, 12)
    if kind != CHUNK_JSON or 20 + size > length:
        raise ModelError("the GLB's first chunk is not JSON of the length that it states")
    return data[20 : 20 + size], binary_chunk(data[20 + size : length])


def binary_chunk(rest: memoryview) -> memoryview:
    """The bytes of the chunk after the JSON; empty if there is none."""
    if len(rest) < 8:
        return rest[:0]
    size, kind = struct.unpack_from("<II", rest)
    if kind != CHUNK_BIN:
        return rest[:0]
    if 8 + size > len(rest):
        raise ModelError(f"the GLB's binary chunk states {size} bytes, but only {len(rest) - 8} follow")
    return rest[8 : 8 + size]


def parse(data: memoryview | bytes) -> Json:
    """Parse a glTF's JSON within bounds of size and depth; raises ModelError."""
    if len(data) > MOST_JSON:
        raise ModelError(f"the model's JSON has {len(data)} bytes; at most {MOST_JSON} are read")
    try:
        document = json.loads(bytes(data).rstrip(b" \0"), parse_constant=refuse_constant)
    except RecursionError as error:
        raise ModelError(f"the model's JSON is nested deeper than {MOST_DEPTH} levels") from error
    except ValueError as error:
        raise ModelError(f"the model's JSON can't be read: {error}") from error
    if not isinstance(document, dict):
        raise ModelError("the model's JSON is not an object; expected a glTF document")
    check_values(document)
    return document


def refuse_constant(name: str) -> NoReturn:
    """NaN and infinities, which Python would read and JSON doesn't have."""
    raise ModelError(f"the model's JSON holds {name}; expected finite numbers")


def check_values(document: Json) -> None:
    """Finite numbers, encodable names of ordinary length, and bounded depth, everywhere."""
    level: list[Any] = [document]
    for _ in range(MOST_DEPTH):
        for value in level:
            check_scalar(value)
        level = [v for item in level if isinstance(item, dict | list) for v in inner(item)]
        if not level:
            return
    raise ModelError(f"the model's JSON is nested deeper than {MOST_DEPTH} levels")


def inner(item: Any) -> list[Any]:
    """The values of an object, with its keys, or those of an array."""
    return [*item, *item.values()] if isinstance(item, dict) else item


def check_scalar(value: Any) -> None:
    """Raise ModelError for an infinite number or a string that is no Unicode."""
    if isinstance(value, float) and not np.isfinite(value):
        raise ModelError("the model's JSON holds a number too large; expected finite numbers")
    if isinstance(value, int) and abs(value) > 1 << 63:
        raise ModelError("the model's JSON holds a whole number too large; expected at most 64 bits")
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise ModelError("the model's JSON holds a name that is not valid Unicode") from error


# --- the document ---------------------------------------------------------------------------------


def check_structure(document: Json) -> None:
    """Types, indices, extensions and the tree of nodes, before any buffer is read; raises ModelError."""
    DOCUMENT(document, "glTF", document)
    if not str(document["asset"]["version"]).startswith("2."):
        raise ModelError(f"the model is glTF {document['asset']['version'][:20]}; expected 2.0")
    refuse_unknown(document)
    check_names(document)
    check_tree(document.get("nodes", []))
    check_views(document)
    for index, accessor in enumerate(document.get("accessors", [])):
        check_accessor(document, accessor, f"accessor {index}")
    total = sum(accessor["count"] for accessor in document.get("accessors", []))
    if total > MOST_ELEMENTS:
        raise ModelError(f"the model has {total} vertices and indices; at most {MOST_ELEMENTS} are read")


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


def check_tree(nodes: list[Json]) -> None:
    """Each node has one parent at most, and none is its own ancestor."""
    if len(nodes) > MOST_NODES:
        raise ModelError(f"the model has {len(nodes)} nodes; at most {MOST_NODES} are read")
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


def check_views(document: Json) -> None:
    """Buffer views lie within their buffers, by the lengths that the JSON states."""
    buffers = document.get("buffers", [])
    for index, view in enumerate(document.get("bufferViews", [])):
        ranges = [view, *view.get("extensions", {}).values()]
        for part in ranges:
            if "buffer" not in part:
                continue
            end = part.get("byteOffset", 0) + part["byteLength"]
            if end > buffers[part["buffer"]]["byteLength"]:
                raise ModelError(f"buffer view {index} ends at byte {end}, beyond its buffer")


def check_accessor(document: Json, accessor: Json, name: str) -> None:
    """An accessor's elements, sparse ones included, lie within their views."""
    kind, shape = np.dtype(COMPONENTS[accessor["componentType"]]), SHAPES[accessor["type"]]
    size = element_size(kind, shape)
    check_span(document, accessor, accessor["count"], size, name)
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


def check_images(document: Document) -> None:
    """Headers of the images: known formats, and few enough texels; nothing is decoded."""
    images = document.items("images")
    if len(images) > MOST_IMAGES:
        raise ModelError(f"the model has {len(images)} images; at most {MOST_IMAGES} are read")
    texels = 0
    for index in range(len(images)):
        width, height = image_size(document.image(index), f"image {index}")
        texels += width * height
        if max(width, height) > MOST_SIDE or texels > MOST_TEXELS:
            raise ModelError(
                f"image {index} has {width} × {height} pixels; at most {MOST_SIDE} a side"
                f" and {MOST_TEXELS} in all are read"
            )


def image_size(data: bytes, name: str) -> tuple[int, int]:
    """Width and height by an image's header; raises ModelError."""
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            warnings.simplefilter("ignore")
            return opened.size
    except Image.DecompressionBombError as error:
        raise ModelError(f"{name} is too large: {error}") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise ModelError(f"{name} is not an image that we know; expected PNG, JPEG or WebP") from error
