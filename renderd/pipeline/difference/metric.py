"""How different two pictures look: structural similarity where either shows something.

SSIM after Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment: from error visibility to
structural similarity" (2004): Gaussian window of 1.5 pixels, K1 = 0.01, K2 = 0.03, on display values from
0 to 1, here for luma and, at a lower weight, for both chroma differences (BT.601). SSIM hardly minds an
even shift of colour, so that the distance of the windows' mean colours is added.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from renderd.pipeline.poster.pyramid import Floats
from renderd.pipeline.poster.tone import encode_srgb

GROUND = 0.18
"""Linear grey on which the pictures lie: light and dark silhouettes both stand out from it."""

SIGMA, RADIUS = 1.5, 4
KERNEL = np.exp(-(np.arange(-RADIUS, RADIUS + 1) ** 2) / (2 * SIGMA**2)).astype(np.float32)
KERNEL /= KERNEL.sum()
C1, C2 = 0.01**2, 0.03**2

CHANNELS = np.array([[0.299, 0.587, 0.114], [-0.169, -0.331, 0.5], [0.5, -0.419, -0.081]], np.float32)
WEIGHTS = np.array([0.7, 0.15, 0.15], np.float32)

TILE = 16
WORST = 0.05


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture ready to be compared: planes (3, side, side) of luma and chroma, their blurred values and
    squares, and where it shows something.
    """

    planes: Floats
    mean: Floats
    square: Floats
    solid: np.ndarray[tuple[int, int], np.dtype[np.bool_]]

    @classmethod
    def of(cls, picture: Floats) -> Shown:
        """Take a display-linear premultiplied RGBA picture (side, side, 4)."""
        linear = picture[..., :3] + (1 - picture[..., 3:]) * np.float32(GROUND)
        shown = encode_srgb(np.clip(linear, 0, 1))
        planes = np.ascontiguousarray((shown @ CHANNELS.T).transpose(2, 0, 1))
        return cls(planes, blurred(planes), blurred(planes * planes), picture[..., 3] > 1 / 255)


@dataclass(frozen=True, slots=True)
class Score:
    """Of one picture: the mean difference over the silhouettes, and the mean over its worst tiles."""

    mean: float
    worst: float

    @property
    def value(self) -> float:
        """Both at equal weight, so that a small thing that is gone isn't averaged away."""
        return (self.mean + self.worst) / 2


def score(one: Shown, other: Shown) -> Score:
    """How different two pictures are, from 0 (alike) to 1."""
    solid = one.solid | other.solid
    if not solid.any():
        return Score(0.0, 0.0)
    unlike = np.where(solid, np.clip(1 - similarity(one, other) + distance(one, other), 0, 1), 0)
    tiles, covered = (sums(values) for values in (unlike, solid.astype(np.float32)))
    seen = covered >= TILE * TILE / 4
    if not seen.any():
        seen = covered == covered.max()
    ranked = np.sort(tiles[seen] / covered[seen])[::-1]
    worst = ranked[: max(1, round(len(ranked) * WORST))].mean()
    return Score(float(unlike.sum() / solid.sum()), float(worst))


def similarity(one: Shown, other: Shown) -> Floats:
    """SSIM at each pixel (side, side), weighted over luma and chroma."""
    product = one.mean * other.mean
    squares = one.mean * one.mean, other.mean * other.mean
    spread = one.square - squares[0] + other.square - squares[1]
    common = blurred(one.planes * other.planes) - product
    alike = (2 * product + C1) * (2 * common + C2) / ((squares[0] + squares[1] + C1) * (spread + C2))
    return np.asarray(np.tensordot(WEIGHTS, alike, axes=1), np.float32)


def distance(one: Shown, other: Shown) -> Floats:
    """How far the mean colours of the windows around each pixel lie apart (side, side)."""
    return np.asarray(np.sqrt(((one.mean - other.mean) ** 2).sum(axis=0)), np.float32)


def blurred(planes: Floats) -> Floats:
    """Planes (k, h, w) under the Gaussian window, edges repeated."""
    for axis in (1, 2):
        margin = [(0, 0)] * 3
        margin[axis] = (RADIUS, RADIUS)
        wide = np.pad(planes, margin, "edge")
        length = planes.shape[axis]
        total = np.zeros_like(planes)
        for step, weight in enumerate(KERNEL):
            window = [slice(None)] * 3
            window[axis] = slice(step, step + length)
            total += weight * wide[tuple(window)]
        planes = total
    return planes


def sums(values: Floats) -> Floats:
    """Sums over tiles of TILE pixels, flat; a rest at the edges counts as a tile."""
    height, width = values.shape
    padded = np.pad(values, ((0, -height % TILE), (0, -width % TILE)))
    rows, columns = padded.shape[0] // TILE, padded.shape[1] // TILE
    return np.asarray(padded.reshape(rows, TILE, columns, TILE).sum(axis=(1, 3)).ravel(), np.float32)
