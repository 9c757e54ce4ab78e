"""Rays against triangles (Embree), and how much of its surroundings a point sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene

from renderd.pipeline.poster.geometry import Geometry, Ints
from renderd.pipeline.poster.pyramid import Floats
from renderd.pipeline.poster.vectors import unit

GOLDEN = (0.7548776662, 0.5698402910)
"""Steps of the two-dimensional R2 sequence, which fills the square evenly however long it runs."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Per ray: the triangle (-1 for none), the weights of its second and third corner, the distance."""

    triangle: Ints
    u: Floats
    v: Floats
    distance: Floats


class Tracer:
    """The triangles of a model, ready for rays. ``opacity`` (t,) is how much light each one stops."""

    def __init__(self, geometry: Geometry, opacity: Floats) -> None:
        self._scene = EmbreeScene()
        self._mesh = TriangleMesh(self._scene, geometry.positions, geometry.faces)
        self._opacity = np.append(opacity, np.float32(0))

    def cast(self, origins: Floats, towards: Floats) -> Hits:
        """The nearest triangle along each ray."""
        found = self._scene.run(origins, towards, output=True)
        return Hits(found["primID"], found["u"], found["v"], found["tfar"])

    def occlusion(self, points: Floats, normals: Floats, order: Ints, count: int, reach: float) -> Floats:
        """Share (n,) of a cosine-weighted hemisphere that is covered nearby, from 0 to 1.

        ``count`` rays leave each point; ``order`` (n,) picks which part of one fixed sequence it uses.
        What is ``reach`` metres away or further covers nothing, what is nearer more and more.
        """
        origins = points + normals * np.float32(reach * 1e-3)
        covered = np.zeros(len(points), np.float32)
        for ray in range(count):
            towards = cosine_directions(normals, order * count + ray)
            hits = self.cast(origins, towards)
            near = 1 - np.minimum(hits.distance, np.float32(reach)) / np.float32(reach)
            covered += self._opacity[hits.triangle] * near
        return covered / np.float32(count)


def cosine_directions(normals: Floats, index: Ints) -> Floats:
    """Directions (n, 3) about unit normals: the points ``index`` of a fixed cosine-weighted sequence."""
    turn = (np.float64(0.5) + index * GOLDEN[0]) % 1 * 2 * np.pi
    share = (np.float64(0.5) + index * GOLDEN[1]) % 1
    ball = np.stack([np.cos(turn), np.sin(turn), np.zeros_like(turn)], axis=1)
    height = 1 - 2 * share
    # A point of the unit sphere around the tip of the normal is cosine-distributed (Lambert).
    ball = ball * np.sqrt(np.maximum(1 - height**2, 0))[:, None]
    ball[:, 2] = height
    towards = normals * 1.0001 + ball.astype(np.float32)
    return unit(towards)
