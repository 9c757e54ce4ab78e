"""Posters: a product in the studio, on a transparent ground, without a GPU."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from renderd.pipeline.camera import Camera
from renderd.pipeline.document import Document
from renderd.pipeline.poster.floor import Shadow, tile_order
from renderd.pipeline.poster.geometry import Ints
from renderd.pipeline.poster.light import Light, studio_light
from renderd.pipeline.poster.pyramid import Floats, Indices, floats
from renderd.pipeline.poster.surface import Seen, Subject
from renderd.pipeline.poster.tone import encode_srgb, neutral
from renderd.pipeline.poster.vectors import largest, mean

CHUNK = 1 << 16
CONTRAST = 0.07
"""Difference to a neighbour, in display values, from which a pixel is looked at more closely."""
OPENNESS_RAYS = 4
OPENNESS_STRENGTH = 0.65
MARGIN = 3
"""Pixels around what is drawn: none of its neighbourhoods reaches over the window's edge."""
ROUGH_SHARE = 0.4
"""What the second look takes of a picture's work, about."""

Told = Callable[[float], None]
"""Hears the share of the work done, 0 to 1; whatever it raises ends the work."""


def untold(done: float) -> None:
    """Progress that nobody hears."""


def render_poster(
    document: Document,
    camera: Camera,
    size: int,
    samples: int = 8,
    variant: str | None = None,
    light: Light | None = None,
    shadow: bool = True,
    told: Told = untold,
) -> Image.Image:
    """The first scene of ``document`` at rest, ``size`` pixels square, RGBA with straight alpha.

    Pixels with contrast to a neighbour are averaged over ``samples`` points. ``variant`` is a name of
    KHR_materials_variants; ``light`` replaces the studio. The same input gives the same picture.
    Raises KeyError for an unknown variant and ModelError if the scene draws no triangle.
    """
    return Studio(document, variant, light, shadow).picture(camera, size, samples, told)


class Studio:
    """A model under its light, ready for any number of pictures; raises as :func:`render_poster` does."""

    def __init__(
        self,
        document: Document,
        variant: str | None = None,
        light: Light | None = None,
        shadow: bool = True,
    ) -> None:
        self._subject = Subject(document, light or studio_light(), variant)
        self._shadow = Shadow.of(self._subject) if shadow else None
        self._bounds = self._subject.geometry.bounds()

    @property
    def points(self) -> Floats:
        """Where the vertices of what is drawn are, (n, 3) metres."""
        geometry = self._subject.geometry
        return geometry.positions[np.unique(geometry.faces)]

    def picture(self, camera: Camera, size: int, samples: int = 8, told: Told = untold) -> Image.Image:
        """What ``camera`` sees, as :func:`render_poster` says."""
        window = Window.around(camera, self._bounds, size)
        frame = _Frame(self._subject, camera, size, window)
        seen = frame.first_look(lambda done: told(done * (1 - ROUGH_SHARE)))
        frame.refine(seen, samples, lambda done: told(1 - ROUGH_SHARE * (1 - done)))
        picture = np.zeros((size, size, 4), np.float32)
        picture[window.rows, window.columns] = seen
        if self._shadow:
            dark = self._shadow.picture(camera, size)
            picture[..., 3] += (1 - picture[..., 3]) * dark
        return _to_image(picture)


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a square frame in which something is to be seen: pixels from the top left corner."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def around(cls, camera: Camera, bounds: tuple[Floats, Floats], size: int) -> Window:
        """The window that holds a box (metres), in a frame of ``size`` pixels; all of it from within."""
        corners = np.array(list(product(*zip(*bounds, strict=True))), np.float64)
        if ((corners - camera.position) @ camera.axes()[2] <= 0).any():
            return cls(0, 0, size, size)
        across, up = (camera.project(corners) * size / 2).T
        left, right = _reach(size / 2 + across, size)
        top, bottom = _reach(size / 2 - up, size)
        return cls(top, left, bottom, right)

    @property
    def rows(self) -> slice:
        return slice(self.top, self.bottom)

    @property
    def columns(self) -> slice:
        return slice(self.left, self.right)

    @property
    def shape(self) -> tuple[int, int]:
        return self.bottom - self.top, self.right - self.left

    def places(self) -> tuple[Indices, Indices]:
        """Row and column in the frame of each of the window's pixels."""
        rows, columns = np.mgrid[self.rows, self.columns]
        return rows.ravel(), columns.ravel()


def _reach(values: NDArray[np.float64], size: int) -> tuple[int, int]:
    low, high = int(np.floor(values.min())) - MARGIN, int(np.ceil(values.max())) + MARGIN
    return min(max(low, 0), size - 1), max(min(high, size), 1)


