"""An environment made ready for shading: its diffuse light and its blurred reflections.

Reflections are convolved with the GGX lobe seen head on (Karis, "Real Shading in Unreal Engine 4",
2013), by importance sampling from pre-blurred copies (Křivánek and Colbert, "Real-time Shading with
Filtered Importance Sampling", 2008). Diffuse light is the cosine-weighted mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from renderd.pipeline.environment import Array, directions, studio
from renderd.pipeline.poster.pyramid import CLAMP, REPEAT, Floats, Indices, Pyramid, floats

ROUGHNESS = np.array([0.0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0])
HEIGHTS = (0, 128, 64, 64, 32, 32, 32, 32)
LOBE_SAMPLES = 32
DIFFUSE_HEIGHT = 32


@dataclass(frozen=True, slots=True)
class Light:
    """What arrives from everywhere; all radiances are linear, three channels."""

    reflections: Pyramid
    diffuse: Pyramid

    @classmethod
    def of(cls, environment: Array) -> Light:
        """Prepare an equirectangular map (height, 2·height, 3), height a power of two and at least 32."""
        source = _halvings(environment)
        pairs = zip(ROUGHNESS[1:], HEIGHTS[1:], strict=True)
        blurred = [_reflected(source, float(roughness), height) for roughness, height in pairs]
        wrap = (REPEAT, CLAMP)
        return cls(
            Pyramid.of([environment, *blurred], wrap=wrap), Pyramid.of([_diffuse(environment)], wrap=wrap)
        )

    def reflected(self, towards: Floats, roughness: Floats) -> Floats:
        """Mean radiance (n, 3) of the lobe of ``roughness`` (n,) about unit directions (n, 3)."""
        u, v = equirect(towards)
        place = np.interp(roughness, ROUGHNESS, np.arange(len(ROUGHNESS))).astype(np.float32)
        level = np.floor(place).astype(np.int64)
        share = (place - level)[:, None]
        sharp = self.reflections.at(u, v, level)
        return np.asarray(sharp + share * (self.reflections.at(u, v, level + 1) - sharp), np.float32)

    def scattered(self, normals: Floats) -> Floats:
        """Irradiance divided by π (n, 3) for unit normals (n, 3): the radiance of white matt paint."""
        u, v = equirect(normals)
        return self.diffuse.at(u, v, np.zeros(len(u), np.int64))


@lru_cache(maxsize=1)
def studio_light() -> Light:
    """The studio, prepared once in a process (about half a second)."""
    return Light.of(studio())


def equirect(towards: Floats) -> tuple[Floats, Floats]:
    """Where unit directions (n, 3) lie in an environment map: u from the left, v from the top, 0…1."""
    u = np.arctan2(towards[:, 2], towards[:, 0]) / np.float32(2 * np.pi) + np.float32(0.5)
    v = np.float32(0.5) - np.arcsin(np.clip(towards[:, 1], -1, 1)) / np.float32(np.pi)
    return u.astype(np.float32), v.astype(np.float32)


def _halvings(environment: Array) -> Pyramid:
    levels = [environment]
    while levels[-1].shape[0] > 8:
        height, width, _ = levels[-1].shape
        levels.append(levels[-1].reshape(height // 2, 2, width // 2, 2, 3).mean(axis=(1, 3)))
    return Pyramid.of(levels, wrap=(REPEAT, CLAMP))


def _diffuse(environment: Array) -> Array:
    """The cosine-weighted mean of the map around every direction of a small one."""
    step = environment.shape[0] // DIFFUSE_HEIGHT
    shape = (DIFFUSE_HEIGHT, step, 2 * DIFFUSE_HEIGHT, step, 3)
    small = environment.reshape(shape).mean(axis=(1, 3)).reshape(-1, 3)
    towards = directions(DIFFUSE_HEIGHT).reshape(-1, 3)
    solid = np.sqrt(np.maximum(0, 1 - towards[:, 1] ** 2))
    weights = np.maximum(towards @ towards.T, 0) * solid
    mean = weights @ small / weights.sum(axis=1, keepdims=True)
    return np.asarray(mean.reshape(DIFFUSE_HEIGHT, -1, 3), np.float32)


def _reflected(source: Pyramid, roughness: float, height: int) -> Array:
    axis = directions(height).reshape(-1, 3)
    local, density = _lobe(roughness)
    texel = 4 * np.pi / (source.widths[0] * source.heights[0])
    blur = np.maximum(0.5 * np.log2(1 / (LOBE_SAMPLES * density * texel)) + 1, 0)
    total = np.zeros_like(axis)
    right, up = _tangents(axis)
    for (x, y, z), level in zip(local, np.rint(blur).astype(np.int64), strict=True):
        u, v = equirect(x * right + y * up + z * axis)
        total += z * source.at(u, v, np.full(len(u), level))
    return np.asarray((total / local[:, 2].sum()).reshape(height, 2 * height, 3), np.float32)


def _lobe(roughness: float) -> tuple[Floats, Floats]:
    """Directions of light about +Z drawn from the GGX lobe, and their probability densities."""
    alpha = roughness**2
    count: Indices = np.arange(LOBE_SAMPLES)
    share, turn = (count + 0.5) / LOBE_SAMPLES, 2 * np.pi * (count * 0.6180339887 % 1)
    cosine = np.sqrt((1 - share) / (1 + (alpha**2 - 1) * share))
    sine = np.sqrt(1 - cosine**2)
    half = np.stack([sine * np.cos(turn), sine * np.sin(turn), cosine], axis=1)
    light = 2 * cosine[:, None] * half - (0, 0, 1)
    density = (alpha / (cosine**2 * (alpha**2 - 1) + 1)) ** 2 / np.pi / 4
    above = light[:, 2] > 0
    return light[above].astype(np.float32), density[above].astype(np.float32)


def _tangents(axis: Array) -> tuple[Array, Array]:
    """Two unit vectors at right angles to each unit ``axis`` (n, 3)."""
    steep = np.abs(axis[:, 1:2]) > 0.9
    helper = np.where(steep, floats([1, 0, 0]), floats([0, 1, 0]))
    right = np.cross(helper, axis)
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    return right, np.cross(axis, right)
