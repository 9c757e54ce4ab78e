"""Which way a model stands, judged by its shape: whether y or z is up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from renderd.pipeline.creases import face_normals
from renderd.pipeline.document import Array, Document
from renderd.pipeline.scene import draws, triangles, world_positions

MOST_TRIANGLES = 100_000
"""Faces that are looked at; of more, every so many."""

Y, Z = 1, 2


@dataclass(frozen=True, slots=True)
class Faces:
    """Middles (n, 3), normals as long as twice their area (n, 3), and least and greatest corner (3,)."""

    middles: Array
    normals: Array
    low: Array
    high: Array

    @property
    def size(self) -> Array:
        """Sides of the box, (3,)."""
        size: Array = self.high - self.low
        return size


def lean(document: Document) -> float:
    """From about -2 (z is surely up) to 2 (y is); 0 if the shape does not say.

    Products stand on the floor about the origin, are round about their upright axis if about any, and
    have a flat side below.
    """
    faces = sample(document)
    if faces is None:
        return 0.0
    return (
        1.0 * (rests(faces, Y, Z) - rests(faces, Z, Y))
        + 0.6 * (is_round(faces, Y) - is_round(faces, Z))
        + 0.4 * (flat_below(faces, Y) - flat_below(faces, Z))
    )


def sample(document: Document) -> Faces | None:
    """Faces of all that is drawn, at most MOST_TRIANGLES; None without faces or extent."""
    drawn = [draw for draw in draws(document) if draw.primitive.get("mode", 4) >= 4]
    corners, lows, highs = [], [], []
    for draw in drawn:
        positions = world_positions(document, draw)
        found = triangles(document, draw.primitive)
        if len(found):
            used = positions[found[:: 1 + len(found) * len(drawn) // MOST_TRIANGLES]]
            corners.append(used)
            lows.append(positions.min(axis=0))
            highs.append(positions.max(axis=0))
    if not corners:
        return None
    every = np.concatenate(corners)
    low, high = np.min(lows, axis=0), np.max(highs, axis=0)
    if not (high - low).max() > 0:
        return None
    flat = every.reshape(-1, 3)
    return Faces(every.mean(axis=1), face_normals(flat, np.arange(len(flat)).reshape(-1, 3)), low, high)


def rests(faces: Faces, up: int, other: int) -> float:
    """1 if the model stands on 0 along ``up``, and lies about 0 along ``other``; else 0."""
    near = 0.02 * float(faces.size.max())
    stands = abs(faces.low[up]) <= near
    about = abs(faces.low[other] + faces.high[other]) / 2 <= 0.25 * faces.size[other]
    return float(stands and about and abs(faces.low[other]) > near)


def is_round(faces: Faces, up: int) -> float:
    """1 if the two other sides are equal and the upright one differs from them; else 0."""
    across = np.delete(faces.size, up)
    alike = abs(across[0] - across[1]) <= 0.02 * across.max()
    return float(alike and abs(faces.size[up] - across.max()) > 0.1 * across.max())


def flat_below(faces: Faces, up: int) -> float:
    """Share of the footprint, up to 1, that faces down at the foot, less what faces up at the top."""
    side = np.delete(faces.size, up)
    area = float(side[0] * side[1])
    if area <= 0:
        return 0.0
    reach = 0.02 * float(faces.size[up])
    steep = np.abs(faces.normals[:, up]) > 0.95 * np.linalg.norm(faces.normals, axis=1)
    foot = steep & (faces.normals[:, up] < 0) & (faces.middles[:, up] <= faces.low[up] + reach)
    top = steep & (faces.normals[:, up] > 0) & (faces.middles[:, up] >= faces.high[up] - reach)
    difference = np.abs(faces.normals[foot, up]).sum() - np.abs(faces.normals[top, up]).sum()
    return float(np.clip(difference / 2 / area, 0, 1))
