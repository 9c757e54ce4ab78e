"""What a smaller or harder compressed image loses, estimated on samples of it before it is made."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from renderd.pipeline.document import Array
from renderd.pipeline.textures import Choice, Form, Role, Textures, Use, encode, resized

Quality = tuple[Form, int]

WEBP: dict[Role, tuple[int, ...]] = {"color": (88, 72, 54), "data": (88, 72, 54), "normal": (84, 68)}
JPEG: dict[Role, tuple[int, ...]] = {"color": (86,), "data": (85, 70, 50), "normal": (90, 80, 65, 45)}
"""Qualities that are tried of each form."""

FINEST: dict[Role, tuple[Quality, ...]] = {
    "color": (("webp", 101), ("webp", 97), ("jpeg", 95)),
    "data": (("webp", 101), ("jpeg", 97), ("jpeg", 92)),
    "normal": (("webp", 101), ("jpeg", 98), ("jpeg", 95)),
}
"""What is tried besides for the largest copy."""

LOSSLESS = 1024
"""Pixels of a side up to which images are stored lossless: beyond, that takes much memory and time."""

PLAIN = 0.1
"""Where the largest copy that can be seen whole loses more than this, larger ones are tried."""

LEAST = 16
"""Pixels of the longest side under which no image is shrunk."""

PATCH, PATCHES = 48, 4
"""An image that is seen larger than PATCH · PATCHES pixels is judged by PATCHES × PATCHES pieces of it."""

THUMB = 64
"""Pixels across, of the small copy in which busy places are looked for."""

BLOCK = 8
STEADY = 0.03**2
"""The constant C2 of SSIM, which keeps even areas from counting noise."""

EVEN = 1e-5
"""Blocks whose values vary less show nothing that could be lost, and are left out."""

WORST = 0.05
JPEG_HEAD = 600
"""Bytes of a JPEG's tables, which don't grow with it."""


@dataclass(frozen=True, slots=True)
class Option:
    """A way to store an image: about how many bytes, and what it loses, on a scale of its own.

    Of the ``loss``, ``shrunk`` is that of the fewer pixels alone.
    """

    choice: Choice
    bytes: int
    loss: float
    shrunk: float = 0.0


@dataclass(frozen=True, slots=True)
class Sample:
    """An image, or busy pieces of it, as it is looked at: what is stored of it is drawn at the same size."""

    picture: Image.Image
    whole: int
    share: float
    size: tuple[int, int]
    values: Array
    use: Use

    @classmethod
    def of(cls, master: Image.Image, use: Use, scale: float) -> Sample:
        """The sample of an image that is seen ``scale`` pixels for each of its own."""
        mosaic = pieces(master, scale)
        size = size_seen(mosaic, scale)
        share = mosaic.width * mosaic.height / (master.width * master.height)
        return cls(mosaic, max(master.size), share, size, values(mosaic, size), use)

    def options(self, side: int, finest: bool) -> list[Option]:
        """Ways to store the image ``side`` pixels long; with ``finest`` the best ones besides."""
        part = resized(self.picture, max(1, round(max(self.picture.size) * side / self.whole)), self.use)
        found = []
        for choice in choices(side, self.use.role, finest, part.mode == "RGBA"):
            data = encode(part, choice)
            loss = unlike(self.values, values(Image.open(io.BytesIO(data)), self.size))
            found.append(Option(choice, weight(data, choice, self.share), loss))
        shrunk = min(option.loss for option in found)
        return [replace(option, shrunk=shrunk) for option in found]


def options(textures: Textures, index: int, seen: float, limit: int) -> list[Option]:
    """Ways to store an image whose longest side is seen ``seen`` pixels long, at most ``limit`` stored."""
    master = textures.master(index)
    whole = max(master.size)
    if whole <= 4:
        return [Option(Choice(whole, 101), 60, 0.0)]
    seen = min(max(seen, LEAST), whole)
    sample, largest = Sample.of(master, textures.use(index), seen / whole), min(limit, whole)
    side, *smaller = sides(largest, seen)
    found = sample.options(side, True)
    # Where little is drawn on an even ground, more pixels than are seen may be wanted.
    while found[0].shrunk > PLAIN and (side := 2 * side) <= largest:
        found = sample.options(side, True) + found
    return found + [option for side in smaller for option in sample.options(side, False)]


def choices(side: int, role: Role, finest: bool, opacity: bool) -> list[Choice]:
    """What is tried at a size."""
    found: list[Quality] = [("webp", quality) for quality in WEBP[role]]
    found += [("jpeg", quality) for quality in JPEG[role]]
    found += FINEST[role] if finest else ()
    return [
        Choice(side, quality, form)
        for form, quality in found
        if not (opacity and form == "jpeg") and not (quality > 100 and side > LOSSLESS)
    ]


def weight(data: bytes, choice: Choice, share: float) -> int:
    """Bytes of a whole image by those of a sample of it, which is a ``share`` of the whole."""
    head = min(JPEG_HEAD, len(data)) if choice.form == "jpeg" else 0
    return round((len(data) - head) / share) + head


def sides(largest: int, seen: float) -> list[int]:
    """Sides to try: halvings from the last that has all that is seen down to a tenth of that."""
    side = largest
    while side // 2 >= seen:
        side //= 2
    found = [side]
    while side // 2 >= max(LEAST, seen / 10):
        side //= 2
        found.append(side)
    return found


def pieces(picture: Image.Image, scale: float) -> Image.Image:
    """The picture, or, where it is seen (``scale`` pixels for each of its own) large, a mosaic of pieces."""
    width, height = (piece(length, scale) // PATCHES * PATCHES for length in picture.size)
    if width >= picture.width - PATCHES and height >= picture.height - PATCHES:
        return picture
    mosaic = Image.new(picture.mode, (width, height))
    wide, high = width // PATCHES, height // PATCHES
    lefts, tops = busiest(picture, wide, high)
    for row in range(PATCHES):
        for column in range(PATCHES):
            left, top = int(lefts[row, column]), int(tops[row, column])
            mosaic.paste(picture.crop((left, top, left + wide, top + high)), (column * wide, row * high))
    return mosaic


def busiest(picture: Image.Image, wide: int, high: int) -> tuple[Array, Array]:
    """For each of PATCHES × PATCHES cells of a picture the left and top of its piece with most change.

    Where little is drawn on an even ground, pieces in fixed places would miss it.
    """
    small = np.asarray(picture.convert("RGB").resize((THUMB, THUMB), Image.Resampling.BOX), np.float32).max(
        axis=2
    )
    change = np.zeros_like(small)
    change[:-1, :-1] = np.abs(np.diff(small, axis=0))[:, :-1] + np.abs(np.diff(small, axis=1))[:-1]
    cell = THUMB // PATCHES
    cells = change.reshape(PATCHES, cell, PATCHES, cell).transpose(0, 2, 1, 3).reshape(PATCHES, PATCHES, -1)
    row, column = np.divmod(cells.argmax(axis=2), cell)
    first = np.arange(PATCHES)
    across = (column + first[None] * cell + 0.5) / THUMB * picture.width - wide / 2
    down = (row + first[:, None] * cell + 0.5) / THUMB * picture.height - high / 2
    return (
        np.clip(np.rint(across), 0, picture.width - wide).astype(int),
        np.clip(np.rint(down), 0, picture.height - high).astype(int),
    )


def piece(length: int, scale: float) -> int:
    """How much of a side of ``length`` pixels is looked at."""
    return length if length * scale <= PATCH * PATCHES else max(PATCHES, round(PATCH * PATCHES / scale))


def size_seen(picture: Image.Image, scale: float) -> tuple[int, int]:
    """The size at which a picture is seen, at least a block each way."""
    return max(BLOCK, round(picture.width * scale)), max(BLOCK, round(picture.height * scale))


def values(picture: Image.Image, size: tuple[int, int]) -> Array:
    """A picture at a size, (height, width, channels) float32 from 0 to 1."""
    shown = picture if picture.size == size else picture.resize(size, Image.Resampling.BILINEAR)
    return np.asarray(shown, np.float32) / np.float32(255)


def unlike(one: Array, other: Array) -> float:
    """How unlike two images are: noise over signal by blocks; half the mean, half the worst blocks.

    With means taken out, 1 − (2·cov + C2)/(var + var + C2) of SSIM is the square of their difference over
    the sum of both variances and C2. Of that s, s / (1 − s) is taken, which doesn't level off.
    """
    channels = min(one.shape[2], other.shape[2])
    first, second = blocks(one[..., :channels]), blocks(other[..., :channels])
    power = variance(first) + variance(second)
    share = np.clip(squares(first - second) / (power + STEADY), 0, 1).mean(axis=1)
    busy = share[power.max(axis=1) > EVEN]
    ranked = np.sort(busy if len(busy) else share)[::-1]
    found = float(ranked.mean() + ranked[: max(1, round(len(ranked) * WORST))].mean()) / 2
    return found / (1 - min(found, 0.95))


def squares(found: Array) -> Array:
    """Mean squares of blocks (n, k, c), (n, c)."""
    return np.asarray(np.einsum("nkc,nkc->nc", found, found) / np.float32(found.shape[1]))


def variance(found: Array) -> Array:
    """Variances of blocks (n, k, c), (n, c)."""
    mean = found.mean(axis=1)
    return np.asarray(np.maximum(squares(found) - mean * mean, 0))


def blocks(values: Array) -> Array:
    """Blocks of an image (h, w, c), (n, BLOCK², c); what is left at the edges is left out."""
    rows, columns = values.shape[0] // BLOCK, values.shape[1] // BLOCK
    cut = values[: rows * BLOCK, : columns * BLOCK]
    shaped = cut.reshape(rows, BLOCK, columns, BLOCK, -1).transpose(0, 2, 1, 3, 4)
    found: Array = shaped.reshape(rows * columns, BLOCK * BLOCK, -1)
    return found
