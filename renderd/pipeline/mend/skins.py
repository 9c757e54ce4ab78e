"""Skins that are one tree of joints, bound by matrices that are places, and worn by what has joints."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from renderd.pipeline.document import Document, Json
from renderd.pipeline.mend.bounds import unbound


def mend_skins(document: Document) -> Iterator[str]:
    """Mend all skins; yields what was wrong."""
    if undressed(document):
        yield "skins on parts without joints"
    tops = top_of(document)
    for skin in document.items("skins"):
        # It is a hint that viewers don't follow, and wrong more often than not.
        skin.pop("skeleton", None)
        apart = {tops[joint] for joint in skin["joints"]}
        above = gather(document, sorted(apart))
        if above is not None:
            yield "joints that are not one tree"
            tops = {node: above if top in apart else top for node, top in tops.items()} | {above: above}
        if straighten(document, skin):
            yield "bind matrices that are no places"


def undressed(document: Document) -> bool:
    """Take skins off meshes that have no joints; whether there were any."""
    found = False
    for node in document.items("nodes"):
        mesh = document.json["meshes"][node["mesh"]] if "mesh" in node else {"primitives": []}
        if "skin" in node and not any("JOINTS_0" in p["attributes"] for p in mesh["primitives"]):
            del node["skin"]
            found = True
    return found


def top_of(document: Document) -> dict[int, int]:
    """The uppermost node above each node, which may be itself."""
    nodes = document.items("nodes")
    parents = {child: index for index, node in enumerate(nodes) for child in node.get("children", [])}
    found: dict[int, int] = {}
    for index in range(len(nodes)):
        path = [index]
        while path[-1] in parents and path[-1] not in found:
            path.append(parents[path[-1]])
        found |= dict.fromkeys(path, found.get(path[-1], path[-1]))
    return found


def gather(document: Document, tops: list[int]) -> int | None:
    """Hang root nodes under one without a name, in the scenes that have them all; None if there is nothing
    to gather, or no scene for it.
    """
    if len(tops) < 2:
        return None
    scenes = [scene for scene in document.items("scenes") if set(tops) <= set(scene.get("nodes", []))]
    if not scenes and document.items("scenes"):
        return None
    above = document.add("nodes", {"children": tops})
    for scene in scenes:
        scene["nodes"] = [node for node in scene["nodes"] if node not in tops] + [above]
    return above


def straighten(document: Document, skin: Json) -> bool:
    """Give the bind matrices of a skin the last row that places have; whether one had another."""
    if "inverseBindMatrices" not in skin:
        return False
    unbound(document.json["accessors"][skin["inverseBindMatrices"]])
    matrices = document.accessor(skin["inverseBindMatrices"])
    if (matrices[:, 3] == (0, 0, 0, 1)).all():
        return False
    matrices = matrices.astype(np.float32)
    matrices[:, 3] = (0, 0, 0, 1)
    columns = matrices.swapaxes(1, 2).reshape(len(matrices), 16)
    skin["inverseBindMatrices"] = document.add_accessor(np.ascontiguousarray(columns))
    return True
