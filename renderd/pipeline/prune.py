"""Leaves in a document only what its default scene can show, and renumbers the rest.

References are followed from the scene; names, materials of variants and animations of living nodes stay.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

from renderd.pipeline.document import Document, Json
from renderd.pipeline.mapped import Bytes
from renderd.pipeline.materials import primitive_materials, texture_slots
from renderd.pipeline.scene import scene_roots, world_matrices


def prune(document: Document) -> None:
    """Keep the default scene alone, without cameras, lights and what nothing refers to."""
    roots = scene_roots(document)
    alive = sorted(world_matrices(document))
    document.json["scenes"] = [{**scene_head(document), "nodes": roots}]
    document.json["scene"] = 0
    clean_nodes(document, alive)
    prune_animations(document, set(alive))
    keep(document, "nodes", alive, node_references(document))
    prune_meshes(document)
    prune_textures(document)
    prune_skins(document)
    prune_accessors(document)
    prune_views(document)
    for key in ("cameras", "extras"):
        document.json.pop(key, None)
    for key in [key for key, value in document.json.items() if value in ([], {})]:
        del document.json[key]


def scene_head(document: Document) -> Json:
    """What the default scene says of itself: its name."""
    scenes = document.items("scenes")
    scene = scenes[document.json.get("scene", 0)] if scenes else {}
    return {"name": scene["name"]} if "name" in scene else {}


def clean_nodes(document: Document, alive: list[int]) -> None:
    """Take cameras off the living nodes."""
    for index in alive:
        document.json["nodes"][index].pop("camera", None)


Slot = tuple[Any, Any]
"""A container and the key in it under which an index stands."""


def keep(document: Document, kind: str, alive: list[int], slots: list[Slot]) -> None:
    """Keep ``alive`` of the top-level array ``kind``; the indices in ``slots`` are renumbered."""
    numbers = {old: new for new, old in enumerate(alive)}
    for container, key in slots:
        container[key] = numbers[container[key]]
    array = document.items(kind)
    if array:
        document.json[kind] = [array[index] for index in alive]


def used(slots: list[Slot]) -> list[int]:
    """The indices that stand in ``slots``, each once, in order."""
    return sorted({container[key] for container, key in slots})


def members(container: Any) -> list[Slot]:
    """A slot for each entry of a list or a mapping of indices."""
    keys = range(len(container)) if isinstance(container, list) else list(container)
    return [(container, key) for key in keys]


def node_references(document: Document) -> list[Slot]:
    """Where nodes are named by number: the scene, parents, skins and animations."""
    worlds = world_matrices(document)
    slots = members(document.json["scenes"][0]["nodes"])
    for index in worlds:
        slots += members(document.json["nodes"][index].get("children", []))
    for skin in living_skins(document, list(worlds)):
        slots += members(skin["joints"])
        slots += [(skin, "skeleton")] if "skeleton" in skin else []
    for animation in document.items("animations"):
        slots += [(c["target"], "node") for c in animation["channels"] if "node" in c["target"]]
    return slots


def living_skins(document: Document, nodes: list[int]) -> list[Json]:
    """The skins that living nodes wear; their joints must be alive, or the skin goes."""
    alive = set(nodes)
    skins = document.items("skins")
    for index in nodes:
        node = document.json["nodes"][index]
        if "skin" in node and not alive.issuperset(skins[node["skin"]]["joints"]):
            del node["skin"]
    worn = sorted({document.json["nodes"][i]["skin"] for i in nodes if "skin" in document.json["nodes"][i]})
    for index in worn:
        if skins[index].get("skeleton") not in alive:
            skins[index].pop("skeleton", None)
    return [skins[index] for index in worn]


def prune_animations(document: Document, alive: set[int]) -> None:
    """Drop the channels of dead nodes, then the samplers and animations without a channel."""
    for animation in document.items("animations"):
        channels = [c for c in animation["channels"] if c["target"].get("node") in alive]
        slots = [(channel, "sampler") for channel in channels]
        kept = used(slots)
        numbers = {old: new for new, old in enumerate(kept)}
        animation["channels"] = [{**c, "sampler": numbers[c["sampler"]]} for c in channels]
        animation["samplers"] = [animation["samplers"][index] for index in kept]
    if "animations" in document.json:
        document.json["animations"] = [a for a in document.json["animations"] if a["channels"]]


def prune_meshes(document: Document) -> None:
    """Drop meshes that no node holds and materials that no primitive can wear."""
    holders: list[Slot] = [(node, "mesh") for node in document.items("nodes") if "mesh" in node]
    keep(document, "meshes", used(holders), holders)
    primitives = [primitive for mesh in document.items("meshes") for primitive in mesh["primitives"]]
    slots: list[Slot] = [(primitive, "material") for primitive in primitives if "material" in primitive]
    for primitive in primitives:
        variants = primitive.get("extensions", {}).get("KHR_materials_variants", {})
        slots += [(mapping, "material") for mapping in variants.get("mappings", [])]
    worn = sorted(set().union(*(primitive_materials(primitive) for primitive in primitives)))
    keep(document, "materials", worn, slots)


def prune_textures(document: Document) -> None:
    """Drop the textures, samplers and images that no material uses."""
    slots: list[Slot] = [
        (info, "index") for material in document.items("materials") for _, info in texture_slots(material)
    ]
    keep(document, "textures", used(slots), slots)
    samplers: list[Slot] = [(t, "sampler") for t in document.items("textures") if "sampler" in t]
    keep(document, "samplers", used(samplers), samplers)
    sources: list[Slot] = []
    for texture in document.items("textures"):
        holders = [texture, *texture.get("extensions", {}).values()]
        sources += [(holder, "source") for holder in holders if "source" in holder]
    keep(document, "images", used(sources), sources)


def prune_skins(document: Document) -> None:
    """Drop the skins that no node wears."""
    slots: list[Slot] = [(node, "skin") for node in document.items("nodes") if "skin" in node]
    keep(document, "skins", used(slots), slots)


def prune_accessors(document: Document) -> None:
    """Drop unused accessors, and keep one of each that are alike."""
    keep_used_accessors(document)
    # Only what is left needs to be compared.
    prune_views(document)
    merge_equal(document)
    keep_used_accessors(document)


def keep_used_accessors(document: Document) -> None:
    """Drop the accessors that nothing refers to."""
    slots = accessor_slots(document)
    keep(document, "accessors", used(slots), slots)


def accessor_slots(document: Document) -> list[Slot]:
    """Where accessors are named by number."""
    slots: list[Slot] = []
    for mesh in document.items("meshes"):
        for primitive in mesh["primitives"]:
            slots += members(primitive["attributes"])
            slots += [(primitive, "indices")] if "indices" in primitive else []
            for target in primitive.get("targets", []):
                slots += members(target)
    for node in document.items("nodes"):
        instancing = node.get("extensions", {}).get("EXT_mesh_gpu_instancing", {})
        slots += members(instancing.get("attributes", {}))
    slots += [(s, "inverseBindMatrices") for s in document.items("skins") if "inverseBindMatrices" in s]
    for animation in document.items("animations"):
        slots += [(s, key) for s in animation["samplers"] for key in ("input", "output")]
    return slots


def merge_equal(document: Document) -> None:
    """Point equal views at the first of them, and equal accessors at the first of those."""
    first: dict[Any, int] = {}
    shapes = [
        view_shape(view, data)
        for view, data in zip(document.items("bufferViews"), document.views, strict=True)
    ]
    often = Counter(shapes)
    # A view whose length is its own has no double, and may be most of the file.
    content = [
        hashlib.sha256(d).digest() if often[s] > 1 else b""
        for s, d in zip(shapes, document.views, strict=True)
    ]
    views = [first.setdefault(seen, index) for index, seen in enumerate(zip(shapes, content, strict=True))]
    for container, key in view_slots(document):
        container[key] = views[container[key]]
    same: dict[str, int] = {}
    accessors = [same.setdefault(repr(a), i) for i, a in enumerate(document.items("accessors"))]
    for container, key in accessor_slots(document):
        container[key] = accessors[container[key]]


def view_shape(view: Json, data: Bytes) -> tuple[int, ...]:
    """What views have in common that may be one: their length, stride and target."""
    return (len(data), view.get("byteStride", 0), view.get("target", 0))


def view_slots(document: Document) -> list[Slot]:
    """Where buffer views are named by number."""
    slots: list[Slot] = [(image, "bufferView") for image in document.items("images")]
    for accessor in document.items("accessors"):
        sparse = accessor.get("sparse", {})
        holders = [accessor, sparse.get("indices", {}), sparse.get("values", {})]
        slots += [(holder, "bufferView") for holder in holders if "bufferView" in holder]
    return slots


def prune_views(document: Document) -> None:
    """Drop the views, with their bytes, that no accessor and no image uses."""
    slots = view_slots(document)
    alive = used(slots)
    keep(document, "bufferViews", alive, slots)
    document.views = [document.views[index] for index in alive]
