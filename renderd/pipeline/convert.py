"""From a model file to a folder of levels, posters and a manifest: all of it, or nothing."""

from __future__ import annotations

import importlib
import tempfile
from functools import partial
from pathlib import Path

from renderd.beside import folder_beside
from renderd.pipeline.bounds import measure
from renderd.pipeline.camera import Camera, frame
from renderd.pipeline.clean import clean
from renderd.pipeline.document import Document
from renderd.pipeline.inputs import Opened, open_model
from renderd.pipeline.intake import UNKNOWN, Intake
from renderd.pipeline.levels import Built, build_all
from renderd.pipeline.lighten import Limit, lighten
from renderd.pipeline.manifest import PIPELINE_VERSION, Box, File, Manifest, Poster, Source, View
from renderd.pipeline.mend import fill_coordinates
from renderd.pipeline.near import bring_near
from renderd.pipeline.output import (
    into_place,
    named,
    write_file,
    write_level,
    write_package,
    write_poster,
)
from renderd.pipeline.plain import write_plain
from renderd.pipeline.progress import Progress, between, silent
from renderd.pipeline.prune import prune
from renderd.pipeline.quantize import QUANTIZATION
from renderd.pipeline.report import on_levels, on_source, survey
from renderd.pipeline.textures import WEBP
from storefront.plugin_api import Recipe

ORDER = ("preview", "standard", "high")

LIGHTEN, LEVELS, POSTER, EXPORTED = (0.05, 0.2), (0.2, 0.7), (0.7, 0.92), 0.95
"""Shares of the whole work, by the clock."""


def convert(
    source: Path, out: Path, recipe: Recipe, progress: Progress = silent, intake: Intake = UNKNOWN
) -> Manifest:
    """Convert ``source`` into the folder ``out`` as docs/manifest.md says; returns its manifest.

    ``intake`` is what is known of its unit, up-axis and size.
    Raises ModelError if the model can't be used, FileExistsError if ``out`` is there and not empty, and
    OSError if a file can't be read or written. After an error nothing of ``out`` is there.
    The same file, recipe and intake give the same bytes.
    """
    with folder_beside(out) as folder, tempfile.TemporaryDirectory(prefix="renderd-") as scratch:
        progress("read", 0.0)
        opened = open_model(prepared(source, recipe, Path(scratch)), recipe.unit, intake)
        manifest = write_all(opened, folder, recipe, progress)
        write_file(folder / "manifest.json", manifest.to_json().encode())
        into_place(folder, out)
    progress("done", 1.0)
    return manifest


def prepared(source: Path, recipe: Recipe, scratch: Path) -> Path:
    """The file that the recipe's own step makes of ``source``; ``source`` itself without such a step."""
    if recipe.prepare is None:
        return source
    module, _, name = recipe.prepare.partition(":")
    made: Path = getattr(importlib.import_module(module), name)(source, scratch)
    return made


def write_all(opened: Opened, folder: Path, recipe: Recipe, progress: Progress) -> Manifest:
    """Write levels, pictures and exports into ``folder``; returns the manifest of them."""
    document = opened.document
    document.release()
    dropped = clean(document)
    prune(document)
    bounds = measure(document)
    source = survey(document)
    found = on_source(source, bounds, opened.taken, dropped, opened.mended)
    bounds = bring_near(document, bounds)
    fill_coordinates(document)
    lighten(document, Limit.of(recipe.levels), partial(between(progress, *LIGHTEN), "lighten"))
    built = build_all(document, bounds, recipe, between(progress, *LEVELS))
    document.release()
    levels = {name: write_level(folder, name, built[name]) for name in ORDER if name in built}
    found += on_levels(levels, recipe.levels, source.triangles)
    camera = frame(bounds.min, bounds.max)
    shown = poster_level(built)
    poster, plain, usdz = write_shown(folder, shown, camera, progress)
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


def write_shown(
    folder: Path, built: Built, camera: Camera, progress: Progress
) -> tuple[Poster, File, File | None]:
    """Write the poster of a level, its plain GLB and, unless it is all lines and points, its USDZ."""
    document = Document.load_glb(built.glb)
    poster = write_poster(folder, document, camera, partial(between(progress, *POSTER), "poster"))
    progress("exports", POSTER[1])
    plain = named(folder, "plain", ".glb", write_plain(document))
    progress("exports", EXPORTED)
    return poster, plain, write_package(folder, document) if built.triangles else None


def described(opened: Opened) -> Source:
    """What the manifest says of the file."""
    taken = opened.taken
    return Source(opened.sha256, opened.bytes, opened.format, taken.metres, taken.up, taken.sure)


def poster_level(built: dict[str, Built]) -> Built:
    """The level that the poster shows: fine enough for its 1200 pixels, and quick to draw."""
    return built.get("standard") or next(iter(built.values()))


def names(document: Document, kind: str) -> tuple[str, ...]:
    """The names of nodes or materials, each once, in the order of the document."""
    return tuple(dict.fromkeys(item["name"] for item in document.items(kind) if item.get("name")))


def variants(document: Document) -> list[dict[str, str]]:
    """The entries of KHR_materials_variants."""
    found: list[dict[str, str]] = (
        document.json.get("extensions", {}).get("KHR_materials_variants", {}).get("variants", [])
    )
    return found
