"""Where the model is: the box around everything that the default scene draws, at rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from renderd.pipeline.document import Document
from renderd.pipeline.errors import ModelError
from renderd.pipeline.scene import draws, triangles, world_matrices, world_positions


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
    lows, highs = [], []
    for draw in draws(document):
        positions = world_positions(document, draw, worlds)
        if draw.primitive.get("mode", 4) >= 4:
            positions = positions[np.unique(triangles(document, draw.primitive))]
        if len(positions):
            lows.append(positions.min(axis=0))
            highs.append(positions.max(axis=0))
    if not lows:
        raise ModelError("the model draws nothing; expected at least one mesh in its default scene")
    low, high = np.min(lows, axis=0).tolist(), np.max(highs, axis=0).tolist()
    if not np.isfinite([low, high]).all():
        raise ModelError("the model's size is not finite; expected node transforms of ordinary size")
    return Bounds((low[0], low[1], low[2]), (high[0], high[1], high[2]))
