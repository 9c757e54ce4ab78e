"""The parts of the meshoptimizer library that the pipeline uses, typed, and safe to call.

Indices are flat uint32 arrays of triangle corners; positions are (n, 3) float32 in metres.
"""

from __future__ import annotations

import ctypes

import numpy as np
from meshoptimizer._loader import lib
from meshoptimizer.optimizer import (
    optimize_vertex_cache,
    optimize_vertex_cache_strip,
    optimize_vertex_fetch_remap,
)
from meshoptimizer.utils import generate_vertex_remap

from renderd.pipeline.document import Array

ERROR_ABSOLUTE = 1 << 2

# The Python package declares no signature for this function, so that sizes would be cut to 32 bits.
_simplify = lib.meshopt_simplifyWithAttributes
_simplify.restype = ctypes.c_size_t
_simplify.argtypes = [
    ctypes.c_void_p,  # destination
    ctypes.c_void_p,  # indices
    ctypes.c_size_t,
    ctypes.c_void_p,  # positions
    ctypes.c_size_t,
    ctypes.c_size_t,
    ctypes.c_void_p,  # attributes
    ctypes.c_size_t,
    ctypes.c_void_p,  # weights
    ctypes.c_size_t,
    ctypes.c_void_p,  # locks
    ctypes.c_size_t,  # target index count
    ctypes.c_float,  # target error
    ctypes.c_uint,  # options
    ctypes.c_void_p,  # result error
]

_roughly = lib.meshopt_simplifySloppy
_roughly.restype = ctypes.c_size_t
_roughly.argtypes = [
    ctypes.c_void_p,  # destination
    ctypes.c_void_p,  # indices
    ctypes.c_size_t,
    ctypes.c_void_p,  # positions
    ctypes.c_size_t,
    ctypes.c_size_t,
    ctypes.c_void_p,  # locks
    ctypes.c_size_t,  # target index count
    ctypes.c_float,  # target error
    ctypes.c_void_p,  # result error
]

_stripify = lib.meshopt_stripify
_stripify.restype = ctypes.c_size_t
_stripify.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_uint]


def simplify(
    indices: Array,
    positions: Array,
    attributes: Array,
    weights: Array,
    locked: Array,
    target: int,
    error: float,
) -> Array:
    """Fewer triangles over the same vertices: at least ``target`` indices, at most ``error`` metres away.

    ``attributes`` is (n, k) float32, k ≤ 32, with a weight each: how many metres a change of 1 is worth,
    relative to the size of the mesh. ``locked`` is (n,) uint8; vertices marked 1 never move.
    """
    indices, positions, attributes, weights, locked = (
        np.ascontiguousarray(array, kind)
        for array, kind in (
            (indices, np.uint32),
            (positions, np.float32),
            (attributes, np.float32),
            (weights, np.float32),
            (locked, np.uint8),
        )
    )
    out = np.empty_like(indices)
    count = _simplify(
        *(out.ctypes.data, indices.ctypes.data, len(indices)),
        *(positions.ctypes.data, len(positions), positions.strides[0]),
        *(attributes.ctypes.data, attributes.strides[0], weights.ctypes.data, len(weights)),
        *(locked.ctypes.data, target, error, ERROR_ABSOLUTE, None),
    )
    return out[:count]


def simplify_roughly(indices: Array, positions: Array, target: int) -> Array:
    """About ``target`` indices or fewer, whatever is lost: pieces are joined, attributes ignored."""
    indices = np.ascontiguousarray(indices, np.uint32)
    positions = np.ascontiguousarray(positions, np.float32)
    out = np.empty_like(indices)
    count = _roughly(
        *(out.ctypes.data, indices.ctypes.data, len(indices)),
        *(positions.ctypes.data, len(positions), positions.strides[0]),
        *(None, target, float("inf"), None),
    )
    return out[:count]


def weld(vertices: Array) -> tuple[Array, int]:
    """Number equal rows alike: for each row of (n, bytes) its new index, and how many differ."""
    rows = np.ascontiguousarray(vertices)
    remap = np.empty(len(rows), np.uint32)
    # Without indices the package passes a count of 0, and nothing would be numbered.
    count = generate_vertex_remap(remap, np.arange(len(rows), dtype=np.uint32), vertices=rows)
    return remap, int(count)


def order_triangles(indices: Array, vertex_count: int) -> Array:
    """The same triangles in an order that a vertex cache (and a compressor) likes."""
    indices = np.ascontiguousarray(indices, np.uint32)
    out = np.empty_like(indices)
    optimize_vertex_cache(out, indices, vertex_count=vertex_count)
    return out


def strip(indices: Array, vertex_count: int) -> Array:
    """The same triangles as one strip; what it can't walk along is bridged by triangles without area."""
    indices = np.ascontiguousarray(indices, np.uint32)
    order = np.empty_like(indices)
    optimize_vertex_cache_strip(order, indices, vertex_count=vertex_count)
    # The library's own bound: a triangle apart from its neighbours takes its three and two to get there.
    out = np.empty(len(indices) // 3 * 5, np.uint32)
    count = _stripify(out.ctypes.data, order.ctypes.data, len(order), vertex_count, 0)
    return out[:count]


def order_vertices(indices: Array, vertex_count: int) -> tuple[Array, Array]:
    """Renumber vertices by first use and drop unused ones: (new indices, old index of each new vertex)."""
    indices = np.ascontiguousarray(indices, np.uint32)
    remap = np.empty(vertex_count, np.uint32)
    count = optimize_vertex_fetch_remap(remap, indices, vertex_count=vertex_count)
    old = np.empty(count, np.uint32)
    used = remap != np.uint32(0xFFFFFFFF)
    old[remap[used]] = np.flatnonzero(used)
    return remap[indices], old
