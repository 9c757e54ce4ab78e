"""The triangles of a document: taken apart, welded, simplified, put in order.

A primitive becomes a ``Part``. Simplification makes new indices over the same vertices, so that all
attributes, morph targets and skin weights stay in step; unused vertices go when a part is put in order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from renderd.pipeline import meshopt
from renderd.pipeline.creases import components
from renderd.pipeline.document import Array, Document, Json
from renderd.pipeline.errors import ModelError
from renderd.pipeline.part import Part
from renderd.pipeline.scene import Draw, draws, triangles, world_positions
from renderd.pipeline.tangents import tangent_use, with_tangents

KEPT = ("POSITION", "NORMAL", "TANGENT", "TEXCOORD_", "COLOR_", "JOINTS_", "WEIGHTS_")


@dataclass(frozen=True, slots=True)
class Geometry:
    """The parts of each mesh, and how each mesh is used.

    ``uses`` is how often a mesh is drawn; ``scales`` its largest scale in the world; ``size`` is the
    longest side of everything drawn, in metres.
    """

    meshes: dict[int, list[Part]]
    uses: dict[int, int]
    scales: dict[int, float]
    size: float

    @property
    def triangles(self) -> int:
        """Triangles drawn, instances included."""
        return sum(self.uses[mesh] * part.count for mesh, parts in self.meshes.items() for part in parts)


def take_apart(document: Document, size: float) -> Geometry:
    """Read all meshes of the scene, hidden ones too; ``size`` is the longest side of its bounds in metres."""
    drawn: dict[int, list[Draw]] = defaultdict(list)
    for draw in draws(document, hidden=True):
        drawn[draw.mesh].append(draw)
    meshes = {
        mesh: [sized(part) for part in read_mesh(document, document.json["meshes"][mesh])]
        for mesh in sorted(drawn)
    }
    return Geometry(
        meshes,
        {
            mesh: len(found) // len(document.json["meshes"][mesh]["primitives"])
            for mesh, found in drawn.items()
        },
        {mesh: max(world_scale(document, draw) for draw in found) for mesh, found in drawn.items()},
        size,
    )


def drop_empty(document: Document, geometry: Geometry) -> Geometry:
    """Take primitives without a triangle, line or point out of document and geometry; raises ModelError.

    The error is for a model of which nothing is left.
    """
    filled = {mesh: [part for part in parts if len(part.indices)] for mesh, parts in geometry.meshes.items()}
    for mesh, parts in geometry.meshes.items():
        primitives = document.json["meshes"][mesh]["primitives"]
        kept = [p for p, part in zip(primitives, parts, strict=True) if len(part.indices)]
        document.json["meshes"][mesh]["primitives"] = kept
    for node in document.items("nodes"):
        if "mesh" in node and not filled[node["mesh"]]:
            for key in ("mesh", "skin", "weights"):
                node.pop(key, None)
    if not any(filled.values()):
        raise ModelError("the model draws nothing; expected triangles that are not all degenerate")
    return replace(geometry, meshes={mesh: parts for mesh, parts in filled.items() if parts})


def read_mesh(document: Document, mesh: Json) -> list[Part]:
    """The parts of a mesh, welded, with the vertices that several parts share locked in their place."""
    parts = [
        welded(with_tangents(read_part(document, primitive), tangent_use(document, primitive)))
        for primitive in mesh["primitives"]
    ]
    return lock_shared(parts) if len(parts) > 1 else parts


def read_part(document: Document, primitive: Json) -> Part:
    """Take a primitive apart; degenerate triangles and the attributes of applications are left out."""
    accessors = document.json["accessors"]
    names = {n: i for n, i in primitive["attributes"].items() if n.startswith(KEPT)}
    attributes = {name: document.raw_accessor(index) for name, index in names.items()}
    normalized = frozenset(name for name, index in names.items() if accessors[index].get("normalized"))
    targets = tuple(
        {name: document.accessor(index) for name, index in target.items() if name.startswith(KEPT)}
        for target in primitive.get("targets", [])
    )
    mode = primitive.get("mode", 4)
    if mode >= 4:
        return Part(solid(triangles(document, primitive)), attributes, normalized, targets)
    count = len(attributes["POSITION"])
    stored = document.accessor(primitive["indices"]) if "indices" in primitive else np.arange(count)
    return Part(stored.astype(np.uint32), attributes, normalized, targets, mode)


def solid(faces: Array) -> Array:
    """Flat indices of the triangles whose three corners differ."""
    a, b, c = faces[:, 0], faces[:, 1], faces[:, 2]
    flat: Array = faces[(a != b) & (b != c) & (c != a)].ravel().astype(np.uint32)
    return flat


def welded(part: Part) -> Part:
    """Merge vertices that are equal in every attribute and every morph target."""
    arrays = [*part.attributes.values(), *(a for target in part.targets for a in target.values())]
    count = len(part.attributes["POSITION"])
    rows = np.concatenate([as_bytes(array) for array in arrays], axis=1)
    remap, unique = meshopt.weld(np.pad(rows, ((0, 0), (0, -rows.shape[1] % 4))))
    if unique == count:
        return part
    old = np.empty(unique, np.uint32)
    old[remap[::-1]] = np.arange(count, dtype=np.uint32)[::-1]
    return solid_part(replace(pick(part, old), indices=remap[part.indices]))


def solid_part(part: Part) -> Part:
    """The part without the triangles that welding closed."""
    return replace(part, indices=solid(part.indices.reshape(-1, 3))) if part.mode == 4 else part


def as_bytes(array: Array) -> Array:
    """Rows of an array as uint8, shape (n, bytes)."""
    return np.ascontiguousarray(array).view(np.uint8).reshape(len(array), -1)


def pick(part: Part, old: Array) -> Part:
    """The part with vertex i taken from ``old[i]``; indices are not touched."""
    return replace(
        part,
        attributes={name: values[old] for name, values in part.attributes.items()},
        targets=tuple({name: values[old] for name, values in target.items()} for target in part.targets),
        locked=part.locked[old] if len(part.locked) else part.locked,
        sizes=part.sizes[old] if len(part.sizes) else part.sizes,
    )


def lock_shared(parts: list[Part]) -> list[Part]:
    """Lock the positions that lie in more than one part, lest cracks open where materials meet."""
    low, side = extent(parts)
    # Exporters round the two sides of a seam differently: a millionth of the mesh is the same place.
    cells = [np.rint((part.positions - low) / (side * 1e-6 or 1)).astype(np.int32) for part in parts]
    inverse, count = meshopt.weld(as_bytes(np.concatenate(cells)))
    ends = np.cumsum([len(cell) for cell in cells])[:-1]
    seen = np.zeros(count, np.uint8)
    slices = np.split(inverse, ends)
    for where in slices:
        seen[np.unique(where)] += 1
    return [
        replace(part, locked=(seen[w] > 1).astype(np.uint8)) for part, w in zip(parts, slices, strict=True)
    ]


def world_scale(document: Document, draw: Draw) -> float:
    """How much longer a metre of the mesh is in the world; 0 for a draw without extent."""
    if draw.skin is None:
        return float(np.linalg.norm(draw.world[:3, :3], axis=0).max())
    local = np.ptp(document.accessor(draw.primitive["attributes"]["POSITION"]).astype(float), axis=0).max()
    world = np.ptp(world_positions(document, draw), axis=0).max()
    return float(world / local) if local else 0.0


def sized(part: Part) -> Part:
    """The part with the size of the piece of surface that each vertex belongs to."""
    if part.mode != 4 or not part.count:
        return part
    alike, count = meshopt.weld(as_bytes(part.positions + np.float32(0)))
    faces = alike[part.indices].reshape(-1, 3).astype(np.int64)
    label = components(np.concatenate([faces[:, :2], faces[:, 1:]]), count)
    first = np.empty(count, np.int64)
    first[alike[::-1]] = np.arange(len(alike))[::-1]
    places = part.positions[first]
    low, high = np.full((count, 3), np.inf, np.float32), np.full((count, 3), -np.inf, np.float32)
    np.minimum.at(low, label, places)
    np.maximum.at(high, label, places)
    return replace(part, sizes=(high - low).max(axis=1)[label[alike]].astype(np.float32))


def ordered(part: Part) -> Part:
    """The part with triangles in cache order and vertices in the order of their first use."""
    if part.mode != 4 or not part.count:
        return part
    indices = meshopt.order_triangles(part.indices, len(part.positions))
    indices, old = meshopt.order_vertices(indices, len(part.positions))
    return pick(replace(part, indices=indices), old)


def extent(parts: Iterable[Part]) -> tuple[Array, float]:
    """Least corner (3,) and longest side of the parts, in metres of the mesh, float64."""
    positions = [part.positions for part in parts if len(part.positions)]
    low = np.min([p.min(axis=0) for p in positions], axis=0).astype(float)
    high = np.max([p.max(axis=0) for p in positions], axis=0).astype(float)
    return low, float((high - low).max())
