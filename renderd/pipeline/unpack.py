"""Buffer views in EXT_meshopt_compression and KHR_meshopt_compression, decompressed.

The stream formats are those of the extensions' specifications; the decoder is meshoptimizer's own.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from meshoptimizer._loader import lib

from renderd.pipeline.errors import ModelError

MESHOPT = ("EXT_meshopt_compression", "KHR_meshopt_compression")
DRACO = "KHR_draco_mesh_compression"
MODES = {"ATTRIBUTES": "VertexBuffer", "TRIANGLES": "IndexBuffer", "INDICES": "IndexSequence"}
FILTERS = {"OCTAHEDRAL": "Oct", "QUATERNION": "Quat", "EXPONENTIAL": "Exp", "COLOR": "Color"}

MOST_BYTES = 1 << 30
"""A view may grow to this many bytes."""


def packed_view(view: dict[str, Any]) -> dict[str, Any] | None:
    """The extension of a buffer view that holds its compressed bytes, if it has one."""
    for name in MESHOPT:
        found: dict[str, Any] | None = view.get("extensions", {}).get(name)
        if found is not None:
            return found
    return None


def unpack(packed: dict[str, Any], data: memoryview) -> bytes:
    """The bytes of a compressed view; raises ModelError if they can't be read."""
    count, stride = packed["count"], packed["byteStride"]
    if count * stride > MOST_BYTES:
        raise ModelError(
            f"a compressed buffer view grows to {count * stride} bytes; at most {MOST_BYTES} are read"
        )
    out, source = np.zeros(count * stride, np.uint8), np.frombuffer(data, np.uint8)
    decode = getattr(lib, f"meshopt_decode{MODES[packed['mode']]}")
    failed = decode(
        out.ctypes.data_as(ctypes.c_void_p),
        count,
        stride,
        source.ctypes.data_as(ctypes.POINTER(ctypes.c_ubyte)),
        len(source),
    )
    if failed:
        raise ModelError("a buffer view compressed with meshopt can't be decoded; export without compression")
    undo_filter(packed.get("filter", "NONE"), out, count, stride)
    return out.tobytes()


def undo_filter(name: str, out: np.ndarray[Any, Any], count: int, stride: int) -> None:
    """Turn filtered elements into plain ones, in place."""
    if name == "NONE":
        return
    undo = getattr(lib, f"meshopt_decodeFilter{FILTERS[name]}", None)
    if undo is None:
        raise ModelError(
            f"the model uses the meshopt filter {name}, which is not supported; export without it"
        )
    undo(out.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(count), ctypes.c_size_t(stride))
