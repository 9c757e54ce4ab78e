"""Sewn things on curved surfaces: panels laid on, bands, seams of stitches. Metres, Y up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from renderd.modelling.curves import Points, circle, resampled, spline
from renderd.modelling.mesh import Array, Mesh, curve_lengths, grid
from renderd.modelling.shapes import Surface
from renderd.modelling.sweeps import loft, sweep

Curve = Callable[[Array], Array]

CAPSULE = np.array(
    [
        [0, 0, -1],
        [0.8, 0, -0.5],
        [0, 1, -0.5],
        [-0.8, 0, -0.5],
        [0.8, 0, 0.5],
        [0, 1, 0.5],
        [-0.8, 0, 0.5],
        [0, 0, 1],
    ]
)
CAPSULE_FACES = np.array(
    [
        [0, 2, 1],
        [0, 3, 2],
        [1, 2, 4],
        [2, 5, 4],
        [2, 3, 5],
        [3, 6, 5],
        [4, 5, 7],
        [5, 6, 7],
    ]
)
"""Half a stitch's lozenge (the thread's lower half is in the hide): across, up, along."""


def through(points: Sequence[tuple[float, float]]) -> Curve:
    """A smooth function through the points that never overshoots (Fritsch and Carlson 1980)."""
    x, y = np.array(points, dtype=np.float64).T
    step, slope = np.diff(x), np.diff(y) / np.diff(x)
    same = slope[1:] * slope[:-1] > 0
    mean = 2 * slope[1:] * slope[:-1] / np.where(same, slope[1:] + slope[:-1], 1.0)
    tangent = np.concatenate([slope[:1], np.where(same, mean, 0.0), slope[-1:]])

    def curve(at: Array) -> Array:
        at = np.clip(at, x[0], x[-1])
        k = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(step) - 1)
        t = (at - x[k]) / step[k]
        start, end = y[k] + t * tangent[k] * step[k], y[k + 1] - (1 - t) * tangent[k + 1] * step[k]
        blend = t * t * (3 - 2 * t)
        return np.asarray(start * (1 - blend) + end * blend)

    return curve


def smoothstep(low: float, high: float, value: Array) -> Array:
    """Hermite step from 0 at ``low`` to 1 at ``high``."""
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3 - 2 * t))


def unit(vectors: Array) -> Array:
    """The vectors (…, 3) at length 1."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12))


def shifted(point: Array, x: float, y: float, z: float) -> Array:
    """The point (3,) moved by metres."""
    return np.asarray(point + np.array([x, y, z]))


def normal_at(surface: Surface, u: Array, v: Array, step: float = 1e-3) -> Array:
    """Unit normals (…, 3) of a surface, on the side of ∂/∂u x ∂/∂v."""
    along = surface(u + step, v) - surface(u - step, v)
    low, high = np.maximum(v - step, 0.0), np.minimum(v + step, 1.0)
    return unit(np.cross(along, surface(u, high) - surface(u, low)))


def between(lower: Points, upper: Points) -> Surface:
    """The strip of a surface's (u, v) between two smooth lines; a runs along, b from one to the other."""
    low, high = spline(lower, 64), spline(upper, 64)
    steps = np.linspace(0, 1, 64)

    def region(a: Array, b: Array) -> Array:
        lows, highs = (
            np.stack([np.interp(a, steps, line[:, k]) for k in (0, 1)], axis=-1) for line in (low, high)
        )
        return np.asarray(lows + (highs - lows) * b[..., None])

    return region


def raised(surface: Surface, a: Array, b: Array, height: float | Array) -> Array:
    """Points (…, 3) ``height`` metres above the surface."""
    return np.asarray(surface(a, b) + normal_at(surface, a, b) * np.asarray(height)[..., None])


