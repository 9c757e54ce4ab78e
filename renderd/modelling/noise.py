"""Tileable noise and the maps made from heights. Arrays are (rows, columns); everything wraps around."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from renderd.modelling.mesh import Array

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Maps:
    """Tileable textures, (rows, columns, 3) of 8 bits; one repeat covers ``tile`` = (u, v) metres.

    ``base`` is sRGB, ``normal`` is in tangent space with green up, ``orm`` holds occlusion, roughness and
    metalness.
    """

    base: Pixels
    normal: Pixels
    orm: Pixels
    tile: tuple[float, float]


def noise(
    shape: tuple[int, int],
    seed: int,
    low: float = 2.0,
    high: float = 64.0,
    slope: float = 1.0,
    stretch: tuple[float, float] = (1.0, 1.0),
) -> Array:
    """Noise about 0 with deviation 1, with ``low`` to ``high`` waves a tile, falling as frequency^-slope.

    Made in the frequency plane, so it wraps. ``stretch`` = (u, v) draws it out along columns and rows:
    (8, 1) gives streaks along u.
    """
    rows, columns = shape
    white = np.random.default_rng(seed).normal(size=shape)
    fy = np.fft.fftfreq(rows, 1 / rows)[:, None] * stretch[1]
    fx = np.fft.rfftfreq(columns, 1 / columns)[None, :] * stretch[0]
    frequency = np.hypot(fx, fy)
    band = np.exp(-((low / np.maximum(frequency, 1e-6)) ** 4)) * np.exp(-((frequency / high) ** 4))
    spectrum = np.fft.rfft2(white) * band * np.maximum(frequency, 1e-6) ** -slope
    field = np.fft.irfft2(spectrum, s=shape)
    return np.asarray((field - field.mean()) / max(float(field.std()), 1e-12))


def cells(shape: tuple[int, int], seed: int, count: tuple[int, int]) -> tuple[Array, Array, Array]:
    """Distances to the nearest and second nearest of jittered points, and a random number for each cell.

    Worley's cellular basis (1996) on a wrapped lattice of ``count`` = (u, v) cells; distances in cells.
    """
    rng = np.random.default_rng(seed)
    nu, nv = count
    jitter, tone = rng.uniform(0.1, 0.9, (nv, nu, 2)), rng.uniform(0, 1, (nv, nu))
    y, x = np.meshgrid(
        np.arange(shape[0]) * nv / shape[0], np.arange(shape[1]) * nu / shape[1], indexing="ij"
    )
    row, column = y.astype(int), x.astype(int)
    first, second, own = np.full(shape, 9.0), np.full(shape, 9.0), np.zeros(shape)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            r, c = (row + dy) % nv, (column + dx) % nu
            distance = np.hypot(column + dx + jitter[r, c, 0] - x, row + dy + jitter[r, c, 1] - y)
            second = np.minimum(second, np.maximum(first, distance))
            own = np.where(distance < first, tone[r, c], own)
            first = np.minimum(first, distance)
    return first, second, own


def normal_map(height: Array, tile: tuple[float, float]) -> Pixels:
    """The tangent-space normals of a height field in metres over a tile of (u, v) metres."""
    rows, columns = height.shape
    du = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) / (2 * tile[0] / columns)
    dv = (np.roll(height, -1, 0) - np.roll(height, 1, 0)) / (2 * tile[1] / rows)
    vectors = np.stack([-du, dv, np.ones_like(height)], axis=2)
    vectors /= np.linalg.norm(vectors, axis=2, keepdims=True)
    return bytes_of((vectors + 1) / 2)


def packed(
    occlusion: Array | float, roughness: Array | float, metalness: float, shape: tuple[int, int]
) -> Pixels:
    """The map of occlusion, roughness and metalness, each from 0 to 1."""
    channels = [
        np.broadcast_to(np.asarray(c, dtype=np.float64), shape) for c in (occlusion, roughness, metalness)
    ]
    return bytes_of(np.stack(channels, axis=2))


def mixed(dark: str, light: str, share: Array) -> Array:
    """(…, 3) sRGB from 0 to 1: from one ``#rrggbb`` to another by ``share``."""
    a, b = np.array(rgb(dark)), np.array(rgb(light))
    return np.asarray(a + (b - a) * np.clip(share, 0, 1)[..., None])


def rgb(colour: str) -> tuple[float, float, float]:
    """sRGB from 0 to 1 of ``#rrggbb``."""
    return (int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255)


def linear(colour: str) -> list[float]:
    """Linear RGB of sRGB ``#rrggbb`` (IEC 61966-2-1)."""
    values: Array = np.array(rgb(colour))
    curve = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return [round(float(value), 6) for value in curve]


def bytes_of(values: Array) -> Pixels:
    """Numbers from 0 to 1 as 8 bits."""
    return np.round(np.clip(values, 0, 1) * 255).astype(np.uint8)


def grey(values: Array) -> Pixels:
    """(rows, columns, 3) of one channel from 0 to 1."""
    return bytes_of(np.repeat(values[..., None], 3, axis=2))
