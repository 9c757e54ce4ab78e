"""Where the frames of a picture job come from: the ray caster draws them, or a GPU has drawn them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import Image

from renderd.pipeline.bounds import measure
from renderd.pipeline.camera import Camera, frame, turntable
from renderd.pipeline.document import Document
from renderd.pipeline.environment import smoothstep
from renderd.pipeline.poster import Studio
from renderd.pipeline.poster.geometry import gather
from renderd.pipeline.poster.render import Told, untold

FRAMES, TURNTABLE_SIDE, SIDE = 24, 480, 1200
EDGE = 0.1
"""What a camera leaves free around the model, as a share of half of the frame."""


class Frames(Protocol):
    """Square RGBA pictures with straight alpha, by number."""

    def frame(self, number: int, told: Told = untold) -> Image.Image:
        """The picture with that number."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Frames that rays draw."""

    studio: Studio
    cameras: Sequence[Camera]
    side: int
    samples: int = 8

    def frame(self, number: int, told: Told = untold) -> Image.Image:
        """The picture that the camera with that number sees."""
        return self.studio.picture(self.cameras[number], self.side, self.samples, told)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Frames that ``renderd.chromium`` wrote into ``folder``."""

    folder: Path

    def frame(self, number: int, told: Told = untold) -> Image.Image:
        """The picture with that number; the viewer's shadow fades towards its edges."""
        told(0.0)
        with Image.open(self.folder / f"{number:02}.png", formats=["PNG"]) as file:
            picture = file.convert("RGBA")
        size = picture.width
        steps = np.abs((np.arange(size, dtype=np.float32) + 0.5) * 2 / size - 1)
        fade = smoothstep(0, EDGE, 1 - np.maximum(steps[:, None], steps[None]))
        alpha = np.asarray(picture.getchannel("A"), np.float32) * fade
        picture.putalpha(Image.fromarray(np.rint(alpha).astype(np.uint8)))
        return picture


def ring(document: Document, camera: Camera) -> tuple[Camera, ...]:
    """The cameras of a turntable that is first seen from the bearing of ``camera``."""
    geometry = gather(document)
    return turntable(geometry.positions[np.unique(geometry.faces)], camera, FRAMES)


def front(document: Document) -> Camera:
    """The camera of a poster. Raises ModelError if nothing is shown."""
    bounds = measure(document)
    return frame(bounds.min, bounds.max)
