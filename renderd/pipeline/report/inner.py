"""Remarks on parts that other parts enclose, so that nobody ever sees them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene

from renderd.pipeline.creases import face_normals
from renderd.pipeline.document import Array, Document, Json
from renderd.pipeline.manifest import Remark
from renderd.pipeline.report.survey import Survey
from renderd.pipeline.report.words import counted, listed
from renderd.pipeline.scene import Draw, draws, triangles, world_matrices, world_positions

MOST, MOST_PARTS = 100_000, 300
"""Triangles and parts up to which the model is searched: a tenth of a second."""

SHARE = 0.05
"""Share of the triangles from which it is worth a word."""

POINTS = 40
"""Points of each part from which rays look for a way out."""

DIRECTIONS = np.array(
    [(x, y, z) for x in (-1, 0, 1) for y in (-1, 0, 1) for z in (-1, 0, 1) if (x, y, z) != (0, 0, 0)], float
)
DIRECTIONS /= np.linalg.norm(DIRECTIONS, axis=1, keepdims=True)


@dataclass(frozen=True, slots=True)
class Solid:
    """A part in the world: its name, its triangles' corners (n, 3, 3), and whether light stops at it."""

    name: str
    corners: Array
    opaque: bool


def on_inner(survey: Survey) -> Iterator[Remark]:
    """A note on parts that can't be seen from anywhere, if they have many of the triangles."""
    shown = sum(not piece.hidden for piece in survey.pieces)
    if not 1 < shown <= MOST_PARTS or survey.triangles > MOST:
        return
    enclosed = unseen(solids(survey.document))
    count = sum(len(solid.corners) for solid in enclosed)
    if count > SHARE * survey.triangles:
        yield Remark(
            "inner-parts",
            "note",
            f"{counted(len(enclosed), 'part is', 'parts are')} enclosed by others, and can't be seen from"
            f" anywhere: {listed(solid.name for solid in enclosed)}, with"
            f" {count / survey.triangles:.0%} of the triangles.",
            "Leave them out, unless an option or an animation uncovers them.",
        )


def solids(document: Document) -> list[Solid]:
    """All triangles that are shown, by part."""
    worlds = world_matrices(document)
    found = []
    for draw in draws(document):
        faces = triangles(document, draw.primitive)
        if len(faces):
            corners = world_positions(document, draw, worlds).astype(np.float32)[faces]
            found.append(Solid(draw.name, corners, is_opaque(document, draw)))
    return found


def is_opaque(document: Document, draw: Draw) -> bool:
    """Whether nothing can be seen through the material."""
    material: Json = {} if draw.material is None else document.json["materials"][draw.material]
    clear = {"KHR_materials_transmission", "KHR_materials_diffuse_transmission"}
    extensions = material.get("extensions", {})
    return material.get("alphaMode", "OPAQUE") == "OPAQUE" and not clear & extensions.keys()


def unseen(parts: list[Solid]) -> list[Solid]:
    """The parts of which no ray finds a way out."""
    walls = [part.corners for part in parts if part.opaque]
    if not walls:
        return []
    corners = np.concatenate(walls).reshape(-1, 3)
    scene = EmbreeScene()
    # The scene keeps no reference of its own.
    mesh = TriangleMesh(scene, corners, np.arange(len(corners), dtype=np.int32).reshape(-1, 3))
    reach = 1e-4 * float((corners.max(axis=0) - corners.min(axis=0)).max())
    found = [part for part in parts if not escapes(scene, part, reach)]
    del mesh
    return found


def escapes(scene: EmbreeScene, part: Solid, reach: float) -> bool:
    """Whether a ray from one of the part's larger triangles leaves the model."""
    some = part.corners[:: max(1, len(part.corners) // (4 * POINTS))]
    across = face_normals(some.reshape(-1, 3), np.arange(3 * len(some)).reshape(-1, 3))
    area = np.linalg.norm(across, axis=1)
    # The larger ones: small triangles lie in creases.
    large = np.argsort(-area, kind="stable")[:POINTS]
    large = large[area[large] > 0]
    normals = across[large] / area[large, None]
    side = np.sign(normals @ DIRECTIONS.T)
    origins = some[large].mean(axis=1)[:, None] + reach * side[:, :, None] * normals[:, None]
    towards = np.broadcast_to(DIRECTIONS, origins.shape)
    hits = scene.run(
        np.ascontiguousarray(origins.reshape(-1, 3), np.float32),
        np.ascontiguousarray(towards.reshape(-1, 3), np.float32),
    )
    return bool(len(large) == 0 or (hits < 0).any())
