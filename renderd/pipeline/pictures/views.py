"""What somebody else needs in order to draw the frames of a picture job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from renderd.pipeline.bounds import measure
from renderd.pipeline.camera import Camera
from renderd.pipeline.configured import Effects, configured
from renderd.pipeline.document import Document
from renderd.pipeline.output import write_file
from renderd.pipeline.pictures.frames import SIDE, TURNTABLE_SIDE, front, ring


@dataclass(frozen=True, slots=True)
class Views:
    """The box of what is shown, ``min`` and ``max`` in metres; the cameras of square frames, and their
    pixels."""

    bounds: dict[str, Sequence[float]]
    cameras: Sequence[Camera]
    side: int


def prepare(document: Document, effects: Effects, camera: Camera | None, model: Path) -> Views:
    """Write the GLB ``model``, the document under its effects; how it is to be seen.

    With ``camera`` from all around, for a turntable; otherwise once, for a configuration. Raises ModelError
    if nothing is shown.
    """
    made = configured(document, effects)
    bounds = measure(made)
    cameras, side = (ring(made, camera), TURNTABLE_SIDE) if camera else ((front(made),), SIDE)
    write_file(model, made.to_glb())
    return Views({"min": bounds.min, "max": bounds.max}, cameras, side)
