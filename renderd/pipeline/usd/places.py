"""Where the meshes of a stage are: nodes that keep the names and the order of its prims."""

from __future__ import annotations

from typing import Any

import numpy as np
from pxr import Gf, Usd, UsdGeom

from renderd.pipeline.document import Array, Document, Json
from renderd.pipeline.scene import quaternion, rotation_matrix
from renderd.pipeline.usd.faces import TIME

STRAIGHT = 1e-4
"""How far the axes of a place may be from right angles to count as turned and scaled alone."""


class Places:
    """Adds nodes to a document, each when something is first put under it."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._cache = UsdGeom.XformCache(TIME)
        self._nodes: dict[tuple[str, int | None], int] = {}
        self._doubled: dict[int, int] = {}

    def hold(self, prim: Usd.Prim, mesh: int, root: Usd.Prim, base: int | None) -> None:
        """Put a mesh at the place of its prim."""
        node = self.node(prim, root, base)
        self._document.json["nodes"][node]["mesh"] = mesh

    def node(self, prim: Usd.Prim, root: Usd.Prim, base: int | None) -> int:
        """The node of a prim; parents up to ``root``, which stands under the node ``base``, are added."""
        waiting = []
        while (str(prim.GetPath()), base) not in self._nodes:
            waiting.append(prim)
            if prim == root or not prim.GetParent() or prim.GetParent().IsPseudoRoot():
                break
            prim = prim.GetParent()
        found = self._nodes.get((str(prim.GetPath()), base), -1)
        parent = base if found < 0 else found
        for one in reversed(waiting):
            matrix, resets = self._local(one)
            name = one.GetDisplayName() or one.GetName()
            node: Json = {"name": name}
            if hidden(one):
                node["extensions"] = {"KHR_node_visibility": {"visible": False}}
            parent = self.add(node, matrix, None if resets else parent)
            self._nodes[str(one.GetPath()), base] = parent
        assert parent is not None
        return parent

    def add(self, node: Json, matrix: Any, parent: int | None) -> int:
        """Add a node that USD's row-major ``matrix`` puts under ``parent``, or into the scene."""
        index = self._document.add("nodes", {**node, **transform(np.array(matrix).T)})
        above = self._document.json["scenes"][0] if parent is None else self._document.json["nodes"][parent]
        above.setdefault("nodes" if parent is None else "children", []).append(index)
        return index

    def doubled(self, material: int) -> int:
        """The double-sided twin of a material: USD says it of meshes, glTF of materials."""
        if material not in self._doubled:
            twin = {**self._document.json["materials"][material], "doubleSided": True}
            self._doubled[material] = self._document.add("materials", twin)
        return self._doubled[material]

    def _local(self, prim: Usd.Prim) -> tuple[Any, bool]:
        """The matrix of a prim in its parent, and whether it stands in the world instead."""
        if not prim.IsA(UsdGeom.Xformable):
            return Gf.Matrix4d(1.0), False
        matrix, resets = self._cache.GetLocalTransformation(prim)
        return matrix, bool(resets)


def hidden(prim: Usd.Prim) -> bool:
    """Whether a prim says that it and all under it are not shown."""
    if not prim.IsA(UsdGeom.Imageable):
        return False
    return bool(UsdGeom.Imageable(prim).GetVisibilityAttr().Get(TIME) == UsdGeom.Tokens.invisible)


def transform(matrix: Array) -> Json:
    """Properties of a node with a matrix: translation, rotation and scale, as far as it is made of those."""
    if np.array_equal(matrix, np.eye(4)):
        return {}
    scale = np.linalg.norm(matrix[:3, :3], axis=0)
    scale[0] *= -1 if np.linalg.det(matrix[:3, :3]) < 0 else 1
    if np.abs(scale).min() > 0:
        turn = matrix[:3, :3] / scale
        rotation = quaternion(turn).tolist()
        if np.allclose(rotation_matrix(rotation), turn, atol=STRAIGHT):
            parts = {"translation": matrix[:3, 3].tolist(), "rotation": rotation, "scale": scale.tolist()}
            neutral = {"translation": [0.0] * 3, "rotation": [0.0, 0.0, 0.0, 1.0], "scale": [1.0] * 3}
            return {key: value for key, value in parts.items() if value != neutral[key]}
    return {"matrix": matrix.T.ravel().tolist()}
