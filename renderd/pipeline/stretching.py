"""Grow parts of a model along an axis without bending their ends, as the viewer's stretch.js does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from renderd.pipeline.document import ARRAY_BUFFER, Array, Document, Json
from renderd.pipeline.scene import cofactors, instance_matrices, world_matrices

INSTANCING = "EXT_mesh_gpu_instancing"
LEAST_MIDDLE = 1e-4
"""Metres on each side of the middle that always give way, however much the ends keep."""


@dataclass(frozen=True, slots=True)
class Slices:
    """Where a coordinate goes: up to ``start`` and from ``end`` on rigidly, between them scaled."""

    start: float
    end: float
    scale: float
    shift: float
    grow: float

    @classmethod
    def of(cls, low: float, high: float, grow: float, keep: float, from_foot: bool) -> Slices:
        """Of a thing from ``low`` to ``high`` that grows about its middle, or from its foot; metres."""
        rim = min(keep, (high - low) / 2 - LEAST_MIDDLE)
        start, end = low + rim, high - rim
        return cls(
            start, end, max((end - start + grow) / (end - start), 0), 0 if from_foot else -grow / 2, grow
        )

    def move(self, values: Array) -> tuple[Array, Array]:
        """The new coordinates (n,), and how much the space about each is scaled (n,)."""
        first, last = values <= self.start, values >= self.end
        between = self.start + (values - self.start) * self.scale
        moved = np.where(first, values, np.where(last, values + self.grow, between)) + self.shift
        return moved, np.where(first | last, 1.0, self.scale)


@dataclass(frozen=True, slots=True)
class Step:
    """One node's growth: ``into`` holds, for each node that it bends, the matrix into the root's frame."""

    into: Mapping[int, Array]
    axis: int
    slices: Slices


def stretch(document: Document, effects: Sequence[Mapping[str, Any]]) -> None:
    """Bend, in place, the geometry of every node that the stretch effects name (``grow`` in metres)."""
    worlds = world_matrices(document)
    # All boxes are those at rest: the steps are settled before the first one bends anything.
    steps = [step for effect in effects if effect["grow"] for step in _steps(document, worlds, effect)]
    for node in sorted({node for step in steps for node in step.into}):
        _bend(document, node, [(step.into[node], step) for step in steps if node in step.into])


def _steps(document: Document, worlds: Mapping[int, Array], effect: Mapping[str, Any]) -> Iterator[Step]:
    nodes, axis = document.items("nodes"), "xyz".index(effect["axis"])
    for root in worlds:
        if nodes[root].get("name") != effect["node"]:
            continue
        meshes = [node for node in _under(document, root) if "mesh" in nodes[node]]
        inverse = np.linalg.pinv(worlds[root])
        into = {node: inverse @ worlds[node] for node in meshes}
        ends = [_reach(document, nodes[node], matrix, axis) for node, matrix in into.items()]
        if ends:
            low, high = min(low for low, _ in ends), max(high for _, high in ends)
            yield Step(into, axis, Slices.of(low, high, effect["grow"], effect.get("keep", 0.0), axis == 1))


def _under(document: Document, root: int) -> Iterator[int]:
    stack = [root]
    while stack:
        index = stack.pop()
        yield index
        stack += document.json["nodes"][index].get("children", [])


def _reach(document: Document, node: Json, matrix: Array, axis: int) -> tuple[float, float]:
    """Least and greatest coordinate of the node's mesh, seen from the root."""
    primitives = document.json["meshes"][node["mesh"]]["primitives"]
    along = [_points(document, p["attributes"]["POSITION"]) @ matrix[axis, :3] for p in primitives]
    return (
        float(min(a.min() for a in along) + matrix[axis, 3]),
        float(max(a.max() for a in along) + matrix[axis, 3]),
    )


def _bend(document: Document, index: int, steps: Sequence[tuple[Array, Step]]) -> None:
    node = document.json["nodes"][index]
    if INSTANCING in node.get("extensions", {}):
        return _move_instances(document, node, steps)
    mesh = document.json["meshes"][node["mesh"]]
    # Geometry of its own: other nodes may show the same mesh, unbent.
    bent = [{**p, "attributes": _bent(document, p["attributes"], steps)} for p in mesh["primitives"]]
    node["mesh"] = document.add("meshes", {**mesh, "primitives": bent})
    return None


def _bent(document: Document, attributes: Json, steps: Sequence[tuple[Array, Step]]) -> Json:
    points = _points(document, attributes["POSITION"])
    normals = _points(document, attributes["NORMAL"]) if "NORMAL" in attributes else None
    for into, step in steps:
        points, normals = _bent_once(points, normals, into, step)
    made = {"POSITION": document.add_accessor(points.astype(np.float32), ARRAY_BUFFER, bounds=True)}
    if normals is not None:
        made["NORMAL"] = document.add_accessor(normals.astype(np.float32), ARRAY_BUFFER)
    return {**attributes, **made}


def _bent_once(points: Array, normals: Array | None, into: Array, step: Step) -> tuple[Array, Array | None]:
    back = np.linalg.pinv(into)
    seen = points @ into[:3, :3].T + into[:3, 3]
    seen[:, step.axis], scale = step.slices.move(seen[:, step.axis])
    moved = seen @ back[:3, :3].T + back[:3, 3]
    touched = (scale != 1) & (scale != 0)
    if normals is not None and touched.any():
        turned = normals[touched] @ _normal_matrix(into).T
        turned[:, step.axis] /= scale[touched]
        normals = normals.copy()
        normals[touched] = _unit(turned @ _normal_matrix(back).T)
    return moved, normals


def _move_instances(document: Document, node: Json, steps: Sequence[tuple[Array, Step]]) -> None:
    """Instances move as wholes, by where their origin goes."""
    origins = np.stack([matrix[:3, 3] for matrix in instance_matrices(document, node)])
    for into, step in steps:
        origins, _ = _bent_once(origins, None, into, step)
    extension = node["extensions"][INSTANCING]
    moved = document.add_accessor(origins.astype(np.float32), ARRAY_BUFFER)
    extension["attributes"] = {**extension["attributes"], "TRANSLATION": moved}


def _points(document: Document, accessor: int) -> Array:
    return document.accessor(accessor).astype(np.float64)


def _normal_matrix(matrix: Array) -> Array:
    """The inverse transpose of the 3×3 part, up to a positive factor."""
    linear = matrix[:3, :3]
    return np.asarray(cofactors(linear[None])[0] * np.sign(np.linalg.det(linear)))


def _unit(vectors: Array) -> Array:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(length > 0, length, 1))
