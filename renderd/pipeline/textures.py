"""Textures by what they are for: size and quality follow the role, and everything becomes WebP or JPEG.

A role is read off the materials: colours bear loss well, normals badly, other data lie between. WebP halves
the resolution of the differences between the channels, which is where normal maps keep their directions and
other data whole channels. JPEG needs not: at full resolution of all three it takes a third of the bytes.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from PIL import Image

from renderd.pipeline.channels import by_channel
from renderd.pipeline.document import Array, Document
from renderd.pipeline.errors import ModelError
from renderd.pipeline.materials import texture_slots
from renderd.pipeline.quantize import require

WEBP = "EXT_texture_webp"
FORMATS = ("PNG", "JPEG", "WEBP", "AVIF")

Role = Literal["color", "data", "normal"]
COLORS = {
    "baseColorTexture",
    "emissiveTexture",
    "sheenColorTexture",
    "specularColorTexture",
    "diffuseTransmissionColorTexture",
    "multiscatterColorTexture",
}
NORMALS = {"normalTexture", "clearcoatNormalTexture"}
ALPHA_DATA = {"specularTexture", "sheenRoughnessTexture", "diffuseTransmissionTexture"}
RANK: dict[Role, int] = {"color": 0, "data": 1, "normal": 2}

UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, RuntimeError, Image.DecompressionBombError)
"""All that Pillow raises for a picture that is broken; RuntimeError comes from its AVIF decoder."""

MASTER_TEXELS = 64_000_000
"""Decoded pictures are kept between levels up to this many texels (256 MB)."""

SIZED_TEXELS = 8_000_000
"""Smaller copies are kept up to this many texels (24 MB): levels are searched by trying sizes again."""

EFFORT = 2
"""WebP's method, of 0 to 6. Those above take twice to three times as long, and lose more for the bytes that
they save: for the same look it is a hundredth.
"""


@dataclass(frozen=True, slots=True)
class Use:
    """What the materials want of an image, and whether its alpha is wanted: as opacity, or as other data."""

    role: Role = "color"
    alpha: bool = False

    def joined(self, other: Use) -> Use:
        """The use that serves both."""
        return Use(max(self.role, other.role, key=RANK.__getitem__), self.alpha or other.alpha)


Form = Literal["webp", "jpeg"]


@dataclass(frozen=True, slots=True)
class Choice:
    """How an image is stored: its longest side in pixels, and its form's quality (0–100); WebP's 101 is
    lossless. JPEG is for images without opacity.
    """

    side: int
    quality: int
    form: Form = "webp"


def uses(document: Document) -> dict[int, Use]:
    """How the materials use each image, by image index."""
    found: dict[int, Use] = {}
    for material in document.items("materials"):
        covers = material.get("alphaMode", "OPAQUE") != "OPAQUE"
        for slot, info in texture_slots(material):
            image = document.texture_image(info["index"])
            if image is not None:
                found[image] = found.get(image, Use()).joined(slot_use(slot, covers))
    return found


def slot_use(slot: str, covers: bool) -> Use:
    """The use of a material's slot; ``covers`` if the material's base colour has opacity."""
    if slot in NORMALS:
        return Use("normal")
    if slot in ALPHA_DATA:
        return Use("data", True)
    return Use("color" if slot in COLORS else "data", covers and slot == "baseColorTexture")


class Textures:
    """The images of one document, decoded once and encoded as often as levels ask for it."""

    def __init__(self, document: Document, largest: int) -> None:
        """``largest`` is the longest side that any level asks for, in pixels."""
        self.document = document
        self.uses = uses(document)
        self.largest = largest
        self._masters: dict[int, Image.Image] = {}
        self._done: dict[tuple[int, Choice], bytes] = {}
        self._sized: dict[tuple[int, int], Image.Image] = {}

    def __len__(self) -> int:
        """How many images there are."""
        return len(self.document.items("images"))

    def use(self, index: int) -> Use:
        """What the materials want of an image."""
        return self.uses.get(index, Use())

    def write(self, document: Document, choices: Mapping[int, Choice]) -> int:
        """Put the images into ``document`` (a level of ours); returns the longest side of them all."""
        for index, image in enumerate(document.items("images")):
            image["bufferView"] = document.add_view(self.encoded(index, choices[index]))
            image["mimeType"] = f"image/{choices[index].form}"
        for index, texture in enumerate(document.items("textures")):
            source = document.texture_image(index)
            for key in ("source", "extensions"):
                texture.pop(key, None)
            if source is not None:
                webp = choices[source].form == "webp"
                texture |= {"extensions": {WEBP: {"source": source}}} if webp else {"source": source}
        if any(choice.form == "webp" for choice in choices.values()):
            require(document, WEBP)
        return max((choice.side for choice in choices.values()), default=0)

    def encoded(self, index: int, choice: Choice) -> bytes:
        """An image as it is stored."""
        if (index, choice) not in self._done:
            self._done[index, choice] = encode(self.sized(index, choice.side), choice)
        return self._done[index, choice]

    def sized(self, index: int, side: int) -> Image.Image:
        """The image, ``side`` pixels long at most; the last ones asked for are kept."""
        master = self.master(index)
        if max(master.size) <= side:
            return master
        found = self._sized.pop((index, side), None)
        picture = self._sized[index, side] = found or resized(master, side, self.use(index))
        held = texels(self._sized.values())
        while held > SIZED_TEXELS and len(self._sized) > 1:
            held -= texels([self._sized.pop(next(iter(self._sized)))])
        return picture

    def master(self, index: int) -> Image.Image:
        """The decoded image, no larger than any level needs it."""
        if index in self._masters:
            return self._masters[index]
        use = self.use(index)
        picture = resized(decode(self.document.image(index), use, f"image {index}"), self.largest, use)
        if texels([*self._masters.values(), picture]) <= MASTER_TEXELS:
            self._masters[index] = picture
        return picture

    def forget(self, index: int) -> None:
        """Give the memory of a decoded image back."""
        self._masters.pop(index, None)
        self._sized = {key: picture for key, picture in self._sized.items() if key[0] != index}


def texels(pictures: Iterable[Image.Image]) -> int:
    """How many pixels pictures have together."""
    return sum(picture.width * picture.height for picture in pictures)


def decode(data: bytes, use: Use, name: str) -> Image.Image:
    """Decode to RGB, or RGBA where the alpha is used and not full; raises ModelError."""
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            warnings.simplefilter("ignore")
            picture = eight_bits(opened)
    except UNREADABLE as error:
        raise ModelError(f"{name} can't be decoded ({error}); expected PNG, JPEG or WebP") from error
    full = picture.mode != "RGBA" or band_ranges(picture)[3] == (255, 255)
    return collapsed(in_mode(picture, "RGB") if full or not use.alpha else picture)


def eight_bits(picture: Image.Image) -> Image.Image:
    """RGB or RGBA of any mode: palettes, greys, 16 bits."""
    picture.load()
    if picture.mode.startswith("I") or picture.mode == "F":
        values = np.asarray(picture, np.float64)
        picture = Image.fromarray(np.clip(values / 257 + 0.5, 0, 255).astype(np.uint8))
    return in_mode(picture, "RGBA" if picture.has_transparency_data else "RGB")


def in_mode(picture: Image.Image, mode: str) -> Image.Image:
    """The picture in a mode: itself, and no copy, where it is in that already."""
    return picture if picture.mode == mode else picture.convert(mode)


def collapsed(picture: Image.Image) -> Image.Image:
    """A picture of a single colour as 4 × 4 pixels of it, any other as it is."""
    if any(low != high for low, high in band_ranges(picture)):
        return picture
    return picture.resize((4, 4), Image.Resampling.NEAREST)


def band_ranges(picture: Image.Image) -> list[tuple[int, int]]:
    """Least and greatest value of each band, one band being copied at a time."""
    return [extrema(picture.getchannel(band)) for band in range(len(picture.getbands()))]


def extrema(band: Image.Image) -> tuple[int, int]:
    """Least and greatest value of a picture with one band of bytes."""
    values = np.flatnonzero(band.histogram())
    return int(values[0]), int(values[-1])


def resized(picture: Image.Image, side: int, use: Use) -> Image.Image:
    """Shrink so that the longest side is at most ``side`` pixels; normals are made unit vectors again."""
    longest = max(picture.size)
    if longest <= side:
        return picture
    size = (max(1, round(picture.width * side / longest)), max(1, round(picture.height * side / longest)))
    small = by_channel(picture, lambda part: part.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0))
    return unit_normals(small) if use.role == "normal" else small


def unit_normals(picture: Image.Image) -> Image.Image:
    """A normal map whose vectors have length 1 again after averaging."""
    # In place, since each copy takes four times as much as the picture does.
    vectors: Array = np.array(in_mode(picture, "RGB"), np.float32)
    vectors /= 127.5
    vectors -= 1
    length = np.sqrt(np.einsum("hwc,hwc->hw", vectors, vectors))
    vectors /= np.maximum(length, 1e-6)[..., None]
    vectors += 1
    vectors *= 127.5
    return Image.fromarray(np.rint(vectors, out=vectors).astype(np.uint8))


def encode(picture: Image.Image, choice: Choice, effort: int = EFFORT) -> bytes:
    """A picture, which has its size already, in a choice's form and quality; ``effort`` is WebP's method."""
    out = io.BytesIO()
    if choice.form == "jpeg":
        return jpeg(picture, choice.quality)
    lossless = choice.quality > 100 or max(picture.size) <= 4
    quality = 50 if lossless else choice.quality
    # Colours under transparent texels are kept, since they bleed at edges.
    picture.save(out, "WEBP", quality=quality, lossless=lossless, method=effort, exact=True)
    return out.getvalue()


def jpeg(picture: Image.Image, quality: int) -> bytes:
    """JPEG of a picture, all three channels at full resolution, with no word of the source's own."""
    told: dict[str, Any] = {"quality": quality, "subsampling": "4:4:4", "comment": b""}
    out, plain = io.BytesIO(), io.BytesIO()
    try:
        picture.save(out, "JPEG", optimize=True, **told)
    except OSError:
        # To choose the shortest codes Pillow sets a byte aside for each pixel, and noise needs more.
        picture.save(plain, "JPEG", **told)
        return plain.getvalue()
    return out.getvalue()
