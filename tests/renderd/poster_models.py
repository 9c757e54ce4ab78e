"""Small models for the tests of the posters, built in memory."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
import trimesh
from PIL import Image

from renderd.pipeline.document import ARRAY_BUFFER, Document

Material = dict[str, Any]


def painted(colour: Sequence[float], metallic: float = 0.0, roughness: float = 1.0, **more: Any) -> Material:
    """A material of one colour (three or four linear numbers)."""
    factor = [*colour, 1.0][:4]
    pbr = {"baseColorFactor": factor, "metallicFactor": metallic, "roughnessFactor": roughness}
    return {"pbrMetallicRoughness": pbr, **more}


def empty(*materials: Material) -> Document:
    """A document with materials and nothing to draw."""
    return Document({"asset": {"version": "2.0"}, "materials": list(materials), "scenes": [{"nodes": []}]})


def add_mesh(
    document: Document,
    vertices: np.ndarray,
    faces: np.ndarray,
    material: int,
    uvs: np.ndarray | None = None,
    normals: np.ndarray | None = None,
) -> dict[str, Any]:
    """Draw triangles in the scene; returns the primitive."""
    add = document.add_accessor
    attributes = {"POSITION": add(vertices.astype(np.float32), ARRAY_BUFFER, bounds=True)}
    if normals is not None:
        attributes["NORMAL"] = add(normals.astype(np.float32), ARRAY_BUFFER)
    if uvs is not None:
        attributes["TEXCOORD_0"] = add(uvs.astype(np.float32), ARRAY_BUFFER)
    primitive = {
        "attributes": attributes,
        "indices": add(faces.ravel().astype(np.uint32)),
        "material": material,
    }
    mesh = document.add("meshes", {"primitives": [primitive]})
    document.json["scenes"][0]["nodes"].append(document.add("nodes", {"mesh": mesh}))
    return primitive


def ball(material: Material, radius: float = 0.5) -> Document:
    """A smooth ball that stands on the floor."""
    shape = trimesh.creation.icosphere(subdivisions=4, radius=radius)
    document = empty(material)
    vertices = shape.vertices + np.array([0, radius, 0])
    add_mesh(document, vertices, shape.faces, 0, normals=shape.vertices / radius)
    return document


def add_pane(document: Document, material: int, z: float = 0.0, side: float = 1.0) -> dict[str, Any]:
    """An upright square facing +Z in the middle of the scene, its picture upright."""
    corners = np.array([[-1, 1], [1, 1], [1, -1], [-1, -1]]) * side / 2
    vertices = np.column_stack([corners, np.full(4, z)])
    uvs = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
    faces = np.array([[0, 3, 2], [0, 2, 1]])
    return add_mesh(document, vertices, faces, material, uvs, np.tile([0.0, 0.0, 1.0], (4, 1)))


def add_picture(document: Document, pixels: Any, **sampler: Any) -> int:
    """A texture with the picture (height, width, 3 or 4) of bytes; returns its index."""
    buffer = BytesIO()
    Image.fromarray(np.asarray(pixels, np.uint8)).save(buffer, "PNG")
    image = document.add(
        "images", {"bufferView": document.add_view(buffer.getvalue()), "mimeType": "image/png"}
    )
    return document.add("textures", {"source": image, "sampler": document.add("samplers", sampler)})


def mean_difference(first: Image.Image, second: Image.Image) -> float:
    """Mean absolute difference of two RGBA pictures of one size over white, 0 to 1, where either is solid."""
    one, two = (_over_white(image) for image in (first, second))
    solid = (np.asarray(first)[..., 3] > 127) | (np.asarray(second)[..., 3] > 127)
    return float(np.abs(one - two)[solid].mean()) if solid.any() else 0.0


def _over_white(image: Image.Image) -> np.ndarray:
    values = np.asarray(image, np.float64) / 255
    return values[..., :3] * values[..., 3:] + 1 - values[..., 3:]
