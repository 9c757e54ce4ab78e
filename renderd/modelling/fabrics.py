"""Cloth and hide: tileable maps in neutral light tones, so that a ``Paint`` tints them well.

``size`` is pixels a side, ``tile`` metres a repeat, ``seed`` makes another piece of the same cloth.
"""

from __future__ import annotations

import numpy as np

from renderd.modelling.mesh import Array
from renderd.modelling.noise import Maps, cells, grey, noise, normal_map, packed


def weave(
    size: int = 512, seed: int = 1, threads: int = 64, tile: float = 0.22, contrast: float = 0.22
) -> Maps:
    """A plain weave of uneven yarns; ``threads`` (even) a repeat, ``contrast`` of light and dark yarns."""
    y, x = _pixels(size)
    u, v = x * threads / size, y * threads / size
    over = (np.floor(u) + np.floor(v)) % 2 == 0
    warp, weft = _round(u) * (0.75 + 0.25 * _round_over(v)), _round(v) * (0.75 + 0.25 * _round_over(u))
    height = np.where(over, warp, weft)
    tones = np.random.default_rng(seed).normal(0, 1, (2, threads))
    yarn = np.where(over, tones[0][np.floor(u).astype(int)], tones[1][np.floor(v).astype(int)])
    slub = noise((size, size), seed + 1, 6, 60, 0.8)
    tone = 0.86 + contrast * (0.16 * yarn + 0.16 * slub + 0.55 * (height - 0.75))
    pitch = tile / threads
    relief = (height + 0.12 * slub) * pitch * 0.32
    return _cloth(tone, relief, (tile, tile), 0.55 + 0.45 * height, 0.92)


def boucle(size: int = 512, seed: int = 1, loops: int = 44, tile: float = 0.24) -> Maps:
    """Curly wool loops, ``loops`` across a repeat."""
    first, second, own = cells((size, size), seed, (loops, loops))
    curl = 0.5 + 0.5 * np.sin(first * 9.0 + own * 6.28)
    knot = np.clip(1.15 - first, 0, 1) * (0.72 + 0.28 * curl)
    soft = noise((size, size), seed + 1, 3, 14, 1.0)
    fibre = noise((size, size), seed + 2, 60, 200, 0.3)
    height = knot + 0.22 * np.clip(second - first, 0, 1) + 0.1 * soft
    tone = 0.76 + 0.16 * np.clip(knot, 0, 1) + 0.02 * soft + 0.02 * fibre
    return _cloth(tone, (height + 0.04 * fibre) * tile / loops * 0.34, (tile, tile), 0.6 + 0.4 * knot, 0.96)


def velvet(size: int = 512, seed: int = 1, tile: float = 0.5) -> Maps:
    """Short pile, brushed here and there; give its material a ``sheen``."""
    brushed = noise((size, size), seed, 2, 9, 1.2)
    pile = noise((size, size), seed + 1, 50, 220, 0.0)
    tone = 0.86 + 0.011 * brushed + 0.025 * pile
    relief = 0.00005 * brushed + 0.00005 * pile
    return _cloth(tone, relief, (tile, tile), np.ones((size, size)), 0.78 - 0.05 * brushed)


def felt(size: int = 512, seed: int = 1, tile: float = 0.2) -> Maps:
    """Pressed wool: short fibres in all directions."""
    fibres = sum((_fibres(size, seed + k, k) for k in range(4)), np.zeros((size, size))) / 2
    cloud = noise((size, size), seed + 9, 3, 12, 1.0)
    tone = 0.86 + 0.035 * fibres + 0.02 * cloud
    return _cloth(tone, 0.00012 * fibres, (tile, tile), np.clip(0.92 + 0.04 * fibres, 0, 1), 0.95)


