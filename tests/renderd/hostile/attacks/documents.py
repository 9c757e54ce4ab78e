"""glTF documents: trees that are none, references to nowhere, and too much of everything."""

from __future__ import annotations

import json

from renderd.pipeline.document import Document, Json, write_glb
from tests.renderd.hostile.attacks.attack import Attack, Change, changed, updated
from tests.renderd.models import first_primitive, picture, texture


def add_nodes(*nodes: Json) -> Change:
    """A change that adds nodes after the first, which is number 0."""
    return lambda document: document.json["nodes"].extend(nodes)


def textured(transform: object) -> Change:
    """A change that textures the material, with an extension as given."""

    def change(document: Document) -> None:
        info = texture(document, picture())
        info["extensions"] = {"KHR_texture_transform": transform}
        document.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": info}

    return change


def short_buffer() -> bytes:
    return write_glb({"asset": {"version": "2.0"}, "buffers": [{"byteLength": 1 << 30}]}, bytes(8))


def animated(document: Document) -> None:
    times = document.add("accessors", {"componentType": 5126, "count": 9, "type": "SCALAR"})
    values = document.add("accessors", {"componentType": 5126, "count": 2, "type": "VEC3"})
    channel = {"sampler": 0, "target": {"node": 0, "path": "translation"}}
    sampler = {"input": times, "output": values}
    document.add("animations", {"channels": [channel], "samplers": [sampler]})


def image_from(uri: str) -> Change:
    return lambda document: document.add("images", {"uri": uri})


def buffer_from(uri: str) -> bytes:
    document = {"asset": {"version": "2.0"}, "buffers": [{"byteLength": 8, "uri": uri}]}
    return json.dumps(document).encode()


def requires(document: Document) -> None:
    document.json["extensionsRequired"] = document.json["extensionsUsed"] = ["ACME_run_script"]


def long_view() -> bytes:
    views = [{"buffer": 0, "byteLength": 1 << 30}]
    document = {"asset": {"version": "2.0"}, "buffers": [{"byteLength": 8}], "bufferViews": views}
    return write_glb(document, bytes(8))


def multiplied(document: Document) -> None:
    add = [{"scale": [1e7, 1, 1], "children": [i + 2]} for i in range(5)]
    document.json["nodes"].extend([*add, {}])
    document.json["scenes"][0]["nodes"].append(1)


def wide_stride(document: Document) -> None:
    document.json["bufferViews"][0]["byteStride"] = 252


def drawn_by_all(document: Document) -> None:
    first_primitive(document)["attributes"]["_SECRET"] = 1 << 20


def accessors() -> bytes:
    one = b'{"componentType":5121,"count":1,"type":"SCALAR"}'
    return b'{"asset":{"version":"2.0"},"accessors":[' + b",".join([one] * 400_001) + b"]}"


def textured_by(image: int) -> Change:
    """A change that adds a texture of a picture by its number."""
    return lambda document: document.add("textures", {"source": image})


def sparse(count: int) -> Change:
    places = {"bufferView": 0, "componentType": 5125}
    more = {"count": count, "indices": places, "values": {"bufferView": 0}}
    return lambda document: document.json["accessors"][0].update(sparse=more)


def varied(document: Document) -> None:
    mapped = {"mappings": [{"material": 0, "variants": [3]}]}
    first_primitive(document)["extensions"] = {"KHR_materials_variants": mapped}


ATTACKS = (
    changed("a circle of nodes", add_nodes({"children": [2]}, {"children": [1]}), "circle"),
    changed("its own child", add_nodes({"children": [1]}), "circle"),
    changed("a child of two", add_nodes({"children": [3]}, {"children": [3]}, {}), "two parents"),
    changed("one child ten times", add_nodes({"children": [2] * 10}, {}), "two parents"),
    changed("a chain of 600 nodes", add_nodes(*[{"children": [i + 2]} for i in range(600)], {}), "512"),
    changed("a million nodes", add_nodes(*[{}] * 200_000), "200001 nodes"),
    updated("a scene of one node, 50,000 times", "scenes.0", {"nodes": [0] * 50_000}, "lists a node twice"),
    changed("nodes that draw one mesh", add_nodes(*[{"mesh": 0}] * 60_000), "draws 60001 parts"),
    changed("three thousand materials", lambda d: d.json["materials"].extend([{}] * 3000), "3001 materials"),
    updated("a name of a megabyte", "nodes.0", {"name": "x" * (1 << 20)}, "1048576 characters"),
    updated("a mesh that isn't there", "nodes.0", {"mesh": 1}, "index below 1"),
    updated("a mesh before the first", "nodes.0", {"mesh": -1}, "index below 1"),
    Attack("a view out of its buffer", long_view, "beyond its buffer"),
    updated("an offset out of range", "accessors.0", {"byteOffset": 1 << 20}, "beyond its buffer view"),
    updated("a count out of range", "accessors.0", {"count": 1 << 20}, "beyond its buffer view"),
    changed("a stride out of range", wide_stride, "beyond its buffer view"),
    changed("an attribute from nowhere", drawn_by_all, "an index below"),
    Attack("a buffer that is shorter than it says", short_buffer, "says that it has 1073741824"),
    updated("a box with 10,000 sides", "accessors.0", {"min": [0] * 10_000}, "10000 numbers"),
    updated("a scale of 1e38", "nodes.0", {"scale": [1e38, 1, 1]}, "ordinary size"),
    updated("a matrix of text", "nodes.0", {"matrix": ["1"] * 16}, "a number"),
    changed("scales that multiply", multiplied, "multiply"),
    changed("a texture moved by text", textured({"offset": ["NaN", 0]}), "a number"),
    changed("a texture scaled out of sight", textured({"scale": [1e300, 1]}), "ordinary size"),
    changed("keys without values", animated, "2 values of translation for 9 keys"),
    changed("an extension that it requires", requires, "ACME_run_script"),
    changed(
        "a document's picture from the network", image_from("http://169.254.169.254/latest"), "only one file"
    ),
    changed("a document's picture from the disk", image_from("file:///etc/passwd"), "only one file"),
    changed("a document's picture by a path", image_from("/etc/passwd"), "only one file"),
    changed("a document's picture from above", image_from("../../../etc/passwd"), "only one file"),
    Attack("half a million accessors", accessors, "400001 accessors"),
    updated("a child that isn't there", "nodes.0", {"children": [99]}, "an index below"),
    updated("a material that isn't there", "meshes.0.primitives.0", {"material": 7}, "an index below"),
    changed("a texture of no picture", textured_by(7), "an index below"),
    changed("more sparse places than elements", sparse(1 << 20), "more elements than it has"),
    changed("a variant that isn't listed", varied, "variant that the model does not list"),
    updated("colours that are no numbers", "materials.0", {"emissiveFactor": [1, None, 1]}, "a number"),
    Attack("a buffer from a device", lambda: buffer_from("/dev/zero"), "only one file"),
    Attack("a buffer of broken base64", lambda: buffer_from("data:;base64,!!!!"), "base64"),
)
