"""What a primitive becomes in USD: its triangles, at rest, in plain numbers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from renderd.pipeline.document import Array, Document
from renderd.pipeline.scene import Draw, cofactors, morphed, triangles, world_normals, world_positions


@dataclass(frozen=True, slots=True)
class Shape:
    """Triangles (m, 3) over vertices, of which all are used.

    ``points`` (n, 3) are in metres of the node that holds them; ``uvs`` by set, (n, 2), v upwards;
    ``colors`` (n, 4) linear, or None.
    """

    faces: Array
    points: Array
    normals: Array | None
    uvs: dict[int, Array] = field(default_factory=dict)
    colors: Array | None = None


def shape_of(document: Document, draw: Draw, worlds: dict[int, Array]) -> Shape | None:
    """The shape of a primitive; skinned ones in the world, others in their node. None without triangles."""
    faces = triangles(document, draw.primitive)
    if not len(faces):
        return None
    if draw.skin is not None and "JOINTS_0" in draw.primitive["attributes"]:
        points = world_positions(document, draw, worlds)
        normals = world_normals(document, draw, worlds)
    else:
        points = morphed(document, draw, "POSITION")
        normals = morphed(document, draw, "NORMAL") if "NORMAL" in draw.primitive["attributes"] else None
    used, inverse = np.unique(faces, return_inverse=True)
    return Shape(
        inverse.reshape(-1, 3),
        points[used],
        None if normals is None else normals[used],
        {number: values[used] for number, values in uv_sets(document, draw).items()},
        vertex_colors(document, draw, used),
    )


def uv_sets(document: Document, draw: Draw) -> dict[int, Array]:
    """Texture coordinates by number of their set; USD counts v upwards."""
    attributes = draw.primitive["attributes"]
    return {
        int(name.rsplit("_", 1)[1]): document.accessor(index) * (1, -1) + (0, 1)
        for name, index in attributes.items()
        if name.startswith("TEXCOORD_")
    }


def vertex_colors(document: Document, draw: Draw, used: Array) -> Array | None:
    """Linear RGBA of the used vertices, if the primitive has colours."""
    index = draw.primitive["attributes"].get("COLOR_0")
    if index is None:
        return None
    colors = document.accessor(index)[used].astype(float)
    return colors if colors.shape[1] == 4 else np.pad(colors, ((0, 0), (0, 1)), constant_values=1.0)


def moved(shape: Shape, matrix: Array) -> Shape:
    """The shape after a 4×4 ``matrix`` that doesn't mirror."""
    points = shape.points @ matrix[:3, :3].T + matrix[:3, 3]
    normals = shape.normals
    if normals is not None:
        normals = normals @ cofactors(matrix[None, :3, :3])[0].T
    return replace(shape, points=points, normals=normals)


def unit(vectors: Array) -> Array:
    """Vectors of length 1; those of no length stay."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    found: Array = vectors / np.where(length > 0, length, 1)
    return found
