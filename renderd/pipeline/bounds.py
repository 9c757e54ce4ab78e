"""Where the model is: the box around everything that the default scene draws, at rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from renderd.pipeline.document import Array, Document, Json
from renderd.pipeline.errors import ModelError
from renderd.pipeline.scene import Draw, draws, triangles, world_matrices, world_positions

PORTION = 1 << 18
"""Vertices or triangles that are looked at together: a scan has millions, and their places are float64."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Least and greatest corner in metres."""

    min: tuple[float, float, float]
    max: tuple[float, float, float]

    @property
    def size(self) -> tuple[float, float, float]:
        """Width, height and depth in metres."""
        return (self.max[0] - self.min[0], self.max[1] - self.min[1], self.max[2] - self.min[2])


def measure(document: Document) -> Bounds:
    """The bounds of what is drawn, morph targets and animations at their start; raises ModelError."""
    worlds = world_matrices(document)
    boxes = [box for draw in draws(document) for box in boxes_of(document, draw, worlds)]
    if not boxes:
        raise ModelError("the model draws nothing; expected at least one mesh in its default scene")
    low, high = np.min(boxes, axis=(0, 1)).tolist(), np.max(boxes, axis=(0, 1)).tolist()
    if not np.isfinite([low, high]).all():
        raise ModelError("the model's size is not finite; expected node transforms of ordinary size")
    return Bounds((low[0], low[1], low[2]), (high[0], high[1], high[2]))


def boxes_of(document: Document, draw: Draw, worlds: dict[int, Array]) -> Iterator[tuple[Array, Array]]:
    """Least and greatest corners, (3,) each, of a draw's vertices in portions."""
    drawn = drawn_vertices(document, draw.primitive)
    for start in range(0, len(drawn), PORTION):
        rows = slice(start, start + PORTION)
        positions = world_positions(document, draw, worlds, rows)[drawn[rows]]
        if len(positions):
            yield positions.min(axis=0), positions.max(axis=0)


def drawn_vertices(document: Document, primitive: Json) -> Array:
    """Which vertices (n,) of a primitive belong to a triangle; all do of points and lines."""
    count = document.json["accessors"][primitive["attributes"]["POSITION"]]["count"]
    if primitive.get("mode", 4) < 4:
        return np.ones(count, bool)
    drawn, faces = np.zeros(count, bool), triangles(document, primitive)
    for start in range(0, len(faces), PORTION):
        drawn[faces[start : start + PORTION]] = True
    return drawn
