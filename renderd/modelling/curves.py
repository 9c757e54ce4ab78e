"""Outlines and paths: points for the shapes to follow. Metres; outlines are (n, 2), paths (n, 3)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from renderd.modelling.mesh import Array, curve_lengths

Points = Sequence[Sequence[float]] | Array


def circle(radius: float, segments: int = 24) -> Array:
    """(segments, 2): a circle about the origin, counter-clockwise, not closed."""
    return ellipse(2 * radius, 2 * radius, segments)


def ellipse(width: float, height: float, segments: int = 32, exponent: float = 2.0) -> Array:
    """(segments, 2): |2x/w|^e + |2y/h|^e = 1, a superellipse (Lamé); 2 is an ellipse, 4 a soft box."""
    angle = np.linspace(0, 2 * np.pi, segments, endpoint=False)
    c, s = np.cos(angle), np.sin(angle)
    x = np.sign(c) * np.abs(c) ** (2 / exponent) * width / 2
    y = np.sign(s) * np.abs(s) ** (2 / exponent) * height / 2
    return np.stack([x, y], axis=1)


def rounded_rectangle(width: float, height: float, radius: float, segments: int = 6) -> Array:
    """(4 * (segments + 1), 2): a rectangle about the origin with round corners, counter-clockwise."""
    radius = min(radius, width / 2, height / 2)
    angle = np.linspace(0, np.pi / 2, segments + 1)
    corners = []
    for quarter, (x, y) in enumerate([(1, 1), (-1, 1), (-1, -1), (1, -1)]):
        turn = angle + quarter * np.pi / 2
        centre = np.array([x * (width / 2 - radius), y * (height / 2 - radius)])
        corners.append(centre + radius * np.stack([np.cos(turn), np.sin(turn)], axis=1))
    return np.concatenate(corners)


def fillet(points: Points, radius: float, segments: int = 4, closed: bool = False) -> Array:
    """The polyline (n, 2 or 3) with each corner replaced by a curve that starts ``radius`` before it.

    The curve is a quadratic Bézier. A corner takes at most half of its shorter side; the ends of an open
    line stay.
    """
    line = np.asarray(points, dtype=np.float64)
    count = len(line)
    parts = []
    for index in range(count):
        if not closed and index in (0, count - 1):
            parts.append(line[index : index + 1])
            continue
        parts.append(_rounded(line[index - 1], line[index], line[(index + 1) % count], radius, segments))
    return np.concatenate(parts)


def spline(points: Points, count: int = 32, closed: bool = False) -> Array:
    """(count, k): a smooth curve through the points (n, k), even in length.

    Catmull-Rom in centripetal parametrisation (Yuksel et al. 2011), which makes no loops. A closed curve
    does not repeat its first point.
    """
    knots = np.asarray(points, dtype=np.float64)
    if closed:
        padded = np.concatenate([knots[-1:], knots, knots[:2]])
    else:
        padded = np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    pieces = [_catmull_rom(padded[i : i + 4], 24) for i in range(len(padded) - 3)]
    dense = np.concatenate([*pieces, padded[-2:-1]])
    return resampled(dense, count + 1)[:-1] if closed else resampled(dense, count)


def resampled(points: Points, count: int) -> Array:
    """(count, k): points at equal distances along the polyline (n, k)."""
    length = curve_lengths(points)[-1]
    return along(points, np.linspace(0, length, count))


def along(points: Points, distances: Array) -> Array:
    """(m, k): the points of the polyline (n, k) at these distances from its start."""
    line = np.asarray(points, dtype=np.float64)
    lengths = curve_lengths(line)
    return np.stack([np.interp(distances, lengths, line[:, k]) for k in range(line.shape[1])], axis=1)


def _rounded(before: Array, corner: Array, after: Array, radius: float, segments: int) -> Array:
    entry, leave = _toward(corner, before, radius), _toward(corner, after, radius)
    t = np.linspace(0, 1, segments + 1)[:, None]
    return np.asarray((1 - t) ** 2 * entry + 2 * t * (1 - t) * corner + t**2 * leave)


def _toward(start: Array, end: Array, distance: float) -> Array:
    length = float(np.linalg.norm(end - start))
    share = min(distance / length, 0.499) if length > 0 else 0.0
    return np.asarray(start + (end - start) * share)


def _catmull_rom(points: Array, count: int) -> Array:
    """The part of the curve from the second to the third of four points, without its end."""
    steps = np.sqrt(np.maximum(np.linalg.norm(np.diff(points, axis=0), axis=1), 1e-9))
    t0, t1, t2, t3 = np.concatenate([[0.0], np.cumsum(steps)])
    t = np.linspace(t1, t2, count, endpoint=False)[:, None]
    p0, p1, p2, p3 = points
    a1 = (t1 - t) / (t1 - t0) * p0 + (t - t0) / (t1 - t0) * p1
    a2 = (t2 - t) / (t2 - t1) * p1 + (t - t1) / (t2 - t1) * p2
    a3 = (t3 - t) / (t3 - t2) * p2 + (t - t2) / (t3 - t2) * p3
    b1 = (t2 - t) / (t2 - t0) * a1 + (t - t0) / (t2 - t0) * a2
    b2 = (t3 - t) / (t3 - t1) * a2 + (t - t1) / (t3 - t1) * a3
    return np.asarray((t2 - t) / (t2 - t1) * b1 + (t - t1) / (t2 - t1) * b2)
