"""Pictures with their halved copies, looked up at many points at once.

The levels of all sizes lie in one flat array of texels, so that each point may ask for a level of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating[Any]]
"""Floats, of single precision wherever there are many."""
Indices = NDArray[np.int64]

REPEAT, CLAMP, MIRROR = 10497, 33071, 33648
"""Wrap modes, numbered as in glTF's samplers."""


def floats(values: ArrayLike) -> Floats:
    """Numbers as an array of single precision."""
    return np.asarray(values, np.float32)


def srgb_to_linear(values: Floats) -> Floats:
    """IEC 61966-2-1 decoding of values in 0…1."""
    low, high = values / 12.92, ((values + 0.055) / 1.055) ** 2.4
    return np.where(values <= 0.04045, low, high).astype(np.float32)


DECODE_SRGB = srgb_to_linear(np.arange(256, dtype=np.float32) / 255)
DECODE_PLAIN = np.arange(256, dtype=np.float32) / 255


@dataclass(frozen=True, slots=True)
class Pyramid:
    """``texels`` (n, channels): bytes that ``decode`` turns into floats, or floats as they are."""

    texels: NDArray[np.uint8] | Floats
    offsets: Indices
    widths: Indices
    heights: Indices
    decode: Floats | None = None
    wrap: tuple[int, int] = (REPEAT, REPEAT)

    @classmethod
    def of(
        cls,
        levels: Sequence[NDArray[np.uint8] | Floats],
        decode: Floats | None = None,
        wrap: tuple[int, int] = (REPEAT, REPEAT),
    ) -> Pyramid:
        """Pack pictures (height, width, channels), the largest first."""
        sizes = [level.shape[0] * level.shape[1] for level in levels]
        flat = np.concatenate([level.reshape(size, -1) for level, size in zip(levels, sizes, strict=True)])
        offsets = np.concatenate([[0], np.cumsum(sizes[:-1])]).astype(np.int64)
        widths = np.array([level.shape[1] for level in levels])
        heights = np.array([level.shape[0] for level in levels])
        return cls(flat, offsets, widths, heights, decode, wrap)

    def at(self, u: Floats, v: Floats, level: Indices) -> Floats:
        """Bilinear values (n, channels) at u to the right and v downwards, one picture being 0…1."""
        level = np.clip(level, 0, len(self.offsets) - 1)
        width, height = self.widths[level], self.heights[level]
        left, right, across = _neighbours(u, width, self.wrap[0])
        upper, lower, down = _neighbours(v, height, self.wrap[1])
        start = self.offsets[level]
        top = _mix(
            self._texel(start + upper * width + left), self._texel(start + upper * width + right), across
        )
        base = _mix(
            self._texel(start + lower * width + left), self._texel(start + lower * width + right), across
        )
        return _mix(top, base, down)

    def _texel(self, index: Indices) -> Floats:
        found = self.texels[index]
        return np.asarray(found if self.decode is None else self.decode[found], np.float32)


def _neighbours(position: Floats, size: Indices, wrap: int) -> tuple[Indices, Indices, Floats]:
    """The texels at both sides of each position, and how far it is from the first to the second."""
    scaled = np.nan_to_num(position) * size.astype(np.float32) - np.float32(0.5)
    first = np.floor(scaled)
    index = first.astype(np.int64)
    return _wrapped(index, size, wrap), _wrapped(index + 1, size, wrap), (scaled - first).astype(np.float32)


def _wrapped(index: Indices, size: Indices, wrap: int) -> Indices:
    if wrap == CLAMP:
        return np.minimum(np.maximum(index, 0), size - 1)
    if wrap == MIRROR:
        turn: Indices = index % (2 * size)
        folded: Indices = np.minimum(turn, 2 * size - 1 - turn)
        return folded
    repeated: Indices = index % size
    return repeated


def _mix(first: Floats, second: Floats, share: Floats) -> Floats:
    return first + (second - first) * share[:, None]
