"""The light that every product stands in: one photographer's studio, made by code.

The map is equirectangular, float32, linear radiance without a unit (1.0 is the level at which a
product's colours come out as they are specified). Row 0 is straight up. Columns follow three.js:
a direction (x, y, z) lies at ``u = atan2(z, x) / 2π + 0.5`` from the left and
``v = 0.5 - asin(y) / π`` from the top, so the middle column looks along +X and the column at three
quarters along +Z, where the front of a product points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

CEILING, HORIZON, FLOOR = (0.56, 0.57, 0.59), (0.46, 0.46, 0.465), (0.36, 0.348, 0.332)
"""Radiance of the surround straight up, at eye level and straight down; the floor is warmer and darker."""


@dataclass(frozen=True, slots=True)
class SoftBox:
    """A rectangular lamp in the direction ``towards``; sizes are half extents at distance 1."""

    towards: tuple[float, float, float]
    half_width: float
    half_height: float
    radiance: float
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)
    edge: float = 0.12


LAMPS = (
    SoftBox((0.1, 1.0, 0.15), 0.6, 0.42, 1.15, edge=0.25),
    SoftBox((-0.75, 0.72, 0.9), 0.19, 0.28, 9.0, (1.0, 0.985, 0.955), 0.05),
    SoftBox((1.0, 0.35, 0.55), 0.3, 0.45, 0.9, (0.97, 0.985, 1.0), 0.15),
    SoftBox((-0.8, 0.42, -0.85), 0.06, 0.6, 6.0, edge=0.04),
    SoftBox((0.85, 0.5, -0.75), 0.05, 0.6, 7.0, (0.97, 0.985, 1.0), 0.04),
)
"""Overhead, key at the front left, fill at the right, and two strips behind that draw the outline."""


def directions(height: int) -> Array:
    """Unit directions of the texel centres of a map of ``height`` rows: (height, 2·height, 3)."""
    width = 2 * height
    azimuth = ((np.arange(width) + 0.5) / width - 0.5) * 2 * np.pi
    elevation = (0.5 - (np.arange(height) + 0.5) / height) * np.pi
    flat = np.cos(elevation)[:, None]
    x, z = flat * np.cos(azimuth), flat * np.sin(azimuth)
    y = np.broadcast_to(np.sin(elevation)[:, None], x.shape)
    return np.stack([x, y, z], axis=-1).astype(np.float32)


def smoothstep(low: float, high: float, value: Array) -> Array:
    """Hermite step from 0 at ``low`` to 1 at ``high``, as GLSL has it."""
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3 - 2 * t), dtype=np.float32)


def studio(height: int = 256) -> Array:
    """The studio as a map of linear radiance: (height, 2·height, 3) float32, peak about 10, mean about 1."""
    view = directions(height)
    light = _surround(view[..., 1])
    for lamp in LAMPS:
        colour = np.asarray(lamp.tint, np.float32) * np.float32(lamp.radiance)
        light += _coverage(lamp, view)[..., None] * colour
    return light


def _surround(up: Array) -> Array:
    above = smoothstep(-0.05, 0.9, up)[..., None]
    below = smoothstep(0.02, 0.7, -up)[..., None]
    ceiling, horizon, floor = (np.asarray(c, np.float32) for c in (CEILING, HORIZON, FLOOR))
    return np.asarray(horizon + above * (ceiling - horizon) + below * (floor - horizon), np.float32)


def _coverage(lamp: SoftBox, view: Array) -> Array:
    """How much of the lamp is seen in each direction: 1 within, 0 outside, soft at the edges."""
    facing = _unit(lamp.towards)
    right = _unit(np.cross((0.0, 1.0, 0.0) if abs(facing[1]) < 0.9 else (0.0, 0.0, 1.0), facing))
    depth = view @ facing
    plane = view / np.maximum(depth, 1e-4)[..., None]
    across, along = np.abs(plane @ right), np.abs(plane @ np.cross(facing, right))
    inside = smoothstep(-lamp.edge, 0.0, lamp.half_width - across)
    inside = inside * smoothstep(-lamp.edge, 0.0, lamp.half_height - along)
    return np.asarray(inside * (depth > 1e-4), np.float32)


def _unit(vector: tuple[float, float, float] | NDArray[np.float64]) -> Array:
    components = np.asarray(vector, np.float64)
    return np.asarray(components / np.linalg.norm(components), np.float32)
