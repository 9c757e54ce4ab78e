"""Polygons as triangles: a fan serves those that bulge outwards; what a fan would cover twice is cut by ears.

Ears after G. Meisters, "Polygons Have Ears" (1975): a corner that turns outwards, and whose triangle holds no
other corner, can be cut off, and every simple polygon has one.
"""

from __future__ import annotations

import numpy as np

from renderd.pipeline.document import Array

FLAT = 1e-9
"""A triangle against its polygon's sense is one from this share of the polygon's area."""

MOST_CUT, MOST_SQUARED = 100_000, 4_000_000
"""Corners of polygons that are cut by ears, in all, and the squares of their numbers; others stay fans."""

TRIES = 8
"""Looks for an ear, for each corner of a polygon: real ones need a few."""


def cut(points: Array, corners: Array, polygon: Array) -> Array:
    """The triangles (m, 3) of polygons that are given as fans, one after the other.

    ``corners`` number ``points`` (n, 3); ``polygon`` (m,) grows, and says to which one each triangle belongs.
    """
    if not len(corners):
        return corners
    a, b, c = (points[corners[:, corner]].astype(float) for corner in range(3))
    across = np.cross(b - a, c - a)
    starts = np.flatnonzero(np.diff(polygon, prepend=polygon[0] - 1))
    ends = np.append(starts[1:], len(polygon))
    area = np.repeat(np.add.reduceat(across, starts), ends - starts, axis=0)
    against = (across * area).sum(axis=1) < -FLAT * (area * area).sum(axis=1)
    wrong = np.flatnonzero(np.logical_or.reduceat(against, starts))
    sides = ends[wrong] - starts[wrong] + 2
    few = (np.cumsum(sides) <= MOST_CUT) & (np.cumsum(sides * sides) <= MOST_SQUARED)
    found = corners.copy()
    for start, end in zip(starts[wrong][few], ends[wrong][few], strict=True):
        ring = np.concatenate([corners[start, :1], corners[start:end, 1], corners[end - 1, 2:]])
        found[start:end] = ring[ears(flat(points[ring].astype(float), area[start]))]
    return found


def flat(points: Array, normal: Array) -> Array:
    """Points as (n, 2), seen along the axis that the normal is nearest to, so that they turn leftwards."""
    axis = int(np.abs(normal).argmax())
    seen: Array = points[:, [(axis + 1) % 3, (axis + 2) % 3]]
    return seen if normal[axis] > 0 else seen[:, ::-1]


def ears(ring: Array) -> Array:
    """Triangles (n - 2, 3) of a polygon with corners (n, 2) that turn leftwards."""
    left, at, idle, tries = list(range(len(ring))), 0, 0, TRIES * len(ring)
    found = []
    while len(left) > 3:
        at %= len(left)
        three = [left[at - 1], left[at], left[(at + 1) % len(left)]]
        tries -= 1
        # A polygon that crosses itself may have no ear; any corner then does.
        if idle > len(left) or tries < 0 or is_ear(ring, three, left):
            found.append(three)
            del left[at]
            # Going on with the next corner but one keeps the triangles from becoming slivers.
            at, idle = at + 1, 0
        else:
            at, idle = at + 1, idle + 1
    return np.array([*found, left])


def is_ear(ring: Array, three: list[int], left: list[int]) -> bool:
    """Whether the triangle of three neighbours turns leftwards and holds no other corner."""
    a, b, c = ring[three]
    if turn(a, b, c) <= 0:
        return False
    others = ring[[corner for corner in left if corner not in three]]
    others = others[~(others[:, None] == ring[three]).all(axis=2).any(axis=1)]
    inside = (turn(a, b, others) >= 0) & (turn(b, c, others) >= 0) & (turn(c, a, others) >= 0)
    return not bool(inside.any())


def turn(a: Array, b: Array, c: Array) -> Array:
    """Twice the area of triangles, positive where they turn leftwards; ``c`` may be many points."""
    found: Array = (b[0] - a[0]) * (c[..., 1] - a[1]) - (b[1] - a[1]) * (c[..., 0] - a[0])
    return found
