"""Poster files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

LARGE, SMALL = 1200, 480
AVIF_QUALITY, AVIF_SPEED, WEBP_QUALITY, WEBP_ALPHA = 66, 7, 84, 78


@dataclass(frozen=True, slots=True)
class PosterFile:
    """A written picture: path, media type, and its width and height in pixels."""

    path: Path
    type: str
    width: int
    height: int


def encode(image: Image.Image, stem: str, out: Path) -> list[PosterFile]:
    """Write the poster as AVIF and WebP and as a small WebP of 480 pixels; the best first.

    The files are ``out/<stem>.avif``, ``out/<stem>.webp`` and ``out/<stem>-480.webp``.
    """
    small = shrink(image, min(SMALL, image.width))
    jobs = ((image, f"{stem}.avif"), (image, f"{stem}.webp"), (small, f"{stem}-{small.width}.webp"))
    return [_write(picture, out / name) for picture, name in jobs]


def _write(picture: Image.Image, path: Path) -> PosterFile:
    if path.suffix == ".avif":
        picture.save(path, quality=AVIF_QUALITY, speed=AVIF_SPEED)
    else:
        picture.save(path, quality=WEBP_QUALITY, alpha_quality=WEBP_ALPHA, method=4)
    return PosterFile(path, f"image/{path.suffix[1:]}", picture.width, picture.height)


def shrink(image: Image.Image, width: int) -> Image.Image:
    """A smaller copy of an RGBA picture, filtered in premultiplied alpha so that no dark fringe appears."""
    height = round(image.height * width / image.width)
    return image.resize((width, height), Image.Resampling.LANCZOS)


def mean_difference(first: Image.Image, second: Image.Image) -> float:
    """Mean absolute difference of two RGBA pictures of one size over white, 0 to 1, where either is solid."""
    one, two = (_over_white(image) for image in (first, second))
    solid = (np.asarray(first)[..., 3] > 127) | (np.asarray(second)[..., 3] > 127)
    return float(np.abs(one - two)[solid].mean()) if solid.any() else 0.0


def _over_white(image: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    values = np.asarray(image, np.float64) / 255
    return values[..., :3] * values[..., 3:] + 1 - values[..., 3:]
