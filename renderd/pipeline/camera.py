"""Where the poster is taken from, and where the viewer starts.

Every product is seen from its front right and slightly above. The distance is the smallest at which
the projected corners of the bounds stay within 90 % of the square frame; the target is shifted from
the middle of the bounds so that they sit in the middle of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

YAW, PITCH, FOV = 30.0, 16.0, 30.0
"""Degrees: right of the front, above the horizon, and the vertical (and horizontal) angle of the frame."""

FLAT, FLAT_PITCH = 0.25, 36.0
"""Under this ratio of height to length a thing is flat, and is seen from higher, up to this pitch."""

FILL = 0.9
Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Camera:
    """A perspective camera with a square frame; metres, ``fov`` in degrees, up is +Y."""

    position: Vector
    target: Vector
    fov: float = FOV

    def axes(self) -> NDArray[np.float64]:
        """Rows: the unit vectors right, up and forward in world space, (3, 3)."""
        forward = _unit(np.subtract(self.target, self.position))
        right = np.cross(forward, (0.0, 1.0, 0.0))
        # Looking straight down or up leaves no horizon to level: any right will do.
        right = _unit(right) if np.linalg.norm(right) > 1e-9 else np.array([1.0, 0.0, 0.0])
        return np.stack([right, np.cross(right, forward), forward])

    def rays(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """Unit directions through ``points`` (n, 2) of the frame: x right, y up, both from -1 to 1."""
        half = np.tan(np.radians(self.fov) / 2)
        right, up, forward = self.axes().astype(np.float32)
        x, y = (points * np.float32(half)).T
        rays = x[:, None] * right + y[:, None] * up + forward
        # Right, up and forward are at right angles, so the length is that of the parts.
        rays /= np.sqrt(x * x + y * y + 1)[:, None]
        return np.asarray(rays, np.float32)

    def project(self, points: ArrayLike) -> NDArray[np.float64]:
        """Frame coordinates (n, 2) of world ``points`` (n, 3), which must lie before the camera."""
        local = (np.asarray(points, np.float64) - np.asarray(self.position)) @ self.axes().T
        half = np.tan(np.radians(self.fov) / 2)
        return np.asarray(local[:, :2] / (local[:, 2:] * half), np.float64)


def frame(low: ArrayLike, high: ArrayLike, yaw: float = YAW, pitch: float | None = None) -> Camera:
    """The camera that sees the box from ``low`` to ``high`` (metres) filling 90 % of its frame.

    ``yaw`` and ``pitch`` are degrees; without a pitch it follows from how flat the box is. Sides
    shorter than 2 mm count as 2 mm.
    """
    low, high = np.asarray(low, np.float64), np.asarray(high, np.float64)
    middle, half = (low + high) / 2, np.maximum((high - low) / 2, 1e-3)
    away = _direction(yaw, _pitch(half) if pitch is None else pitch)
    right = _unit(np.cross((0.0, 1.0, 0.0), away))
    basis = np.stack([right, np.cross(away, right), away])
    corners = np.array(list(product((-1, 1), repeat=3))) * half @ basis.T
    slope = FILL * np.tan(np.radians(FOV) / 2)
    distance = max(_distance(corners[:, axis], corners[:, 2], slope) for axis in (0, 1))
    target = middle + sum(_centre(corners[:, axis], corners[:, 2], distance) * basis[axis] for axis in (0, 1))
    return Camera(_vector(target + distance * away), _vector(target), FOV)


def turntable(points: NDArray[np.floating[Any]], first: Camera, count: int) -> tuple[Camera, ...]:
    """``count`` cameras evenly about ``points`` (n, 3), to the right from the bearing of ``first``.

    They keep its pitch and field of view, and stand at one distance: the smallest at which the points
    stay within 90 % of every frame, and of any between.
    """
    away = -first.axes()[2]
    yaw, pitch = np.degrees(np.arctan2(away[0], away[2])), np.arcsin(np.clip(away[1], -1, 1))
    middle = (points.min(axis=0) + points.max(axis=0)).astype(np.float64) / 2
    sine, cosine, slope = np.sin(pitch), np.cos(pitch), FILL * np.tan(np.radians(first.fov) / 2)
    # A turning point draws a circle: it is widest where a tangent from the eye meets it, and its highest
    # and lowest places in the picture are its nearest and its farthest.
    (across, up, along) = (points - middle).T
    radius = np.hypot(across, along)
    high = np.concatenate([up * cosine - radius * sine, up * cosine + radius * sine])
    near = np.concatenate([up * sine + radius * cosine, up * sine - radius * cosine])
    wide = float(np.max(radius * np.sqrt(slope**-2 + cosine**2) + up * sine))
    distance = max(wide, _distance(high, near, slope))
    shift = _centre(high, near, distance)
    return tuple(
        _standing(middle, yaw + 360 * step / count, pitch, distance, shift, first.fov)
        for step in range(count)
    )


def _standing(
    middle: NDArray[np.float64], yaw: float, pitch: float, distance: float, shift: float, fov: float
) -> Camera:
    away = _direction(yaw, np.degrees(pitch))
    up = np.cross(away, _unit(np.cross((0.0, 1.0, 0.0), away)))
    target = middle + shift * up
    return Camera(_vector(target + distance * away), _vector(target), fov)


def _pitch(half: NDArray[np.float64]) -> float:
    flatness = 1 - min(1.0, half[1] / max(half[0], half[2]) / FLAT)
    return float(PITCH + (FLAT_PITCH - PITCH) * flatness)


def _distance(across: NDArray[np.float64], nearer: NDArray[np.float64], slope: float) -> float:
    """Smallest distance at which some shift makes ``|across - shift| <= slope (distance - nearer)``."""
    return float(np.max(across + slope * nearer) + np.max(-across + slope * nearer)) / (2 * slope)


def _centre(across: NDArray[np.float64], nearer: NDArray[np.float64], distance: float) -> float:
    """The shift along one axis after which the projected extent lies evenly about zero."""
    shift = 0.0
    for _ in range(24):
        seen = (across - shift) / (distance - nearer)
        shift += float(seen.max() + seen.min()) / 2 * distance
    return shift


def _direction(yaw: float, pitch: float) -> NDArray[np.float64]:
    """Unit vector from the target towards the camera; yaw 0 is +Z, positive to +X."""
    y, p = np.radians(yaw), np.radians(pitch)
    return np.array([np.sin(y) * np.cos(p), np.sin(p), np.cos(y) * np.cos(p)])


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vector / np.linalg.norm(vector), np.float64)


def _vector(values: NDArray[np.float64]) -> Vector:
    x, y, z = (round(float(v), 6) for v in values)
    return (x, y, z)
