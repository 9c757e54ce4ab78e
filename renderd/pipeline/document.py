"""A glTF document in memory: its JSON, and the bytes of each buffer view.

Formats, names and arithmetic follow the glTF 2.0 specification, §3.6 (buffers and accessors) and
§4 (GLB container). The document never looks at files: whoever reads one hands over the bytes.
"""

from __future__ import annotations

import base64
import binascii
import copy
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from urllib.parse import unquote_to_bytes

import numpy as np
import numpy.typing as npt

from renderd.pipeline import mapped
from renderd.pipeline.errors import ModelError
from renderd.pipeline.mapped import Bytes
from renderd.pipeline.unpack import MESHOPT, packed_view, unpack

Json = dict[str, Any]
Array = npt.NDArray[Any]

COMPONENTS: dict[int, type[np.generic]] = {
    5120: np.int8,
    5121: np.uint8,
    5122: np.int16,
    5123: np.uint16,
    5125: np.uint32,
    5126: np.float32,
}
CODES = {np.dtype(kind): code for code, kind in COMPONENTS.items()}
SHAPES: dict[str, tuple[int, ...]] = {
    "SCALAR": (),
    "VEC2": (2,),
    "VEC3": (3,),
    "VEC4": (4,),
    "MAT2": (2, 2),
    "MAT3": (3, 3),
    "MAT4": (4, 4),
}
TYPES = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4", 16: "MAT4"}

GLB_MAGIC = 0x46546C67
CHUNK_JSON = 0x4E4F534A
CHUNK_BIN = 0x004E4942

ARRAY_BUFFER = 34962
ELEMENT_ARRAY_BUFFER = 34963


def no_files(uri: str) -> bytes:
    """The resolver of a model that came alone: every outside file is an error."""
    raise ModelError(
        f"the model refers to the file {uri[:80]!r}, but only one file was given; send a zip with both"
    )


