"""The studio: where its light comes from and how much of it there is."""

from __future__ import annotations

import numpy as np
import pytest

from renderd.pipeline.environment import directions, studio
from renderd.pipeline.poster.light import Light, studio_light


def towards(x: float, y: float, z: float) -> np.ndarray:
    return np.array([[x, y, z]], np.float32) / np.linalg.norm([x, y, z]).astype(np.float32)


def radiance(x: float, y: float, z: float) -> float:
    view = directions(256)
    nearest = np.argmax(view.reshape(-1, 3) @ towards(x, y, z)[0])
    return float(studio(256).reshape(-1, 3)[nearest].mean())


def test_it_works() -> None:
    light = studio(64)
    assert light.shape == (64, 128, 3)
    assert light.dtype == np.float32
    assert light.min() > 0


def test_top_row_is_straight_up() -> None:
    assert directions(64)[0, :, 1].min() > 0.99


def test_front_lies_at_three_quarters() -> None:
    assert directions(64)[32, 96] @ (0, 0, 1) > 0.99


def test_lamps_are_bright_enough_for_crisp_highlights() -> None:
    assert 8 <= studio(256).max() <= 15


def test_key_light_stands_at_the_front_left() -> None:
    assert radiance(-0.75, 0.72, 0.9) > 6 * radiance(0.75, 0.72, 0.9)


def test_floor_is_darker_and_warmer_than_the_ceiling() -> None:
    red, _, blue = studio(64)[-1, 0]
    assert radiance(0, -1, 0) < radiance(0, 1, 0)
    assert red > blue


def test_white_paint_that_faces_the_viewer_comes_out_as_specified() -> None:
    facing = studio_light().scattered(towards(0.5, 0.25, 0.83))
    assert np.all(np.abs(facing - 1) < 0.12)


def test_light_does_not_tint_what_it_lights() -> None:
    facing = studio_light().scattered(towards(0.5, 0.25, 0.83))[0]
    assert facing.max() / facing.min() < 1.02


@pytest.mark.parametrize("roughness", [0.0, 0.25, 0.7, 1.0])
def test_an_even_environment_reflects_evenly(roughness: float) -> None:
    light = Light.of(np.full((64, 128, 3), 0.7, np.float32))
    seen = light.reflected(towards(0.3, 0.8, -0.4), np.array([roughness], np.float32))
    assert np.allclose(seen, 0.7, atol=1e-3)


def test_rough_reflections_spread_a_lamp() -> None:
    lamp = towards(-0.75, 0.72, 0.9)
    sharp, rough = (studio_light().reflected(lamp, np.array([r], np.float32)).mean() for r in (0.05, 0.8))
    assert sharp > 3 * rough
