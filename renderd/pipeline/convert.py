"""From a model file to a folder of levels, posters and a manifest: all of it, or nothing."""

from __future__ import annotations

import hashlib
import importlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from renderd.pipeline.bounds import Bounds, measure
from renderd.pipeline.camera import Camera, frame
from renderd.pipeline.clean import clean
from renderd.pipeline.document import Document
from renderd.pipeline.geometry import drop_empty, take_apart
from renderd.pipeline.inputs import Opened, open_model
from renderd.pipeline.intake import UNKNOWN, Intake
from renderd.pipeline.levels import Built, build
from renderd.pipeline.manifest import (
    PIPELINE_VERSION,
    Box,
    File,
    LevelFile,
    Manifest,
    Picture,
    Poster,
    Remark,
    Source,
    View,
)
from renderd.pipeline.plain import write_plain
from renderd.pipeline.poster import encode, render_poster
from renderd.pipeline.prune import prune
from renderd.pipeline.quantize import QUANTIZATION
from renderd.pipeline.report import remarks
from renderd.pipeline.textures import WEBP, Textures
from renderd.pipeline.usd import write_usdz
from storefront.plugin_api import Recipe

Progress = Callable[[str, float], None]
"""(stage, share of the whole work done, 0 to 1)."""

POSTER_SIDE = 1200
ORDER = ("preview", "standard", "high")


def silent(stage: str, done: float) -> None:
    """Progress that nobody watches."""


def convert(
    source: Path, out: Path, recipe: Recipe, progress: Progress = silent, intake: Intake = UNKNOWN
) -> Manifest:
    """Convert ``source`` into the folder ``out`` as docs/manifest.md says; returns its manifest.

    ``intake`` is what is known of its unit, up-axis and size.
    Raises ModelError if the model can't be used, FileExistsError if ``out`` is there and not empty, and
    OSError if a file can't be read or written. After an error nothing of ``out`` is there.
    The same file, recipe and intake give the same bytes.
    """
    refuse_existing(out)
    progress("read", 0.0)
    with tempfile.TemporaryDirectory(prefix="renderd-") as scratch:
        opened = open_model(prepared(source, recipe, Path(scratch)), recipe.unit, intake)
        with folder_beside(out) as folder:
            manifest = write_all(opened, folder, recipe, progress)
            write_file(folder / "manifest.json", manifest.to_json().encode())
    progress("done", 1.0)
    return manifest


def refuse_existing(out: Path) -> None:
    """Raise FileExistsError unless ``out`` is free."""
    if out.is_dir() and not any(out.iterdir()):
        return
    if out.exists() or out.is_symlink():
        raise FileExistsError(f"{out} is there already and not empty; expected a new folder")


def prepared(source: Path, recipe: Recipe, scratch: Path) -> Path:
    """The file that the recipe's own step makes of ``source``; ``source`` itself without such a step."""
    if recipe.prepare is None:
        return source
    module, _, name = recipe.prepare.partition(":")
    made: Path = getattr(importlib.import_module(module), name)(source, scratch)
    return made


@contextmanager
def folder_beside(out: Path) -> Iterator[Path]:
    """A folder that becomes ``out`` at the end, in one step; on any error it goes without a trace."""
    missing = [parent for parent in out.absolute().parents if not parent.exists()]
    out.absolute().parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.absolute().parent))
    try:
        yield folder
        folder.chmod(0o755)
        folder.replace(out)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        for parent in missing:
            parent.rmdir()
        raise


def write_all(opened: Opened, folder: Path, recipe: Recipe, progress: Progress) -> Manifest:
    """Write levels and posters into ``folder``; returns the manifest of them."""
    document = opened.document
    dropped = clean(document)
    prune(document)
    bounds = measure(document)
    built, found = build_levels(document, bounds, dropped, recipe, progress)
    levels = {name: write_level(folder, name, built[name]) for name in ORDER if name in built}
    progress("poster", 0.6)
    camera = frame(bounds.min, bounds.max)
    shown = Document.load_glb(poster_level(built).glb)
    poster = write_poster(folder, shown, camera)
    progress("plain", 0.9)
    plain = named(folder, "plain", ".glb", write_plain(shown))
    progress("usdz", 0.95)
    # Quick Look has no lines and points: a model of nothing else has no package.
    usdz = write_package(folder, shown) if poster_level(built).triangles else None
    return Manifest(
        source=described(opened),
        pipeline=PIPELINE_VERSION,
        levels=levels,
        poster=poster,
        plain=plain,
        usdz=usdz,
        camera=View(camera.position, camera.target, camera.fov),
        bounds=Box(bounds.min, bounds.max),
        nodes=names(document, "nodes"),
        materials=names(document, "materials"),
        variants=tuple(variant["name"] for variant in variants(document)),
        animations=tuple(a.get("name", f"animation_{i}") for i, a in enumerate(document.items("animations"))),
        extensions=tuple(
            name for name in document.json.get("extensionsUsed", []) if name not in (QUANTIZATION, WEBP)
        ),
        report=tuple(found),
    )


def described(opened: Opened) -> Source:
    """What the manifest says of the file."""
    taken = opened.taken
    return Source(opened.sha256, opened.bytes, opened.format, taken.metres, taken.up, taken.sure)


def build_levels(
    document: Document, bounds: Bounds, dropped: list[str], recipe: Recipe, progress: Progress
) -> tuple[dict[str, Built], list[Remark]]:
    """All levels by name, and the remarks on them. Each starts from the triangles of the finer one."""
    levels = sorted(recipe.levels, key=lambda level: -level.triangles)
    progress("geometry", 0.05)
    source = geometry = drop_empty(document, take_apart(document, max(bounds.size)))
    textures = Textures(document, max(level.texture for level in levels))
    built: dict[str, Built] = {}
    for step, level in enumerate(levels):
        progress(level.name, 0.1 + 0.5 * step / len(levels))
        built[level.name] = build(document, geometry, textures, level)
        geometry = built[level.name].geometry
    return built, remarks(bounds, source, dropped, built, recipe.levels)


def poster_level(built: dict[str, Built]) -> Built:
    """The level that the poster shows: fine enough for its 1200 pixels, and quick to draw."""
    return built.get("standard") or next(iter(built.values()))


def write_level(folder: Path, name: str, built: Built) -> LevelFile:
    """Write a level and its brotli bytes."""
    path = f"{name}-{digest(built.glb)}.glb"
    write_file(folder / path, built.glb)
    write_file(folder / f"{path}.br", built.compressed)
    return LevelFile(path, len(built.glb), len(built.compressed), built.triangles, built.texture, 0.0)


def write_poster(folder: Path, document: Document, camera: Camera) -> Poster:
    """Draw the poster, write its pictures, and give them names that carry their content's hash."""
    files = encode(render_poster(document, camera, POSTER_SIDE), "poster", folder)
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


def names(document: Document, kind: str) -> tuple[str, ...]:
    """The names of nodes or materials, each once, in the order of the document."""
    return tuple(dict.fromkeys(item["name"] for item in document.items(kind) if item.get("name")))


def variants(document: Document) -> list[dict[str, str]]:
    """The entries of KHR_materials_variants."""
    found: list[dict[str, str]] = (
        document.json.get("extensions", {}).get("KHR_materials_variants", {}).get("variants", [])
    )
    return found
