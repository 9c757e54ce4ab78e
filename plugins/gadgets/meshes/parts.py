"""Shapes that several gadgets share. Drawn in millimetres; ``metres`` makes them ready for a model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from renderd.modelling.curves import Points, along, rounded_rectangle
from renderd.modelling.mesh import Array, Faces, Mesh, curve_lengths, shaded
from renderd.modelling.sweeps import extrude, lathe, loft


def metres(mesh: Mesh) -> Mesh:
    """A mesh that was drawn in millimetres."""
    return Mesh(mesh.positions / 1000, mesh.normals, mesh.uvs / 1000, mesh.indices)


def turned_part(profile: Points, segments: int = 72, crease: float = 35.0) -> Mesh:
    """A lathe's work with its axis along +Z: ``profile`` holds (radius, z)."""
    return lathe(profile, segments, crease).turned("x", 90)


def ring(profile: Points, segments: int = 72, crease: float = 35.0) -> Mesh:
    """Like ``turned_part`` for a closed section, whose first point is not repeated."""
    line = np.asarray(profile, dtype=np.float64)
    return turned_part(np.concatenate([line, line[:1]]), segments, crease)


def disc(radius: float, z: float = 0.0, segments: int = 48, grain: float = 0.0) -> Mesh:
    """A flat disc facing +Z. ``grain`` lays the texture's u along the radius, ``grain`` wide all round."""
    angle = np.linspace(0, 2 * np.pi, segments + 1)
    radii = np.array([radius * 0.02, radius * 0.5, radius])[:, None]
    x, y = radii * np.cos(angle), radii * np.sin(angle)
    positions = np.stack([x, y, np.full(x.shape, z)], axis=2).reshape(-1, 3)
    uvs = np.stack(
        [np.broadcast_to(radii, x.shape), np.broadcast_to(angle / (2 * np.pi) * grain, x.shape)], axis=2
    )
    flat = uvs.reshape(-1, 2) if grain else positions[:, :2]
    left = np.arange(segments, dtype=np.int64)
    strips = [_strip(left + row * (segments + 1), segments + 1) for row in range(2)]
    hub = np.stack([np.zeros(segments - 1, dtype=np.int64), left[:-1] + 1, left[1:] + 1], axis=1)
    normals = np.tile([0.0, 0.0, 1.0], (len(positions), 1))
    return Mesh(positions, normals, flat, np.concatenate([*strips, hub]))


def _strip(inner: Faces, step: int) -> Faces:
    outer = inner + step
    return np.concatenate(
        [np.stack([inner, outer, outer + 1], axis=1), np.stack([inner, outer + 1, inner + 1], axis=1)]
    )


def plate(outline: Points, depth: float, bevel: float = 0.0, segments: int = 2) -> Mesh:
    """``extrude`` with both lids facing out, whatever the direction of the outline."""
    solid = extrude(outline, depth, bevel, segments)
    corners = solid.positions[solid.indices]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    flat = np.abs(facing[:, 2]) > 0.99 * np.linalg.norm(facing, axis=1)
    wrong = flat & (facing[:, 2] * corners[:, :, 2].mean(axis=1) < 0)
    faces = np.where(wrong[:, None], solid.indices[:, ::-1], solid.indices)
    return shaded(solid.positions, solid.uvs, faces)


def toothed(radius: float, teeth: int, depth: float) -> Array:
    """(4 * teeth, 2): a circle with teeth, counter-clockwise: crowns, knobs, coin edges, gears."""
    angle = np.linspace(0, 2 * np.pi, 4 * teeth, endpoint=False)
    radii = radius - depth * np.tile([0.0, 0.0, 1.0, 1.0], teeth)
    return np.stack([radii * np.cos(angle), radii * np.sin(angle)], axis=1)


def bead() -> Mesh:
    """A smooth octahedron one unit across in each direction: stitches, pips, small things by the dozen."""
    corners = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]]) / 2
    faces = [[0, 2, 4], [2, 1, 4], [1, 3, 4], [3, 0, 4], [2, 0, 5], [1, 2, 5], [3, 1, 5], [0, 3, 5]]
    return shaded(corners, corners[:, :2], np.array(faces, dtype=np.int64), crease=180.0)


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """A line in the YZ plane (n, 2) along which flat things lie; their outside is to its left."""

    line: Array

    @property
    def length(self) -> float:
        return float(curve_lengths(self.line)[-1])

    def at(self, distance: float) -> tuple[Array, float]:
        """The point (y, z) at a distance from the start, and the heading there in degrees from +Y to +Z."""
        near = along(self.line, np.array([max(distance - 0.3, 0.0), min(distance + 0.3, self.length)]))
        heading = near[1] - near[0]
        return along(self.line, np.array([distance]))[0], float(
            np.degrees(np.arctan2(heading[1], heading[0]))
        )

    def place(self, mesh: Mesh, distance: float, x: float = 0.0, lift: float = 0.0) -> Mesh:
        """A mesh drawn with Y along the track and Z outwards, put there."""
        (y, z), heading = self.at(distance)
        return mesh.moved(x=x, z=lift).turned("x", heading).moved(y=y, z=z)

    def band(self, widths: Array, depths: Array, radius: float = 0.45, segments: int = 3) -> Mesh:
        """A belt: ``widths`` (x) and ``depths`` at each point of the track, edges rounded."""
        heading = np.gradient(self.line, curve_lengths(self.line), axis=0)
        heading /= np.linalg.norm(heading, axis=1, keepdims=True)
        outwards = np.column_stack([-heading[:, 1], heading[:, 0]])
        rings = []
        for point, out, width, depth in zip(self.line, outwards, widths, depths, strict=True):
            section = rounded_rectangle(width, depth, radius * min(width, depth), segments)
            offset = section[:, 1:] * out
            rings.append(np.column_stack([section[:, 0], point + offset]))
        return loft(rings)
