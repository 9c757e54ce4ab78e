"""Posters: a product in the studio, on a transparent ground, without a GPU."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from renderd.pipeline.camera import Camera
from renderd.pipeline.document import Document
from renderd.pipeline.poster.floor import Shadow, tile_order
from renderd.pipeline.poster.geometry import Ints
from renderd.pipeline.poster.light import Light, studio_light
from renderd.pipeline.poster.pyramid import Floats, floats
from renderd.pipeline.poster.surface import Seen, Subject
from renderd.pipeline.poster.tone import encode_srgb, neutral
from renderd.pipeline.poster.vectors import largest, mean

CHUNK = 1 << 16
CONTRAST = 0.07
"""Difference to a neighbour, in display values, from which a pixel is looked at more closely."""
OPENNESS_RAYS = 4
OPENNESS_STRENGTH = 0.65


def render_poster(
    document: Document,
    camera: Camera,
    size: int,
    samples: int = 8,
    variant: str | None = None,
    light: Light | None = None,
    shadow: bool = True,
) -> Image.Image:
    """The first scene of ``document`` at rest, ``size`` pixels square, RGBA with straight alpha.

    Pixels with contrast to a neighbour are averaged over ``samples`` points. ``variant`` is a name of
    KHR_materials_variants; ``light`` replaces the studio. The same input gives the same picture.
    Raises KeyError for an unknown variant and ModelError if the scene draws no triangle.
    """
    subject = Subject(document, light or studio_light(), variant)
    frame = _Frame(subject, camera, size)
    picture = frame.first_look()
    frame.refine(picture, samples)
    if shadow:
        _ground(picture, subject, camera, size)
    return _to_image(picture)


@dataclass(frozen=True, slots=True)
class _Frame:
    subject: Subject
    camera: Camera
    size: int

    def first_look(self) -> Floats:
        """One ray through the middle of each pixel: display-linear premultiplied RGBA (size, size, 4)."""
        total = self.size**2
        order = tile_order(self.size, self.size).ravel()
        parts = []
        for start in range(0, total, CHUNK):
            pixels = np.arange(start, min(start + CHUNK, total))
            parts.append(self._look(pixels, (0.5, 0.5), order[pixels], OPENNESS_RAYS, 1.0))
        seen = Seen(*(np.concatenate([getattr(part, k) for part in parts]) for k in Seen.__slots__))
        seen.covered = _denoised(seen, self.size)
        return developed(seen).reshape(self.size, self.size, 4)

    def refine(self, picture: Floats, samples: int) -> None:
        """Replace pixels of high contrast by the mean over ``samples`` points within each."""
        rough = np.flatnonzero(_contrast(picture) > CONTRAST)
        flat = picture.reshape(-1, 4)
        places = _subpixels(samples)
        for start in range(0, len(rough), CHUNK):
            pixels = rough[start : start + CHUNK]
            total = np.zeros((len(pixels), 4), np.float32)
            for index, place in enumerate(places):
                order = (pixels * 5 + index).astype(np.int32) % 64
                total += developed(self._look(pixels, place, order, 2, samples**-0.5))
            flat[pixels] = total / np.float32(samples)

    def _look(
        self, pixels: NDArray[np.int64], place: tuple[float, float], order: Ints, ambient: int, share: float
    ) -> Seen:
        row, column = np.divmod(pixels, self.size)
        points = frame_points(column + place[0], row + place[1], self.size)
        width = 2 * np.tan(np.radians(self.camera.fov) / 2) / self.size * share
        origin = floats(self.camera.position)
        return self.subject.look(origin, self.camera.rays(points), width, order, ambient)


def frame_points(column: NDArray[np.float64], row: NDArray[np.float64], size: int) -> Floats:
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


def _denoised(seen: Seen, size: int) -> Floats:
    """Occlusion averaged over 4×4 neighbours on the same surface, over which its sequence is complete."""
    covered, distance = (values.reshape(size, size) for values in (seen.covered, seen.distance))
    normal = seen.normal.reshape(size, size, 3)
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


def _ground(picture: Floats, subject: Subject, camera: Camera, size: int) -> None:
    """Lay the floor's shadow under the picture, in place."""
    shadow = Shadow.of(subject)
    row, column = np.divmod(np.arange(size**2), size)
    dark = shadow.seen(camera, frame_points(column + 0.5, row + 0.5, size)).reshape(size, size)
    picture[..., 3] += (1 - picture[..., 3]) * dark


def _to_image(picture: Floats) -> Image.Image:
    alpha = np.clip(picture[..., 3:], 0, 1)
    colour = np.clip(picture[..., :3] / np.maximum(alpha, 1e-6), 0, 1)
    shown = np.concatenate([encode_srgb(colour), alpha], axis=2)
    return Image.fromarray(np.rint(shown * 255).astype(np.uint8), "RGBA")
