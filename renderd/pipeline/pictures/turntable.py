"""The turntable: a ring of pictures, for browsers that can't show the model itself."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PIL import Image

from renderd.pipeline.camera import Camera
from renderd.pipeline.document import Document
from renderd.pipeline.pictures.files import named, write_json
from renderd.pipeline.pictures.frames import FRAMES, TURNTABLE_SIDE, Cast, Frames, ring
from renderd.pipeline.poster import Studio, write
from renderd.pipeline.progress import Progress, silent

SAMPLES = 3
"""Looks at a pixel of high contrast: fewer than for a poster, since frames are passed by."""
TYPES = {"image/avif": ".avif", "image/webp": ".webp"}
FOLDER = "turntable"


def write_turntable(
    document: Document,
    camera: Camera,
    out: Path,
    progress: Progress = silent,
    side: int = TURNTABLE_SIDE,
    drawn: Frames | None = None,
) -> None:
    """Write ``out/turntable.json`` and the frames that it names (docs/manifest.md).

    The first of the frames, ``side`` pixels square, is seen from the bearing of ``camera``, each next one
    15° further to the right. Rays draw them, unless they are ``drawn``: the scene, its textures and its
    shadow are then made ready once. Raises ModelError if nothing is drawn.
    """
    progress(FOLDER, 0.0)
    frames = drawn or Cast(Studio(document), ring(document, camera), side, SAMPLES)
    (out / FOLDER).mkdir(parents=True)
    paths: dict[str, list[str]] = {kind: [] for kind in TYPES}
    for number in range(FRAMES):
        picture = frames.frame(number, partial(_tell, progress, number))
        for kind, path in _written(picture, out / FOLDER / f"{number:02}").items():
            paths[kind].append(f"{FOLDER}/{path.name}")
    images = [{"type": kind, "paths": found} for kind, found in paths.items()]
    write_json(out / "turntable.json", {"frames": FRAMES, "width": side, "height": side, "images": images})
    progress("done", 1.0)


def _written(picture: Image.Image, stem: Path) -> dict[str, Path]:
    return {kind: named(write(picture, stem.with_suffix(end)).path) for kind, end in TYPES.items()}


def _tell(progress: Progress, number: int, done: float) -> None:
    progress(FOLDER, (number + done) / FRAMES)
