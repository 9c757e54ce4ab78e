"""``python -m bench.huge FOLDER [NAME …]``: models as heavy as the heaviest that merchants send.

The same seed gives the same files; those that are there already are kept. Lengths are in metres.
"""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from renderd.pipeline.document import (
    ARRAY_BUFFER,
    CHUNK_BIN,
    CHUNK_JSON,
    ELEMENT_ARRAY_BUFFER,
    GLB_MAGIC,
    Array,
    Document,
    Json,
)

SEED = 20
SCAN_BYTES = 520_000_000
VERTEX_BYTES, CELL_BYTES = 48, 24
PALETTES = ((64, 42, 30, 214, 176, 128), (30, 50, 58, 150, 190, 188), (96, 90, 84, 224, 220, 210))
"""RGB of a surface's darkest and lightest places."""


# --- pictures -------------------------------------------------------------------------------------


def relief(side: int, seed: int, finest: int = 1) -> Array:
    """Smooth noise from 0 to 1 with structure at every scale down to ``finest`` pixels, (side, side)."""
    random = np.random.default_rng(seed)
    field, size, height = np.zeros((1, 1), np.float32), 8, 1.0
    while size <= side:
        grown = Image.fromarray(field).resize((size, size), Image.Resampling.BICUBIC)
        field = np.asarray(grown) + np.float32(height) * random.random((size, size), np.float32)
        size, height = size * 2, height * (0.6 if side // size >= finest else 0.0)
    low, high = float(field.min()), float(field.max())
    spread: Array = (field - np.float32(low)) / np.float32(high - low)
    return spread


def tinted(field: Array, palette: tuple[int, ...], grain: int, seed: int) -> Image.Image:
    """A picture of a relief in the colours of a palette, with a sensor's ``grain`` in each channel."""
    steps = np.linspace(0, 1, 256)[:, None]
    table = np.array(palette[:3]) * (1 - steps) + np.array(palette[3:]) * steps
    shown = table.astype(np.uint8)[(field * 255).astype(np.uint8)]
    shown += np.random.default_rng(seed).integers(0, grain, shown.shape, np.uint8)
    return Image.fromarray(shown)


def normals(field: Array, strength: float) -> Image.Image:
    """The normal map of a relief."""
    down, across = np.gradient(field * np.float32(strength * len(field) / 64))
    length = np.sqrt(across**2 + down**2 + 1)
    bands = [((band / length + 1) * 127.5).astype(np.uint8) for band in (-across, -down, np.ones_like(down))]
    return Image.fromarray(np.stack(bands, axis=2))


def add_texture(document: Document, picture: Image.Image, kind: str, **options: Any) -> Json:
    """Store a picture as PNG or JPEG; returns a texture info."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    image = {"bufferView": document.add_view(out.getvalue()), "mimeType": f"image/{kind.lower()}"}
    source = document.add("images", image)
    return {"index": document.add("textures", {"source": source})}


def add_material(document: Document, number: int, sides: tuple[int, int, int], base: str = "JPEG") -> int:
    """A material with base colour, normal and ORM maps of these sides; ``base`` is the first one's format."""
    first = relief(sides[0], SEED + number)
    quality: dict[str, Any] = {"compress_level": 1} if base == "PNG" else {"quality": 92, "subsampling": 0}
    palette = PALETTES[number % len(PALETTES)]
    material: Json = {"name": f"surface {number}"}
    color = add_texture(document, tinted(first, palette, 8, SEED + number), base, **quality)
    steep = normals(relief(sides[1], SEED + 100 + number), 0.4)
    material["normalTexture"] = add_texture(document, steep, "JPEG", quality=92, subsampling=0)
    rough = tinted(relief(sides[2], SEED + 200 + number), (255, 90, 0, 255, 230, 4), 2, SEED)
    material["pbrMetallicRoughness"] = {
        "baseColorTexture": color,
        "metallicRoughnessTexture": add_texture(document, rough, "JPEG", quality=88),
    }
    return document.add("materials", material)


# --- shapes ---------------------------------------------------------------------------------------


def lump(cells: int, seed: int, size: float = 0.5, bumps: float = 0.15) -> tuple[dict[str, Array], Array]:
    """A scanned stone of 2·cells² triangles, ``size`` metres wide: attributes and indices."""
    u, v = np.meshgrid(*[np.linspace(0, 1, cells + 1)] * 2)
    around, up = 2 * np.pi * u, np.pi * (0.02 + 0.96 * v)
    ball = np.stack([np.cos(around) * np.sin(up), np.cos(up), np.sin(around) * np.sin(up)], axis=2)
    field = Image.fromarray(relief(512, seed, finest=2)).resize((cells + 1,) * 2, Image.Resampling.BICUBIC)
    positions = ball * (size / 2) * (1 + bumps * np.asarray(field, float)[:, :, None])
    down, across = np.gradient(positions, axis=(0, 1))
    attributes = {
        "POSITION": positions,
        "NORMAL": unit(np.cross(across, down)),
        "TEXCOORD_0": np.stack([u, v], axis=2),
        "TANGENT": np.concatenate([unit(across), np.ones((*u.shape, 1))], axis=2),
    }
    flat = {name: a.reshape(-1, a.shape[2]).astype(np.float32) for name, a in attributes.items()}
    corner = (np.arange(cells)[:, None] * (cells + 1) + np.arange(cells)).ravel().astype(np.uint32)
    right, below = corner + 1, corner + cells + 1
    return flat, np.stack([corner, right, below, right, below + 1, below], axis=1).ravel()


def unit(vectors: Any) -> Array:
    """Vectors of length 1."""
    found: Array = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
    return found


def add_mesh(document: Document, shape: tuple[dict[str, Array], Array], material: int, **more: Any) -> int:
    """Store a shape as a mesh of one primitive."""
    attributes, indices = shape
    primitive = {
        "attributes": {
            name: document.add_accessor(values, ARRAY_BUFFER, bounds=name == "POSITION")
            for name, values in attributes.items()
        },
        "indices": document.add_accessor(indices, ELEMENT_ARRAY_BUFFER),
        "material": material,
        **more,
    }
    return document.add("meshes", {"primitives": [primitive]})


def place(document: Document, name: str, x: float, z: float = 0.0, **more: Any) -> int:
    """A root node, ``x`` and ``z`` metres from the middle."""
    node = document.add("nodes", {"name": name, "translation": [x, 0.3, z], **more})
    document.json["scenes"][0]["nodes"].append(node)
    return node


def blank() -> Document:
    """A document with an empty scene."""
    return Document({"asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": []}]})


