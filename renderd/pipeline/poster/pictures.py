"""Poster files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

LARGE, SMALL = 1200, 480
AVIF_QUALITY, AVIF_SPEED, WEBP_QUALITY, WEBP_ALPHA, JPEG_QUALITY = 66, 7, 84, 78, 86
TYPES = {".avif": "image/avif", ".webp": "image/webp", ".jpg": "image/jpeg", ".png": "image/png"}


@dataclass(frozen=True, slots=True)
class PosterFile:
    """A written picture: path, media type, and its width and height in pixels."""

    path: Path
    type: str
    width: int
    height: int


def encode(image: Image.Image, stem: str, out: Path) -> list[PosterFile]:
    """Write the poster as AVIF and WebP, again 480 pixels wide, and on white as JPEG; the best first.

    The files are ``out/<stem>.avif``, ``out/<stem>.webp``, ``out/<stem>-480.avif`` and ``….webp``, and
    ``out/<stem>.jpg``, for mails and link previews.
    """
    small = shrink(image, min(SMALL, image.width))
    names = [
        (picture, f"{name}.{kind}")
        for picture, name in ((image, stem), (small, f"{stem}-{small.width}"))
        for kind in ("avif", "webp")
    ]
    return [write(picture, out / name) for picture, name in (*names, (image, f"{stem}.jpg"))]


def write(picture: Image.Image, path: Path) -> PosterFile:
    """Write an RGBA picture as what its name says: ``.avif``, ``.webp``, ``.png``, or ``.jpg`` on white.

    Raises KeyError for another name.
    """
    kind = TYPES[path.suffix.lower()]
    if kind == "image/jpeg":
        on_white(picture).save(path, quality=JPEG_QUALITY, optimize=True, progressive=True)
    elif kind == "image/webp":
        picture.save(path, quality=WEBP_QUALITY, alpha_quality=WEBP_ALPHA, method=4)
    elif kind == "image/avif":
        picture.save(path, quality=AVIF_QUALITY, speed=AVIF_SPEED)
    else:
        picture.save(path, optimize=True)
    return PosterFile(path, kind, picture.width, picture.height)


def on_white(picture: Image.Image) -> Image.Image:
    """The picture without transparency, for what can't show any."""
    ground = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(ground, picture).convert("RGB")


def shrink(image: Image.Image, width: int) -> Image.Image:
    """A smaller copy of an RGBA picture, filtered in premultiplied alpha so that no dark fringe appears."""
    height = round(image.height * width / image.width)
    return image.resize((width, height), Image.Resampling.LANCZOS)
