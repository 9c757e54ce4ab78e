"""Hard materials as tileable maps: wood, metal, stone, clay, paper. ``fabrics`` has the soft ones.

Wood, stone and paper carry their own colour; metal and ceramic are neutral, for the material to tint.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from renderd.modelling.mesh import Array
from renderd.modelling.noise import Maps, bytes_of, cells, grey, mixed, noise, normal_map, packed


@dataclass(frozen=True, slots=True)
class Species:
    """A wood: early and late wood as ``#rrggbb``, rings across a tile, pores (0 to 1) and ray flecks."""

    light: str
    dark: str
    rings: int = 18
    contrast: float = 0.6
    pores: float = 0.5
    roughness: float = 0.55


OAK = Species("#d9b98c", "#a97c4d", rings=20, contrast=0.55, pores=0.8, roughness=0.56)
WALNUT = Species("#84593b", "#472c1c", rings=16, contrast=0.85, pores=0.55, roughness=0.5)
ASH = Species("#e6d3b3", "#b99a70", rings=18, contrast=0.75, pores=0.7, roughness=0.58)
BEECH = Species("#dcb48c", "#c08f63", rings=22, contrast=0.35, pores=0.25, roughness=0.52)
BLACK_ASH = Species("#35302c", "#191614", rings=18, contrast=0.6, pores=0.7, roughness=0.52)
TEAK = Species("#b9814c", "#7c4f2a", rings=18, contrast=0.6, pores=0.45, roughness=0.52)


@lru_cache(maxsize=4)
def wood(
    species: Species = OAK, seed: int = 1, size: int = 512, tile: tuple[float, float] = (1.2, 0.3)
) -> Maps:
    """Sawn and oiled wood, its grain along u; the picture is ``2 * size`` by ``size`` pixels.

    The last few are kept, since most furniture is of the same few woods: don't write into them.
    """
    shape = (size, 2 * size)
    v = (np.arange(size)[:, None] / size) * np.ones(shape)
    u = (np.arange(2 * size)[None, :] / (2 * size)) * np.ones(shape)
    # Rings seen on a board: bands across v that lean into long arches, bent by slow noise.
    arch = 0.11 * np.sin(2 * np.pi * (v + 0.06 * np.sin(2 * np.pi * u))) * np.cos(2 * np.pi * u)
    drift = 0.022 * noise(shape, seed, 1.5, 14, 1.3, (7, 1)) + arch
    phase = (v + drift) * species.rings
    ring = (phase % 1) ** 1.5
    ring = np.where(phase % 1 > 0.85, ring * (1 - (phase % 1 - 0.85) / 0.15), ring)
    fibre = noise(shape, seed + 1, 12, 240, 0.45, (26, 1))
    cloud = noise(shape, seed + 2, 1, 6, 1.0, (3, 1))
    pore = np.clip(noise(shape, seed + 3, 30, 256, 0.0, (18, 1)) - 1.35, 0, 1) * species.pores * (0.4 + ring)
    share = 0.72 - species.contrast * 0.62 * (ring - 0.3) + 0.11 * fibre + 0.12 * cloud - 0.75 * pore
    relief = -0.00022 * pore + 0.000018 * fibre - 0.00003 * ring
    rough = species.roughness + 0.05 * ring + 0.15 * pore + 0.02 * fibre
    return Maps(
        bytes_of(mixed(species.dark, species.light, share)),
        normal_map(relief, tile),
        packed(1 - 0.35 * np.clip(pore, 0, 1), rough, 0.0, shape),
        tile,
    )


def brushed_metal(size: int = 512, seed: int = 1, tile: float = 0.1, roughness: float = 0.32) -> Maps:
    """Metal brushed along u; its colour comes from the material."""
    lines = noise((size, size), seed, 10, 256, 0.3, (40, 1))
    tone = 0.94 + 0.025 * lines
    rough = roughness + 0.07 * lines
    relief = 0.000003 * lines * tile / 0.1
    return Maps(
        grey(tone), normal_map(relief, (tile, tile)), packed(1.0, rough, 1.0, tone.shape), (tile, tile)
    )


def powder_coat(size: int = 256, seed: int = 1, tile: float = 0.04, roughness: float = 0.55) -> Maps:
    """Painted steel or plastic with a fine orange-peel; neutral and not metallic."""
    peel = noise((size, size), seed, 14, 60, 0.3)
    tone = np.full((size, size), 0.96)
    return Maps(
        grey(tone),
        normal_map(0.000012 * peel, (tile, tile)),
        packed(1.0, roughness, 0.0, tone.shape),
        (tile, tile),
    )


