"""Tangents: kept where a material's look depends on them, made where it can't be shown without them."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from renderd.pipeline.document import Array, Document, Json
from renderd.pipeline.materials import primitive_materials, texture_slots
from renderd.pipeline.part import Part

ANISOTROPY = "KHR_materials_anisotropy"

TangentUse = Literal["none", "helpful", "needed"]


def tangent_use(document: Document, primitive: Json) -> TangentUse:
    """What the materials of a primitive want of tangents.

    With a normal map a viewer derives them; a coat's own normal map or anisotropy alone gives nothing to
    derive them from (KHR_materials_clearcoat, KHR_materials_anisotropy).
    """
    use: TangentUse = "none"
    for index in primitive_materials(primitive):
        material = document.json["materials"][index]
        slots = {name for name, _ in texture_slots(material)}
        if "normalTexture" in slots:
            use = "helpful" if use == "none" else use
        elif "clearcoatNormalTexture" in slots or "KHR_materials_anisotropy" in material.get(
            "extensions", {}
        ):
            use = "needed"
    return use


def with_tangents(part: Part, use: TangentUse) -> Part:
    """The part without tangents that nothing uses, or with made ones where they are needed."""
    if "TANGENT" in part.attributes:
        return without(part) if use == "none" else part
    able = part.mode == 4 and part.count and {"NORMAL", "TEXCOORD_0"} <= part.attributes.keys()
    if use != "needed" or not able or part.targets:
        return part
    return replace(part, attributes={**part.attributes, "TANGENT": make(part)})


def without(part: Part) -> Part:
    """The part with no tangents, in its morph targets neither."""
    return replace(
        part,
        attributes={name: values for name, values in part.attributes.items() if name != "TANGENT"},
        targets=tuple({n: v for n, v in target.items() if n != "TANGENT"} for target in part.targets),
    )


def make(part: Part) -> Array:
    """Tangents (n, 4) float32 along growing u, averaged over the triangles of a vertex by their size.

    Lengyel, "Computing Tangent Space Basis Vectors for an Arbitrary Mesh": solves the edges of each
    triangle for the directions of u and v, and makes the mean perpendicular to the normal.
    """
    faces = part.indices.reshape(-1, 3)
    corners, coordinates = part.positions.astype(float)[faces], part.float("TEXCOORD_0").astype(float)[faces]
    (e1, e2), (d1, d2) = edges(corners), edges(coordinates)
    turn = np.sign(d1[:, 0] * d2[:, 1] - d2[:, 0] * d1[:, 1])[:, None]
    along = (e1 * d2[:, 1:] - e2 * d1[:, 1:]) * turn
    across = (e2 * d1[:, :1] - e1 * d2[:, :1]) * turn
    u, v = (gather(values, faces, len(part.positions)) for values in (along, across))
    normals = part.float("NORMAL").astype(float)
    u = u - normals * (u * normals).sum(axis=1, keepdims=True)
    u = np.where(np.linalg.norm(u, axis=1, keepdims=True) > 1e-20, u, any_perpendicular(normals))
    hand = np.where((np.cross(normals, u) * v).sum(axis=1) < 0, -1.0, 1.0)
    unit = u / np.linalg.norm(u, axis=1, keepdims=True)
    tangents: Array = np.concatenate([unit, hand[:, None]], axis=1).astype(np.float32)
    return tangents


def edges(corners: Array) -> tuple[Array, Array]:
    """The two edges of each triangle that leave its first corner."""
    return corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]


def gather(values: Array, faces: Array, count: int) -> Array:
    """The sum, at each of ``count`` vertices, of the values (n, 3) of its triangles."""
    total = np.zeros((count, 3))
    for corner in range(3):
        np.add.at(total, faces[:, corner], values)
    return total


def any_perpendicular(normals: Array) -> Array:
    """A vector at right angles to each normal; (1, 0, 0) to a normal of no length."""
    axis = np.eye(3)[np.abs(normals).argmin(axis=1)]
    found = np.cross(normals, axis)
    return np.where(np.linalg.norm(found, axis=1, keepdims=True) > 1e-12, found, np.eye(3)[0])
