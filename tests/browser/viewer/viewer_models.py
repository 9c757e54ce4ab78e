"""A small product for the viewer's tests: a body on one of two pairs of legs, with a second look."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

CORNERS = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], dtype=np.float32)
SIDES = (([1, 0, 0], (4, 6, 7, 5)), ([-1, 0, 0], (0, 1, 3, 2)), ([0, 1, 0], (2, 3, 7, 6)))
MORE_SIDES = (([0, -1, 0], (0, 4, 5, 1)), ([0, 0, 1], (1, 5, 7, 3)), ([0, 0, -1], (0, 2, 6, 4)))
COLOURS = {
    "fabric": (0.6, 0.6, 0.6),
    "oak": (0.6, 0.4, 0.2),
    "steel": (0.5, 0.5, 0.55),
    "navy": (0.01, 0.02, 0.3),
}
BOUNDS = {"min": [-0.4, 0.0, -0.2], "max": [0.4, 0.6, 0.2]}
CAMERA = {"position": [1.2, 1.0, 2.2], "target": [0.0, 0.3, 0.0], "fov": 30.0}
VARIANTS = "KHR_materials_variants"

Box = tuple[tuple[float, float, float], tuple[float, float, float]]


def box(low: tuple[float, float, float], high: tuple[float, float, float]) -> list[NDArray[Any]]:
    """Positions, normals (24, 3) and indices (36,) of a box, metres."""
    spots = np.asarray(low, np.float32) + CORNERS * (
        np.asarray(high, np.float32) - np.asarray(low, np.float32)
    )
    sides = SIDES + MORE_SIDES
    positions = np.concatenate([spots[list(corners)] for _, corners in sides])
    normals = np.repeat(np.array([normal for normal, _ in sides], np.float32), 4, axis=0)
    indices = (np.array([0, 1, 2, 0, 2, 3]) + 4 * np.arange(6)[:, None]).ravel().astype(np.uint16)
    return [positions, normals, indices]


class Glb:
    """Boxes as meshes of a GLB."""

    def __init__(self) -> None:
        self.data = b""
        self.json: dict[str, Any] = {
            "asset": {"version": "2.0"},
            "scene": 0,
            "accessors": [],
            "bufferViews": [],
        }
        self.json["meshes"] = []

    def add(self, values: NDArray[Any]) -> int:
        """An accessor of the values; its index."""
        view = {"buffer": 0, "byteOffset": len(self.data), "byteLength": values.nbytes}
        self.data += values.tobytes() + b"\0" * (-values.nbytes % 4)
        kind = (
            {"componentType": 5126, "type": "VEC3"}
            if values.ndim == 2
            else {"componentType": 5123, "type": "SCALAR"}
        )
        limits = (
            {"min": values.min(axis=0).tolist(), "max": values.max(axis=0).tolist()}
            if values.ndim == 2
            else {}
        )
        self.json["bufferViews"].append(view)
        self.json["accessors"].append(
            {"bufferView": len(self.json["bufferViews"]) - 1, "count": len(values)} | kind | limits
        )
        return len(self.json["accessors"]) - 1

    def mesh(self, boxes: list[Box], material: int, **extra: Any) -> int:
        """A mesh with a primitive for each box; its index."""
        primitives = []
        for low, high in boxes:
            positions, normals, indices = (self.add(values) for values in box(low, high))
            attributes = {"POSITION": positions, "NORMAL": normals}
            primitives.append({"attributes": attributes, "indices": indices, "material": material} | extra)
        self.json["meshes"].append({"primitives": primitives})
        return len(self.json["meshes"]) - 1

    def write(self, path: Path) -> int:
        """Write the file; its bytes."""
        self.json["buffers"] = [{"byteLength": len(self.data)}]
        text = json.dumps(self.json).encode()
        text += b" " * (-len(text) % 4)
        body = struct.pack("<II", len(text), 0x4E4F534A) + text
        body += struct.pack("<II", len(self.data), 0x004E4942) + self.data
        path.write_bytes(struct.pack("<III", 0x46546C67, 2, 12 + len(body)) + body)
        return 12 + len(body)


def piece() -> Glb:
    """Body 80 × 40 × 40 cm on legs of 20 cm, oak or steel; the variant "Navy" dresses the body."""
    glb = Glb()
    looks = {name: {"baseColorFactor": [*colour, 1], "metallicFactor": 0} for name, colour in COLOURS.items()}
    glb.json["materials"] = [{"name": name, "pbrMetallicRoughness": look} for name, look in looks.items()]
    glb.json["extensions"] = {VARIANTS: {"variants": [{"name": "Navy"}]}}
    glb.json["extensionsUsed"] = [VARIANTS]
    mappings = {VARIANTS: {"mappings": [{"material": 3, "variants": [0]}]}}
    body = glb.mesh([((-0.4, 0.0, -0.2), (0.4, 0.4, 0.2))], 0, extensions=mappings)
    oak = glb.mesh([((-0.35, 0, -0.1), (-0.25, 0.2, 0.1)), ((0.25, 0, -0.1), (0.35, 0.2, 0.1))], 1)
    steel = glb.mesh([((-0.1, 0.0, -0.1), (0.1, 0.2, 0.1))], 2)
    glb.json["nodes"] = [
        {"name": "piece", "children": [1, 2, 3]},
        {"name": "body", "mesh": body, "translation": [0, 0.2, 0]},
        {"name": "legs oak", "mesh": oak},
        {"name": "legs steel", "mesh": steel},
    ]
    glb.json["scenes"] = [{"nodes": [0]}]
    return glb


def write_product(folder: Path, **extra: Any) -> None:
    """The piece in three levels with the product.json that the harness reads."""
    folder.mkdir()
    levels = {}
    for name in ("preview", "standard", "high"):
        size = piece().write(folder / f"{name}.glb")
        levels[name] = {"url": f"/{folder.name}/{name}.glb", "bytes": size}
    product = {"levels": levels, "camera": CAMERA, "bounds": BOUNDS} | extra
    (folder / "product.json").write_text(json.dumps(product))


def write_frames(folder: Path) -> None:
    """A turntable of 24 plain pictures in ever lighter red, as turntable.json and its files."""
    kinds = {"image/avif": "avif", "image/webp": "webp"}
    for number in range(24):
        picture = Image.new("RGB", (48, 48), (10 * number, 0, 0))
        for end in kinds.values():
            picture.save(folder / f"{number:02}.{end}")
    urls = {kind: [f"/{folder.name}/{i:02}.{end}" for i in range(24)] for kind, end in kinds.items()}
    told = {"width": 48, "height": 48, "images": [{"type": k, "urls": found} for k, found in urls.items()]}
    (folder / "turntable.json").write_text(json.dumps(told))
