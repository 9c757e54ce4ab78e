"""Bake the studio's light for the viewer: python scripts/bake_environment.py [TARGET]

The viewer must not filter an environment on the shopper's GPU: that costs more than all the rest of
the first frame together. So the light is convolved here, once, into the atlas that three.js calls
CubeUV (``cube_uv_reflection_fragment.glsl``): six faces for each of nine roughnesses, 64 texels wide
at the sharpest. The target holds ``ENV1``, width and height as two little-endian uint16, then one
RGB9E5 word (EXT_texture_shared_exponent) per texel, the bottom row first.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from renderd.pipeline.environment import studio

Array = NDArray[np.float32]

FACE_BITS = 6
TILE = 16
WIDTH, HEIGHT = 3 * max(2**FACE_BITS, 7 * TILE), 4 * 2**FACE_BITS
ROUGHNESS = {5: 0.1524, 4: 0.21, 3: 0.305, 2: 0.4, 1: 0.533, 0: 0.667, -1: 0.8}
"""Mip -> roughness, the inverse of ``roughnessToMip``; 6 is a mirror, -2 is wholly matt."""
SAMPLES = 2048
TRIMMED_BITS = 3
"""Low bits of each mantissa that are rounded away: no difference to see, a third of the bytes."""


def face_directions(face: int, size: int) -> Array:
    """Unit directions of the texels of a face, (size, size, 3); the outer ring lies over the edge."""
    line = (np.arange(size) - 0.5) / (size - 2) * 2 - 1
    u, v = np.meshgrid(line, line)
    one = np.ones_like(u)
    rays = ((one, v, u), (-u, one, -v), (-u, v, one), (-one, v, -u), (-u, -one, v), (u, v, -one))[face]
    stacked = np.stack(rays, axis=-1)
    return np.asarray(stacked / np.linalg.norm(stacked, axis=-1, keepdims=True), dtype=np.float32)


def look_up(light: Array, rays: Array) -> Array:
    """Radiance of the equirectangular ``light`` along ``rays`` (…, 3), bilinear."""
    rows, columns = light.shape[:2]
    x = (np.arctan2(rays[..., 2], rays[..., 0]) / (2 * np.pi) + 0.5) * columns - 0.5
    y = (0.5 - np.arcsin(np.clip(rays[..., 1], -1, 1)) / np.pi) * rows - 0.5
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    across, down = (x - left)[..., None], (y - top)[..., None]
    lower, upper = np.clip(top + 1, 0, rows - 1), np.clip(top, 0, rows - 1)
    first, second = left % columns, (left + 1) % columns
    above = light[upper, first] * (1 - across) + light[upper, second] * across
    below = light[lower, first] * (1 - across) + light[lower, second] * across
    return np.asarray(above * (1 - down) + below * down, dtype=np.float32)


def lobe(roughness: float | None) -> tuple[Array, Array]:
    """Directions about +Z (n, 3) and weights (n,) of a GGX reflection; None is Lambert's cosine.

    Half vectors are drawn from GGX seen head-on (Walter et al. 2007, eq. 35), at Hammersley points.
    """
    index = np.arange(SAMPLES)
    bits = np.array([int(f"{i:011b}"[::-1], 2) for i in index]) / SAMPLES
    first, turn = (index + 0.5) / SAMPLES, 2 * np.pi * bits
    if roughness is None:
        height = np.sqrt(1 - first)
    else:
        half = np.sqrt((1 - first) / (1 + (roughness**4 - 1) * first))
        height = 2 * half**2 - 1
    ring = np.sqrt(np.clip(1 - height**2, 0, 1))
    rays = np.stack([ring * np.cos(turn), ring * np.sin(turn), height], axis=-1)
    weights = np.ones(SAMPLES) if roughness is None else np.clip(height, 0, None)
    return rays.astype(np.float32), (weights / weights.sum()).astype(np.float32)


def frames(normals: Array) -> Array:
    """A rotation (n, 3, 3) for each normal whose third column is the normal."""
    helper = np.where(np.abs(normals[:, 1:2]) < 0.9, [[0.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]])
    across = np.cross(helper, normals)
    across /= np.linalg.norm(across, axis=-1, keepdims=True)
    return np.asarray(np.stack([across, np.cross(normals, across), normals], axis=-1), dtype=np.float32)


def convolve(light: Array, normals: Array, roughness: float | None) -> Array:
    """Radiance (n, 3) reflected towards each of ``normals`` (n, 3)."""
    rays, weights = lobe(roughness)
    out = np.empty_like(normals)
    for start in range(0, len(normals), 256):
        turned = np.einsum("nij,sj->nsi", frames(normals[start : start + 256]), rays)
        out[start : start + 256] = np.einsum("s,nsc->nc", weights, look_up(light, turned))
    return out


def halved(light: Array) -> Array:
    """Half the size by the mean of 2 × 2 texels."""
    rows, columns = light.shape[0] // 2, light.shape[1] // 2
    return np.asarray(light.reshape(rows, 2, columns, 2, 3).mean(axis=(1, 3)), dtype=np.float32)


def atlas(light: Array) -> Array:
    """The CubeUV atlas (HEIGHT, WIDTH, 3), the first row at the bottom."""
    out = np.zeros((HEIGHT, WIDTH, 3), dtype=np.float32)
    sharp = halved(light)
    coarse = halved(sharp)
    for mip in range(FACE_BITS, -3, -1):
        size, roughness = 2 ** max(mip, 4), ROUGHNESS.get(mip)
        left, bottom = max(4 - mip, 0) * 3 * TILE, 4 * (2**FACE_BITS - size)
        for face in range(6):
            normals = face_directions(face, size).reshape(-1, 3)
            mirror = mip == FACE_BITS
            seen = look_up(sharp, normals) if mirror else convolve(coarse, normals, roughness)
            x, y = left + face % 3 * size, bottom + face // 3 * size
            out[y : y + size, x : x + size] = seen.reshape(size, size, 3)
    return out


def rgb9e5(colours: Array) -> NDArray[np.uint32]:
    """Shared-exponent words (…) of non-negative colours (…, 3), mantissas trimmed."""
    largest = np.maximum(colours.max(axis=-1), 2.0**-16)
    exponent = np.clip(np.floor(np.log2(largest)) + 1, -15, 16)
    step = 1 << TRIMMED_BITS
    scale = 2.0 ** (9 - exponent)
    mantissa = np.minimum(np.round(colours * scale[..., None] / step) * step, 512 - step).astype(np.uint32)
    packed = mantissa[..., 0] | mantissa[..., 1] << 9 | mantissa[..., 2] << 18
    return np.asarray(packed | (exponent + 15).astype(np.uint32) << 27, dtype="<u4")


def main() -> None:
    """Write the baked light to the path given, or to where the shop serves it from."""
    default = Path(__file__).parents[1] / "storefront" / "static" / "environment.bin"
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    words = rgb9e5(atlas(studio(256)))
    target.write_bytes(b"ENV1" + struct.pack("<HH", WIDTH, HEIGHT) + words.tobytes())


if __name__ == "__main__":
    main()