def ceramic(
    size: int = 512, seed: int = 1, tile: float = 0.3, speckle: float = 0.0, roughness: float = 0.35
) -> Maps:
    """Glazed or bisque clay, slightly uneven from the wheel; ``speckle`` (0 to 1) of iron spots."""
    wobble = noise((size, size), seed, 2, 20, 1.2)
    spots = np.clip(noise((size, size), seed + 1, 30, 160, 0.2) - 2.1, 0, 0.5) * 2 * speckle
    tone = 0.94 + 0.012 * wobble - 0.65 * spots
    rough = roughness + 0.03 * wobble
    return Maps(
        grey(tone),
        normal_map(0.00012 * wobble, (tile, tile)),
        packed(1.0, rough, 0.0, tone.shape),
        (tile, tile),
    )


def concrete(size: int = 512, seed: int = 1, tile: float = 0.6) -> Maps:
    """Cast concrete: clouds, small pits."""
    shape = (size, size)
    cloud, fine = noise(shape, seed, 1, 24, 1.3), noise(shape, seed + 1, 30, 250, 0.5)
    pits = np.clip(noise(shape, seed + 2, 20, 120, 0.3) - 2.2, 0, 1)
    share = 0.6 + 0.16 * cloud + 0.06 * fine - 0.8 * pits
    relief = 0.00008 * fine - 0.0012 * pits
    return _stone(mixed("#8d8a85", "#c2beb7", share), relief, 0.78 + 0.04 * fine, tile)


def marble(
    size: int = 1024, seed: int = 1, tile: float = 1.1, light: str = "#f1eeea", vein: str = "#8d8c8f"
) -> Maps:
    """Polished stone with veins."""
    shape = (size, size)
    bend = noise(shape, seed, 1.5, 60, 1.5)
    broad = np.exp(-np.abs(noise(shape, seed + 1, 1.2, 40, 1.6) + 0.25 * bend) * 9)
    thin = np.exp(-np.abs(noise(shape, seed + 2, 3, 60, 1.5) + 0.2 * bend) * 26)
    mask = np.clip(0.55 + 0.5 * noise(shape, seed + 3, 1, 5, 1.0), 0, 1)
    cloud = noise(shape, seed + 4, 1, 20, 1.2)
    share = 1 - 0.55 * broad * mask - 0.4 * thin * (1 - 0.6 * mask) + 0.05 * cloud
    return _stone(mixed(vein, light, share), np.zeros(shape), np.full(shape, 0.22), tile)


def terrazzo(size: int = 512, seed: int = 1, tile: float = 0.5, chips: int = 26) -> Maps:
    """Marble chips in pale cement, ground smooth."""
    shape = (size, size)
    first, second, own = cells(shape, seed, (chips, chips))
    chip = np.clip((second - first - 0.16 - 0.35 * own) * 14, 0, 1)[..., None]
    palette = np.array([[0.93, 0.90, 0.86], [0.72, 0.62, 0.53], [0.42, 0.40, 0.39], [0.80, 0.70, 0.62]])
    stones = palette[(own * 97).astype(int) % len(palette)]
    cement = mixed("#bfb7ab", "#d6cfc4", 0.5 + 0.2 * noise(shape, seed + 1, 8, 200, 0.5))
    return _stone(cement * (1 - chip) + stones * chip, np.zeros(shape), np.full(shape, 0.3), tile)


def paper(size: int = 512, seed: int = 1, tile: float = 0.3) -> Maps:
    """Washi or lampshade paper: long fibres in a pale sheet."""
    shape = (size, size)
    long, cross = noise(shape, seed, 6, 160, 0.5, (12, 1)), noise(shape, seed + 1, 6, 160, 0.5, (1, 12))
    tone = 0.93 + 0.02 * np.clip(long, -1, 2.5) + 0.015 * np.clip(cross, -1, 2.5)
    return Maps(
        grey(tone),
        normal_map(0.00005 * (long + cross), (tile, tile)),
        packed(1.0, 0.9, 0.0, shape),
        (tile, tile),
    )


def _stone(colour: Array, relief: Array, roughness: Array, tile: float) -> Maps:
    shape = relief.shape
    return Maps(
        bytes_of(colour), normal_map(relief, (tile, tile)), packed(1.0, roughness, 0.0, shape), (tile, tile)
    )
