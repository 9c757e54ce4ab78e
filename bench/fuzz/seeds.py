"""The sound files that the fuzzer starts from: small, and together with everything that the readers know."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from random import Random

import numpy as np
from PIL import Image

from bench.fuzz.mutate import changed_bytes, changed_glb, changed_json, changed_text
from renderd.pipeline.document import ARRAY_BUFFER, Array, Document, Json

ZIP_LAYOUT = 0.15
"""Share of the zips whose own layout is broken, rather than a file in it."""


def picture(kind: str, side: int = 12, **options: object) -> bytes:
    """A picture of noise."""
    noise = np.random.default_rng(side).integers(0, 256, (side, side, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).save(out, kind, **options)
    return out.getvalue()


def wave(cells: int = 6) -> tuple[Array, Array]:
    """Positions and triangles of a small wavy sheet."""
    u, v = (axis.ravel() for axis in np.meshgrid(*[np.linspace(-0.5, 0.5, cells + 1)] * 2))
    corner = (np.arange(cells)[:, None] * (cells + 1) + np.arange(cells)).ravel()
    right, below = corner + 1, corner + cells + 1
    faces = np.stack([corner, below, right, right, below, below + 1], axis=1).ravel()
    return np.stack([u, 0.1 * np.sin(9 * u), v], axis=1).astype(np.float32), faces.astype(np.uint16)


def sheet(document: Document, **more: object) -> Json:
    """A primitive with all usual attributes."""
    positions, faces = wave()
    up = np.tile(np.array([0, 1, 0], np.float32), (len(positions), 1))
    return {
        "attributes": {
            "POSITION": document.add_accessor(positions, ARRAY_BUFFER, bounds=True),
            "NORMAL": document.add_accessor(up, ARRAY_BUFFER),
            "TEXCOORD_0": document.add_accessor(positions[:, ::2].copy(), ARRAY_BUFFER),
            "TANGENT": document.add_accessor(np.pad(up[:, [1, 0, 2]], ((0, 0), (0, 1)), constant_values=1)),
        },
        "indices": document.add_accessor(faces),
        "material": 0,
        **more,
    }


def start(*kinds: str) -> Document:
    """A document with a material that shows one picture of each kind."""
    document = Document({"asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}]})
    material: Json = {"name": "paint", "pbrMetallicRoughness": {"baseColorFactor": [1, 0.5, 0.2, 1]}}
    slots = ("baseColorTexture", "normalTexture", "occlusionTexture", "emissiveTexture")
    for number, (kind, slot) in enumerate(zip(kinds, slots, strict=False)):
        document.add("images", {"bufferView": document.add_view(picture(kind)), "mimeType": "image/png"})
        document.add("textures", {"source": number})
        (material["pbrMetallicRoughness"] if number == 0 else material)[slot] = {"index": number}
    document.add("materials", material)
    document.add("materials", {"name": "glass", "alphaMode": "BLEND"})
    return document


def moving() -> Document:
    """Skin, morph target, animations, two nodes."""
    document = start("PNG")
    primitive = sheet(document)
    count = document.json["accessors"][primitive["attributes"]["POSITION"]]["count"]
    joints, weights = np.zeros((count, 4), np.uint8), np.tile(np.eye(4, dtype=np.float32)[0], (count, 1))
    joints[::2, 0] = 1
    primitive["attributes"] |= {
        "JOINTS_0": document.add_accessor(joints),
        "WEIGHTS_0": document.add_accessor(weights),
    }
    primitive["targets"] = [{"POSITION": document.add_accessor(np.full((count, 3), 0.1, np.float32))}]
    document.add("meshes", {"primitives": [primitive], "weights": [0.5]})
    nodes: list[Json] = [{"mesh": 0, "skin": 0, "children": [1], "name": "top"}, {"children": [2]}, {}]
    document.json["nodes"] = nodes
    inverse = document.add_accessor(np.tile(np.eye(4, dtype=np.float32).ravel(), (2, 1)))
    document.add("skins", {"joints": [1, 2], "inverseBindMatrices": inverse})
    times = document.add_accessor(np.array([0, 1], np.float32), bounds=True)
    places = document.add_accessor(np.zeros((2, 3), np.float32))
    channel = {"sampler": 0, "target": {"node": 1, "path": "translation"}}
    document.add("animations", {"channels": [channel], "samplers": [{"input": times, "output": places}]})
    return document


def plain(*kinds: str) -> Document:
    """Two nodes that share a mesh of two primitives."""
    document = start(*kinds)
    document.add("meshes", {"primitives": [sheet(document), sheet(document, material=1)]})
    document.json["nodes"] = [{"mesh": 0, "children": [1]}, {"mesh": 0, "scale": [0.5, 2, 1], "name": "leg"}]
    document.json["extensions"] = {"KHR_materials_variants": {"variants": [{"name": "red"}]}}
    return document


def zipped(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in entries.items():
            file.writestr(name, data)
    return out.getvalue()


def obj() -> bytes:
    positions, faces = wave(3)
    lines = ["mtllib a.mtl", "o top", "usemtl paint", *(f"v {x} {y} {z}" for x, y, z in positions)]
    lines += [f"vt {x} {z}" for x, _, z in positions]
    corners = [f"{i + 1}/{i + 1}" for i in faces]
    lines += ["f " + " ".join(corners[i : i + 3]) for i in range(0, len(corners), 3)]
    return "\n".join(lines).encode()


MTL = b"newmtl paint\nKd 1 0.5 0.2\nNs 90\nd 0.5\nmap_Kd -s 1 1 1 a.png\nmap_bump normal.png\n"


def gltf() -> bytes:
    document = plain("PNG").to_glb()
    (size,) = struct.unpack_from("<I", document, 12)
    described = json.loads(document[20 : 20 + size])
    described["buffers"][0]["uri"] = "a.bin"
    return zipped({"a.gltf": json.dumps(described).encode(), "a.bin": document[28 + size :]})


def stl(binary: bool) -> bytes:
    positions, faces = wave(3)
    corners = positions[faces].reshape(-1, 3, 3)
    if binary:
        rows = b"".join(bytes(12) + triangle.tobytes() + bytes(2) for triangle in corners)
        return b"made".ljust(80, b"\0") + struct.pack("<I", len(corners)) + rows
    words = ["solid a"]
    for triangle in corners:
        words += ["facet normal 0 1 0", "outer loop", *(f"vertex {x} {y} {z}" for x, y, z in triangle)]
        words += ["endloop", "endfacet"]
    return "\n".join([*words, "endsolid a"]).encode()


def ply(binary: bool) -> bytes:
    positions, faces = wave(3)
    triangles = faces.reshape(-1, 3)
    kind = "binary_little_endian" if binary else "ascii"
    head = f"ply\nformat {kind} 1.0\ncomment made\nelement vertex {len(positions)}\n"
    head += "property float x\nproperty float y\nproperty float z\nproperty uchar red\nproperty uchar green\n"
    head += f"property uchar blue\nelement face {len(triangles)}\nproperty list uchar int vertex_indices\n"
    head += "end_header\n"
    if binary:
        rows = b"".join(point.tobytes() + b"\x80\x40\x20" for point in positions)
        return head.encode() + rows + b"".join(struct.pack("<B3i", 3, *row) for row in triangles)
    text = [f"{x} {y} {z} 128 64 32" for x, y, z in positions] + [f"3 {a} {b} {c}" for a, b, c in triangles]
    return head.encode() + "\n".join(text).encode()


SEEDS: dict[str, bytes] = {
    "plain.glb": plain("PNG", "JPEG", "WEBP", "AVIF").to_glb(),
    "bare.glb": plain().to_glb(),
    "moving.glb": moving().to_glb(),
    "gltf.zip": gltf(),
    "obj.zip": zipped({"a.obj": obj(), "a.mtl": MTL, "a.png": picture("PNG"), "normal.png": picture("BMP")}),
    "alone.obj": obj(),
    "text.stl": stl(False),
    "binary.stl": stl(True),
    "text.ply": ply(False),
    "binary.ply": ply(True),
}
"""File names and bytes."""

PICTURES = {kind: picture(kind, 32) for kind in ("PNG", "JPEG", "WEBP", "AVIF")}
PICTURES["progressive"] = picture("JPEG", 32, progressive=True)


def broken(random: Random, name: str) -> bytes:
    """The seed ``name``, broken."""
    data = SEEDS[name]
    if name.endswith(".glb"):
        return with_broken_picture(random) if random.random() < 0.2 else changed_glb(random, data)
    if name.endswith(".zip"):
        return changed_zip(random, data)
    return changed_text(random, data)


def with_broken_picture(random: Random) -> bytes:
    """A sound model whose picture is broken."""
    document = plain("PNG")
    kind = random.choice(list(PICTURES))
    document.views[document.json["images"][0]["bufferView"]] = changed_bytes(random, PICTURES[kind], 64)
    return document.to_glb()


def changed_zip(random: Random, data: bytes) -> bytes:
    """Break a file in a zip, or the zip."""
    if random.random() < ZIP_LAYOUT:
        at = data.index(b"PK\1\2")
        return data[:at] + changed_bytes(random, data[at:])
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        entries = {name: file.read(name) for name in file.namelist()}
    name = random.choice(list(entries))
    text = name.endswith((".obj", ".mtl"))
    if name.endswith(".gltf"):
        document = json.loads(entries[name])
        changed_json(random, document)
        entries[name] = json.dumps(document).encode()
    else:
        entries[name] = (changed_text if text else changed_bytes)(random, entries[name])
    return zipped(entries)
