"""Levels of a model: searched, put together, compressed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import brotli

from renderd.pipeline import difference
from renderd.pipeline.bounds import Bounds
from renderd.pipeline.document import Document
from renderd.pipeline.geometry import Geometry, drop_empty, take_apart
from renderd.pipeline.levels.judge import Judge, pyramids
from renderd.pipeline.levels.light import Light
from renderd.pipeline.levels.palette import Palette, weighed, worths
from renderd.pipeline.levels.search import EFFORT, Plan, Search
from renderd.pipeline.levels.shapes import Shapes
from renderd.pipeline.poster.light import studio_light
from renderd.pipeline.poster.surface import Subject
from renderd.pipeline.prune import prune
from renderd.pipeline.textures import Textures
from storefront.plugin_api import Level, Recipe

BROTLI = {"preview": 11, "standard": 9, "high": 9}
"""Brotli's quality by level."""

ORDER = ("standard", "high", "preview")
"""What is learnt of a model at the middle level serves both others."""

SHARE = 0.28
START = {name: 0.15 + SHARE * step for step, name in enumerate(ORDER)}
"""Shares of the work: of each level, and when it begins."""

LOOSER = 1.4
"""How much more may be lost at each attempt to bring a level under its limit of bytes."""

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Built:
    """A level as made: GLB and brotli bytes, triangles drawn, the longest side of a texture in pixels.

    ``difference`` is how different it looks from the source (``renderd.pipeline.difference``).
    """

    glb: bytes
    compressed: bytes
    triangles: int
    texture: int
    geometry: Geometry
    difference: float


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
    levels = sorted(recipe.levels, key=lambda level: -level.triangles)
    geometry = geometry or drop_empty(document, take_apart(document, max(bounds.size)))
    shapes = Shapes(document, geometry, min(level.triangles for level in levels))
    progress("textures", 0.03)
    textures = Textures(document, max(level.texture for level in levels))
    if not shapes.at(0).triangles:
        return {level.name: unsearched(shapes, textures, level) for level in levels}
    bench = Bench(shapes, textures, told=progress)
    ordered = sorted(levels, key=lambda level: ORDER.index(level.name))
    found = {level.name: bench.made(level) for level in ordered}
    return {level.name: found[level.name] for level in levels}


class Bench:
    """What the levels of one model share: its pictures, and what is learnt of its images."""

    def __init__(self, shapes: Shapes, textures: Textures, told: Progress) -> None:
        """``told`` hears stages and the share of all work, from a tenth on."""
        self._shapes, self._textures, self._told = shapes, textures, told
        self._images = pyramids(textures)
        told("pictures", 0.1)
        self._source = Subject(shapes.document, studio_light(), None, self._images)
        self._light = Light(self._source, shapes, textures)
        shapes.document.release()
        self._middle: Plan | None = None

    @cached_property
    def _views(self) -> dict[str, tuple[difference.View, ...]]:
        return difference.level_views(self._source)

    def made(self, level: Level) -> Built:
        """One level."""
        begun = START[level.name]
        self._told(level.name, begun)
        plan = self._light.plan(level)
        if plan:
            return assembled(self._shapes, self._textures, level, plan)
        search = self._search(level, lambda done: self._told(level.name, begun + SHARE * done))
        plan = self._beside(level.name, search.best(level.difference))
        return within_bytes(search, self._shapes, self._textures, level, search.measured(plan))

    def _beside(self, name: str, plan: Plan) -> Plan:
        """The plan, no coarser than that of a coarser level, and no finer than that of a finer one."""
        if name == "standard":
            self._middle = plan
        if self._middle is None:
            return plan
        return plan.as_coarse_as(self._middle) if name == "preview" else plan.as_fine_as(self._middle)

    def _search(self, level: Level, told: Callable[[float], None]) -> Search:
        judge = Judge(self._source, self._views[level.name], self._shapes, self._images, level.texture)
        ways = judge.ways(self._textures, level.texture)
        told(0.3)
        worth = worths(self._textures, judge, ways)
        told(0.5)
        palette = Palette(weighed(ways, worth), judge.drawn)
        return Search(level, self._shapes, self._textures, judge, palette, told)


def within_bytes(search: Search, shapes: Shapes, textures: Textures, level: Level, plan: Plan) -> Built:
    """What a plan describes, or, if that has too many bytes, the most alike that keeps to them."""
    bound = level.difference
    built = assembled(shapes, textures, level, plan)
    while len(built.compressed) > level.wire_bytes and not plan.least:
        bound *= LOOSER
        plan = search.planned(bound)
        built = assembled(shapes, textures, level, search.measured(plan))
    while len(built.compressed) > level.wire_bytes and plan != (poorer := plan.starved()):
        plan = poorer
        built = assembled(shapes, textures, level, search.measured(plan))
    return built


def unsearched(shapes: Shapes, textures: Textures, level: Level) -> Built:
    """A level of lines and points, of which there are no pictures: all of them."""
    plan = Plan.plain(len(textures), level.texture)
    built = assembled(shapes, textures, level, plan)
    while len(built.compressed) > level.wire_bytes and plan != (poorer := plan.starved()):
        plan = poorer
        built = assembled(shapes, textures, level, plan)
    return built


def assembled(shapes: Shapes, textures: Textures, level: Level, plan: Plan) -> Built:
    """The level that a plan describes, compressed."""
    document = shapes.written(plan.rung, level.texture)
    side = textures.write(document, plan.images, EFFORT)
    prune(document)
    glb = document.to_glb()
    packed = brotli.compress(glb, quality=BROTLI[level.name], lgwin=24)
    geometry = shapes.at(plan.rung)
    return Built(glb, packed, geometry.triangles, side, geometry, plan.difference)
