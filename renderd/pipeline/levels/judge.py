"""What the picture of a level loses: of its triangles, of each of its images, and of all together."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Mapping

import numpy as np
from PIL import Image

from renderd.pipeline.difference import Reference, View
from renderd.pipeline.document import Array, Document
from renderd.pipeline.levels.likeness import Option, options
from renderd.pipeline.levels.shapes import Shapes
from renderd.pipeline.materials import moved, texture_set, texture_slots
from renderd.pipeline.poster.light import studio_light
from renderd.pipeline.poster.pyramid import Pyramid
from renderd.pipeline.poster.surface import Subject
from renderd.pipeline.poster.texture import halvings
from renderd.pipeline.textures import Textures

SIDE, TEXELS = 2048, 32_000_000
"""No picture shows more of a texture than SIDE pixels; with many textures all together stay under TEXELS."""


def pyramids(textures: Textures) -> dict[int, Pyramid]:
    """The source's images, ready to be looked at."""
    side = SIDE
    while side > 256 and len(textures) * side * side > TEXELS:
        side //= 2
    return {index: Pyramid.of(halvings(textures.sized(index, side))) for index in range(len(textures))}


def pyramid_of(data: bytes) -> Pyramid:
    """An encoded image, ready to be looked at."""
    with Image.open(io.BytesIO(data)) as picture:
        return Pyramid.of(halvings(picture))


def pixels_per_metre(view: View) -> float:
    """How many pixels a metre at the target of a view covers."""
    camera = view.camera
    away = float(np.linalg.norm(np.subtract(camera.target, camera.position)))
    return float(view.side / (2 * np.tan(np.radians(camera.fov) / 2) * away))


def metres_long(subject: Subject, document: Document) -> dict[int, float]:
    """For each image that is drawn the length in metres over which it is spread once.

    Of all its triangles' lengths the one that three quarters of their area stay under.
    """
    geometry, found = subject.geometry, dict[int, float]()
    corners = geometry.positions[geometry.faces]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    density = np.maximum(subject.density, 1e-6)
    for material in np.unique(geometry.material[area > 0]):
        here = np.flatnonzero((geometry.material == material) & (area > 0))
        for _, info in texture_slots(document.json["materials"][material]) if material >= 0 else ():
            image = document.texture_image(info["index"])
            if image is None:
                continue
            times = abs(float(np.prod(moved(info).get("scale", (1, 1))))) ** 0.5
            spread = 1 / (density[min(texture_set(info), 1)][here] * max(times, 1e-6))
            found[image] = max(found.get(image, 0.0), upper_quarter(spread, area[here]))
    return found


def upper_quarter(values: Array, weights: Array) -> float:
    """The value that three quarters of the weight stay under."""
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, 0.75 * total[-1])])


class Judge:
    """Measures one level's candidates against the source from the level's views."""

    def __init__(
        self,
        source: Subject,
        views: tuple[View, ...],
        shapes: Shapes,
        images: dict[int, Pyramid],
        lengths: dict[int, float],
        side: int,
    ) -> None:
        """``images`` are the source's, drawn once over ``lengths`` (:func:`metres_long`); ``side`` is the
        longest side of a texture of the level.
        """
        # Anew for each level: its views are its own, and those before it have had theirs.
        source.remember()
        self.reference = Reference(source, views)
        self._source, self._shapes, self._images, self._side = source, shapes, images, side
        self._lengths = lengths
        self._found: dict[float, float] = {}
        self._last: tuple[float, Document, Subject] | None = None

    def shape(self, rung: float) -> float:
        """What is lost by a rung's triangles alone."""
        if rung not in self._found:
            self._found[rung] = self.reference.difference(self._drawn(rung)[1]).value
        return self._found[rung]

    def ways(self, textures: Textures, limit: int) -> dict[int, list[Option]]:
        """How each image can be stored, no longer than ``limit`` pixels, with its own losses."""
        seen = self.seen(range(len(textures)))
        return {image: options(textures, image, seen[image], limit) for image in seen}

    def image(self, index: int, data: bytes) -> float:
        """What is lost by one image alone."""
        changed = self._source.repainted(self._shapes.document, {**self._images, index: pyramid_of(data)})
        return self.reference.difference(changed).value

    def level(self, rung: float, images: Mapping[int, bytes]) -> float:
        """What is lost by a rung's triangles with these images."""
        seen = {index: pyramid_of(data) for index, data in images.items()}
        document, subject = self._drawn(rung)
        return self.reference.difference(subject.repainted(document, seen)).value

    @property
    def drawn(self) -> Collection[int]:
        """The images that the pictures can show: no other variant's, and none of hidden nodes."""
        return self._lengths.keys()

    def seen(self, images: Iterable[int]) -> dict[int, float]:
        """How many pixels long each image's longest side is seen; a guess for those that aren't drawn."""
        closest = max(pixels_per_metre(view) for view in self.reference.views)
        usual = float(np.median(list(self._lengths.values()))) if self._lengths else 1.0
        return {image: closest * self._lengths.get(image, usual) for image in images}

    def _drawn(self, rung: float) -> tuple[Document, Subject]:
        """The model with a rung's triangles, as it is stored: its materials may have been changed for it."""
        if self._last is None or self._last[0] != rung:
            # One of hundreds of thousands of triangles takes a hundred megabytes.
            self._last = None
            document = self._shapes.written(rung, self._side)
            subject = Subject(document, studio_light(), None, self._images)
            subject.remember()
            self._last = rung, document, subject
        return self._last[1:]