def panel(
    surface: Surface, region: Surface, thickness: float, u: int = 40, v: int = 10, rim: float = 0.012
) -> Mesh:
    """A piece of leather laid on a surface over a ``region`` of its (u, v), with rounded edges.

    ``rim`` is the share of its width that the rounding takes.
    """
    a, b = np.meshgrid(_rimmed(u, rim), _rimmed(v, rim * u / v), indexing="ij")
    place = region(a, b)
    height = thickness * _rounding(a, rim) * _rounding(b, rim * u / v) - 0.0003
    laid = grid(raised(surface, place[..., 0], place[..., 1], height), 50.0)
    up = normal_at(surface, place[u // 2, v // 2, 0], place[u // 2, v // 2, 1])
    return laid if float((laid.normals @ up).sum()) > 0 else laid.flipped()


def line_on(surface: Surface, points: Points, count: int, height: float = 0.0) -> tuple[Array, Array]:
    """Points (count, 3), evenly spaced, and normals along a smooth line in a surface's (u, v)."""
    dense = spline(points, 240)
    on = raised(surface, dense[:, 0], dense[:, 1], height)
    normals = normal_at(surface, dense[:, 0], dense[:, 1])
    lengths = curve_lengths(on)
    at = np.linspace(0, lengths[-1], count)
    return tuple(
        np.stack([np.interp(at, lengths, part[:, k]) for k in range(3)], axis=1) for part in (on, normals)
    )  # type: ignore[return-value]


def stitches(path: Array, normals: Array, pitch: float = 0.0032, thread: float = 0.0005) -> Mesh:
    """A seam along a path (n, 3): stitches ``pitch`` metres apart, of thread with this radius."""
    lengths = curve_lengths(path)
    at = np.arange(pitch / 2, lengths[-1], pitch)
    middle, up = (
        np.stack([np.interp(at, lengths, p[:, k]) for k in range(3)], axis=1) for p in (path, normals)
    )
    tangent = np.gradient(path, lengths, axis=0)
    ahead = unit(_sampled(tangent, lengths, at))
    up = unit(up - ahead * np.sum(up * ahead, axis=1, keepdims=True))
    frame = np.stack([np.cross(up, ahead) * thread, up * thread * 0.9, ahead * pitch * 0.4], axis=1)
    positions = (middle[:, None] + np.einsum("pk,skj->spj", CAPSULE, frame)).reshape(-1, 3)
    outward = unit(np.einsum("pk,skj->spj", CAPSULE * [1, 1, 0.3], frame)).reshape(-1, 3)
    faces = CAPSULE_FACES[None] + np.arange(len(at))[:, None, None] * len(CAPSULE)
    return Mesh(positions, outward, np.zeros((len(positions), 2)), faces.reshape(-1, 3))


def ribbon(path: Array, normals: Array, width: float | Array, thickness: float, corner: int = 3) -> Mesh:
    """A flat band along a path (n, 3), its faces turned to ``normals``; ``width`` may change along it."""
    ahead = unit(np.gradient(path, axis=0))
    up = unit(normals - ahead * np.sum(normals * ahead, axis=1, keepdims=True))
    side = np.cross(up, ahead)
    angle = np.linspace(-np.pi / 2, np.pi / 2, corner + 1)
    angle = np.concatenate([angle, angle + np.pi])
    sign = np.where(np.arange(len(angle)) <= corner, 1.0, -1.0)
    half = np.broadcast_to(np.asarray(width, dtype=np.float64) / 2 - thickness / 2, (len(path),))
    x = half[:, None] * sign + thickness / 2 * np.cos(angle)
    y = np.broadcast_to(thickness / 2 * np.sin(angle), x.shape)
    return loft(path[:, None] + side[:, None] * x[..., None] + up[:, None] * y[..., None], crease=50.0)  # type: ignore[arg-type]


def tube(
    path: Points, radius: float | Array, sides: int = 10, closed: bool = False, bevel: float = 0.0
) -> Mesh:
    """A round cord along a path (n, 3); ``radius`` may change along it."""
    line = np.asarray(path, dtype=np.float64)
    largest = float(np.max(radius))
    scale = np.broadcast_to(np.asarray(radius, dtype=np.float64) / largest, (len(line),))
    return sweep(line, circle(largest, sides), scale, closed=closed, bevel=bevel)


def arc(start: Array, middle: Array, end: Array, count: int = 16) -> Array:
    """(count, 3): a smooth line through three points."""
    return resampled(spline(np.array([start, middle, end]), 48), count)


def _sampled(values: Array, lengths: Array, at: Array) -> Array:
    """(m, 3): values (n, 3), known at ``lengths`` along a line, at other places."""
    return np.stack([np.interp(at, lengths, values[:, k]) for k in range(3)], axis=1)


def _rimmed(count: int, rim: float) -> Array:
    """0 to 1 in steps, with extra ones where the rim is rounded."""
    rim = min(rim, 0.2)
    inner = np.linspace(rim, 1 - rim, count - 3)
    return np.concatenate([[0.0, rim * 0.3], inner, [1 - rim * 0.3, 1.0]])


def _rounding(at: Array, rim: float) -> Array:
    """A quarter circle at both ends of 0 to 1."""
    edge = np.clip(np.minimum(at, 1 - at) / min(rim, 0.2), 0, 1)
    return np.asarray(np.sqrt(1 - (1 - edge) ** 2))
