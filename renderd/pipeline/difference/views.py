"""From where two models are compared: all around, and close up to where the source shows most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from renderd.pipeline.camera import Camera, frame
from renderd.pipeline.poster.geometry import Geometry
from renderd.pipeline.poster.pyramid import Floats

SIDE, NEAR = 224, 160
"""Pixels of a picture's side: of a whole view, and of a window into one."""

AROUND = ((30.0, None), (150.0, 8.0), (270.0, 24.0), (0.0, 70.0))
"""Yaw and pitch in degrees of the whole views: the poster's, from behind, from the left, from above."""

CELLS = 32
"""A whole view is searched for detail in this many cells across."""

STEP = 0.2
"""The greatest bend of a pixel's value that counts as detail, in display values."""


@dataclass(frozen=True, slots=True)
class View:
    """A camera, and how many pixels its square picture has on a side."""

    camera: Camera
    side: int = SIDE


def around(geometry: Geometry, count: int = len(AROUND)) -> tuple[View, ...]:
    """The first ``count`` whole views of what is drawn."""
    low, high = geometry.bounds()
    return tuple(View(frame(low, high, yaw, pitch)) for yaw, pitch in AROUND[:count])


def close_ups(view: View, luma: Floats, share: float, count: int) -> tuple[View, ...]:
    """Windows of a whole view, ``share`` of it wide, where its picture ``luma`` (side, side) has most detail.

    They do not overlap, and there are at most ``count``: fewer where the rest shows nothing.
    """
    detail = cells_of(luma)
    width = max(1, round(CELLS * share))
    found = []
    for _ in range(count):
        sums = box_sums(detail, width)
        row, column = np.unravel_index(int(sums.argmax()), sums.shape)
        if sums[row, column] <= 0:
            break
        found.append(window(view, int(column), int(row), width))
        detail[row : row + width, column : column + width] = 0
    return tuple(found)


def cells_of(luma: Floats) -> NDArray[np.float64]:
    """How much the values bend from pixel to pixel, summed over cells (CELLS, CELLS)."""
    across = np.abs(np.diff(luma, 2, axis=1))[1:-1]
    down = np.abs(np.diff(luma, 2, axis=0))[:, 1:-1]
    full = np.zeros(luma.shape)
    # A silhouette is a great step, and no detail: a step counts for no more than lettering has.
    full[1:-1, 1:-1] = np.minimum(across + down, STEP)
    size = luma.shape[0] // CELLS
    return np.asarray(full.reshape(CELLS, size, CELLS, size).sum(axis=(1, 3)), np.float64)


def box_sums(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Sums over all square windows of ``width`` cells."""
    total = np.pad(values, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    return np.asarray(
        total[width:, width:] - total[:-width, width:] - total[width:, :-width] + total[:-width, :-width]
    )


def window(view: View, column: int, row: int, width: int) -> View:
    """The part of a view from a cell on, ``width`` cells wide, as a view of its own."""
    camera = view.camera
    half = np.tan(np.radians(camera.fov) / 2)
    x, y = ((column + width / 2) * 2 / CELLS - 1) * half, (1 - (row + width / 2) * 2 / CELLS) * half
    right, up, forward = camera.axes()
    away = float(np.linalg.norm(np.subtract(camera.target, camera.position)))
    target = np.asarray(camera.position) + (forward + x * right + y * up) * away
    fov = float(np.degrees(2 * np.arctan(half * width / CELLS)))
    return View(Camera(camera.position, (float(target[0]), float(target[1]), float(target[2])), fov), NEAR)
