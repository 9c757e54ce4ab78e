"""A model in one configuration: its picture, and the USDZ that stands in a room."""

from __future__ import annotations

from pathlib import Path

from renderd.pipeline.bounds import measure
from renderd.pipeline.camera import frame
from renderd.pipeline.configured import Effects, configured
from renderd.pipeline.document import Document
from renderd.pipeline.pictures.files import Progress, described, named, silent, write_json
from renderd.pipeline.poster import encode, render_poster
from renderd.pipeline.usd import write_usdz

SIDE = 1200
JSON = "picture.json"


def write_configuration(
    document: Document, effects: Effects, folder: str, out: Path, progress: Progress = silent
) -> None:
    """Write ``out/folder/picture.json`` and the files that it names (docs/manifest.md).

    The camera stands as for a poster, before what is shown at its present size. Paths in the JSON are
    relative to ``out``. Raises ModelError if the configuration shows nothing.
    """
    progress("picture", 0.0)
    made = configured(document, effects)
    bounds = measure(made)
    (out / folder).mkdir(parents=True)
    camera = frame(bounds.min, bounds.max)
    picture = render_poster(made, camera, SIDE, told=lambda done: progress("picture", 0.7 * done))
    images = [described(file, out) for file in encode(picture, "picture", out / folder)]
    progress("usdz", 0.8)
    write_usdz(made, out / folder / "model.usdz")
    usdz = named(out / folder / "model.usdz")
    told = {"path": f"{folder}/{usdz.name}", "bytes": usdz.stat().st_size}
    write_json(out / folder / JSON, {"width": SIDE, "height": SIDE, "images": images, "usdz": told})
    progress("done", 1.0)
