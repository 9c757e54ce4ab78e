"""The polygons of a USD mesh as triangles, and its values as values of vertices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from pxr import Usd, UsdGeom

from renderd.pipeline.document import Array
from renderd.pipeline.errors import ModelError
from renderd.pipeline.polygons import cut
from renderd.pipeline.usd.shapes import unit

TIME = Usd.TimeCode.EarliestTime()
"""Models stand as they do at the first of their times."""


@dataclass(frozen=True, slots=True)
class Faces:
    """Triangles by corner: ``corners`` (m, 3) number the corners of polygons, ``polygon`` (m,) the polygons.

    ``vertices`` (k,) is the point of each corner, ``counts`` (f,) how many corners each polygon has.
    """

    points: Array
    counts: Array
    vertices: Array
    corners: Array
    polygon: Array

    def by_corner(self, values: Array, interpolation: str) -> Array:
        """Values (k, …) of all corners; raises ModelError if there are fewer than there should be."""
        expected = {
            "constant": 1,
            "uniform": len(self.counts),
            "faceVarying": len(self.vertices),
        }.get(interpolation, len(self.points))
        if len(values) < expected:
            raise ModelError(
                f"a mesh in the USD file has {len(values)} {interpolation} values; expected {expected}"
            )
        if interpolation == "constant":
            return np.broadcast_to(values[0], (len(self.vertices), *values.shape[1:]))
        if interpolation == "uniform":
            return np.repeat(values[:expected], self.counts, axis=0)
        return values[: len(self.vertices)] if interpolation == "faceVarying" else values[self.vertices]


def faces_of(mesh: UsdGeom.Mesh) -> Faces | None:
    """The triangles of a mesh; None if it has none. Raises ModelError."""
    points = array(mesh.GetPointsAttr().Get(TIME), (0, 3)).astype(np.float64)
    counts = array(mesh.GetFaceVertexCountsAttr().Get(TIME), (0,)).astype(np.int64)
    vertices = array(mesh.GetFaceVertexIndicesAttr().Get(TIME), (0,)).astype(np.int64)
    if not len(vertices):
        return None
    name = mesh.GetPrim().GetName()[:100]
    if counts.min(initial=0) < 0 or counts.sum() != len(vertices):
        raise ModelError(
            f"the polygons of the mesh {name!r} have {counts.sum()} corners, not {len(vertices)}"
        )
    if vertices.min() < 0 or vertices.max() >= len(points):
        raise ModelError(f"the mesh {name!r} refers to points that it does not have")
    if not np.isfinite(points).all():
        raise ModelError(f"the mesh {name!r} holds numbers that are not finite (NaN or infinity)")
    fans = np.maximum(counts - 2, 0)
    fans[holes(mesh, len(counts))] = 0
    polygon = np.repeat(np.arange(len(counts)), fans)
    step = np.arange(len(polygon)) - np.repeat(np.cumsum(fans) - fans, fans)
    first = (np.cumsum(counts) - counts)[polygon]
    corners = np.stack([first, first + step + 1, first + step + 2], axis=1)
    corners = cut(points[vertices], corners, polygon)
    if mesh.GetOrientationAttr().Get(TIME) == UsdGeom.Tokens.leftHanded:
        corners = corners[:, [0, 2, 1]]
    return Faces(points, counts, vertices, corners, polygon) if len(corners) else None


def holes(mesh: UsdGeom.Mesh, count: int) -> Array:
    """The polygons that are holes."""
    found = array(mesh.GetHoleIndicesAttr().Get(TIME), (0,)).astype(np.int64)
    return found[(found >= 0) & (found < count)]


def array(values: Any, empty: tuple[int, ...]) -> Array:
    """A USD array as numpy's; one of no value as an array of the shape ``empty``."""
    return np.zeros(empty) if values is None or not len(values) else np.asarray(values)


def normals_of(mesh: UsdGeom.Mesh, faces: Faces) -> Array | None:
    """Unit normals of all corners; None if the mesh has none that can be used."""
    primvar = UsdGeom.PrimvarsAPI(mesh).GetPrimvar("normals")
    if primvar and primvar.HasValue():
        values, interpolation = primvar.ComputeFlattened(TIME), primvar.GetInterpolation()
    else:
        values, interpolation = mesh.GetNormalsAttr().Get(TIME), mesh.GetNormalsInterpolation()
    found = array(values, (0, 3)).astype(np.float64)
    if not len(found) or not np.isfinite(found).all():
        return None
    normals = faces.by_corner(unit(found), interpolation)
    return normals if (np.linalg.norm(normals, axis=1) > 0.5).all() else None


def primvar_of(mesh: UsdGeom.Mesh, name: str, faces: Faces, width: int) -> Array | None:
    """Values (k, width) of a primvar at all corners; None if the mesh has no such one."""
    primvar = UsdGeom.PrimvarsAPI(mesh).FindPrimvarWithInheritance(name)
    if not primvar or not primvar.HasValue():
        return None
    values = array(primvar.ComputeFlattened(TIME), (0, width)).astype(np.float64)
    values = values.reshape(len(values), -1)
    if not len(values) or values.shape[1] != width:
        return None
    if not np.isfinite(values).all():
        raise ModelError(f"{name[:100]!r} of a mesh holds numbers that are not finite (NaN or infinity)")
    return faces.by_corner(values, primvar.GetInterpolation())


def coordinate_sets(mesh: UsdGeom.Mesh) -> list[str]:
    """Names of the primvars that are texture coordinates, the usual one first."""
    kinds = ("texCoord2f", "float2", "texCoord2d", "double2", "texCoord2h", "half2")
    primvars = UsdGeom.PrimvarsAPI(mesh).FindPrimvarsWithInheritance()
    names = [
        primvar.GetPrimvarName()
        for primvar in primvars
        if str(primvar.GetTypeName()).removesuffix("[]") in kinds
    ]
    return sorted(names, key=lambda name: (name != "st", name.lower() not in ("st0", "uvmap", "uv"), name))
