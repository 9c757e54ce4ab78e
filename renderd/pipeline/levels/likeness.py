"""What a smaller or harder compressed image loses, estimated on samples of it before it is made."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from renderd.pipeline.document import Array
from renderd.pipeline.textures import Choice, Role, Textures, encode, resized

QUALITIES: dict[Role, tuple[int, ...]] = {"color": (88, 72, 54), "data": (88, 72, 54), "normal": (94, 84, 68)}
"""WebP qualities that are tried, the best first."""

FINEST: dict[Role, tuple[int, ...]] = {"color": (101, 97), "data": (101, 97), "normal": (101, 100)}
"""Qualities that are tried besides for the largest copy of levels that are looked at closely."""

CLOSE = 1024
"""Pixels of the longest side of a texture beyond which a level is looked at closely."""

HARD = 3.0
"""How much more than lost detail the marks of hard compression show (measured on real models)."""

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
EFFORT, SMALLER = 2, 0.88
"""WebP's method for samples, and how much smaller the one for files makes them."""


@dataclass(frozen=True, slots=True)
class Option:
    """A way to store an image: about how many bytes, and what it loses, on a scale of its own."""

    choice: Choice
    bytes: int
    loss: float


def options(textures: Textures, index: int, seen: float, limit: int) -> list[Option]:
    """Ways to store an image whose longest side is seen ``seen`` pixels long, at most ``limit`` stored."""
    master = textures.master(index)
    whole = max(master.size)
    if whole <= 4:
        return [Option(Choice(whole, 101), 60, 0.0)]
    seen = min(max(seen, LEAST), whole)
    mosaic = pieces(master, seen / whole)
    target = size_seen(mosaic, seen / whole)
    reference = values(mosaic, target)
    share = mosaic.width * mosaic.height / (master.width * master.height)
    found = []
    role = textures.use(index).role
    for step, side in enumerate(sides(min(limit, whole), seen)):
        finest = FINEST[role] if limit > CLOSE and not step else ()
        part = resized(mosaic, max(1, round(max(mosaic.size) * side / whole)), textures.use(index))
        shrunk = 0.0
        for quality in finest + QUALITIES[role]:
            data = encode(part, quality, EFFORT)
            loss = unlike(reference, values(Image.open(io.BytesIO(data)), target))
            if quality <= 100:
                shrunk = shrunk or loss
            weighed = shrunk + HARD * max(0.0, loss - shrunk)
            found.append(Option(Choice(side, quality), round(len(data) / share * SMALLER), weighed))
    return found


def sides(largest: int, seen: float) -> list[int]:
    """Sides to try: halvings from the first that is seen nearly whole down to an eighth of what is seen."""
    side = largest
    while side // 2 >= seen * 0.9:
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
