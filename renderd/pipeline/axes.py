"""Resize a document and turn it upright, without a node more.

With G = factor · R (R turns z up into y up), vertices become G·v and every transform M becomes
G·M·G⁻¹, so that nodes keep their names, hinges, skins and animations, and their axes are those of
the upright model.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from renderd.pipeline.document import ARRAY_BUFFER, Array, Document, Json

UPRIGHT = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])
"""(x, y, z) with z up is (x, z, -y) with y up."""

Turn = Callable[[Array], Array]


def settle(document: Document, factor: float, up: str) -> None:
    """Multiply all lengths of ``document`` by ``factor``; turn z to y if ``up`` is "z". In place."""
    if factor == 1 and up == "y":
        return
    turn = UPRIGHT if up == "z" else np.eye(3)
    mover = Mover(document, factor, turn)
    for node in document.items("nodes"):
        mover.node(node)
    for mesh in document.items("meshes"):
        for primitive in mesh["primitives"]:
            mover.attributes(primitive["attributes"])
            for target in primitive.get("targets", []):
                mover.attributes(target)
    for skin in document.items("skins"):
        if "inverseBindMatrices" in skin:
            skin["inverseBindMatrices"] = mover.moved(skin["inverseBindMatrices"], "MATRIX")
    for animation in document.items("animations"):
        mover.animation(animation)
    for material in document.items("materials"):
        thicken(material, factor)


class Mover:
    """Moves accessors, each once for each thing that it is used as."""

    def __init__(self, document: Document, factor: float, turn: Array) -> None:
        self._document = document
        self._factor = factor
        self._done: dict[tuple[int, str], int] = {}
        whole = np.eye(4)
        whole[:3, :3] = turn * factor
        back = np.linalg.inv(whole)
        # In 32 bits, as most files have them: a heavy model must not grow by its own size twice.
        vector, point = turn.T.astype(np.float32), (turn.T * factor).astype(np.float32)
        self._turns: dict[str, Turn] = {
            "POSITION": lambda values: values @ point,
            "NORMAL": lambda values: values @ vector,
            "TANGENT": lambda values: np.concatenate([values[:, :3] @ vector, values[:, 3:]], axis=1),
            "translation": lambda values: values @ point,
            "rotation": lambda values: np.concatenate([values[:, :3] @ vector, values[:, 3:]], axis=1),
            "scale": lambda values: values @ np.abs(vector),
            "MATRIX": lambda values: whole @ values @ back,
        }

    def attributes(self, attributes: Json) -> None:
        """Move the attributes of a primitive, or of a morph target."""
        for name in ("POSITION", "NORMAL", "TANGENT"):
            if name in attributes:
                attributes[name] = self.moved(attributes[name], name)

    def node(self, node: Json) -> None:
        """Move a node's transform, and its instances'."""
        for name in ("translation", "rotation", "scale"):
            if name in node:
                node[name] = self._turns[name](np.array([node[name]], float))[0].tolist()
        if "matrix" in node:
            matrix = np.array(node["matrix"], float).reshape(4, 4).T
            node["matrix"] = self._turns["MATRIX"](matrix).T.ravel().tolist()
        instances = node.get("extensions", {}).get("EXT_mesh_gpu_instancing", {}).get("attributes", {})
        for name, index in instances.items():
            if name.lower() in self._turns:
                instances[name] = self.moved(index, name.lower())

    def animation(self, animation: Json) -> None:
        """Move the outputs of translations, rotations and scales."""
        used: dict[tuple[int, str], int] = {}
        for channel in animation["channels"]:
            path, old = channel["target"].get("path", ""), channel["sampler"]
            if path not in ("translation", "rotation", "scale"):
                continue
            # A sampler may serve two channels that need different turns.
            if (old, path) not in used:
                sampler = dict(animation["samplers"][old])
                sampler["output"] = self.moved(sampler["output"], path)
                animation["samplers"].append(sampler)
                used[old, path] = len(animation["samplers"]) - 1
            channel["sampler"] = used[old, path]

    def moved(self, index: int, role: str) -> int:
        """The accessor that holds the moved values of another."""
        if (index, role) not in self._done:
            values = self._turns[role](self._document.accessor(index)).astype(np.float32, copy=False)
            if values.ndim == 3:
                values = values.swapaxes(1, 2).reshape(len(values), 16)
            target = ARRAY_BUFFER if role in ("POSITION", "NORMAL", "TANGENT") else None
            bounds = role == "POSITION"
            self._done[index, role] = self._document.add_accessor(values, target, bounds=bounds)
        return self._done[index, role]


def thicken(material: Json, factor: float) -> None:
    """Multiply the lengths of a material's volume."""
    volume = material.get("extensions", {}).get("KHR_materials_volume", {})
    for name in ("thicknessFactor", "attenuationDistance"):
        if name in volume:
            volume[name] *= factor
