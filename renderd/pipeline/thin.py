"""Fewer triangles over the same vertices, so that all attributes, morph targets and skins stay in step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from renderd.pipeline import meshopt
from renderd.pipeline.document import Array
from renderd.pipeline.geometry import Geometry
from renderd.pipeline.part import Part

# How far a whole unit of the attribute may be off, as a share of the mesh's size. Normals at 0.5 are the
# library's advice; texture coordinates are held by their seams, a light weight stops them from swimming.
WEIGHTS = {"NORMAL": 0.5, "COLOR_0": 0.5, "TEXCOORD_0": 0.1}

MOVES = 12
"""So many directions of a vertex's moves by morph targets are looked at: those in which most moves."""

SAMPLED = 4096
"""Vertices from which these directions are found."""

PIECE = 1 / 10
"""How far a piece of surface may move, as a share of its own size."""


def simplified(geometry: Geometry, error: float) -> Geometry:
    """Drop the triangles that move the surface by less than ``error``, a share of the whole model's size."""
    meshes = {
        mesh: [simplify_part(part, part_error(geometry, mesh, error), max(PIECE, error)) for part in parts]
        for mesh, parts in geometry.meshes.items()
    }
    return replace(geometry, meshes=meshes)


def part_error(geometry: Geometry, mesh: int, error: float) -> float:
    """``error`` in metres of the mesh."""
    scale = geometry.scales[mesh]
    return error * geometry.size / scale if scale > 0 else float("inf")


def simplify_part(part: Part, error: float, share: float) -> Part:
    """Simplify triangles, so that the surface moves by less than ``error`` metres, however it is morphed.

    Pieces of surface of a like size are simplified together: none moves by more than ``share`` of its own
    size, so that lettering, screws and stitches don't vanish long before the body gets coarse.
    """
    if part.mode != 4 or part.count < 4 or error <= 0:
        return part
    bands = np.floor(np.log2(np.maximum(part.sizes[part.indices[::3]], 1e-30)))
    faces, kept = part.indices.reshape(-1, 3), held_values(part)
    found = [
        simplified_faces(part, faces[bands == band].ravel(), kept, min(error, share * 2.0 ** float(band)))
        for band in np.unique(bands)
    ]
    indices = np.concatenate(found)
    return replace(part, indices=indices) if len(indices) else part


def simplified_faces(
    part: Part, indices: Array, kept: tuple[Array, Array], error: float, target: int = 0
) -> Array:
    """Fewer triangles of a part, of those given, but no fewer than ``target`` indices.

    ``kept`` are values to hold with their weights. All triangles stay where nothing would be left.
    """
    locked = part.locked if len(part.locked) else np.zeros(len(part.positions), np.uint8)
    found = meshopt.simplify(indices, part.positions, *kept, locked, target, error)
    return found if len(found) else indices


def held_values(part: Part) -> tuple[Array, Array]:
    """What of a vertex counts beside its place: values (n, k) float32, k ≤ 32, and their weights (k,)."""
    names = [name for name in WEIGHTS if name in part.attributes]
    columns = [part.float(name) for name in names]
    weights = [WEIGHTS[name] for name, values in zip(names, columns, strict=True) for _ in values.T]
    moves = main_moves(part)
    side = float(np.ptp(part.positions, axis=0).max()) if len(part.positions) else 0.0
    # The library counts places as shares of the mesh's longest side: so, a metre here is worth one there.
    weights += [1 / side if side > 0 else 0.0] * moves.shape[1]
    return np.concatenate([*columns, moves], axis=1), np.array(weights, np.float32)


def main_moves(part: Part) -> Array:
    """How morph targets move each vertex, in metres, (n, k) float32; (n, 1) zeros where none does.

    Many targets are turned into the few directions in which most moves: lengths in them are metres still.
    """
    moves = [target["POSITION"] for target in part.targets if "POSITION" in target]
    moves = [move for move in moves if move.any()]
    if not moves:
        return np.zeros((len(part.positions), 1), np.float32)
    whole = np.concatenate(moves, axis=1).astype(np.float32, copy=False)
    if whole.shape[1] <= MOVES:
        return whole
    sample = whole[:: max(1, len(whole) // SAMPLED)]
    # Eigenvalues ascend: the last directions are those of most moves.
    _, directions = np.linalg.eigh(sample.T @ sample)
    projected: Array = whole @ directions[:, -MOVES:]
    return projected


# --- at most so many ------------------------------------------------------------------------------


def forced(geometry: Geometry, most: int) -> Geometry:
    """At most ``most`` triangles, whatever is lost; each part keeps one at least. Points get fewer alike."""
    share = most / max(geometry.triangles, 1)
    meshes = {
        mesh: [force_part(part, share, most) for part in parts] for mesh, parts in geometry.meshes.items()
    }
    return replace(geometry, meshes=meshes)


def force_part(part: Part, share: float, most: int) -> Part:
    """At most this share of a part's triangles: by its shape, then roughly, then the largest of them."""
    if part.mode == 0 and len(part.indices) > most:
        return replace(part, indices=part.indices[:: -(-len(part.indices) // most)])
    target = max(1, int(part.count * share))
    if part.mode != 4 or part.count <= target:
        return part
    indices = simplified_faces(part, part.indices, held_values(part), float("inf"), target * 3)
    if len(indices) > target * 3:
        indices = largest(part, meshopt.simplify_roughly(indices, part.positions, target * 3), target)
    return replace(part, indices=indices if len(indices) else largest(part, part.indices, target))


def largest(part: Part, indices: Array, count: int) -> Array:
    """The ``count`` largest triangles, in the order in which they are given."""
    a, b, c = (part.positions[indices[corner::3]] for corner in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    kept: Array = indices.reshape(-1, 3)[np.sort(np.argsort(-area, kind="stable")[:count])].ravel()
    return kept
