"""A model in one configuration: its picture, and the models that stand in a room."""

from __future__ import annotations

from pathlib import Path

from renderd.pipeline.configured import Effects, configured
from renderd.pipeline.document import Document
from renderd.pipeline.pictures.files import described, weighed, write_json
from renderd.pipeline.pictures.frames import SIDE, Cast, Frames, front
from renderd.pipeline.plain import write_plain
from renderd.pipeline.poster import Studio, encode
from renderd.pipeline.progress import Progress, silent
from renderd.pipeline.usd import write_usdz

JSON = "picture.json"


def write_configuration(
    document: Document,
    effects: Effects,
    folder: str,
    out: Path,
    progress: Progress = silent,
    side: int = SIDE,
    drawn: Frames | None = None,
) -> None:
    """Write ``out/folder/picture.json`` and the files that it names (docs/manifest.md).

    The picture is ``side`` pixels square; the camera stands as for a poster, before what is shown at its
    present size; rays draw it, unless it is ``drawn``. Paths in the JSON are relative to ``out``. Raises
    ModelError if the configuration shows nothing.
    """
    progress("picture", 0.0)
    made = configured(document, effects)
    camera = front(made)
    (out / folder).mkdir(parents=True)
    frames = drawn or Cast(Studio(made), (camera,), side)
    picture = frames.frame(0, lambda done: progress("picture", 0.7 * done))
    images = [described(file, out) for file in encode(picture, "picture", out / folder)]
    progress("models", 0.75)
    models = {name: weighed(path, out) for name, path in _models(made, out / folder).items()}
    write_json(out / folder / JSON, {"width": side, "height": side, "images": images, **models})
    progress("done", 1.0)


def _models(document: Document, folder: Path) -> dict[str, Path]:
    """What Quick Look and Scene Viewer open."""
    usdz, plain = folder / "model.usdz", folder / "model.glb"
    write_usdz(document, usdz)
    plain.write_bytes(write_plain(document))
    return {"usdz": usdz, "plain": plain}
