"""A model's triangles, from all of them to few: rungs of a ladder, made when they are asked for."""

from __future__ import annotations

from math import ceil, exp, floor, log, log2

import brotli
import numpy as np

from renderd.pipeline.document import Document
from renderd.pipeline.geometry import Geometry
from renderd.pipeline.quantize import Precision, write_geometry
from renderd.pipeline.thin import forced, simplified

ERRORS: tuple[float, ...] = (0.0, *(float(error) for error in np.geomspace(5e-5, 0.1, 34)))
"""By rung: how far the surface may move, as a share of the model's longest side."""

LAST = len(ERRORS) - 1

HARDEST = LAST + 6
"""Rungs beyond LAST are held to a number of triangles, half as many at each, whatever is lost."""

FALL = log(1.25)
"""By how much the logarithm of the number of triangles falls at a rung, about: as its error grows."""

FULL = 0.95
"""A rung with this share of the triangles that a level may have is full."""

BASES, APART = (32, 25, 18, 11, 4, 0), 4
"""A rung is made of the coarsest of BASES whose error is so many times smaller, so that errors don't add up,
and of always the same one, so that it doesn't matter who asks for which rung first.
"""


class Shapes:
    """The rungs of one model; ``document`` is clean, ``geometry`` are its parts."""

    def __init__(self, document: Document, geometry: Geometry, most: int) -> None:
        """``most`` is how many triangles the rung after the last by error may have."""
        self.document = document
        self._most = most
        self._made = {0: geometry}
        self._between: dict[float, Geometry] = {}
        self._written: tuple[tuple[float, Precision], Document] | None = None
        self._bytes: dict[tuple[float, Precision], int] = {}

    def at(self, rung: float) -> Geometry:
        """The parts of a rung, or of a place between two."""
        return self._whole(int(rung)) if rung == int(rung) else self._part(rung)

    def _part(self, rung: float) -> Geometry:
        if rung not in self._between:
            finer, coarser = (log(max(1, self.at(side(rung)).triangles)) for side in (floor, ceil))
            most = exp(finer + (rung - floor(rung)) * (coarser - finer))
            self._between[rung] = forced(self.at(floor(rung)), int(most))
        return self._between[rung]

    def _whole(self, rung: int) -> Geometry:
        if rung not in self._made and rung > LAST:
            self._made[rung] = forced(self.at(rung - 1), max(1, self._most >> (rung - LAST - 1)))
        if rung not in self._made:
            base = next(base for base in BASES if ERRORS[base] * APART <= ERRORS[rung])
            self._made[rung] = simplified(self._whole(base), ERRORS[rung])
        return self._made[rung]

    def first_within(self, triangles: int, begin: int = 0) -> int:
        """The finest rung, ``begin`` or a coarser one, with at most so many triangles; else the last."""
        many, few, rung, fall = begin - 1, HARDEST, begin, FALL
        before: tuple[int, float] | None = None
        while few - many > 1:
            # Each rung costs a simplification: the next is where the last two lead to.
            over = log(max(1, self.at(rung).triangles) / max(1, triangles))
            if before:
                fall = max((before[1] - over) / (rung - before[0]), 1e-3)
            many, few = (rung, few) if over > 0 else (many, rung)
            before = rung, over
            rung = min(max(rung + ceil(over / fall), many + 1), few - 1)
        return few

    def fullest(self, triangles: int, rung: int) -> float:
        """The place on the ladder with as nearly so many triangles as can be, and no more.

        ``rung`` is the finest one that keeps to them.
        """
        few = self.at(rung).triangles
        if not rung or few >= FULL * triangles:
            return rung
        many = self.at(rung - 1).triangles
        # A little less, so that rounding exceeds no limit.
        place = rung - log(0.999 * triangles / max(1, few)) / log(many / max(1, few))
        return place if few < self.at(place).triangles <= triangles else rung

    def written(self, rung: float, texture: int) -> Document:
        """The model with a rung's triangles, for textures of ``texture`` pixels at most."""
        key = rung, precision(rung, texture)
        if self._written is None or self._written[0] != key:
            document = self.document.copy()
            write_geometry(document, self.at(rung), key[1])
            self._written = key, document
        return self._written[1].copy()

    def bytes(self, rung: float, texture: int) -> int:
        """About what a rung's triangles weigh on the wire."""
        key = rung, precision(rung, texture)
        if key not in self._bytes:
            written = self.written(rung, texture).views[len(self.document.views) :]
            self._bytes[key] = len(brotli.compress(b"".join(written), quality=5, lgwin=18))
        return self._bytes[key]


def precision(rung: float, texture: int) -> Precision:
    """Bits that lose less than the rung does: a grid of a fifth of its error, an eighth of a texel."""
    error = ERRORS[min(int(rung), LAST)]
    position = round(log2(1 / max(error, 1e-5)) + 2.3)
    normal = 12 if error < 1e-4 else 10 if error < 1e-3 else 8
    coordinate = round(log2(max(texture, 64)) + 3)
    return Precision(int(np.clip(position, 10, 16)), normal, min(coordinate, 15))
