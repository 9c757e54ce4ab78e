"""A right shoe built on a last: toe to +X, outer side to +Z, standing on y = 0. Metres.

The upper is one surface: ``u`` runs around the foot from the heel (0) over the outer side to the toe
(0.5) and back along the inner side, ``v`` from the sole (0) up to the edge of the opening (1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from plugins.fashion.meshes.surfaces import Curve, between, normal_at, panel, smoothstep, through, tube, unit
from renderd.modelling.mesh import Array, Mesh, grid, merge
from renderd.modelling.sweeps import loft

Knots = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Last:
    """The shape of a shoe. Knots are (share of the length from heel to toe, metres)."""

    length: float
    outer: Knots
    inner: Knots
    opening: Knots
    rim_height: Knots
    sole_top: Knots
    sole_bottom: Knots
    throat: float
    collar: float = 0.0045

    def drift(self, share: Array) -> Array:
        """How far the middle line bends inwards towards the big toe."""
        return -0.011 * smoothstep(0.5, 1.0, share) + 0.003 * smoothstep(0.2, 0.5, share)

    def outline(self, u: Array) -> Array:
        """(…, 3): where the upper meets the sole."""
        share, side, swing = _around(u)
        width = np.where(side >= 0, _at(self.outer, share), _at(self.inner, share))
        x = (share - 0.5) * self.length
        z = self.drift(share) + np.sign(side) * swing**0.88 * width
        return np.stack([x, _at(self.sole_top, share) - 0.004, z], axis=-1)

    def rim(self, u: Array) -> Array:
        """(…, 3): the edge of the opening: collar, throat and back."""
        share, side, swing = _around(u)
        top = self.rim_share(share)
        z = 0.55 * self.drift(top) + np.sign(side) * swing**0.7 * _at(self.opening, top)
        return np.stack([(top - 0.5) * self.length, _at(self.rim_height, top), z], axis=-1)

    def rim_share(self, share: Array) -> Array:
        """How far forward the rim lies over a point of the sole."""
        return _at(
            [(0, 0.035), (0.2, 0.2), (0.42, 0.40), (0.6, 0.54), (0.78, self.throat - 0.03), (1, self.throat)],
            share,
        )

    def u_of_rim(self, top: Array) -> Array:
        """The ``u`` of the outer side at which the rim lies ``top`` of the length forward."""
        us = np.linspace(0, 0.5, 400)
        return np.asarray(np.interp(top, self.rim_share(_around(us)[0]), us))

    def __call__(self, u: Array, v: Array) -> Array:
        """(…, 3): the upper's surface, a cubic Bézier from the sole to the rim."""
        foot, top = self.outline(u), self.rim(u)
        share = _around(u)[0]
        toe = smoothstep(0.62, 0.98, share)
        rise = top[..., 1] - foot[..., 1]
        out = unit(_planar(self.outline(u + 1e-3) - self.outline(u - 1e-3)))
        belly = 0.004 + 0.003 * (1 - toe)
        first = foot + out * belly[..., None]
        first[..., 1] += rise * (0.46 + 0.16 * toe)
        reach = (0.10 + 0.36 * toe)[..., None]
        second = top + (foot - top) * np.array([1.0, 0.0, 1.0]) * reach
        second[..., 1] -= rise * (0.34 - 0.30 * toe)
        t = v[..., None]
        curve = (1 - t) ** 3 * foot + 3 * t * (1 - t) ** 2 * first + 3 * t**2 * (1 - t) * second + t**3 * top
        return np.asarray(curve)

    def upper(self, around: int = 120, up: int = 22) -> Mesh:
        """The outside of the upper."""
        return grid(self(*_lattice(around, up)))

    def lining(self, around: int = 72, up: int = 10, thickness: float = 0.004) -> Mesh:
        """The inside, with the footbed."""
        u, v = _lattice(around, up)
        inner = self(u, v) - normal_at(self, u, v) * thickness * smoothstep(0, 0.3, 1 - v)[..., None]
        floor = np.repeat(inner[:, :1].mean(axis=0, keepdims=True), len(inner), axis=0)
        return grid(np.concatenate([floor, inner], axis=1)).flipped()

    def rim_roll(self) -> Mesh:
        """The padded collar, thin along the throat."""
        u = np.linspace(0, 1, 141)[:-1]
        top = self.rim_share(_around(u)[0])
        thick = self.collar - (self.collar - 0.0013) * smoothstep(0.36, 0.46, top)
        line = self.rim(u)
        line[:, 1] -= thick * 0.5
        return tube(line, thick, 10, closed=True)

    def sole(self, layers: Sequence[tuple[float, float]], well: float = 0.0) -> Mesh:
        """The sole's wall through (metres beyond the upper, share of the height) from its top down.

        Its upper face lies ``well`` metres below the edge, under the footbed.
        """
        u = np.linspace(0, 1, 121)[:-1]
        rings = [self.sole_ring(u, out, height) for out, height in layers]
        bed = rings[0] * np.array([0.9, 1.0, 0.8]) - np.array([0.0, well, 0.0])
        inner = rings[-1] + (rings[-1].mean(axis=0) - rings[-1]) * np.array([0.06, 0.0, 0.25])
        return loft([bed, *rings, inner], crease=50.0)

    def sole_ring(self, u: Array, out: float, height: float) -> Array:
        """(n, 3): a line around the sole, ``out`` metres beyond the upper, at a share of its height."""
        line = self.outline(u)
        share = _around(u)[0]
        beyond = unit(_planar(self.outline(u + 1e-3) - self.outline(u - 1e-3)))
        low, high = _at(self.sole_bottom, share), _at(self.sole_top, share)
        line = line + beyond * out
        line[:, 1] = low + (high - low) * height
        return np.asarray(line)

    def on_sole(self, out: Curve) -> SoleWall:
        """The sole's wall as a surface: ``v`` from bottom to top, ``out(v)`` metres beyond the upper."""
        return SoleWall(self, out)


