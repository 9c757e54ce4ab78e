"""Remarks on the surfaces themselves: edges of more than two faces, holes, parts turned inside out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from renderd.pipeline import meshopt
from renderd.pipeline.creases import components, face_normals, following
from renderd.pipeline.document import Array, Document, Json
from renderd.pipeline.manifest import Remark
from renderd.pipeline.report.survey import Piece, Survey
from renderd.pipeline.report.words import counted, listed
from renderd.pipeline.scene import triangles

MOST, MOST_IN_ALL = 150_000, 400_000
"""Triangles of one mesh, and of all, that are looked at: enough for what shops sell, in half a second."""

SHEET = 0.7
"""Share of the surface from which its back can be seen: a bottle without a bottom has less."""

FEW_EDGES = 0.005
"""Share of edges of more than two faces that is ordinary where parts touch."""


@dataclass(frozen=True, slots=True)
class Topology:
    """A mesh in numbers: edges, and those of more than two faces; closed shells that are inside out; the
    share of the surface that is a sheet, 0 for bodies and 1 for paper; faces that look away from their
    own normals, and faces with normals.
    """

    edges: int
    crowded: int
    inside_out: int
    sheet: float
    against: int
    lit: int


def on_surfaces(survey: Survey) -> Iterator[Remark]:
    """Remarks on all meshes, by the names of the parts that show them."""
    names: dict[int, Piece] = {}
    for piece in survey.pieces:
        names.setdefault(piece.mesh, piece)
    found: dict[int, Topology] = {}
    skipped, left = [], MOST_IN_ALL
    for mesh, piece in names.items():
        primitives = survey.document.json["meshes"][mesh]["primitives"]
        count = sum(p.triangles for p in survey.pieces if p.mesh == mesh and p.node == piece.node)
        if count > min(MOST, left):
            skipped.append(piece.name)
        elif count:
            left -= count
            found[mesh] = topology(survey.document, primitives)
    yield from on_crowded([names[mesh].name for mesh, t in found.items() if t.crowded > FEW_EDGES * t.edges])
    yield from on_inverted(survey, {names[mesh]: t for mesh, t in found.items() if is_inverted(t)})
    yield from on_open(survey, [names[mesh] for mesh, t in found.items() if t.sheet > SHEET])
    if skipped:
        yield Remark(
            "not-checked",
            "note",
            f"{listed(skipped)} {'has' if len(skipped) == 1 else 'have'} too many triangles to look for holes"
            " and parts that are inside out.",
            "Nothing must be done. Look at the model from all sides.",
        )


def is_inverted(found: Topology) -> bool:
    """Whether a closed shell is inside out, or most faces look away from their normals."""
    return found.inside_out > 0 or found.against > found.lit / 2


def on_crowded(names: list[str]) -> Iterator[Remark]:
    """A note on edges that more than two faces share."""
    if names:
        yield Remark(
            "non-manifold",
            "note",
            f"In {listed(names)} more than two faces meet in an edge (non-manifold): fewer triangles may show"
            " cracks or flicker there.",
            "Merge doubled faces and remove inner walls.",
        )


def on_inverted(survey: Survey, found: dict[Piece, Topology]) -> Iterator[Remark]:
    """A warning about parts inside out: their fronts are not drawn; a note where both sides are."""
    for both_sides in (False, True):
        names = [p.name for p in found if bool(survey.material(p).get("doubleSided")) == both_sides]
        if names:
            yield Remark(
                "inverted",
                "note" if both_sides else "warning",
                f"{listed(names)} {'is' if len(names) == 1 else 'are'} inside out, in part or whole:"
                + (" light falls on the wrong side." if both_sides else " one looks through to the back."),
                "Flip the faces so that their fronts look outwards (“recalculate outside”).",
            )


def on_open(survey: Survey, pieces: list[Piece]) -> Iterator[Remark]:
    """A note on sheets that are drawn from one side only."""
    names = [piece.name for piece in pieces if not survey.material(piece).get("doubleSided")]
    if names:
        yield Remark(
            "one-sided",
            "note",
            f"{counted(len(names), 'part is', 'parts are')} thin as paper and can't be seen from behind:"
            f" {listed(names)}.",
            "Nothing must be done where nobody sees the back; else set the material to double-sided.",
        )


# --- measuring ------------------------------------------------------------------------------------


def topology(document: Document, primitives: list[Json]) -> Topology:
    """Look at all triangles of a mesh together, points at the same place joined."""
    points, faces, against, lit, offset = [], [], 0, 0, 0
    for primitive in primitives:
        corners = triangles(document, primitive).astype(np.int64)
        positions = document.accessor(primitive["attributes"]["POSITION"]).astype(float)
        turned, seen = facing(document, primitive, positions, corners)
        against, lit = against + turned, lit + seen
        points.append(positions)
        faces.append(corners + offset)
        offset += len(positions)
    places = np.concatenate(points)
    joined, count = weld(places)
    flat = joined[np.concatenate(faces)].astype(np.int64)
    whole = flat[(flat[:, 0] != flat[:, 1]) & (flat[:, 1] != flat[:, 2]) & (flat[:, 2] != flat[:, 0])]
    if not len(whole):
        return Topology(0, 0, 0, 0.0, against, lit)
    merged = np.zeros((count, 3))
    merged[joined] = places
    return Topology(*edges_and_shells(merged, whole), against, lit)


def weld(positions: Array) -> tuple[Array, int]:
    """The number of each vertex's place, and how many there are; a millionth of the mesh is no distance."""
    low = positions.min(axis=0)
    step = float(np.ptp(positions, axis=0).max()) * 1e-6 or 1.0
    cells = np.ascontiguousarray(np.rint((positions - low) / step), np.int32)
    return meshopt.weld(cells.view(np.uint8).reshape(-1, 12))


