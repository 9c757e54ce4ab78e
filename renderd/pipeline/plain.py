"""A GLB that needs nothing but glTF 2.0 itself: for Scene Viewer, which decodes neither WebP nor grids.

Materials keep their optional extensions, which a viewer without them shows as the core material.
"""

from __future__ import annotations

import numpy as np

from renderd.pipeline.bake import bake_transforms
from renderd.pipeline.baseline import encode_plain, open_picture
from renderd.pipeline.clean import MATERIALS, holders
from renderd.pipeline.document import ARRAY_BUFFER, Document, Json
from renderd.pipeline.errors import ModelError
from renderd.pipeline.prune import prune
from renderd.pipeline.scene import hidden_nodes, instance_matrices
from renderd.pipeline.textures import uses

MOST_BYTES = 10_000_000
"""Scene Viewer's guidance for the size of a file."""

SIDES = (2048, 1024, 512, 256)
"""Longest sides of textures, tried in turn until the file is small enough."""

INSTANCING, VISIBILITY = "EXT_mesh_gpu_instancing", "KHR_node_visibility"
VARIANTS = "KHR_materials_variants"
OPTIONAL = (MATERIALS - {VARIANTS}) | {"KHR_texture_transform"}

UNSIGNED = frozenset((5121, 5123))


def write_plain(document: Document, most: int = MOST_BYTES) -> bytes:
    """What ``document`` shows, as a GLB without required extensions: JPEG, PNG, plain numbers.

    Hidden nodes and variants are left out, instances become nodes. Textures shrink until there are at most
    ``most`` bytes, or they are at their smallest. Raises ModelError if nothing is shown.
    """
    bare = document.copy()
    drop_hidden(bare)
    spread_instances(bare)
    drop_variants(bare)
    bake_transforms(bare)
    prune(bare)
    if not bare.items("meshes"):
        raise ModelError("the model shows nothing; expected at least one mesh that is not hidden")
    spell_out(bare)
    glb = b""
    for side in SIDES:
        glb = with_textures(bare, side)
        if len(glb) <= most:
            break
    return glb


# --- nodes ----------------------------------------------------------------------------------------


def drop_hidden(document: Document) -> None:
    """Take the meshes off hidden nodes; the nodes stay, since a joint among them may move what is shown."""
    for index in hidden_nodes(document):
        for key in ("mesh", "skin", "weights"):
            document.json["nodes"][index].pop(key, None)
    for node in document.items("nodes"):
        drop_extension(node, VISIBILITY)


def drop_extension(holder: Json, name: str) -> None:
    """Take one extension off an object."""
    holder.get("extensions", {}).pop(name, None)
    if not holder.get("extensions", True):
        del holder["extensions"]


def spread_instances(document: Document) -> None:
    """Turn the instances of EXT_mesh_gpu_instancing into nodes under the one that held them."""
    for node in list(document.items("nodes")):
        if INSTANCING not in node.get("extensions", {}):
            continue
        matrices = instance_matrices(document, node)
        drop_extension(node, INSTANCING)
        if "mesh" not in node:
            continue
        mesh = node.pop("mesh")
        copies = [document.add("nodes", {"mesh": mesh, "matrix": m.T.ravel().tolist()}) for m in matrices]
        node["children"] = [*node.get("children", []), *copies]


def drop_variants(document: Document) -> None:
    """Leave the default materials alone, which makes room for their textures."""
    for mesh in document.items("meshes"):
        for primitive in mesh["primitives"]:
            drop_extension(primitive, VARIANTS)
    drop_extension(document.json, VARIANTS)


# --- numbers --------------------------------------------------------------------------------------


def spell_out(document: Document) -> None:
    """Give every attribute a type that core glTF allows (§3.7.2.1), and name optional extensions only."""
    made: dict[tuple[int, str], int] = {}
    for mesh in document.items("meshes"):
        for primitive in mesh["primitives"]:
            for group in (primitive["attributes"], *primitive.get("targets", [])):
                target = group is not primitive["attributes"]
                for name, index in group.items():
                    if not allowed(document.json["accessors"][index], name, target):
                        group[name] = as_floats(document, index, name, made, target)
    prune(document)
    document.json.pop("extensionsRequired", None)
    document.json.pop("extensionsUsed", None)
    used = {name for holder in holders(document.json) for name in holder["extensions"]} & OPTIONAL
    if used:
        document.json["extensionsUsed"] = sorted(used)


def allowed(accessor: Json, name: str, target: bool) -> bool:
    """Whether core glTF has this type for this attribute."""
    if accessor["componentType"] == 5126 or name.startswith(("JOINTS_", "_")):
        return True
    unit = accessor["componentType"] in UNSIGNED and accessor.get("normalized", False)
    return unit and not target and name.startswith(("TEXCOORD_", "COLOR_", "WEIGHTS_"))


def as_floats(
    document: Document, index: int, name: str, made: dict[tuple[int, str], int], target: bool
) -> int:
    """An accessor with the values of another as float32; equal ones are made once.

    What a morph ``target`` adds to a normal has a length of its own.
    """
    key = (index, name)
    if key not in made:
        values = document.accessor(index).astype(np.float32)
        if name in ("NORMAL", "TANGENT") and not target:
            length = np.linalg.norm(values[:, :3], axis=1, keepdims=True)
            values[:, :3] /= np.where(length > 0, length, 1)
        made[key] = document.add_accessor(values, ARRAY_BUFFER, bounds=name == "POSITION")
    return made[key]


# --- textures -------------------------------------------------------------------------------------


def with_textures(document: Document, side: int) -> bytes:
    """The GLB with textures of at most ``side`` pixels, as JPEG, or PNG where opacity counts."""
    result = document.copy()
    roles = uses(document)
    for index, image in enumerate(result.items("images")):
        use = roles[index]
        picture = open_picture(document.image(index), use.alpha, side)
        encoded = encode_plain(picture, "color" if use.role == "color" else "data")
        image |= {"bufferView": result.add_view(encoded.data), "mimeType": encoded.type}
    for index, texture in enumerate(result.items("textures")):
        source = document.texture_image(index)
        texture.pop("extensions", None)
        texture |= {} if source is None else {"source": source}
    prune(result)
    return result.to_glb()
