"""Pictures of any model file: from any side, in any look, once or all around."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from renderd.pipeline.bounds import measure
from renderd.pipeline.camera import YAW, frame, turntable
from renderd.pipeline.clean import clean
from renderd.pipeline.configured import configured
from renderd.pipeline.convert import prepared, variants
from renderd.pipeline.document import Document
from renderd.pipeline.errors import ModelError
from renderd.pipeline.inputs import open_model
from renderd.pipeline.intake import UNKNOWN, Intake
from renderd.pipeline.mend import fill_coordinates
from renderd.pipeline.near import bring_near
from renderd.pipeline.poster import Studio, write
from renderd.pipeline.progress import Progress, silent
from renderd.pipeline.prune import prune
from storefront.plugin_api import Recipe

READ = 0.1
"""What opening the model takes of the work, about."""


@dataclass(frozen=True, slots=True)
class Shot:
    """How a picture is taken: pixels of its side, degrees (without a pitch it follows from the shape), a
    variant, effects (docs/viewer.md), and how many frames all around; 0 is one picture."""

    size: int = 1200
    yaw: float = YAW
    pitch: float | None = None
    variant: str | None = None
    effects: Sequence[dict[str, Any]] = ()
    frames: int = 0


def write_pictures(
    source: Path,
    out: Path,
    shot: Shot,
    recipe: Recipe,
    progress: Progress = silent,
    intake: Intake = UNKNOWN,
) -> None:
    """Write the picture ``out``, AVIF, JPEG, PNG or WebP by its name; several frames into the folder ``out``,
    as ``00.webp``, ``01.webp`` …

    Raises ModelError if the model can't be used or hasn't what the shot asks for, OSError.
    """
    progress("read", 0.0)
    with tempfile.TemporaryDirectory(prefix="renderd-") as scratch:
        document = open_model(prepared(source, recipe, Path(scratch)), recipe.unit, intake).document
        clean(document)
        prune(document)
        bring_near(document, measure(document))
        fill_coordinates(document)
        dressed = _dressed(document, shot)
        progress("picture", READ)
        _take(dressed, out, shot, progress)
    progress("done", 1.0)


def _dressed(document: Document, shot: Shot) -> Document:
    known = [variant["name"] for variant in variants(document)]
    if shot.variant is not None and shot.variant not in known:
        raise ModelError(f"there is no variant {shot.variant!r}; the model has {', '.join(known) or 'none'}")
    chosen = [{"kind": "variant", "name": shot.variant}] if shot.variant is not None else []
    try:
        return configured(document, [*shot.effects, *chosen])
    except (KeyError, TypeError, ValueError) as error:
        why = f"{error} is missing" if isinstance(error, KeyError) else error
        raise ModelError(
            f"the effects can't be applied ({why}); docs/viewer.md says what they are"
        ) from error


def _take(document: Document, out: Path, shot: Shot, progress: Progress) -> None:
    bounds = measure(document)
    camera = frame(bounds.min, bounds.max, shot.yaw, shot.pitch)
    studio = Studio(document)
    if not shot.frames:
        write(studio.picture(camera, shot.size, told=partial(_tell, progress, 0, 1)), out)
        return
    out.mkdir()
    for number, view in enumerate(turntable(studio.points, camera, shot.frames)):
        told = partial(_tell, progress, number, shot.frames)
        write(studio.picture(view, shot.size, told=told), out / f"{number:02}.webp")


def _tell(progress: Progress, number: int, count: int, done: float) -> None:
    progress("picture", READ + (1 - READ) * (number + done) / count)
