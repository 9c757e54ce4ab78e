"""Light is neither made nor lost: surfaces in an even environment."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from renderd.pipeline.poster.light import Light
from renderd.pipeline.poster.split_sum import environment_brdf
from renderd.pipeline.poster.surface import Subject
from renderd.pipeline.poster.thin_film import film_reflectance
from renderd.pipeline.poster.tone import neutral
from tests.renderd.poster_models import ball, painted

EVEN = Light.of(np.full((32, 64, 3), 1.0, np.float32))
COAT = {"extensions": {"KHR_materials_clearcoat": {"clearcoatFactor": 1.0, "clearcoatRoughnessFactor": 0.3}}}
SHEEN = {"extensions": {"KHR_materials_sheen": {"sheenColorFactor": [1, 1, 1], "sheenRoughnessFactor": 0.5}}}


def seen(material: dict[str, Any]) -> np.ndarray:
    """Radiance of a ball of the material in an environment of radiance 1, from the middle to near the rim."""
    subject = Subject(ball(material), EVEN)
    aim = np.column_stack([np.linspace(0, 0.49, 16), np.zeros(16), np.full(16, -3.0)]).astype(np.float32)
    aim /= np.linalg.norm(aim, axis=1, keepdims=True)
    order = np.zeros(16, np.int32)
    return np.asarray(subject.look(np.float32([0, 0.5, 3]), aim, 1e-3, order, 1).radiance)


@pytest.mark.parametrize("roughness", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("metallic", [0.0, 1.0])
def test_a_white_ball_vanishes_in_white_light(metallic: float, roughness: float) -> None:
    assert np.allclose(seen(painted((1, 1, 1), metallic, roughness)), 1, atol=0.02)


@pytest.mark.parametrize("layer", [COAT, SHEEN], ids=["clear coat", "sheen"])
def test_layers_make_no_light(layer: dict[str, Any]) -> None:
    radiance = seen(painted((1, 1, 1), **layer))
    assert radiance.max() < 1.02
    assert radiance.min() > 0.9


def test_black_paint_keeps_a_little_shine() -> None:
    radiance = seen(painted((0, 0, 0), roughness=0.4))
    assert 0.02 < radiance[0].mean() < 0.08 < radiance[-1].mean()


def test_emission_adds_its_strength() -> None:
    strength = {"KHR_materials_emissive_strength": {"emissiveStrength": 4.0}}
    glowing = painted((0, 0, 0), emissiveFactor=[1, 0, 0], extensions=strength)
    red, green, _ = seen(glowing)[0]
    assert red - green == pytest.approx(4, abs=0.01)


def test_smooth_mirrors_keep_all_light() -> None:
    scale, bias = environment_brdf(np.float32([0.0]), np.float32([1.0]))
    assert float((scale + bias)[0, 0]) == pytest.approx(1, abs=0.01)


def test_a_film_without_thickness_has_no_colour() -> None:
    tint = film_reflectance(np.float32([0.8]), np.float32([0.0]), 1.3, np.full((1, 3), 0.04, np.float32))
    assert np.ptp(tint) < 0.02


def test_a_thin_film_is_coloured() -> None:
    tint = film_reflectance(np.float32([0.8]), np.float32([400.0]), 1.8, np.full((1, 3), 0.04, np.float32))
    assert np.ptp(tint) > 0.05


def test_tone_mapping_keeps_ordinary_colours() -> None:
    assert np.allclose(neutral(np.float32([[0.54, 0.24, 0.14]])), [[0.5, 0.2, 0.1]], atol=1e-6)


def test_tone_mapping_never_exceeds_the_display() -> None:
    assert neutral(np.float32([[40, 8, 1], [1e4, 1e4, 1e4]])).max() <= 1