# --- models ---------------------------------------------------------------------------------------


def scan(size: int = SCAN_BYTES, side: int = 8192) -> Document:
    """``size`` bytes as from a photogrammetry studio: five large meshes, maps of ``side`` and less pixels.

    With the defaults the meshes have 1.7 million triangles each.
    """
    document = blank()
    half, quarter = side // 2, side // 4
    maps = ((side, side, half), (side, half, half), (side, half, quarter))
    surfaces = [
        add_material(document, number, sides, "JPEG" if number else "PNG")
        for number, sides in enumerate(maps)
    ]
    rest = size - sum(len(view) for view in document.views)
    cells = int((rest / 5 / (VERTEX_BYTES + CELL_BYTES)) ** 0.5) - 1
    for number in range(5):
        mesh = add_mesh(document, lump(cells, SEED + number), surfaces[number % 3])
        place(document, f"stone {number}", 0.7 * (number - 2), mesh=mesh)
    return document


def million(cells: int = 708) -> Document:
    """A million triangles (2·``cells``²) in one mesh, without a texture."""
    document = blank()
    material = document.add("materials", {"name": "clay"})
    place(document, "clay", 0.0, mesh=add_mesh(document, lump(cells, SEED), material))
    return document


def textures(side: int = 4096, materials: int = 14) -> Document:
    """Forty maps (two less than three a material) of ``side`` pixels on fourteen materials."""
    document = blank()
    for number in range(materials):
        material = add_material(document, number, (side, side, side))
        mesh = add_mesh(document, lump(24, SEED + number), material)
        place(document, f"part {number}", 0.7 * (number % 7), 0.7 * (number // 7), mesh=mesh)
    pbr = document.json["materials"][-1]["pbrMetallicRoughness"]
    del pbr["metallicRoughnessTexture"]
    del document.json["materials"][-1]["normalTexture"]
    return document


def skinned(cells: int = 224) -> Document:
    """A hundred thousand triangles (2·``cells``²) on twenty joints, which an animation bends."""
    document, joints = blank(), 20
    attributes, indices = lump(cells, SEED)
    height = attributes["POSITION"][:, 1]
    along = (height - height.min()) / np.ptp(height) * (joints - 1.001)
    low, share = along.astype(np.uint16), (along % 1)[:, None]
    attributes["JOINTS_0"] = np.pad(np.stack([low, low + 1], axis=1), ((0, 0), (0, 2))).astype(np.uint16)
    weights = np.concatenate([1 - share, share], axis=1)
    attributes["WEIGHTS_0"] = np.pad(weights, ((0, 0), (0, 2))).astype(np.float32)
    mesh = add_mesh(document, (attributes, indices), document.add("materials", {"name": "skin"}))
    first = len(document.items("nodes"))
    for number in range(joints):
        child = {"children": [first + number + 1]} if number < joints - 1 else {}
        document.add("nodes", {"name": f"joint {number}", **child})
    document.json["scenes"][0]["nodes"].append(first)
    skin = document.add("skins", {"joints": list(range(first, first + joints))})
    place(document, "body", 0.0, mesh=mesh, skin=skin)
    bend(document, range(first + 1, first + joints))
    return document


def bend(document: Document, joints: range) -> None:
    """Turn joints to and fro over two seconds."""
    times = document.add_accessor(np.array([0, 1, 2], np.float32), bounds=True)
    turns = np.array([[0, 0, 0, 1], [0.04, 0, 0, 0.9992], [0, 0, 0, 1]], np.float32)
    output = document.add_accessor(turns)
    channels = [{"sampler": 0, "target": {"node": joint, "path": "rotation"}} for joint in joints]
    animation = {"name": "bend", "channels": channels, "samplers": [{"input": times, "output": output}]}
    document.add("animations", animation)


def morphing(cells: int = 224) -> Document:
    """A hundred thousand triangles (2·``cells``²) with eight morph targets."""
    document = blank()
    attributes, indices = lump(cells, SEED)
    targets = []
    for number in range(8):
        other = lump(cells, SEED + 1 + number)[0]["POSITION"] - attributes["POSITION"]
        targets.append({"POSITION": document.add_accessor(other, ARRAY_BUFFER, bounds=True)})
    material = document.add("materials", {"name": "dough"})
    mesh = add_mesh(document, (attributes, indices), material, targets=targets)
    document.json["meshes"][mesh]["weights"] = [0.0] * 8
    place(document, "dough", 0.0, mesh=mesh)
    return document


MODELS: dict[str, Callable[[], Document]] = {
    "scan": scan,
    "million": million,
    "textures": textures,
    "skinned": skinned,
    "morphing": morphing,
}


def make(name: str, folder: Path) -> Path:
    """The file of a model in ``folder``, made unless it is there."""
    path = folder / f"{name}-{SEED}.glb"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        write(MODELS[name](), part)
        part.replace(path)
    return path


def made(name: str, folder: Path) -> Path:
    """``make`` in a process of its own: on Linux a program's peak memory starts from that of its parent."""
    said = [sys.executable, "-m", "bench.huge", str(folder), name]
    subprocess.run(said, check=True, stdout=subprocess.DEVNULL)
    return make(name, folder)


def write(document: Document, path: Path) -> None:
    """Write a document view by view: joined in memory it would be there twice."""
    offset, views = 0, []
    for view, data in zip(document.items("bufferViews"), document.views, strict=True):
        views.append({**view, "buffer": 0, "byteOffset": offset})
        offset += len(data) + -len(data) % 4
    parts = {**document.json, "bufferViews": views, "buffers": [{"byteLength": offset}]}
    text = json.dumps(parts, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    with path.open("wb") as file:
        file.write(struct.pack("<III", GLB_MAGIC, 2, 28 + len(text) + offset))
        file.write(struct.pack("<II", len(text), CHUNK_JSON) + text)
        file.write(struct.pack("<II", offset, CHUNK_BIN))
        for data in document.views:
            file.write(data)
            file.write(b"\0" * (-len(data) % 4))


if __name__ == "__main__":
    for chosen in sys.argv[2:] or MODELS:
        file = make(chosen, Path(sys.argv[1]))
        print(f"{file}  {file.stat().st_size / 1e6:.0f} MB")