@dataclass(slots=True)
class Document:
    """``json`` as in the file but without ``buffers``; ``views[i]`` are the bytes of ``bufferViews[i]``.

    Nothing here checks a hostile file: ``renderd.pipeline.validate`` does, before anything is read.
    """

    json: Json
    views: list[Bytes] = field(default_factory=list)

    # --- reading ------------------------------------------------------------------------------

    @classmethod
    def load_glb(cls, data: Bytes) -> Document:
        """Read a GLB whose container is sound (``validate.glb_chunks`` raises otherwise)."""
        length = struct.unpack_from("<I", data, 12)[0]
        body = memoryview(data)
        tail = body[20 + length :]
        binary = tail[8 : 8 + struct.unpack_from("<I", tail)[0]] if len(tail) >= 8 else tail[:0]
        return cls.from_json(json.loads(bytes(body[20 : 20 + length])), binary)

    @classmethod
    def from_json(
        cls, document: Json, binary: Bytes = b"", resolve: Callable[[str], Bytes] = no_files
    ) -> Document:
        """Read a parsed glTF; ``binary`` is the GLB's chunk, ``resolve`` gives the bytes of a relative URI.

        Images given by URI become buffer views, so that the document needs nothing else afterwards.
        """
        buffers = [read_buffer(buffer, binary, resolve) for buffer in document.get("buffers", [])]
        result = cls({key: value for key, value in document.items() if key != "buffers"})
        for view in document.get("bufferViews", []):
            packed = packed_view(view)
            if packed is None:
                start = view.get("byteOffset", 0)
                result.views.append(buffers[view["buffer"]][start : start + view["byteLength"]])
            else:
                start = packed.get("byteOffset", 0)
                data = buffers[packed["buffer"]][start : start + packed["byteLength"]]
                result.views.append(unpack(packed, data))
        for image in document.get("images", []):
            if "uri" in image:
                image["bufferView"] = result.add_view(read_uri(image.pop("uri"), resolve))
        return result

    def copy(self) -> Document:
        """An independent document that shares the (immutable) bytes of the views."""
        return Document(copy.deepcopy(self.json), list(self.views))

    # --- looking ------------------------------------------------------------------------------

    def items(self, kind: str) -> list[Json]:
        """The top-level array ``kind`` ("nodes", "meshes", …); empty if the document has none."""
        found: list[Json] = self.json.get(kind, [])
        return found

    def accessor(self, index: int) -> Array:
        """Elements of an accessor, shape (count, …): float32 where normalized, else the stored type.

        Sparse values are applied, strides removed; matrices are (count, rows, columns).
        """
        values = self.raw_accessor(index)
        if self.json["accessors"][index].get("normalized") and values.dtype.kind != "f":
            scale = np.float32(np.iinfo(values.dtype).max)
            values = np.maximum(values.astype(np.float32) / scale, np.float32(-1))
        return values.swapaxes(1, 2) if values.ndim == 3 else values

    def raw_accessor(self, index: int) -> Array:
        """Like ``accessor`` in the stored type: nothing scaled, matrices (count, columns, rows)."""
        accessor = self.json["accessors"][index]
        kind, shape = np.dtype(COMPONENTS[accessor["componentType"]]), SHAPES[accessor["type"]]
        values = self._strided(accessor, kind, shape, accessor["count"])
        if "sparse" in accessor:
            sparse = accessor["sparse"]
            at = sparse["indices"]
            values = values.copy()
            where = self._strided(at, np.dtype(COMPONENTS[at["componentType"]]), (), sparse["count"])
            values[where] = self._strided(sparse["values"], kind, shape, sparse["count"])
        return values

    def _strided(self, source: Json, kind: np.dtype[Any], shape: tuple[int, ...], count: int) -> Array:
        """``count`` elements of a view from ``byteOffset``; zeros without a view (§3.6.2.2)."""
        if "bufferView" not in source:
            return np.zeros((count, *shape), kind)
        view = self.views[source["bufferView"]]
        inner = element_strides(kind, shape)
        size = element_size(kind, shape)
        stride = self.json["bufferViews"][source["bufferView"]].get("byteStride", size)
        return np.ndarray(
            (count, *shape), kind.newbyteorder("<"), view, source.get("byteOffset", 0), (stride, *inner)
        )

    def image(self, index: int) -> bytes:
        """The encoded bytes (PNG, JPEG, WebP …) of ``images[index]``."""
        return bytes(self.views[self.json["images"][index]["bufferView"]])

    def image_file(self, index: int) -> BinaryIO:
        """Like ``image``, as a file to read from: the bytes are not copied."""
        return mapped.as_file(self.views[self.json["images"][index]["bufferView"]])

    def release(self) -> None:
        """Give the memory of mapped files back to the system; what is looked at again is read again."""
        mapped.release(self.views)

    def texture_image(self, texture: int) -> int | None:
        """Index of the image that ``textures[texture]`` shows, through ``EXT_texture_webp`` and the like."""
        entry = self.json["textures"][texture]
        for name in ("EXT_texture_webp", "EXT_texture_avif"):
            if "source" in entry.get("extensions", {}).get(name, {}):
                source: int = entry["extensions"][name]["source"]
                return source
        plain: int | None = entry.get("source")
        return plain

    # --- building -----------------------------------------------------------------------------

    def add(self, kind: str, item: Json) -> int:
        """Append ``item`` to the top-level array ``kind`` and return its index."""
        array: list[Json] = self.json.setdefault(kind, [])
        array.append(item)
        return len(array) - 1

    def add_view(self, data: Bytes, **properties: int) -> int:
        """Append a buffer view (``byteStride``, ``target`` as keywords) and return its index."""
        self.views.append(data)
        return self.add("bufferViews", {"byteLength": len(data), **properties})

    def add_accessor(
        self, values: Array, target: int | None = None, normalized: bool = False, bounds: bool = False
    ) -> int:
        """Store ``values``, shape (count,) or (count, 2|3|4|16), as an accessor in a view of its own.

        Vertex attributes (``target`` is ARRAY_BUFFER) are padded to four bytes; ``bounds`` writes the
        accessor's min and max.
        """
        kind = TYPES[int(np.prod(values.shape[1:], dtype=int))]
        accessor: Json = {"componentType": CODES[values.dtype], "count": len(values), "type": kind}
        if normalized:
            accessor["normalized"] = True
        if bounds:
            accessor["min"] = np.atleast_1d(values.min(axis=0)).tolist()
            accessor["max"] = np.atleast_1d(values.max(axis=0)).tolist()
        accessor["bufferView"] = self._add_values(values, target)
        return self.add("accessors", accessor)

    def _add_values(self, values: Array, target: int | None) -> int:
        properties = {} if target is None else {"target": target}
        rows = np.ascontiguousarray(values).view(np.uint8).reshape(len(values), -1)
        if target == ARRAY_BUFFER and rows.shape[1] % 4:
            rows = np.pad(rows, ((0, 0), (0, -rows.shape[1] % 4)))
            properties["byteStride"] = rows.shape[1]
        return self.add_view(rows.tobytes(), **properties)

    def to_glb(self) -> bytes:
        """The document as one GLB: the same document gives the same bytes."""
        offset, views = 0, []
        parts: list[Bytes] = []
        for view, data in zip(self.items("bufferViews"), self.views, strict=True):
            views.append({**view, "buffer": 0, "byteOffset": offset, "byteLength": len(data)})
            parts += [data, b"\0" * (-len(data) % 4)]
            offset += len(data) + -len(data) % 4
        document = dict(self.json)
        if views:
            document |= {"bufferViews": views, "buffers": [{"byteLength": offset}]}
        return write_glb(document, *parts)


