"""Files out: a folder that is there whole or not at all, and names that carry their content's hash."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from renderd.pipeline.camera import Camera
from renderd.pipeline.document import Document
from renderd.pipeline.levels import Built
from renderd.pipeline.manifest import File, LevelFile, Picture, Poster
from renderd.pipeline.poster import encode, render_poster
from renderd.pipeline.report import memory
from renderd.pipeline.usd import write_usdz

POSTER_SIDE = 1200


def into_place(folder: Path, out: Path) -> None:
    """Make a finished folder ``out``, in one step."""
    folder.chmod(0o755)
    folder.replace(out)


def write_level(folder: Path, name: str, built: Built) -> LevelFile:
    """Write a level and its brotli bytes."""
    path = f"{name}-{digest(built.glb)}.glb"
    write_file(folder / path, built.glb)
    write_file(folder / f"{path}.br", built.compressed)
    sizes = len(built.glb), len(built.compressed), built.triangles, built.texture
    return LevelFile(
        path, *sizes, difference=round(built.difference, 5), memory=memory(Document.load_glb(built.glb))
    )


def write_poster(folder: Path, document: Document, camera: Camera, told: Callable[[float], None]) -> Poster:
    """Draw the poster, write its pictures, and give them names that carry their content's hash."""
    files = encode(render_poster(document, camera, POSTER_SIDE, told=told), "poster", folder)
    pictures = []
    for file in files:
        path = file.path.with_name(f"poster-{digest(file.path.read_bytes())}{file.path.suffix}")
        file.path.rename(path)
        pictures.append(Picture(path.name, file.type, file.width, file.height, path.stat().st_size))
    return Poster(POSTER_SIDE, POSTER_SIDE, tuple(pictures))


def write_package(folder: Path, document: Document) -> File:
    """Write the USDZ of what ``document`` shows."""
    path = folder / "model.usdz"
    write_usdz(document, path)
    data = path.read_bytes()
    path.unlink()
    return named(folder, "model", ".usdz", data)


def named(folder: Path, stem: str, suffix: str, data: bytes) -> File:
    """Write a file under a name that carries its content's hash."""
    path = f"{stem}-{digest(data)}{suffix}"
    write_file(folder / path, data)
    return File(path, len(data))


def digest(data: bytes) -> str:
    """The first 12 hex digits of the SHA-256."""
    return hashlib.sha256(data).hexdigest()[:12]


def write_file(path: Path, data: bytes) -> None:
    """Write a file and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
