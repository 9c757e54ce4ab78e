"""Places of nodes that every viewer takes apart alike: translation, rotation and scale, and nothing besides.

A matrix that shears or mirrors askew has no such parts. It becomes two nodes, one below the other: any matrix
is a rotation after a scale after a rotation (its singular value decomposition).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from renderd.pipeline.document import Array, Document, Json
from renderd.pipeline.scene import quaternion

PLACES = ("translation", "rotation", "scale")
NEAR = 1e-4
"""How far a matrix may be from what its parts make."""

Parts = tuple[Array, Array, Array]
"""Translation (3,), rotation (x, y, z, w) and scale (3,)."""


def mend_nodes(document: Document) -> Iterator[str]:
    """Mend the places and morph weights of all nodes; yields what was wrong."""
    moving = {
        channel["target"].get("node")
        for animation in document.items("animations")
        for channel in animation["channels"]
    }
    found: set[str] = set()
    for index, node in enumerate(list(document.items("nodes"))):
        found |= {mend_matrix(document, node, index in moving), mend_turn(node), mend_morphs(document, node)}
    found |= {mend_counts(mesh, mesh) for mesh in document.items("meshes")}
    yield from sorted(found - {""})


def mend_matrix(document: Document, node: Json, moving: bool) -> str:
    """Let a node have a matrix or its parts; what was wrong, "" if nothing."""
    if "matrix" not in node:
        return ""
    words = "nodes with a matrix and other places" if any(key in node for key in PLACES) else ""
    for key in PLACES:
        node.pop(key, None)
    matrix = np.array(node["matrix"], float).reshape(4, 4).T
    if not np.array_equal(matrix[3], (0, 0, 0, 1)):
        words = "matrices that are no places"
        matrix = matrix / (matrix[3, 3] or 1.0)
        matrix[3] = (0, 0, 0, 1)
        node["matrix"] = matrix.T.ravel().tolist()
    parts = taken_apart(matrix)
    if parts is None:
        split(document, node, matrix)
        return "matrices that shear"
    if moving or not parts[2].all():
        # Animations change the parts, and viewers can't find those of a flat matrix.
        place(node, parts)
    return words


def taken_apart(matrix: Array) -> Parts | None:
    """The parts of a matrix; None if it has none."""
    linear = matrix[:3, :3]
    scale = np.linalg.norm(linear, axis=0)
    if np.linalg.det(linear) < 0:
        scale[0] = -scale[0]
    turn = linear / np.where(scale == 0, 1, scale)
    for column in np.flatnonzero(scale == 0):
        # A flat matrix leaves the direction open; what is at right angles to the others fits.
        turn[:, column] = np.cross(turn[:, (column + 1) % 3], turn[:, (column + 2) % 3])
    if (scale == 0).sum() > 1:
        turn = np.eye(3)
    if np.abs(turn @ turn.T - np.eye(3)).max() > NEAR:
        return None
    return matrix[:3, 3], quaternion(turn), scale


def split(document: Document, node: Json, matrix: Array) -> None:
    """Make two nodes of one, which together do what its matrix did; the name stays above."""
    left, scale, right = np.linalg.svd(matrix[:3, :3])
    if np.linalg.det(left) < 0:
        left, scale = left * (1, 1, -1), scale * (1, 1, -1)
    if np.linalg.det(right) < 0:
        right, scale = right * np.array([[1], [1], [-1]]), scale * (1, 1, -1)
    below: Json = {"rotation": quaternion(right).tolist()}
    below |= {
        key: node.pop(key) for key in ("mesh", "skin", "weights", "children", "extensions") if key in node
    }
    place(node, (matrix[:3, 3], quaternion(left), scale))
    node["children"] = [document.add("nodes", below)]


def place(node: Json, parts: Parts) -> None:
    """Put the parts of a matrix in its stead."""
    node.pop("matrix", None)
    node |= {key: part.tolist() for key, part in zip(PLACES, parts, strict=True)}


def mend_turn(node: Json) -> str:
    """Give a rotation its length of 1; what was wrong, "" if nothing."""
    if "rotation" not in node:
        return ""
    turn = np.array(node["rotation"], float)
    length = float(np.linalg.norm(turn))
    if abs(length - 1) < 1e-6:
        return ""
    node["rotation"] = (turn / length).tolist() if length else [0, 0, 0, 1]
    return "rotations that are not of length 1" if abs(length - 1) > NEAR else ""


def mend_morphs(document: Document, node: Json) -> str:
    """Give a node a weight for each morph target; what was wrong, "" if nothing."""
    if "mesh" in node:
        return mend_counts(node, document.json["meshes"][node["mesh"]])
    return "weights without morph targets" if node.pop("weights", None) is not None else ""


def mend_counts(holder: Json, mesh: Json) -> str:
    """Give ``holder`` as many weights as its mesh has morph targets; what was wrong, "" if nothing."""
    count = len(mesh["primitives"][0].get("targets", []))
    weights = holder.get("weights")
    if weights is None or len(weights) == count:
        return ""
    holder["weights"] = [*weights, *[0] * count][:count]
    if not count:
        del holder["weights"]
    return "weights that morph targets are missing for"