def read_buffer(buffer: Json, binary: Bytes, resolve: Callable[[str], Bytes]) -> memoryview:
    """The bytes of a buffer; raises ModelError if there are fewer than it says."""
    if any(is_fallback(buffer, name) for name in MESHOPT):
        return memoryview(b"")
    data = memoryview(read_uri(buffer["uri"], resolve) if "uri" in buffer else binary)
    if len(data) < buffer["byteLength"]:
        raise ModelError(f"a buffer has {len(data)} bytes, but says that it has {buffer['byteLength']}")
    return data[: buffer["byteLength"]]


def is_fallback(buffer: Json, extension: str) -> bool:
    """Whether a buffer only stands in for compressed views, and has no bytes itself."""
    return bool(buffer.get("extensions", {}).get(extension, {}).get("fallback"))


def write_glb(document: Json, *binary: Bytes) -> bytes:
    """Pack a JSON document and its binary chunk, in one piece or many, into a GLB container (§4.4)."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    body: list[Bytes] = [
        struct.pack("<II", len(text) + -len(text) % 4, CHUNK_JSON),
        text,
        b" " * (-len(text) % 4),
    ]
    if length := sum(map(len, binary)):
        padding = -length % 4
        body += [struct.pack("<II", length + padding, CHUNK_BIN), *binary, b"\0" * padding]
    size = 12 + sum(map(len, body))
    return b"".join([struct.pack("<III", GLB_MAGIC, 2, size), *body])


def read_uri(uri: str, resolve: Callable[[str], Bytes]) -> Bytes:
    """The bytes of a ``data:`` URI, or of a relative one through ``resolve``; raises ModelError."""
    if not uri.startswith("data:"):
        return resolve(uri)
    head, comma, payload = uri.partition(",")
    if not comma:
        raise ModelError("a data URI has no comma; expected data:<type>;base64,<data>")
    if not head.endswith(";base64"):
        return unquote_to_bytes(payload)
    try:
        return base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ModelError(f"a data URI is not valid base64 ({error})") from error


def element_strides(kind: np.dtype[Any], shape: tuple[int, ...]) -> tuple[int, ...]:
    """Byte strides inside one element; columns of matrices start on four bytes (§3.6.2.4)."""
    if len(shape) < 2:
        return (kind.itemsize,) * len(shape)
    column = kind.itemsize * shape[1]
    return (column + -column % 4, kind.itemsize)


def element_size(kind: np.dtype[Any], shape: tuple[int, ...]) -> int:
    """Bytes of one tightly packed element."""
    strides = element_strides(kind, shape)
    return strides[0] * shape[0] if strides else kind.itemsize