def edges_and_shells(positions: Array, faces: Array) -> tuple[int, int, int, float]:
    """Edges, those of more than two faces, closed shells that are inside out, and the share of sheets."""
    flat = faces.ravel()
    ahead = flat[following(np.arange(len(flat)))]
    key = np.minimum(flat, ahead) * len(positions) + np.maximum(flat, ahead)
    order = np.argsort(key, kind="stable")
    _, start, count = np.unique(key[order], return_index=True, return_counts=True)
    twice = start[count == 2]
    shell = components(np.stack([order[twice], order[twice + 1]], axis=1) // 3, len(faces))
    torn = np.unique(shell[order[np.repeat(count != 2, count)] // 3])
    roots = np.setdiff1d(shell, torn)
    volumes = np.zeros(len(faces))
    np.add.at(volumes, shell, signed_volumes(positions, faces))
    least = 1e-9 * float(np.ptp(positions, axis=0).max()) ** 3
    inside_out = int((volumes[roots] < -least).sum())
    return len(count), int((count > 2).sum()), inside_out, sheet(positions, faces, shell)


def sheet(positions: Array, faces: Array, shell: Array) -> float:
    """How far the faces of each shell look the same way, by area: 0 for bodies, 1 for paper."""
    across = face_normals(positions, faces)
    total = np.zeros((len(faces), 3))
    np.add.at(total, shell, across)
    return float(np.linalg.norm(total, axis=1).sum() / (np.linalg.norm(across, axis=1).sum() or 1.0))


def signed_volumes(positions: Array, faces: Array) -> Array:
    """Six times the volume between each face and the middle, negative if it looks inwards."""
    a, b, c = (positions[faces[:, corner]] - positions.mean(axis=0) for corner in range(3))
    found: Array = (a * np.cross(b, c)).sum(axis=1)
    return found


def facing(document: Document, primitive: Json, positions: Array, faces: Array) -> tuple[int, int]:
    """How many faces look away from their vertices' normals, and how many have normals."""
    if "NORMAL" not in primitive["attributes"] or not len(faces):
        return 0, 0
    normals = document.accessor(primitive["attributes"]["NORMAL"]).astype(float)
    toward = (face_normals(positions, faces) * normals[faces].sum(axis=1)).sum(axis=1)
    return int((toward < 0).sum()), len(faces)
