"""Everything that a document draws, as one set of triangles in the world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from renderd.pipeline import scene
from renderd.pipeline.document import Array, Document, Json
from renderd.pipeline.poster.pyramid import Floats
from renderd.pipeline.poster.vectors import unit

Ints = NDArray[np.int32]
DEFAULT_MATERIAL = -1


@dataclass(frozen=True, slots=True)
class Geometry:
    """Vertices (v, …) and triangles (t, 3), counter-clockwise seen from their front.

    ``uvs`` holds two sets, (2, v, 2); ``tangents`` (v, 4) are zeros where the model gives none.
    ``material`` (t,) is the index in the document, or -1 for the default one; ``scale``
    (t,) is the factor by which the triangle's node enlarges.
    """

    positions: Floats
    normals: Floats
    tangents: Floats
    uvs: Floats
    colours: Floats
    faces: Ints
    material: Ints
    scale: Floats

    def bounds(self) -> tuple[Floats, Floats]:
        """Least and greatest corner of what the triangles use, metres."""
        used = self.positions[self.faces.ravel()]
        return used.min(axis=0), used.max(axis=0)

    def density(self, uv_set: int) -> Floats:
        """Per triangle (t,), the length of a metre in units of uv: the square root of the ratio of areas."""
        corner = self.positions[self.faces]
        area = np.linalg.norm(np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]), axis=1)
        uv = self.uvs[uv_set][self.faces]
        (a, b), (c, d) = (uv[:, 1] - uv[:, 0]).T, (uv[:, 2] - uv[:, 0]).T
        return np.asarray(np.sqrt(np.abs(a * d - b * c) / np.maximum(area, 1e-20)), np.float32)


def gather(document: Document, variant: str | None = None) -> Geometry:
    """All triangles of the default scene at rest; ``variant`` is a name of KHR_materials_variants.

    Raises KeyError for a variant that the document does not have.
    """
    chosen = None if variant is None else variant_names(document).index_of(variant)
    worlds = scene.world_matrices(document)
    parts = [_part(document, draw, chosen, worlds) for draw in scene.draws(document)]
    return _joined([part for part in parts if len(part.faces)])


@dataclass(frozen=True, slots=True)
class VariantNames:
    """The variants of a document, in its order."""

    names: tuple[str, ...]

    def index_of(self, name: str) -> int:
        """Its index; raises KeyError."""
        if name not in self.names:
            raise KeyError(f"the model has no variant {name!r}; it has {', '.join(self.names) or 'none'}")
        return self.names.index(name)


def variant_names(document: Document) -> VariantNames:
    """The names of KHR_materials_variants."""
    extension = document.json.get("extensions", {}).get("KHR_materials_variants", {})
    return VariantNames(tuple(entry["name"] for entry in extension.get("variants", [])))


def _part(document: Document, draw: scene.Draw, variant: int | None, worlds: dict[int, Array]) -> Geometry:
    positions = scene.world_positions(document, draw, worlds).astype(np.float32)
    faces = scene.triangles(document, draw.primitive).astype(np.int32)
    faces = faces[(faces < len(positions)).all(axis=1)]
    determinant = float(np.linalg.det(draw.world[:3, :3]))
    if determinant < 0:
        faces = faces[:, ::-1]
    normals = scene.world_normals(document, draw, worlds)
    if normals is None:
        positions, normals, faces, keep = _flat(positions, faces)
    else:
        normals, keep = normals.astype(np.float32), np.arange(len(positions))
    attributes = draw.primitive["attributes"]
    uvs = np.stack([_attribute(document, attributes, f"TEXCOORD_{i}", 2, 0.0)[keep] for i in (0, 1)])
    colours = _attribute(document, attributes, "COLOR_0", 4, 1.0)[keep]
    tangents = _tangents(document, draw)[keep]
    material = np.full(len(faces), _material(draw, variant), np.int32)
    scale = np.full(len(faces), abs(determinant) ** (1 / 3), np.float32)
    return Geometry(positions, normals, tangents, uvs, colours, np.ascontiguousarray(faces), material, scale)


def _tangents(document: Document, draw: scene.Draw) -> Floats:
    """The vertices' own tangents in the world; of skinned ones none, for they would need the skin."""
    tangents = _attribute(document, draw.primitive["attributes"], "TANGENT", 4, 0.0)
    if draw.skin is not None:
        tangents[:] = 0
    tangents[:, :3] = unit(tangents[:, :3] @ draw.world[:3, :3].T)
    return tangents


def _flat(positions: Floats, faces: Ints) -> tuple[Floats, Floats, Ints, NDArray[Any]]:
    """Corners of their own for each triangle, with its normal; and which vertex each corner was."""
    keep = faces.ravel()
    corners = positions[keep].reshape(-1, 3, 3)
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-20)
    return (
        corners.reshape(-1, 3),
        np.repeat(normal, 3, axis=0),
        np.arange(len(keep), dtype=np.int32).reshape(-1, 3),
        keep,
    )


def _attribute(document: Document, attributes: Json, name: str, width: int, empty: float) -> Floats:
    """An attribute as floats (v, width); columns that it lacks hold ``empty``."""
    count = document.json["accessors"][attributes["POSITION"]]["count"]
    result = np.full((count, width), empty, np.float32)
    if name in attributes:
        values = document.accessor(attributes[name])
        result[:, : values.shape[1]] = values[:, :width]
    return result


def _material(draw: scene.Draw, variant: int | None) -> int:
    """The material of a primitive under a variant (KHR_materials_variants)."""
    extension = draw.primitive.get("extensions", {}).get("KHR_materials_variants", {})
    for mapping in extension.get("mappings", []):
        if variant is not None and variant in mapping["variants"]:
            return int(mapping["material"])
    return DEFAULT_MATERIAL if draw.material is None else draw.material


def _joined(parts: Sequence[Geometry]) -> Geometry:
    starts = np.cumsum([0, *(len(part.positions) for part in parts)])
    empty = (np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32))
    faces = [part.faces + np.int32(start) for part, start in zip(parts, starts, strict=False)]
    return Geometry(
        np.concatenate([empty[0], *(part.positions for part in parts)]),
        np.concatenate([empty[0], *(part.normals for part in parts)]),
        np.concatenate([np.zeros((0, 4), np.float32), *(part.tangents for part in parts)]),
        np.concatenate([np.zeros((2, 0, 2), np.float32), *(part.uvs for part in parts)], axis=1),
        np.concatenate([np.zeros((0, 4), np.float32), *(part.colours for part in parts)]),
        np.concatenate([empty[1], *faces]),
        np.concatenate([np.zeros(0, np.int32), *(part.material for part in parts)]),
        np.concatenate([np.zeros(0, np.float32), *(part.scale for part in parts)]),
    )
