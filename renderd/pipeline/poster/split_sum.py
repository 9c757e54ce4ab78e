"""The half of the split-sum approximation that does not depend on the light.

Karis, "Real Shading in Unreal Engine 4", 2013: GGX, with Smith's height-correlated shadowing (Heitz,
"Understanding the Masking-Shadowing Function in Microfacet-Based BRDFs", 2014), integrated once.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from renderd.pipeline.poster.pyramid import CLAMP, Floats, Pyramid

SIDE, SAMPLES = 32, 256


def environment_brdf(roughness: Floats, cosine: Floats) -> tuple[Floats, Floats]:
    """The factor of the normal reflectance and the part for grazing angles, (n, 1) each."""
    found = _table().at(roughness, cosine, np.zeros(len(roughness), np.int64))
    return found[:, :1], found[:, 1:]


@lru_cache(maxsize=1)
def _table() -> Pyramid:
    """Rows over the cosine of view, columns over roughness, both at the middles of SIDE steps."""
    step = (np.arange(SIDE) + 0.5) / SIDE
    rows = [np.stack([_integral(r, c) for r in step]) for c in step]
    return Pyramid.of([np.stack(rows).astype(np.float32)], wrap=(CLAMP, CLAMP))


def _integral(roughness: float, cosine: float) -> Floats:
    """Both parts for one roughness and angle of view: the mean over half vectors drawn from GGX."""
    alpha = roughness**2
    index = np.arange(SAMPLES)
    share, turn = (index + 0.5) / SAMPLES, 2 * np.pi * (index * 0.6180339887 % 1)
    height = np.sqrt((1 - share) / (1 + (alpha**2 - 1) * share))
    across = np.sqrt(1 - height**2) * np.cos(turn)
    half_view = np.sqrt(1 - cosine**2) * across + cosine * height
    light = np.maximum(2 * half_view * height - cosine, 0)
    # Visibility V = G / (4 n·l n·v); the density of the half vectors turns it into 4 V n·l (v·h) / (n·h).
    lower = light * _smith(cosine, alpha) + cosine * _smith(light, alpha)
    weight = 2 * light * np.maximum(half_view, 0) / (height * np.maximum(lower, 1e-9))
    fresnel = (1 - np.clip(half_view, 0, 1)) ** 5
    return np.array([(weight * (1 - fresnel)).mean(), (weight * fresnel).mean()])


def _smith(cosine: Floats | float, alpha: float) -> Floats:
    return np.asarray(np.sqrt(alpha**2 + (1 - alpha**2) * np.square(cosine)))