@dataclass(frozen=True)
class SoleWall:
    """The wall of a sole, to lay panels and seams on."""

    last: Last
    out: Curve

    def __call__(self, u: Array, v: Array) -> Array:
        line = self.last.outline(u)
        share = _around(u)[0]
        beyond = unit(_planar(self.last.outline(u + 1e-3) - self.last.outline(u - 1e-3)))
        low, high = _at(self.last.sole_bottom, share), _at(self.last.sole_top, share)
        line = line + beyond * self.out(v)[..., None]
        line[..., 1] = low + (high - low) * v
        return np.asarray(line)


def both_sides(
    last: Last, region_knots: tuple[Knots, Knots], thickness: float, u: int = 40, v: int = 8
) -> Mesh:
    """The same panel on the outer and, mirrored in ``u``, on the inner side."""
    lower, upper = region_knots
    outer = panel(last, between(lower, upper), thickness, u, v)
    other = [[(1 - a, b) for a, b in knots[::-1]] for knots in (lower, upper)]
    return merge(outer, panel(last, between(*other), thickness, u, v))


def _around(u: Array) -> tuple[Array, Array, Array]:
    """Share of the length, signed side (+ outer) and how far sideways (0 to 1) of ``u``."""
    angle = np.asarray(u) * 2 * np.pi
    side = np.sin(angle)
    return (1 - np.cos(angle)) / 2, side, np.abs(side)


def _lattice(around: int, up: int) -> tuple[Array, Array]:
    u, v = np.meshgrid(np.linspace(0, 1, around + 1), np.linspace(0, 1, up + 1), indexing="ij")
    return u, v


def _planar(tangent: Array) -> Array:
    """The outward direction in plan of a line that runs as ``u`` does."""
    return np.stack([-tangent[..., 2], np.zeros_like(tangent[..., 0]), tangent[..., 0]], axis=-1)


def _at(knots: Knots, at: Array) -> Array:
    return through(knots)(at)
