"""The sound files that the fuzzer starts from, and how each kind of them is broken."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from random import Random

from bench.fuzz.made import draco, moving, picture, plain, usda, usdz, wave, zipped
from bench.fuzz.mutate import changed_bytes, changed_glb, changed_json, changed_text
from renderd.pipeline.document import Document

ZIP_LAYOUT = 0.15
"""Share of the zips whose own layout is broken, rather than a file in it."""


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
    "rare.zip": zipped(
        {"a.obj": obj(), "a.mtl": MTL, "a.png": picture("TIFF"), "normal.png": picture("TGA")}
    ),
    "usda.zip": zipped({"a.usda": usda(), "a.png": picture("PNG")}),
    "ours.usdz": usdz(),
    "draco.glb": draco(),
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
    if name == "draco.glb" and random.random() < 0.5:
        return with_broken_stream(random)
    if name.endswith(".glb"):
        return with_broken_picture(random) if random.random() < 0.2 else changed_glb(random, data)
    if name.endswith((".zip", ".usdz")):
        return changed_zip(random, data)
    return changed_text(random, data)


def with_broken_picture(random: Random) -> bytes:
    """A sound model whose picture is broken."""
    document = plain("PNG")
    kind = random.choice(list(PICTURES))
    document.views[document.json["images"][0]["bufferView"]] = changed_bytes(random, PICTURES[kind], 64)
    return document.to_glb()


def with_broken_stream(random: Random) -> bytes:
    """A model whose Draco stream is broken, so that its JSON still says the truth."""
    document = Document.load_glb(SEEDS["draco.glb"])
    document.views[-1] = changed_bytes(random, bytes(document.views[-1]), 32)
    return document.to_glb()


def changed_zip(random: Random, data: bytes) -> bytes:
    """Break a file in a zip, or the zip."""
    if random.random() < ZIP_LAYOUT:
        at = data.index(b"PK\1\2")
        return data[:at] + changed_bytes(random, data[at:])
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        entries = {name: file.read(name) for name in file.namelist()}
    name = random.choice(list(entries))
    text = name.endswith((".obj", ".mtl", ".usda"))
    if name.endswith(".gltf"):
        document = json.loads(entries[name])
        changed_json(random, document)
        entries[name] = json.dumps(document).encode()
    else:
        entries[name] = (changed_text if text else changed_bytes)(random, entries[name])
    packed = any(name.endswith(".usdc") for name in entries)
    return zipped(entries, zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED)