def knit(size: int = 512, seed: int = 1, stitches: int = 32, tile: float = 0.12) -> Maps:
    """Stocking stitch: columns of small Vs, ``stitches`` across a repeat."""
    y, x = _pixels(size)
    u, v = x * stitches / size, y * stitches * 0.75 / size
    arm = np.abs((u % 1) - 0.5) * 2
    bow = (v + 0.75 * arm) % 1
    height = _round(bow) * np.sqrt(np.clip(1 - (2 * np.abs(arm - 0.5)) ** 2, 0, 1)) ** 0.7
    fibre = noise((size, size), seed, 40, 200, 0.2)
    tone = 0.68 + 0.24 * height + 0.02 * fibre
    return _cloth(
        tone, (height + 0.06 * fibre) * tile / stitches * 0.5, (tile, tile), 0.4 + 0.6 * height, 0.9
    )


def canvas(size: int = 512, seed: int = 1, threads: int = 96, tile: float = 0.14) -> Maps:
    """Tight, even cotton or linen cloth: bags, lampshades, deck chairs."""
    return weave(size, seed, threads, tile, contrast=0.12)


def leather(
    size: int = 512, seed: int = 1, grain: int = 56, tile: float = 0.25, roughness: float = 0.56
) -> Maps:
    """Pebbled hide; ``grain`` is pebbles across a repeat."""
    first, second, own = cells((size, size), seed, (grain, grain))
    pebble = np.clip((second - first) * 2.2, 0, 1) ** 0.6
    cloud = noise((size, size), seed + 1, 2, 12, 1.2)
    fine = noise((size, size), seed + 2, 80, 220, 0.2)
    tone = 0.86 + 0.06 * (pebble - 0.7) + 0.03 * cloud + 0.015 * (own - 0.5)
    relief = (pebble + 0.05 * fine) * tile / grain * 0.085
    rough = roughness + 0.1 * (1 - pebble) + 0.01 * cloud
    return _cloth(tone, relief, (tile, tile), 0.8 + 0.2 * pebble, rough)


def suede(size: int = 512, seed: int = 1, tile: float = 0.2) -> Maps:
    """Buffed hide: dull, with a fine nap and clouds where a hand went over it."""
    cloud = noise((size, size), seed, 2, 16, 1.1)
    nap = noise((size, size), seed + 1, 60, 240, 0.1)
    tone = 0.86 + 0.035 * cloud + 0.03 * nap
    return _cloth(tone, 0.00005 * nap, (tile, tile), np.ones((size, size)), 0.95)


def _cloth(
    tone: Array, relief: Array, tile: tuple[float, float], occlusion: Array, roughness: Array | float
) -> Maps:
    # Near white on average, or every cloth would come out darker than the swatch that tints it.
    lifted = tone + 0.93 - tone.mean()
    return Maps(grey(lifted), normal_map(relief, tile), packed(occlusion, roughness, 0.0, tone.shape), tile)


def _pixels(size: int) -> tuple[Array, Array]:
    y, x = np.meshgrid(np.arange(size) + 0.5, np.arange(size) + 0.5, indexing="ij")
    return y, x


def _round(position: Array) -> Array:
    """The cross-section of yarns one unit apart: 1 on the middle, about 0.5 between."""
    offset = (position % 1) * 2 - 1
    return np.asarray(np.sqrt(np.clip(1 - 0.75 * offset**2, 0, 1)))


def _round_over(position: Array) -> Array:
    """How a yarn rises where it passes over another."""
    return np.asarray(np.sin((position % 1) * np.pi))


def _fibres(size: int, seed: int, quarter: int) -> Array:
    """Streaks in one of four directions."""
    if quarter < 2:
        return noise((size, size), seed, 8, 180, 0.2, (9, 1) if quarter == 0 else (1, 9))
    field = noise((size, size), seed, 8, 180, 0.2, (9, 1))
    shift = np.arange(size)[:, None] * (1 if quarter == 2 else -1)
    columns = (np.arange(size)[None, :] + shift) % size
    return np.asarray(np.take_along_axis(field, columns, axis=1))


__all__ = ["boucle", "canvas", "felt", "knit", "leather", "suede", "velvet", "weave"]