@dataclass(frozen=True, slots=True)
class _Frame:
    subject: Subject
    camera: Camera
    size: int
    window: Window

    def first_look(self, told: Told) -> Floats:
        """One ray through the middle of each pixel: display-linear premultiplied RGBA of the window."""
        rows, columns = self.window.places()
        order = tile_order(self.size, self.size)[rows, columns]
        parts = []
        for start in range(0, len(rows), CHUNK):
            told(start / len(rows))
            part = slice(start, start + CHUNK)
            place = rows[part] + 0.5, columns[part] + 0.5
            parts.append(self._look(*place, order[part], OPENNESS_RAYS, 1.0))
        seen = Seen(*(np.concatenate([getattr(part, k) for part in parts]) for k in Seen.__slots__))
        seen.covered = _denoised(seen, self.window.shape)
        return developed(seen).reshape(*self.window.shape, 4)

    def refine(self, picture: Floats, samples: int, told: Told) -> None:
        """Replace pixels of high contrast by the mean over ``samples`` points within each."""
        rough = np.flatnonzero(_contrast(picture) > CONTRAST)
        flat = picture.reshape(-1, 4)
        rows, columns = (places[rough] for places in self.window.places())
        for start in range(0, len(rough), CHUNK):
            part = slice(start, start + CHUNK)
            total = np.zeros((len(rough[part]), 4), np.float32)
            for index, (right, down) in enumerate(_subpixels(samples)):
                told((start + len(total) * index / samples) / len(rough))
                order = ((rows[part] * self.size + columns[part]) * 5 + index).astype(np.int32) % 64
                place = rows[part] + down, columns[part] + right
                total += developed(self._look(*place, order, 2, samples**-0.5))
            flat[rough[part]] = total / np.float32(samples)

    def _look(self, row: Floats, column: Floats, order: Ints, ambient: int, share: float) -> Seen:
        points = frame_points(column, row, self.size)
        width = 2 * np.tan(np.radians(self.camera.fov) / 2) / self.size * share
        origin = floats(self.camera.position)
        return self.subject.look(origin, self.camera.rays(points), width, order, ambient)


def frame_points(column: Floats, row: Floats, size: int) -> Floats:
    """Pixel coordinates, from the top left corner, as points of the frame (n, 2), -1 to 1, y up."""
    return np.stack([column * 2 / size - 1, 1 - row * 2 / size], axis=1).astype(np.float32)


def developed(seen: Seen) -> Floats:
    """Tone-mapped, premultiplied linear RGBA (n, 4) of what rays saw."""
    colour = neutral(seen.radiance * (1 - np.float32(OPENNESS_STRENGTH) * seen.covered)[:, None])
    alpha = 1 - mean(seen.passing)
    # A highlight on clear glass shines although the glass hides nothing: it needs the alpha to show.
    alpha = np.maximum(alpha, largest(colour)[:, 0])
    return np.column_stack([colour, alpha]).astype(np.float32)


def _subpixels(count: int) -> list[tuple[float, float]]:
    index = np.arange(count)
    return [
        (float(x), float(y))
        for x, y in zip((index + 0.5) / count, (index * 0.6180339887 + 0.31) % 1, strict=True)
    ]


def _contrast(picture: Floats) -> Floats:
    """Per pixel the greatest difference of any channel to one of the four neighbours, display values."""
    shown = np.sqrt(np.clip(picture, 0, 1))
    result = np.zeros(picture.shape[:2], np.float32)
    across = np.abs(np.diff(shown, axis=1)).max(axis=2)
    down = np.abs(np.diff(shown, axis=0)).max(axis=2)
    for side, step in (
        (result[:, 1:], across),
        (result[:, :-1], across),
        (result[1:], down),
        (result[:-1], down),
    ):
        np.maximum(side, step, out=side)
    return result


def _denoised(seen: Seen, shape: tuple[int, int]) -> Floats:
    """Occlusion averaged over 4×4 neighbours on the same surface, over which its sequence is complete."""
    covered, distance = (values.reshape(shape) for values in (seen.covered, seen.distance))
    normal = seen.normal.reshape(*shape, 3)
    total, weight = np.zeros_like(covered), np.zeros_like(covered)
    for down in range(-2, 2):
        for across in range(-2, 2):
            move = (down, across)
            like = np.einsum("ijk,ijk->ij", normal, np.roll(normal, move, (0, 1))) > 0.9
            with np.errstate(invalid="ignore"):
                like &= np.abs(np.roll(distance, move, (0, 1)) - distance) < 0.02 * distance
            total += np.where(like, np.roll(covered, move, (0, 1)), 0)
            weight += like
    return np.where(weight > 0, total / np.maximum(weight, 1), covered).ravel().astype(np.float32)


def _to_image(picture: Floats) -> Image.Image:
    alpha = np.clip(picture[..., 3:], 0, 1)
    colour = np.clip(picture[..., :3] / np.maximum(alpha, 1e-6), 0, 1)
    shown = np.concatenate([encode_srgb(colour), alpha], axis=2)
    return Image.fromarray(np.rint(shown * 255).astype(np.uint8), "RGBA")
