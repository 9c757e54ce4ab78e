"""Triangle meshes as plain arrays: move, turn, merge, shade, lay texture coordinates.

Metres, Y up, counter-clockwise front faces, right-handed, as glTF. Texture coordinates are metres too:
``u`` runs along a part (the way that wood grows), ``v`` across it; ``Model`` divides them by the size of
the material's tile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Faces = npt.NDArray[np.int64]
Axis = Literal["x", "y", "z"]

AXES: dict[str, int] = {"x": 0, "y": 1, "z": 2}


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """``positions`` and ``normals`` (n, 3), ``uvs`` (n, 2) in metres, ``indices`` (t, 3)."""

    positions: Array
    normals: Array
    uvs: Array
    indices: Faces

    @property
    def bounds(self) -> Array:
        """(2, 3): the lowest and the highest corner in metres."""
        return np.array([self.positions.min(axis=0), self.positions.max(axis=0)])

    @property
    def size(self) -> Array:
        """(3,): width, height and depth in metres."""
        lowest, highest = self.bounds
        return np.asarray(highest - lowest, dtype=np.float64)

    def moved(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Mesh:
        """The mesh shifted by metres."""
        return replace(self, positions=self.positions + np.array([x, y, z]))

    def turned(self, axis: Axis, degrees: float) -> Mesh:
        """The mesh rotated about an axis through the origin, counter-clockwise seen from its tip."""
        matrix = rotation(axis, degrees)
        return replace(self, positions=self.positions @ matrix.T, normals=self.normals @ matrix.T)

    def scaled(self, x: float = 1.0, y: float = 1.0, z: float = 1.0) -> Mesh:
        """The mesh scaled about the origin; a negative factor mirrors. Texture coordinates stay."""
        factors = np.array([x, y, z])
        normals = _unit(self.normals / factors)
        mirrored = np.prod(factors) < 0
        indices = self.indices[:, ::-1] if mirrored else self.indices
        return replace(self, positions=self.positions * factors, normals=normals, indices=indices)

    def flipped(self) -> Mesh:
        """The mesh with its faces turned inside out."""
        return replace(self, normals=-self.normals, indices=self.indices[:, ::-1])

    def outward(self) -> Mesh:
        """The mesh with its faces looking out, when it encloses a volume."""
        a, b, c = (self.positions[self.indices[:, k]] for k in range(3))
        volume = float(np.einsum("ij,ij->", a, np.cross(b, c)))
        return self.flipped() if volume < 0 else self

    def reshaped(self, positions: Array, crease: float = 40.0) -> Mesh:
        """The mesh with other positions (n, 3), shaded anew; texture coordinates stay."""
        return shaded(positions, self.uvs, self.indices, crease)

    def mapped(self, along: Axis = "x", offset: tuple[float, float] = (0.0, 0.0)) -> Mesh:
        """The mesh with texture laid flat on its six sides, ``u`` along ``along`` where the side has it.

        ``offset`` in metres shifts the texture, so that two boards do not show the same grain.
        """
        corners = self.positions[self.indices]
        facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        side = np.repeat(np.argmax(np.abs(facing), axis=1), 3)
        flat = self.indices.ravel()
        keys, back = np.unique(flat * 3 + side, return_inverse=True)
        vertex, normal_axis = keys // 3, keys % 3
        uvs = _side_uvs(self.positions[vertex], normal_axis, AXES[along]) + np.array(offset)
        return Mesh(self.positions[vertex], self.normals[vertex], uvs, back.reshape(-1, 3))


def rotation(axis: Axis, degrees: float) -> Array:
    """The (3, 3) matrix that turns column vectors about an axis."""
    angle = np.radians(degrees)
    c, s = np.cos(angle), np.sin(angle)
    i, j = (AXES[axis] + 1) % 3, (AXES[axis] + 2) % 3
    matrix = np.eye(3)
    matrix[i, i], matrix[i, j], matrix[j, i], matrix[j, j] = c, -s, s, c
    return matrix


def merge(*meshes: Mesh) -> Mesh:
    """One mesh of several, in order. At least one is needed."""
    starts = np.cumsum([0, *(len(mesh.positions) for mesh in meshes[:-1])])
    return Mesh(
        np.concatenate([mesh.positions for mesh in meshes]),
        np.concatenate([mesh.normals for mesh in meshes]),
        np.concatenate([mesh.uvs for mesh in meshes]),
        np.concatenate([mesh.indices + start for mesh, start in zip(meshes, starts, strict=True)]),
    )


def mirrored(mesh: Mesh, axis: Axis = "x") -> Mesh:
    """The mesh's mirror image through the origin, across ``axis``."""
    factors = [1.0, 1.0, 1.0]
    factors[AXES[axis]] = -1.0
    return mesh.scaled(*factors)


