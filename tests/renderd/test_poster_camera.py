"""How a product stands in the picture."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from renderd.pipeline.bounds import Bounds
from renderd.pipeline.camera import Camera, frame

SOFA = Bounds((-1.1, 0.0, -0.45), (1.1, 0.82, 0.45))
LAMP = Bounds((-0.1, 0.0, -0.1), (0.1, 1.7, 0.1))
RING = Bounds((-0.011, 0.0, -0.002), (0.011, 0.022, 0.002))
EVERY = pytest.mark.parametrize("bounds", [SOFA, LAMP, RING], ids=["sofa", "lamp", "ring"])


def corners(bounds: Bounds) -> np.ndarray:
    return np.array(list(product(*zip(bounds.min, bounds.max, strict=True))))


@EVERY
def test_bounds_fill_nine_tenths_of_the_frame(bounds: Bounds) -> None:
    assert np.abs(frame(bounds.min, bounds.max).project(corners(bounds))).max() == pytest.approx(
        0.9, abs=1e-3
    )


@EVERY
def test_bounds_stand_in_the_middle(bounds: Bounds) -> None:
    seen = frame(bounds.min, bounds.max).project(corners(bounds))
    assert np.allclose(seen.min(axis=0), -seen.max(axis=0), atol=1e-3)


@EVERY
def test_it_is_seen_from_the_front_right_and_above(bounds: Bounds) -> None:
    camera = frame(bounds.min, bounds.max)
    x, y, z = np.subtract(camera.position, camera.target)
    assert np.degrees(np.arctan2(x, z)) == pytest.approx(30, abs=0.1)
    assert 15 <= np.degrees(np.arctan2(y, np.hypot(x, z))) <= 20


def test_rays_go_through_what_projects_there() -> None:
    camera = frame(SOFA.min, SOFA.max)
    points = corners(SOFA)
    rays = camera.rays(camera.project(points).astype(np.float32))
    expected = points - np.array(camera.position)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert np.allclose(rays, expected, atol=1e-4)


def test_a_point_has_a_camera_too() -> None:
    camera = frame((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    assert 0 < np.linalg.norm(np.subtract(camera.position, camera.target)) < 0.1


def test_looking_straight_down_needs_no_horizon() -> None:
    axes = Camera((0.0, 2.0, 0.0), (0.0, 0.0, 0.0)).axes()
    assert np.allclose(axes @ axes.T, np.eye(3))
