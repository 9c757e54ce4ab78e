"""Finer hides and plates than the toolkit has, as tileable maps. ``tile`` is metres a repeat."""

from __future__ import annotations

import numpy as np

from renderd.modelling.noise import Maps, bytes_of, cells, grey, noise, normal_map, packed


def calf(
    seed: int = 1, size: int = 512, tile: float = 0.09, roughness: float = 0.42, relief: float = 1.0
) -> Maps:
    """Smooth calf: an even, fine grain without clouds, so that large panels stay clean."""
    first, second, own = cells((size, size), seed, (88, 88))
    grain = np.clip((second - first) * 1.9, 0, 1) ** 0.7
    fine = noise((size, size), seed + 1, 60, 240, 0.2)
    tone = 0.93 + 0.035 * (grain - 0.8) + 0.006 * fine + 0.008 * (own - 0.5)
    height = (grain + 0.06 * fine) * tile / 88 * 0.055 * relief
    rough = roughness + 0.10 * (1 - grain)
    return Maps(
        grey(tone),
        normal_map(height, (tile, tile)),
        packed(0.88 + 0.12 * grain, rough, 0.0, tone.shape),
        (tile, tile),
    )


def mesh_knit(seed: int = 1, size: int = 512, tile: float = 0.05, holes: int = 16) -> Maps:
    """Engineered mesh of a running shoe: rows of round air holes in a fine knit, staggered."""
    y, x = np.meshgrid(np.arange(size) / size * holes, np.arange(size) / size * holes, indexing="ij")
    shifted = x + 0.5 * (np.floor(y) % 2)
    hole = np.clip((np.hypot(shifted % 1 - 0.5, y % 1 - 0.5) - 0.16) / 0.16, 0, 1)
    yarn = 0.5 + 0.5 * np.sin(x * 2 * np.pi * 6) * np.sin(y * 2 * np.pi * 6)
    fuzz = noise((size, size), seed, 60, 240, 0.2)
    tone = 0.55 + 0.36 * hole + 0.05 * yarn * hole + 0.012 * fuzz
    height = (hole + 0.14 * yarn) * tile / holes * 0.16
    return Maps(
        grey(tone),
        normal_map(height, (tile, tile)),
        packed(0.45 + 0.55 * hole, 0.88, 0.0, tone.shape),
        (tile, tile),
    )


def tortoise(seed: int = 1, size: int = 512, tile: float = 0.05, depth: float = 0.75) -> Maps:
    """Polished acetate with dark clouds; the material's colour is that of its light parts."""
    broad = noise((size, size), seed, 2, 10, 0.8)
    small = noise((size, size), seed + 1, 5, 26, 0.9)
    cloud = np.clip(0.5 + 0.95 * broad + 0.35 * small, 0, 1)
    shade = (1 - depth * cloud)[..., None] * np.array([1.0, 1.0, 1.0]) ** np.ones(3)
    shade[..., 1] *= 1 - 0.16 * cloud
    shade[..., 2] *= 1 - 0.30 * cloud
    flat = np.zeros((size, size))
    return Maps(
        bytes_of(shade), normal_map(flat, (tile, tile)), packed(1.0, 0.16, 0.0, flat.shape), (tile, tile)
    )


def straw(seed: int = 1, size: int = 512, tile: float = 0.036, strands: int = 12) -> Maps:
    """Flat straw in a twill: each strand goes over two and under two, a step further in each row."""
    y, x = np.meshgrid(np.arange(size) / size * strands, np.arange(size) / size * strands, indexing="ij")
    column, row = np.floor(x).astype(int), np.floor(y).astype(int)
    over = (column + row) % 4 < 2
    across = np.where(over, y % 1, x % 1)
    profile = np.clip(1 - np.abs(2 * across - 1) ** 4, 0, 1)
    tones = np.random.default_rng(seed).normal(0, 1, (2, strands))
    strand = np.where(over, tones[0][row % strands], tones[1][column % strands])
    fibre = np.where(
        over,
        noise((size, size), seed, 12, 200, 0.3, (14, 1)),
        noise((size, size), seed, 12, 200, 0.3, (1, 14)),
    )
    tone = 0.62 + 0.27 * profile + 0.035 * strand + 0.02 * fibre
    height = (profile + 0.04 * fibre) * tile / strands * 0.12
    return Maps(
        grey(tone),
        normal_map(height, (tile, tile)),
        packed(0.5 + 0.5 * profile, 0.7, 0.0, tone.shape),
        (tile, tile),
    )


def soft_felt(seed: int = 1, size: int = 512, tile: float = 0.09) -> Maps:
    """Sanded wool felt: a fine, even nap with single longer hairs and no direction."""
    nap, fine = noise((size, size), seed, 24, 110, 0.4), noise((size, size), seed + 1, 90, 256, 0.0)
    hairs = sum(
        np.clip(noise((size, size), seed + 2 + k, 10, 220, 0.2, stretch) - 1.9, 0, 1)
        for k, stretch in enumerate(((9.0, 1.0), (1.0, 9.0)))
    )
    tone = 0.90 + 0.016 * nap + 0.012 * fine + 0.04 * hairs
    height = 0.00003 * nap + 0.000012 * fine + 0.00003 * hairs
    rough = np.full((size, size), 0.96)
    return Maps(
        grey(tone), normal_map(height, (tile, tile)), packed(1.0, rough, 0.0, tone.shape), (tile, tile)
    )
