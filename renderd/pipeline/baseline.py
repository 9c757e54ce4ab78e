"""Pictures that every program reads: JPEG, and PNG where there is opacity to keep."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image

from renderd.pipeline.channels import by_channel
from renderd.pipeline.document import Array

TINY = 16
"""Pictures of up to this many pixels a side are PNG: small, and exact."""

Kind = Literal["color", "data"]
QUALITY: dict[Kind, int] = {"color": 88, "data": 92}


@dataclass(frozen=True, slots=True)
class Encoded:
    """The bytes of a picture, and their media type."""

    data: bytes
    type: str

    @property
    def suffix(self) -> str:
        """The file ending, with its dot."""
        return {"image/png": ".png", "image/jpeg": ".jpg"}[self.type]


def open_picture(data: bytes, alpha: bool, side: int) -> Image.Image:
    """Decode to RGB, or to RGBA where ``alpha`` is wanted and not full; at most ``side`` pixels a side."""
    with Image.open(io.BytesIO(data)) as opened:
        opened.draft("RGB", (side, side))
        picture = opened.convert("RGBA" if alpha and opened.has_transparency_data else "RGB")
    if picture.mode == "RGBA" and np.asarray(picture.getchannel("A")).min() == 255:
        picture = picture.convert("RGB")
    return fitted(picture, side)


def fitted(picture: Image.Image, side: int) -> Image.Image:
    """Shrink to at most ``side`` pixels a side."""
    longest = max(picture.size)
    if longest <= side:
        return picture
    size = (max(1, round(picture.width * side / longest)), max(1, round(picture.height * side / longest)))
    return by_channel(picture, lambda part: part.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0))


def encode_plain(picture: Image.Image, kind: Kind) -> Encoded:
    """JPEG at full colour resolution (data live in the differences of channels), or PNG with opacity."""
    out = io.BytesIO()
    if picture.mode == "RGBA" or max(picture.size) <= TINY:
        picture.save(out, "PNG", compress_level=6)
        return Encoded(out.getvalue(), "image/png")
    picture.convert("RGB").save(out, "JPEG", quality=QUALITY[kind], subsampling=2 if kind == "color" else 0)
    return Encoded(out.getvalue(), "image/jpeg")


def strengthened(picture: Image.Image, scale: float) -> Image.Image:
    """A normal map with its slopes times ``scale``, for programs that read no scale of their own."""
    if scale == 1:
        return picture
    vectors: Array = np.asarray(picture.convert("RGB"), np.float32) / 127.5 - 1
    vectors = vectors * np.array([scale, scale, 1], np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=2, keepdims=True), 1e-6)
    return Image.fromarray(np.rint((vectors + 1) * 127.5).astype(np.uint8))
