"""Levels of a model: chosen, put together, compressed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import brotli

from renderd.pipeline.bounds import Bounds
from renderd.pipeline.document import Document
from renderd.pipeline.geometry import Geometry
from renderd.pipeline.levels.choose import chosen
from renderd.pipeline.levels.model import Model, Progress
from renderd.pipeline.levels.search import Plan
from renderd.pipeline.prune import prune
from storefront.plugin_api import Level, Recipe

BROTLI = {"preview": (11, 18), "standard": (9, 16), "high": (9, 16)}
"""Brotli's quality by level, and the bits of its window: for one more than 16, which saves a hundredth of the
bytes, quality 9 takes 35 MB more and three times as long.
"""

CHOSEN = 0.98
"""The share of the work that is done when all is chosen."""


@dataclass(frozen=True, slots=True)
class Built:
    """A level as made: GLB and brotli bytes, triangles drawn, the longest side of a texture in pixels."""

    glb: bytes
    compressed: bytes
    triangles: int
    texture: int
    geometry: Geometry
    plan: Plan

    @property
    def difference(self) -> float:
        """How different it looks from the source (``renderd.pipeline.difference``)."""
        return self.plan.difference


def build_all(
    document: Document,
    bounds: Bounds,
    recipe: Recipe,
    progress: Progress,
    geometry: Geometry | None = None,
) -> dict[str, Built]:
    """All levels of a clean document by name, the finest first.

    ``geometry`` are its parts, if somebody has taken it apart already. ``progress`` hears a stage and
    the share of this work that is done; what it raises ends the work.
    """
    progress("geometry", 0.0)
    model = Model.of(document, bounds, recipe, geometry)
    progress("textures", 0.03)
    plans = chosen(model, progress, lambda level, plan: len(assembled(model, level, plan).compressed))
    progress("files", CHOSEN)
    return made(model, plans)


def made(model: Model, plans: Mapping[str, Plan]) -> dict[str, Built]:
    """The levels that plans describe, by name, the finest first.

    Nothing is looked at, and no more than one image is held decoded.
    """
    for index in range(len(model.textures)):
        for plan in plans.values():
            model.textures.encoded(index, plan.images[index])
        model.textures.forget(index)
    return {level.name: assembled(model, level, plans[level.name]) for level in model.levels}


def assembled(model: Model, level: Level, plan: Plan) -> Built:
    """The level that a plan describes, compressed."""
    document = model.shapes.written(plan.rung, level.texture)
    side = model.textures.write(document, plan.images)
    prune(document)
    glb = document.to_glb()
    quality, window = BROTLI[level.name]
    packed = brotli.compress(glb, quality=quality, lgwin=window)
    geometry = model.shapes.at(plan.rung)
    return Built(glb, packed, geometry.triangles, side, geometry, plan)
