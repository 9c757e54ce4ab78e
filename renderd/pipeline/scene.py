"""What a document draws: its first scene, walked, with every mesh in its place.

Matrices are 4×4 float64 for column vectors (world = parent @ local), lengths in metres.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from renderd.pipeline.document import Array, Document, Json


@dataclass(frozen=True, slots=True)
class Draw:
    """One primitive of one node (or of one instance of it), as it is drawn.

    ``name`` is that of the node, ``world`` its matrix; ``primitive`` is the glTF JSON;
    ``material`` the index of its material, or None for the default one.
    """

    node: int
    name: str
    world: Array
    mesh: int
    primitive: Json
    material: int | None
    skin: int | None
    weights: tuple[float, ...]


def scene_roots(document: Document) -> list[int]:
    """The root nodes of the default scene; of a document without scenes, the nodes without a parent."""
    scenes = document.items("scenes")
    if scenes:
        roots: list[int] = scenes[document.json.get("scene", 0)].get("nodes", [])
        return roots
    children = {child for node in document.items("nodes") for child in node.get("children", [])}
    return [index for index in range(len(document.items("nodes"))) if index not in children]


def local_matrix(node: Json) -> Array:
    """The matrix of a node from its ``matrix`` or its translation, rotation (xyzw) and scale."""
    if "matrix" in node:
        return np.array(node["matrix"], float).reshape(4, 4).T
    matrix = np.eye(4)
    matrix[:3, :3] = rotation_matrix(node.get("rotation", (0, 0, 0, 1))) * node.get("scale", (1, 1, 1))
    matrix[:3, 3] = node.get("translation", (0, 0, 0))
    return matrix


def rotation_matrix(quaternion: Array | tuple[float, ...] | list[float]) -> Array:
    """The 3×3 rotation of a quaternion (x, y, z, w); it need not be quite of unit length."""
    x, y, z, w = np.asarray(quaternion, float) / (np.linalg.norm(quaternion) or 1.0)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


def quaternion(turn: Array) -> Array:
    """The rotation (x, y, z, w) of a 3×3 matrix: the eigenvector that Bar-Itzhack's matrix keeps."""
    (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = turn
    symmetric = np.array(
        [
            [xx - yy - zz, yx + xy, zx + xz, zy - yz],
            [yx + xy, yy - xx - zz, zy + yz, xz - zx],
            [zx + xz, zy + yz, zz - xx - yy, yx - xy],
            [zy - yz, xz - zx, yx - xy, xx + yy + zz],
        ]
    )
    _, vectors = np.linalg.eigh(symmetric)
    found: Array = vectors[:, -1] * (-1 if vectors[3, -1] < 0 else 1)
    return found


def world_matrices(document: Document) -> dict[int, Array]:
    """World matrix of each node that the default scene reaches, parents before children."""
    worlds: dict[int, Array] = {}
    stack = [(index, np.eye(4)) for index in reversed(scene_roots(document))]
    while stack:
        index, parent = stack.pop()
        node = document.json["nodes"][index]
        worlds[index] = parent @ local_matrix(node)
        stack += [(child, worlds[index]) for child in reversed(node.get("children", []))]
    return worlds


def instance_matrices(document: Document, node: Json) -> list[Array]:
    """Matrices of EXT_mesh_gpu_instancing within the node; one identity without it."""
    attributes = node.get("extensions", {}).get("EXT_mesh_gpu_instancing", {}).get("attributes", {})
    values = {name.lower(): document.accessor(index) for name, index in attributes.items() if name[0] != "_"}
    if not values:
        return [np.eye(4)]
    count = min(len(array) for array in values.values())
    return [local_matrix({name: array[i] for name, array in values.items()}) for i in range(count)]


def hidden_nodes(document: Document) -> set[int]:
    """Nodes that KHR_node_visibility hides, with everything under them."""
    nodes = document.items("nodes")
    extensions = [node.get("extensions", {}).get("KHR_node_visibility", {}) for node in nodes]
    stack = [index for index, extension in enumerate(extensions) if extension.get("visible") is False]
    hidden: set[int] = set()
    while stack:
        index = stack.pop()
        hidden.add(index)
        stack += nodes[index].get("children", [])
    return hidden


def draws(document: Document, hidden: bool = False) -> Iterator[Draw]:
    """Every primitive that the default scene draws, in its order; with ``hidden`` also what is not shown."""
    left_out = set() if hidden else hidden_nodes(document)
    for index, world in world_matrices(document).items():
        node = document.json["nodes"][index]
        if "mesh" not in node or index in left_out:
            continue
        mesh = document.json["meshes"][node["mesh"]]
        weights = tuple(node.get("weights", mesh.get("weights", ())))
        for instance in instance_matrices(document, node):
            for primitive in mesh["primitives"]:
                yield Draw(
                    index,
                    node.get("name", ""),
                    world @ instance,
                    node["mesh"],
                    primitive,
                    primitive.get("material"),
                    node.get("skin"),
                    weights,
                )


def triangles(document: Document, primitive: Json) -> Array:
    """Vertex indices of the triangles of a list, strip or fan, shape (n, 3) uint32; points have none.

    Of strips and fans those are left out that only lead from one place to the next: two corners are the same.
    """
    count = document.json["accessors"][primitive["attributes"]["POSITION"]]["count"]
    indices = (
        document.accessor(primitive["indices"]).astype(np.uint32, copy=False)
        if "indices" in primitive
        else np.arange(count, dtype=np.uint32)
    )
    mode = primitive.get("mode", 4)
    if mode == 4:
        return indices[: len(indices) // 3 * 3].reshape(-1, 3)
    if mode not in (5, 6) or len(indices) < 3:
        return np.empty((0, 3), np.uint32)
    if mode == 6:
        first = np.broadcast_to(indices[0], len(indices) - 2)
        faces = np.stack([indices[1:-1], indices[2:], first], axis=1)
    else:
        faces = np.stack([indices[:-2], indices[1:-1], indices[2:]], axis=1)
        faces[1::2] = faces[1::2, [1, 0, 2]]
    a, b, c = faces.T
    return np.asarray(faces[(a != b) & (b != c) & (c != a)])


ALL = slice(None)


def world_positions(
    document: Document, draw: Draw, worlds: dict[int, Array] | None = None, rows: slice = ALL
) -> Array:
    """Positions of a draw's vertices in the world, shape (n, 3) float64: morphed, skinned, at rest.

    ``rows`` are the vertices that are wanted.
    """
    return _place(document, draw, "POSITION", worlds, rows)


def world_normals(document: Document, draw: Draw, worlds: dict[int, Array] | None = None) -> Array | None:
    """Unit normals of a draw's vertices in the world, shape (n, 3) float64; None if it has none."""
    if "NORMAL" not in draw.primitive["attributes"]:
        return None
    placed = _place(document, draw, "NORMAL", worlds, ALL)
    length = np.linalg.norm(placed, axis=1, keepdims=True)
    unit: Array = placed / np.where(length > 0, length, 1)
    return unit


def _place(
    document: Document, draw: Draw, attribute: str, worlds: dict[int, Array] | None, rows: slice
) -> Array:
    values = morphed(document, draw, attribute, rows)
    matrices = draw.world[None]
    if draw.skin is not None and "JOINTS_0" in draw.primitive["attributes"]:
        matrices = skin_matrices(document, draw, worlds or world_matrices(document), rows)
    if attribute == "POSITION":
        placed: Array = turned(matrices[:, :3, :3], values)
        placed += matrices[:, :3, 3]
        return placed
    # Normals go with the inverse transpose; the cofactors are that times the determinant, and never fail.
    return turned(cofactors(matrices[:, :3, :3]), values)


def turned(matrices: Array, values: Array) -> Array:
    """Vectors (n, 3) through a matrix of their own each, (n, 3, 3), or all through one, (1, 3, 3)."""
    # Column by column: a product of many small matrices takes ten times as long.
    parts = [matrices[:, :, column] * values[:, column, None] for column in range(3)]
    moved: Array = parts[0] + parts[1] + parts[2]
    return moved


def cofactors(matrices: Array) -> Array:
    """Cofactor matrices of (n, 3, 3) ones: rows are the cross products of the other two rows."""
    a, b, c = matrices[:, 0], matrices[:, 1], matrices[:, 2]
    return np.stack([np.cross(b, c), np.cross(c, a), np.cross(a, b)], axis=1)


def morphed(document: Document, draw: Draw, attribute: str, rows: slice = ALL) -> Array:
    """Values of an attribute with the default morph weights applied, float64, not yet in the world."""
    values = document.accessor(draw.primitive["attributes"][attribute])[rows].astype(float)
    for weight, target in zip(draw.weights, draw.primitive.get("targets", []), strict=False):
        if weight and attribute in target:
            values = values + weight * document.accessor(target[attribute])[rows]
    return values


def skin_matrices(document: Document, draw: Draw, worlds: dict[int, Array], rows: slice = ALL) -> Array:
    """Matrix of each vertex of a skinned draw, shape (n, 4, 4): the weighted sum over its joints (§3.7.3)."""
    skin = document.json["skins"][draw.skin]
    joints = np.stack([worlds.get(joint, np.eye(4)) for joint in skin["joints"]])
    if "inverseBindMatrices" in skin:
        joints = joints @ document.accessor(skin["inverseBindMatrices"])[: len(joints)].astype(float)
    attributes = draw.primitive["attributes"]
    count = document.json["accessors"][attributes["POSITION"]]["count"]
    total: Array = np.zeros((len(range(*rows.indices(count))), 4, 4))
    for name in sorted(name for name in attributes if name.startswith("JOINTS_")):
        which = np.minimum(document.accessor(attributes[name])[rows], len(joints) - 1).astype(int)
        weights = document.accessor(attributes[name.replace("JOINTS", "WEIGHTS")])[rows]
        for column in range(4):
            total += joints[which[:, column]] * weights[:, column, None, None]
    return total
