"""The soft shadow under a product, which grounds it on a page of any colour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from renderd.pipeline.camera import Camera
from renderd.pipeline.environment import smoothstep
from renderd.pipeline.poster.geometry import Ints
from renderd.pipeline.poster.pyramid import CLAMP, Floats, Pyramid, floats
from renderd.pipeline.poster.surface import Subject

CELLS = 160
RAYS = 32
MARGIN = 0.3
"""How far the shadow reaches beyond the model, as a share of its largest side."""
STRENGTH = 0.5
SHRINK = 3
"""Pixels of a picture for each one of its shadow's, both ways."""


@dataclass(frozen=True, slots=True)
class Shadow:
    """Darkness from 0 to 1 over a rectangle of the floor, metres."""

    darkness: Pyramid
    low: Floats
    high: Floats

    @classmethod
    def of(cls, subject: Subject) -> Shadow:
        """How much of the sky the model hides from each cell of the floor under it."""
        low, high = subject.geometry.bounds()
        margin = np.float32(MARGIN) * (high - low).max()
        low, high = low - margin * floats([1, 0, 1]), high + margin * floats([1, 0, 1])
        step = (np.arange(CELLS, dtype=np.float32) + 0.5) / CELLS
        x, z = np.meshgrid(low[0] + step * (high[0] - low[0]), low[2] + step * (high[2] - low[2]))
        points = np.stack([x, np.full_like(x, low[1] - margin * 1e-4), z], axis=-1).reshape(-1, 3)
        up = np.broadcast_to(floats([0, 1, 0]), points.shape)
        covered = subject.tracer.occlusion(
            points, up, tile_order(CELLS, CELLS).ravel(), RAYS, float(2 * margin)
        )
        dark = _smooth(covered.reshape(CELLS, CELLS)) * _fade(step)[:, None] * _fade(step)[None]
        return cls(Pyramid.of([dark[..., None].astype(np.float32)], wrap=(CLAMP, CLAMP)), low, high)

    def picture(self, camera: Camera, size: int) -> Floats:
        """Darkness (size, size) that the pixels of a square frame see; drawn small, for it is soft."""
        small = -(-size // SHRINK)
        row, column = np.divmod(np.arange(small**2), small)
        points = (np.stack([column, small - 1 - row], axis=1) + 0.5) * 2 / small - 1
        dark = Image.fromarray(self.seen(camera, points.astype(np.float32)).reshape(small, small))
        return np.asarray(dark.resize((size, size), Image.Resampling.BILINEAR), np.float32)

    def seen(self, camera: Camera, points: Floats) -> Floats:
        """Darkness (n,) that the rays through ``points`` (n, 2) of the frame meet on the floor."""
        towards = camera.rays(points)
        eye = floats(camera.position)
        height = np.float32(eye[1] - self.low[1])
        away = height / np.maximum(-towards[:, 1], 1e-6)
        spot = (eye + towards * away[:, None])[:, [0, 2]]
        place = (spot - self.low[[0, 2]]) / (self.high - self.low)[[0, 2]]
        within = ((place > 0) & (place < 1)).all(axis=1) & (towards[:, 1] < 0) & (height > 0)
        found = self.darkness.at(place[:, 0], place[:, 1], np.zeros(len(place), np.int64))[:, 0]
        # The picture's edge must not cut the shadow off.
        edge = smoothstep(0, 0.12, 1 - np.abs(points).max(axis=1))
        return np.where(within, found * edge * np.float32(STRENGTH), 0).astype(np.float32)


def tile_order(rows: int, columns: int) -> Ints:
    """Numbers 0…15 in tiles of 4×4, neighbours far apart in the sequence (a Bayer matrix)."""
    tile = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.int32)
    return np.tile(tile, (-(-rows // 4), -(-columns // 4)))[:rows, :columns]


def _fade(step: Floats) -> Floats:
    return smoothstep(0, 0.15, np.minimum(step, 1 - step))


def _smooth(values: Floats) -> Floats:
    """The mean of each 4×4 neighbourhood, over which the sequence of rays is complete."""
    padded = np.pad(values, ((2, 1), (2, 1)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (4, 4))
    return np.asarray(windows.mean(axis=(2, 3)), np.float32)
