"""Numbers in buffers: bombs of zeros, indices out of range, and values that aren't any."""

from __future__ import annotations

import numpy as np

from renderd.pipeline.document import Document, Json, write_glb
from tests.renderd.hostile.attacks.attack import Attack, Change, changed, updated
from tests.renderd.models import attribute, extend, first_primitive, model, sheet

FLOATS = {"componentType": 5126, "count": 1 << 22, "type": "VEC3"}


def zeros(document: Document, **more: object) -> int:
    """An accessor of 50 MB without a byte in the file."""
    return document.add("accessors", FLOATS | more)


def gigabytes(document: Document) -> None:
    for _ in range(4):
        zeros(document)


def sparse_on_nothing(document: Document) -> None:
    places = {"bufferView": 0, "componentType": 5125}
    values = {"bufferView": 0}
    zeros(document, count=100_000_000, sparse={"count": 1, "indices": places, "values": values})


def shared(document: Document) -> None:
    mesh: list[Json] = document.json["meshes"][0]["primitives"]
    mesh.extend([{"attributes": {"POSITION": zeros(document)}}])
    mesh.extend([mesh[-1]] * 100)


def targets(count: int) -> Change:
    def change(document: Document) -> None:
        primitive = first_primitive(document)
        primitive["targets"] = [{"POSITION": primitive["attributes"]["POSITION"]}] * count

    return change


def morphing_zeros(document: Document) -> None:
    positions = zeros(document)
    first_primitive(document).update(
        attributes={"POSITION": positions}, targets=[{"POSITION": positions}] * 100
    )


def instances(document: Document) -> None:
    rows = {"attributes": {"TRANSLATION": zeros(document)}}
    document.json["nodes"][0]["extensions"] = {"EXT_mesh_gpu_instancing": rows}
    extend(document, "EXT_mesh_gpu_instancing")


def instanced_triangles(document: Document) -> None:
    rich = model(sheet(100))
    document.json, document.views = rich.json, rich.views
    rows = {"attributes": {"TRANSLATION": zeros(document, count=40_000)}}
    document.json["nodes"][0]["extensions"] = {"EXT_mesh_gpu_instancing": rows}


def indexed(*indices: int) -> Change:
    def change(document: Document) -> None:
        first_primitive(document)["indices"] = document.add_accessor(np.array(indices, np.uint32))

    return change


def sparse_joint(document: Document) -> None:
    skinned(0)(document)
    joints = first_primitive(document)["attributes"]["JOINTS_0"]
    sparse_place(document, joints)


def sparse_place(document: Document, accessor: int = 0) -> None:
    where = document.add_view(np.array([1 << 30], "<u4").tobytes())
    value = document.add_view(bytes(12))
    document.json["accessors"][accessor]["sparse"] = {
        "count": 1,
        "indices": {"bufferView": where, "componentType": 5125},
        "values": {"bufferView": value},
    }


def position(value: float) -> Change:
    def change(document: Document) -> None:
        values = document.accessor(0).copy()
        values[7, 1] = value
        first_primitive(document)["attributes"]["POSITION"] = attribute(document, values)

    return change


def hollow_target(document: Document) -> None:
    values = np.full((len(document.accessor(0)), 3), np.nan, np.float32)
    first_primitive(document)["targets"] = [{"POSITION": attribute(document, values)}]


def skinned(joint: int, matrices: int = 1) -> Change:
    """One joint, vertices that move with number ``joint``, and so many inverse matrices."""

    def change(document: Document) -> None:
        count = len(document.accessor(0))
        which = np.full((count, 4), joint, np.uint8)
        weights = np.tile(np.array([1, 0, 0, 0], np.float32), (count, 1))
        first_primitive(document)["attributes"] |= {
            "JOINTS_0": document.add_accessor(which),
            "WEIGHTS_0": document.add_accessor(weights),
        }
        document.add("nodes", {})
        inverse = np.tile(np.eye(4, dtype=np.float32).ravel(), (max(matrices, 1), 1))
        joints = [1] * (2 if matrices == 0 else 1)
        document.add("skins", {"joints": joints, "inverseBindMatrices": document.add_accessor(inverse)})
        document.json["nodes"][0]["skin"] = 0

    return change


def packed(**more: object) -> Change:
    """A view that says it is compressed by meshopt."""

    def change(document: Document) -> None:
        view = document.json["bufferViews"][0]
        length = view["byteLength"]
        head = {"buffer": 0, "byteLength": 16, "byteStride": 12, "count": length // 12}
        extension = head | {"mode": "ATTRIBUTES"} | more
        view["extensions"] = {"EXT_meshopt_compression": extension}

    return change


def swelling() -> bytes:
    """16 bytes that say they are 3 GB, beside a buffer that stands in for these."""
    extension = {"buffer": 0, "byteLength": 16, "byteStride": 256, "count": 12 << 20, "mode": "ATTRIBUTES"}
    view = {"buffer": 1, "byteLength": 3 << 30, "extensions": {"EXT_meshopt_compression": extension}}
    stand_in = {"byteLength": 3 << 30, "extensions": {"EXT_meshopt_compression": {"fallback": True}}}
    document = {
        "asset": {"version": "2.0"},
        "buffers": [{"byteLength": 16}, stand_in],
        "bufferViews": [view],
    }
    return write_glb(document, bytes(16))


ATTACKS = (
    changed("200 MB of zeros from nothing", gigabytes, "bytes of zeros"),
    changed("zeros with one value in them", sparse_on_nothing, "bytes of zeros"),
    updated("an accessor of billions", "accessors.0", {"count": 1 << 33, "bufferView": 0}, "beyond its"),
    changed("a hundred meshes of the same zeros", shared, "as often as its meshes use them"),
    changed("1001 morph targets", targets(1001), "morph targets"),
    changed("morph targets of many vertices", morphing_zeros, "as often as its meshes use them"),
    changed("four million instances", instances, "draws 4194304 parts"),
    changed("a billion triangles by instances", instanced_triangles, "triangles"),
    changed("an index beyond the vertices", indexed(0, 1, 4_000_000_000), "vertex 4000000000"),
    changed("a sparse place beyond the elements", sparse_place, "does not have"),
    changed("a sparse joint beyond the elements", sparse_joint, "does not have"),
    changed("NaN in positions", position(np.nan), "not finite"),
    changed("infinity in positions", position(-np.inf), "not finite"),
    changed("a vertex at 1e30", position(1e30), "expected at most"),
    changed("NaN in a morph target", hollow_target, "not finite"),
    changed("a joint that the skin doesn't have", skinned(9), "moves with joint 9"),
    changed("a skin with too few matrices", skinned(0, 0), "fewer inverse bind matrices"),
    updated("a skin on no node", "nodes.0", {"skin": 0}, "an index below 0"),
    Attack("a compressed view of gigabytes", swelling, "bytes in its compressed views"),
    changed("a compressed view that grows too little", packed(count=3), "but states"),
    changed("a compressed view of odd elements", packed(byteStride=13), "which can't be"),
    changed("a compressed view of noise", packed(), "can't be decoded"),
)
