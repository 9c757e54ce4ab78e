"""Normals for surfaces that come without: smooth, but sharp at edges that are sharper than an angle."""

from __future__ import annotations

import numpy as np

from renderd.pipeline import meshopt
from renderd.pipeline.document import Array

CREASE = 40.0
"""Degrees between two faces from which their common edge is sharp."""


def creased(
    positions: Array, other: Array, faces: Array, angle: float = CREASE
) -> tuple[Array, Array, Array]:
    """Merge vertices that are alike, split them at sharp edges, and give each a normal.

    ``positions`` (n, 3), ``other`` attributes (n, k), ``faces`` (m, 3). Returns the old vertex of each new
    one (k,), faces (m, 3) of the new vertices, and unit normals (k, 3) float32: means over the smooth
    faces, weighted by area.
    """
    points, _ = meshopt.weld(rows(positions))
    alike, count = meshopt.weld(rows(np.concatenate([positions, other], axis=1)))
    first = np.empty(count, np.int64)
    first[alike[::-1]] = np.arange(len(alike))[::-1]
    across = face_normals(positions, faces)
    fans = fan_labels(points[faces], across, np.cos(np.radians(angle)))
    corner_keys = np.stack([first[alike[faces.ravel()]], fans], axis=1)
    keys, corners = np.unique(corner_keys, axis=0, return_inverse=True)
    total = np.zeros((int(fans.max()) + 1, 3))
    np.add.at(total, fans, np.repeat(across, 3, axis=0))
    unit = unit_or_up(total[keys[:, 1]])
    return keys[:, 0], corners.reshape(-1, 3).astype(np.uint32), unit.astype(np.float32)


def unit_or_up(vectors: Array) -> Array:
    """Vectors (n, 3) at a length of 1, and those that have none upwards."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    found: Array = np.where(length > 0, vectors / np.where(length > 0, length, 1), (0.0, 1.0, 0.0))
    return found


def rows(values: Array) -> Array:
    """Rows of numbers as rows of bytes, in float32; -0 and 0 are the same."""
    return np.ascontiguousarray(values + 0.0, np.float32).view(np.uint8).reshape(len(values), -1)


def face_normals(positions: Array, faces: Array) -> Array:
    """Normals of triangles, as long as twice their area, (m, 3) float64."""
    a, b, c = (positions[faces[:, corner]].astype(float) for corner in range(3))
    doubled: Array = np.cross(b - a, c - a)
    return doubled


def fan_labels(faces: Array, normals: Array, least: float) -> Array:
    """For each corner (3m,) a number that it shares with the corners of the same smooth fan.

    Two corners at a point belong together if their faces meet in an edge there whose faces' normals
    have a cosine of at least ``least``.
    """
    unit = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)
    first, second = shared_edges(faces)
    smooth = (unit[first // 3] * unit[second // 3]).sum(axis=1) >= least
    first, second = first[smooth], second[smooth]
    # A corner's edge starts at it; the neighbour runs the edge the other way, or (badly wound) the same.
    flat = faces.ravel()
    ends = (first, following(first)), (second, following(second))
    pairs = [np.stack([a, b], axis=1)[flat[a] == flat[b]] for a in ends[0] for b in ends[1]]
    return components(np.concatenate(pairs), len(flat))


def following(corners: Array) -> Array:
    """The next corner of the same triangle."""
    ahead: Array = corners // 3 * 3 + (corners + 1) % 3
    return ahead


def shared_edges(faces: Array) -> tuple[Array, Array]:
    """Pairs of corners whose outgoing edges have the same two ends; edges of one or many faces are sharp."""
    flat = faces.ravel().astype(np.int64)
    ahead = flat[following(np.arange(len(flat)))]
    key = np.minimum(flat, ahead) * (int(flat.max()) + 1) + np.maximum(flat, ahead)
    order = np.argsort(key, kind="stable")
    _, start, count = np.unique(key[order], return_index=True, return_counts=True)
    twice = start[count == 2]
    return order[twice], order[twice + 1]


def components(pairs: Array, count: int) -> Array:
    """Connected components of ``count`` things joined by ``pairs``, by the least number of each."""
    label = np.arange(count)
    while True:
        low = np.minimum(label[pairs[:, 0]], label[pairs[:, 1]])
        before = label.copy()
        np.minimum.at(label, pairs[:, 0], low)
        np.minimum.at(label, pairs[:, 1], low)
        label = label[label]
        if np.array_equal(before, label):
            return label
