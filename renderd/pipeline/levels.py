"""Three levels of detail, each within its limits.

A level starts at a look that shows no damage. While it is too large on the wire, the heavier of its two
halves, triangles or textures, takes a step down: the first steps until the size is easy, the later ones,
which show, only if the recipe's limit is not met otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import brotli

from renderd.pipeline.document import Document
from renderd.pipeline.geometry import Geometry, simplified
from renderd.pipeline.prune import prune
from renderd.pipeline.quantize import Precision, write_geometry
from renderd.pipeline.textures import Quality, Textures
from storefront.plugin_api import Level

EASY = 0.4
"""The share of a level's byte limit under which no more is taken away."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a level looks at its best.

    ``error`` is how far the surface may move, as a share of the model's longest side; ``color``, ``data``
    and ``normal`` are WebP qualities; ``effort`` is WebP's, ``brotli`` brotli's.
    """

    error: float
    precision: Precision
    color: int
    data: int
    normal: int
    effort: int
    brotli: int


STYLES: dict[Literal["preview", "standard", "high"], Style] = {
    "preview": Style(0.0014, Precision(13, 8, 12), 72, 72, 82, 6, 11),
    "standard": Style(0.0004, Precision(16, 11, 14), 84, 84, 92, 4, 9),
    "high": Style(0.0, Precision(16, 12, 15), 90, 90, 95, 4, 9),
}


COARSER = (1.0, 1.3, 1.7, 3.0, 6.0, 14.0, 30.0)
"""By step: how much more the surface may move."""

SMALLER = ((1.0, 0), (1.0, 14), (0.5, 6), (0.5, 20), (0.25, 14), (0.125, 20), (0.0625, 30))
"""By step: share of the texture's side, and the WebP quality lost."""

GENTLE = 2
"""The last step that shows no damage."""

FINEST, COARSEST = 0.00002, 0.1
"""Errors, as shares of the model's longest side, between which triangles are brought under a limit."""


LIGHT = 0.0002
"""The first step's error of a level that starts without any."""


@dataclass(frozen=True, slots=True)
class Built:
    """A level as made: GLB and brotli bytes, triangles drawn, the longest side of a texture in pixels.

    ``images`` is the share of the bytes that the textures have.
    """

    glb: bytes
    compressed: bytes
    triangles: int
    texture: int
    images: float
    geometry: Geometry


def build(source: Document, geometry: Geometry, textures: Textures, level: Level) -> Built:
    """Make one level of ``source``, a clean document whose parts are ``geometry`` or a finer level's."""
    style = STYLES[level.name]
    mesh, texture = 0, 0
    coarse = within(geometry, level.triangles, style.error)
    built = attempt(source, coarse, textures, level, texture)
    while step := next_step(built, level, mesh, texture):
        if step == "mesh":
            mesh += 1
            coarse = within(coarse, level.triangles, max(style.error, LIGHT) * COARSER[mesh])
        else:
            texture += 1
        built = attempt(source, coarse, textures, level, texture)
    return replace(built, compressed=brotli.compress(built.glb, quality=style.brotli, lgwin=24))


def next_step(built: Built, level: Level, mesh: int, texture: int) -> Literal["mesh", "texture"] | None:
    """Which half is to give way, or None if the level is small enough or can't get smaller."""
    size = len(built.compressed)
    last = len(COARSER) - 1 if size > level.wire_bytes else GENTLE
    if size <= level.wire_bytes * EASY:
        return None
    if built.images > 0.5:
        return "texture" if texture < last else None if last == GENTLE or mesh >= last else "mesh"
    return "mesh" if mesh < last else None if last == GENTLE or texture >= last else "texture"


def attempt(source: Document, geometry: Geometry, textures: Textures, level: Level, step: int) -> Built:
    """The level with these triangles and this step of its textures, compressed quickly."""
    style = STYLES[level.name]
    document = source.copy()
    write_geometry(document, geometry, style.precision)
    share, loss = SMALLER[step]
    side = max(16, round(level.texture * share))
    longest = textures.write(
        document, Quality(side, style.color - loss, style.data - loss, style.normal - loss), style.effort
    )
    prune(document)
    images = sum(len(document.image(index)) for index in range(len(document.items("images"))))
    glb = document.to_glb()
    packed = brotli.compress(glb, quality=5, lgwin=24)
    return Built(glb, packed, geometry.triangles, longest, images / len(packed), geometry)


def within(geometry: Geometry, triangles: int, error: float) -> Geometry:
    """Simplify by ``error``, then by half as much again, and so on, until at most ``triangles`` are drawn."""
    coarse = simplified(geometry, error) if error > 0 else geometry
    error = max(error, FINEST)
    while coarse.triangles > triangles and error < COARSEST:
        error *= 1.5
        coarse = simplified(coarse, error)
    return coarse
