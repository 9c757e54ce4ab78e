"""A model taken apart for its levels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from renderd.pipeline.bounds import Bounds
from renderd.pipeline.document import Document
from renderd.pipeline.geometry import Geometry, drop_empty, take_apart
from renderd.pipeline.levels.shapes import Shapes
from renderd.pipeline.textures import Textures
from storefront.plugin_api import Level, Recipe

Progress = Callable[[str, float], None]
"""Hears a stage and the share of the work that is done."""


@dataclass(frozen=True, slots=True)
class Model:
    """Triangles, images, and the levels that are wanted of them, the finest first."""

    shapes: Shapes
    textures: Textures
    levels: tuple[Level, ...]

    @classmethod
    def of(
        cls, document: Document, bounds: Bounds, recipe: Recipe, geometry: Geometry | None = None
    ) -> Model:
        """Take a clean document apart, unless that is done: ``geometry`` are its parts."""
        levels = tuple(sorted(recipe.levels, key=lambda level: -level.triangles))
        geometry = geometry or drop_empty(document, take_apart(document, max(bounds.size)))
        shapes = Shapes(document, geometry, min(level.triangles for level in levels))
        return cls(shapes, Textures(document, max(level.texture for level in levels)), levels)
