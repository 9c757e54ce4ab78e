"""Primitives in KHR_draco_mesh_compression, decompressed by Draco's own decoder.

The head of each stream is read here first (Draco bitstream specification 2.2, §3.2 and §4.1), so that nothing
grows beyond what the document says of it.
"""

from __future__ import annotations

import struct
from typing import Any

import DracoPy
import numpy as np

from renderd.pipeline.document import (
    ARRAY_BUFFER,
    COMPONENTS,
    ELEMENT_ARRAY_BUFFER,
    SHAPES,
    Array,
    Document,
    Json,
)
from renderd.pipeline.errors import ModelError
from renderd.pipeline.mapped import Bytes
from renderd.pipeline.unpack import DRACO

VERSION = (2, 2)
MESH, EDGEBREAKER, METADATA = 1, 1, 0x8000

MOST_FACES_A_BYTE = 500
"""Real streams hold a few triangles a byte, flat regular grids some dozens."""


def decode_draco(document: Document) -> None:
    """Replace compressed primitives by plain ones, in place; raises ModelError for a stream that lies."""
    streams: dict[int, Any] = {}
    for number, mesh in enumerate(document.items("meshes")):
        for primitive in mesh["primitives"]:
            packed = primitive.get("extensions", {}).pop(DRACO, None)
            if packed is None:
                continue
            if primitive.get("mode", 4) != 4:
                raise ModelError(f"mesh {number} is compressed with Draco, but is no list of triangles")
            view = packed["bufferView"]
            if view not in streams:
                check_head(document, primitive, document.views[view])
                streams[view] = decode(document.views[view])
            write_back(document, primitive, packed["attributes"], streams[view])


def decode(data: Bytes) -> Any:
    """The mesh of a stream; raises ModelError."""
    try:
        return DracoPy.decode(bytes(data))
    except (DracoPy.FileTypeException, TypeError, ValueError, RuntimeError) as error:
        raise ModelError("a mesh compressed with Draco can't be decoded; export without it") from error


# --- before ---------------------------------------------------------------------------------------


def check_head(document: Document, primitive: Json, data: Bytes) -> None:
    """Raise ModelError unless a stream holds as many triangles and vertices as its accessors say."""
    head = bytes(data[:64])
    if len(head) < 16 or head[:5] != b"DRACO":
        raise ModelError("a mesh compressed with Draco does not begin as one")
    major, minor, kind, method, flags = struct.unpack_from("<BBBBH", head, 5)
    if (major, minor) != VERSION or kind != MESH or flags & METADATA:
        raise ModelError(
            f"a mesh is compressed with Draco {major}.{minor}, or is no plain mesh; expected version 2.2"
        )
    faces, vertices = counts(head, method == EDGEBREAKER)
    accessors = document.items("accessors")
    stated = accessors[primitive["indices"]]["count"] if "indices" in primitive else faces * 3
    room = accessors[primitive["attributes"].get("POSITION", -1)]["count"] if accessors else 0
    if faces * 3 != stated or vertices > room:
        raise ModelError(
            f"a mesh compressed with Draco holds {faces} triangles and {vertices} vertices,"
            f" but the model says {stated // 3} and {room}"
        )
    if faces > len(data) * MOST_FACES_A_BYTE:
        raise ModelError(f"a mesh compressed with Draco says that {len(data)} bytes hold {faces} triangles")


def counts(head: bytes, edgebreaker: bool) -> tuple[int, int]:
    """How many faces and vertices a stream says that it has."""
    first, at = varint(head, 12 if edgebreaker else 11)
    second, _ = varint(head, at)
    return (second, first) if edgebreaker else (first, second)


def varint(data: bytes, at: int) -> tuple[int, int]:
    """A number in groups of seven bits, the lowest first, and where it ends."""
    value = 0
    for shift in range(0, 35, 7):
        value |= (data[at] & 0x7F) << shift
        at += 1
        if data[at - 1] < 0x80:
            break
    return value, at


# --- after ----------------------------------------------------------------------------------------


def write_back(document: Document, primitive: Json, numbers: dict[str, int], mesh: Any) -> None:
    """Give the accessors of a primitive the values of a decoded mesh; raises ModelError if they don't fit."""
    found = {attribute["unique_id"]: attribute["data"] for attribute in mesh.attributes}
    for name, index in primitive["attributes"].items():
        if name in numbers:
            if numbers[name] not in found:
                raise ModelError(f"a mesh compressed with Draco has no {name[:40]}, which the model names")
            fill(document, index, found[numbers[name]], name, ARRAY_BUFFER)
    faces = np.asarray(mesh.faces, np.uint32).ravel()
    if "indices" in primitive:
        fill(document, primitive["indices"], faces, "indices", ELEMENT_ARRAY_BUFFER)
    else:
        primitive["indices"] = document.add_accessor(faces, ELEMENT_ARRAY_BUFFER)


def fill(document: Document, index: int, values: Any, name: str, target: int) -> None:
    """Store values under an accessor, in the type that it states."""
    accessor = document.json["accessors"][index]
    kind, shape = np.dtype(COMPONENTS[accessor["componentType"]]), SHAPES[accessor["type"]]
    stored: Array = values.astype(kind) if fits(values, kind) else values
    if stored.dtype != kind or stored.shape != (accessor["count"], *shape):
        raise ModelError(f"the {name[:40]} of a mesh compressed with Draco are not as the model says")
    made = document.items("accessors")[document.add_accessor(stored, target)]
    for key in ("byteOffset", "sparse"):
        accessor.pop(key, None)
    accessor["bufferView"] = made["bufferView"]
    document.json["accessors"].pop()


def fits(values: Array, kind: np.dtype[Any]) -> bool:
    """Whether values can be stored as ``kind`` without a change."""
    if kind.kind == "f" or values.dtype.kind == "f":
        return values.dtype.kind == kind.kind
    limits = np.iinfo(kind)
    return bool(limits.min <= values.min(initial=0) and values.max(initial=0) <= limits.max)
