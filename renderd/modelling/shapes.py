"""Boxes, cushions and free surfaces. Metres, Y up, centred on the origin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from renderd.modelling.curves import circle, rounded_rectangle
from renderd.modelling.mesh import Array, Axis, Mesh, grid, merge, shaded
from renderd.modelling.sweeps import sweep

Surface = Callable[[Array, Array], Array]


def grid_surface(surface: Surface, u: int, v: int, crease: float = 40.0) -> Mesh:
    """A surface of two parameters, each from 0 to 1, in ``u`` by ``v`` steps.

    ``surface(a, b)`` takes two arrays of one shape and returns positions (…, 3); it is seen from where
    ∂/∂a x ∂/∂b points. Edges that meet are welded for shading.
    """
    a, b = np.meshgrid(np.linspace(0, 1, u + 1), np.linspace(0, 1, v + 1), indexing="ij")
    return grid(np.asarray(surface(a, b), dtype=np.float64), crease)


def rounded_box(
    width: float,
    height: float,
    depth: float,
    radius: float = 0.004,
    segments: int = 3,
    divisions: int = 1,
    along: Axis = "x",
) -> Mesh:
    """A box with round edges and corners.

    ``segments`` are steps from a face to the middle of an edge. ``divisions`` are the parts of the longest
    side, of which the others have their share: more than 1 when the box shall be bent. ``along`` is the
    texture's u, where wood's grain runs.
    """
    half = np.array([width, height, depth]) / 2
    radius = min(radius, float(half.min()))
    shares = np.ceil(divisions * half / half.max()).astype(int)
    lines = [_edge_lines(h, radius, segments, parts) for h, parts in zip(half, shares, strict=True)]
    faces = [_box_face(lines, half, radius, axis, sign) for axis in range(3) for sign in (-1, 1)]
    solid = merge(*faces)
    return shaded(solid.positions, solid.uvs, solid.indices).mapped(along)


@dataclass(frozen=True, slots=True)
class Puff:
    """How a cushion swells, in metres: its top and bottom, its sides, and the folds of its cover.

    ``folds`` is the height of soft, irregular waves, drawn from ``seed``; they only press inwards.
    """

    top: float = 0.025
    side: float = 0.012
    folds: float = 0.002
    seed: int = 1


def cushion(
    width: float,
    height: float,
    depth: float,
    radius: float = 0.035,
    puff: Puff = Puff(),
    divisions: int = 12,
    segments: int = 3,
) -> Mesh:
    """An upholstered box cushion; width, height and depth are its size when swollen."""
    body = rounded_box(*_core(width, height, depth, puff), radius, segments, divisions)
    return body.reshaped(_swollen(body.positions, (width, height, depth), puff)).mapped()


def piping(
    width: float,
    height: float,
    depth: float,
    radius: float = 0.035,
    puff: Puff = Puff(),
    cord: float = 0.005,
    level: float = 1.0,
) -> Mesh:
    """The cord sewn around a ``cushion`` of the same sizes: ``level`` 1 at its top edge, -1 at its bottom."""
    w, h, d = _core(width, height, depth, puff)
    inset = radius * 0.29
    y = level * (h / 2 - inset)
    outline = rounded_rectangle(w - 2 * inset, d - 2 * inset, radius * 0.8, 5)
    dense = _densified(outline, 0.05)
    path = np.column_stack([dense[:, 0], np.full(len(dense), y), -dense[:, 1]])
    path = _swollen(path, (width, height, depth), puff)
    return sweep(path, circle(cord, 6), closed=True, up=(0, 1, 0))


def pillow(width: float, height: float, thickness: float, seed: int = 1, divisions: int = 20) -> Mesh:
    """A throw pillow standing in XY, its front to +Z: a seam around, drawn-in sides, pointed corners."""
    front = grid_surface(_pillow_face(width, height, thickness, seed), divisions, divisions)
    rear = grid_surface(_pillow_face(width, height, -thickness, seed + 1), divisions, divisions).flipped()
    both = merge(front, rear)
    return shaded(both.positions, both.uvs, both.indices, crease=85.0)


def _pillow_face(width: float, height: float, thickness: float, seed: int) -> Surface:
    def surface(a: Array, b: Array) -> Array:
        # Steps grow smaller towards the seam, where the surface curves most.
        x, y = np.sin((a - 0.5) * np.pi), np.sin((b - 0.5) * np.pi)
        swell = ((1 - x**2) * (1 - y**2)) ** 0.42
        folds = 0.95 + 0.05 * _waves(x, y, x * 0, seed)
        px = x * width / 2 * (1 - 0.05 * (1 - y**2))
        py = y * height / 2 * (1 - 0.05 * (1 - x**2))
        return np.stack([px, py, swell * folds * thickness / 2], axis=-1)

    return surface


def _edge_lines(half: float, radius: float, segments: int, divisions: int) -> Array:
    """Where one axis of a rounded box is cut: the bevels by equal angles, the flat part evenly."""
    flat = half - radius
    bevel = flat + radius * np.tan(np.linspace(0, np.pi / 4, segments + 1))
    middle = np.linspace(-flat, flat, divisions + 1)
    return np.concatenate([-bevel[::-1], middle[1:-1], bevel])


def _box_face(lines: list[Array], half: Array, radius: float, axis: int, sign: int) -> Mesh:
    """One of six faces: points of a cube pushed onto the rounded box."""
    i, j = (axis + 1) % 3, (axis + 2) % 3
    a, b = np.meshgrid(lines[i], lines[j], indexing="ij")
    points = np.empty((*a.shape, 3))
    points[..., i], points[..., j], points[..., axis] = a, b, sign * half[axis]
    inner = np.clip(points, -(half - radius), half - radius)
    away = points - inner
    length = np.linalg.norm(away, axis=2, keepdims=True)
    face = grid(inner + radius * away / np.where(length > 0, length, 1.0))
    return face if sign > 0 else face.flipped()


def _core(width: float, height: float, depth: float, puff: Puff) -> tuple[float, float, float]:
    return width - 2 * puff.side, height - 2 * puff.top, depth - 2 * puff.side


def _swollen(points: Array, size: tuple[float, float, float], puff: Puff) -> Array:
    """Points of the core box moved to the swollen cushion."""
    core = np.array(_core(*size, puff)) / 2
    x, y, z = np.clip(points / core, -1, 1).T
    moved = points.copy()
    bulge = (np.cos(x * np.pi / 2) * np.cos(z * np.pi / 2)) ** 0.6
    moved[:, 1] += puff.top * bulge * np.sign(y) * np.abs(y) ** 0.5
    belly = np.sqrt(np.clip(1 - y**2, 0, 1))
    moved[:, 0] += puff.side * x * belly * (1 - z**2) ** 0.5
    moved[:, 2] += puff.side * z * belly * (1 - x**2) ** 0.5
    # Folds only push inwards, so that the cushion keeps the size it is sold with.
    folds = puff.folds * (_waves(x, y, z, puff.seed) - 1) * np.clip(bulge * 2, 0, 1)
    moved[:, 1] += folds * np.sign(y)
    return moved


def _waves(x: Array, y: Array, z: Array, seed: int) -> Array:
    """Soft irregular waves between -1 and 1: a few sines in directions drawn from ``seed``."""
    rng = np.random.default_rng(seed)
    total = np.zeros_like(x)
    for _ in range(6):
        kx, ky, kz = rng.normal(0, 3.0, 3)
        total += np.sin(kx * x + ky * y + kz * z + rng.uniform(0, 2 * np.pi))
    return np.asarray(np.clip(total / 6 * 1.6, -1, 1))


def _densified(outline: Array, step: float) -> Array:
    """The closed outline with no side longer than ``step``."""
    parts = []
    for start, end in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        count = max(1, int(np.ceil(float(np.linalg.norm(end - start)) / step)))
        parts.append(start + (end - start) * np.linspace(0, 1, count, endpoint=False)[:, None])
    return np.concatenate(parts)
