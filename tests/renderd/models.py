"""Small models for the tests, made by code."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from renderd.pipeline.bounds import measure
from renderd.pipeline.clean import clean
from renderd.pipeline.document import ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER, Array, Document, Json
from renderd.pipeline.inputs import open_model
from renderd.pipeline.levels import build_all
from renderd.pipeline.progress import silent
from renderd.pipeline.prune import prune
from storefront.plugin_api import LEVELS, Level, Recipe
from tests.renderd.once import once

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "models"


@dataclass(frozen=True)
class Shape:
    """Vertices and triangles."""

    positions: Array
    normals: Array
    uv: Array
    indices: Array


def sheet(cells: int = 12, size: float = 1.0, bump: float = 0.1) -> Shape:
    """A wavy square in the xz plane, ``size`` metres wide, of 2·cells² triangles."""
    u, v = (a.ravel() for a in np.meshgrid(*[np.linspace(0, 1, cells + 1)] * 2))
    height = bump * np.sin(2 * np.pi * u) * np.cos(2 * np.pi * v)
    slope_u = bump * 2 * np.pi * np.cos(2 * np.pi * u) * np.cos(2 * np.pi * v)
    slope_v = -bump * 2 * np.pi * np.sin(2 * np.pi * u) * np.sin(2 * np.pi * v)
    normals = np.stack([-slope_u, np.ones_like(u) * size, -slope_v], axis=1)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    corner = (np.arange(cells)[:, None] * (cells + 1) + np.arange(cells)).ravel()
    right, below = corner + 1, corner + cells + 1
    faces = np.stack([corner, below, right, right, below, below + 1], axis=1)
    positions = np.stack([(u - 0.5) * size, height, (v - 0.5) * size], axis=1)
    return Shape(positions, normals, np.stack([u, v], axis=1), faces.ravel())


def attribute(document: Document, values: Array, **options: Any) -> int:
    """Add vertex values; floats as float32."""
    values = np.asarray(values, np.float32) if np.asarray(values).dtype.kind == "f" else np.asarray(values)
    return document.add_accessor(values, ARRAY_BUFFER, **options)


def primitive(document: Document, shape: Shape, **more: Any) -> Json:
    """Add a shape; ``more`` are further properties of the primitive."""
    return {
        "attributes": {
            "POSITION": attribute(document, shape.positions, bounds=True),
            "NORMAL": attribute(document, shape.normals),
            "TEXCOORD_0": attribute(document, shape.uv),
        },
        "indices": document.add_accessor(shape.indices.astype(np.uint32), ELEMENT_ARRAY_BUFFER),
        **more,
    }


def model(shape: Shape | None = None, material: Json | None = None) -> Document:
    """One named node with one mesh, in a material called "paint"."""
    document = Document({"asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}]})
    document.add("materials", {"name": "paint", **(material or {})})
    document.add("meshes", {"primitives": [primitive(document, shape or sheet(), material=0)]})
    document.add("nodes", {"name": "top", "mesh": 0})
    return document


def picture(side: int = 32, mode: str = "RGB", seed: int = 1) -> Image.Image:
    """Smooth noise."""
    noise = np.random.default_rng(seed).integers(0, 256, (8, 8, len(mode)), dtype=np.uint8)
    return Image.fromarray(noise.squeeze()).resize((side, side), Image.Resampling.BICUBIC)


def png(image: Image.Image) -> bytes:
    """PNG bytes."""
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def texture(document: Document, image: Image.Image) -> Json:
    """Add a texture; returns a texture info."""
    view = document.add_view(png(image))
    source = document.add("images", {"bufferView": view, "mimeType": "image/png"})
    return {"index": document.add("textures", {"source": source})}


def extend(document: Document, *names: str) -> None:
    """List extensions as used."""
    document.json.setdefault("extensionsUsed", []).extend(names)


def write(path: Path, document: Document) -> Path:
    """Write a GLB."""
    path.write_bytes(document.to_glb())
    return path


def levels_of(path: Path, levels: tuple[Level, ...] = LEVELS, unit: Any = "m") -> dict[str, Document]:
    """All levels of a file, read back from their bytes."""
    return {name: Document.load_glb(glb) for name, glb in glbs_of(path, levels, unit).items()}


def glbs_of(path: Path, levels: tuple[Level, ...] = LEVELS, unit: Any = "m") -> dict[str, bytes]:
    """The GLB bytes of all levels of a GLB file, made once for all processes of a test run."""
    key = hashlib.sha256(repr((levels, unit)).encode() + path.read_bytes()).hexdigest()
    return once(key, lambda: _made(path, levels, unit))


def _made(path: Path, levels: tuple[Level, ...], unit: Any) -> dict[str, bytes]:
    document = open_model(path, unit).document
    clean(document)
    prune(document)
    recipe = Recipe(levels=levels, unit=unit)
    built = build_all(document, measure(document), recipe, silent)
    return {name: level.glb for name, level in built.items()}


def made_of_nothing(_source: Path, folder: Path) -> Path:
    """A recipe's own step: ignores its input and makes a model."""
    return write(folder / "made.glb", model())


def first_primitive(document: Document) -> Json:
    """The first primitive of the first mesh."""
    found: Json = document.json["meshes"][0]["primitives"][0]
    return found


def through(tmp_path: Path, document: Document) -> Document:
    """The preview of a document, which is the level that loses most."""
    preview = tuple(level for level in LEVELS if level.name == "preview")
    return levels_of(write(tmp_path / "model.glb", document), preview)["preview"]