def grid(points: Array, crease: float = 40.0) -> Mesh:
    """The surface through a lattice of points (m, n, 3), seen from where ∂/∂m x ∂/∂n points.

    To close it, repeat the first row or column at the end: shading welds equal positions. ``u`` is the
    length along the first index, ``v`` along the second, measured from its middle.
    """
    rows, columns = points.shape[:2]
    first = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
    below, beside, across = first + columns, first + 1, first + columns + 1
    faces = np.stack([first, below, across, first, across, beside], axis=1).reshape(-1, 3)
    uvs = np.stack([_lengths(points, 0), _centred(_lengths(points, 1))], axis=2)
    return shaded(points.reshape(-1, 3), uvs.reshape(-1, 2), faces, crease)


def shaded(positions: Array, uvs: Array, faces: Faces, crease: float = 40.0) -> Mesh:
    """A mesh with smooth normals, broken where two faces meet at more than ``crease`` degrees.

    A corner's normal is the sum of the faces around its point that lie within the crease angle of its own
    face, weighted by the angle at the point (Thürmer and Wüthrich 1998). Points are welded by position, so
    texture seams do not show. Faces without area go.
    """
    _, welded = np.unique(np.round(positions, 6), axis=0, return_inverse=True)
    welded = welded.reshape(-1)
    faces = faces[_has_area(positions, welded[faces], faces)]
    corners = positions[faces]
    facing = _unit(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]))
    point = welded[faces].ravel()
    normals = _corner_normals(point, facing, _angles(corners).ravel(), np.cos(np.radians(crease)))
    flat = faces.ravel()
    keys = np.column_stack([flat, np.round(normals * 256).astype(np.int64)])
    _, chosen, back = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    vertex = flat[chosen]
    return Mesh(positions[vertex], normals[chosen], uvs[vertex], back.reshape(-1, 3))


def curve_lengths(points: Sequence[Sequence[float]] | Array) -> Array:
    """(n,): the length in metres from the first of (n, k) points to each."""
    steps = np.linalg.norm(np.diff(np.asarray(points, dtype=np.float64), axis=0), axis=1)
    return np.concatenate([[0.0], np.cumsum(steps)])


def _corner_normals(point: Faces, facing: Array, weight: Array, limit: float) -> Array:
    """(3t, 3): for each corner the weighted sum of the near faces around its point, as a unit vector."""
    order = np.argsort(point, kind="stable")
    counts = np.bincount(point)
    starts = np.cumsum(counts) - counts
    partners = counts[point[order]]
    own = np.repeat(np.arange(len(order)), partners)
    step = np.arange(len(own)) - np.repeat(np.cumsum(partners) - partners, partners)
    other = order[np.repeat(starts[point[order]], partners) + step]
    own = order[own]
    near = np.einsum("ij,ij->i", facing[own // 3], facing[other // 3]) >= limit
    own, other = own[near], other[near]
    parts = facing[other // 3] * weight[other, None]
    sums = [np.bincount(own, weights=parts[:, k], minlength=len(point)) for k in range(3)]
    return _unit(np.stack(sums, axis=1))


def _has_area(positions: Array, points: Faces, faces: Faces) -> npt.NDArray[np.bool_]:
    a, b, c = (positions[faces[:, k]] for k in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    distinct = (
        (points[:, 0] != points[:, 1]) & (points[:, 1] != points[:, 2]) & (points[:, 0] != points[:, 2])
    )
    return np.asarray(distinct & (area > 1e-13))


def _angles(corners: Array) -> Array:
    """(t, 3): the angle at each corner of triangles (t, 3, 3), radians."""
    ahead = _unit(np.roll(corners, -1, axis=1) - corners)
    behind = _unit(np.roll(corners, 1, axis=1) - corners)
    return np.asarray(np.arccos(np.clip(np.einsum("tij,tij->ti", ahead, behind), -1.0, 1.0)))


def _side_uvs(positions: Array, normal_axis: Faces, along: int) -> Array:
    """Planar coordinates: ``along`` is u unless the side faces that way, then the next axis is."""
    u_axis = np.where(normal_axis == along, (along + 1) % 3, along)
    v_axis = 3 - u_axis - normal_axis
    rows = np.arange(len(positions))
    # Glued edges would repeat one line of grain on two sides: the sides are set apart by odd metres.
    shift = np.array([0.0, 0.37, 0.73])[normal_axis]
    return np.stack([positions[rows, u_axis], positions[rows, v_axis] + shift], axis=1)


def _lengths(points: Array, axis: int) -> Array:
    steps = np.linalg.norm(np.diff(points, axis=axis), axis=2)
    start = np.zeros_like(np.take(steps, [0], axis=axis))
    return np.concatenate([start, np.cumsum(steps, axis=axis)], axis=axis)


def _centred(lengths: Array) -> Array:
    return np.asarray(lengths - lengths[:, -1:] / 2)


def _unit(vectors: Array) -> Array:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(length > 0, length, 1.0))
