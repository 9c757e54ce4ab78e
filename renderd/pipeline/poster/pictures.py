"""Poster files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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
    """Write the poster as AVIF and WebP, and again 480 pixels wide; the best first.

    The files are ``out/<stem>.avif``, ``out/<stem>.webp``, ``out/<stem>-480.avif`` and ``….webp``.
    """
    small = shrink(image, min(SMALL, image.width))
    names = ((image, stem), (small, f"{stem}-{small.width}"))
    return [_write(picture, out / f"{name}.{kind}") for picture, name in names for kind in ("avif", "webp")]


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
