"""Which triangles and images each level of a model gets."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from renderd.pipeline import difference
from renderd.pipeline.levels.judge import Judge, metres_long, pyramids
from renderd.pipeline.levels.light import Light
from renderd.pipeline.levels.model import Model, Progress
from renderd.pipeline.levels.palette import Palette, weighed, worths
from renderd.pipeline.levels.polish import polished
from renderd.pipeline.levels.search import Plan, Search
from renderd.pipeline.poster.light import studio_light
from renderd.pipeline.poster.surface import Subject
from storefront.plugin_api import Level

ORDER = ("standard", "high", "preview")
"""The middle level bounds both others."""

SHARE = 0.27
START = {name: 0.15 + SHARE * step for step, name in enumerate(ORDER)}
"""Shares of the work: of each level, and when it begins."""

LOOSER = 1.4
"""How much more may be lost at each attempt to bring a level under its limit of bytes."""

SURELY = 2
"""A level keeps to its limit if its parts, each packed for itself, keep to the limit divided by this."""

Packed = Callable[[Level, Plan], int]
"""The bytes on the wire of what a plan describes."""


def chosen(model: Model, progress: Progress, packed: Packed) -> dict[str, Plan]:
    """A plan for each level, by name; ``packed`` puts a plan together, which is asked for near a limit."""
    if not model.shapes.at(0).triangles:
        return {level.name: unseen(model, level, packed) for level in model.levels}
    bench = Bench(model, progress, packed)
    ordered = sorted(model.levels, key=lambda level: ORDER.index(level.name))
    return {level.name: bench.plan(level) for level in ordered}


class Bench:
    """What the levels of one model share: its pictures, and what is learnt of its images."""

    def __init__(self, model: Model, told: Progress, packed: Packed) -> None:
        """``told`` hears stages and the share of all work, from a tenth on."""
        self._model, self._told, self._packed = model, told, packed
        self._images = pyramids(model.textures)
        told("pictures", 0.1)
        self._source = Subject(model.shapes.document, studio_light(), None, self._images)
        self._light = Light(self._source, model.shapes, model.textures)
        model.shapes.document.release()
        self._middle: Plan | None = None

    @cached_property
    def _views(self) -> dict[str, tuple[difference.View, ...]]:
        return difference.level_views(self._source)

    @cached_property
    def _lengths(self) -> dict[int, float]:
        return metres_long(self._source, self._model.shapes.document)

    def plan(self, level: Level) -> Plan:
        """One level."""
        begun = START[level.name]
        self._told(level.name, begun)
        plan = self._light.plan(level)
        if plan:
            return plan
        search = self._search(level, lambda done: self._told(level.name, begun + SHARE * done))
        plan = polished(search.best(level.difference), level, self._model.textures)
        plan = self._beside(level.name, plan)
        return within_bytes(search, level, search.measured(plan), self._packed)

    def _beside(self, name: str, plan: Plan) -> Plan:
        """The plan, no coarser than that of a coarser level, and no finer than that of a finer one."""
        if name == "standard":
            self._middle = plan
        if self._middle is None:
            return plan
        return plan.as_coarse_as(self._middle) if name == "preview" else plan.as_fine_as(self._middle)

    def _search(self, level: Level, told: Callable[[float], None]) -> Search:
        shapes, textures = self._model.shapes, self._model.textures
        views = self._views[level.name]
        judge = Judge(self._source, views, shapes, self._images, self._lengths, level.texture)
        ways = judge.ways(textures, level.texture)
        told(0.3)
        worth = worths(textures, judge, ways)
        told(0.5)
        palette = Palette(weighed(ways, worth), judge.drawn)
        return Search(level, shapes, textures, judge, palette, told)


def within_bytes(search: Search, level: Level, plan: Plan, packed: Packed) -> Plan:
    """The plan, or, if that has too many bytes, the most alike that keeps to them."""
    bound = level.difference
    while not plan.least and not keeps(level, plan, packed):
        bound *= LOOSER
        plan = search.measured(search.planned(bound))
    while not keeps(level, plan, packed) and plan != (poorer := plan.starved()):
        plan = search.measured(poorer)
    return plan


def keeps(level: Level, plan: Plan, packed: Packed) -> bool:
    """Whether a plan keeps to the level's bytes."""
    return 0 < SURELY * plan.bytes < level.wire_bytes or packed(level, plan) <= level.wire_bytes


def unseen(model: Model, level: Level, packed: Packed) -> Plan:
    """A level of lines and points, of which there are no pictures: all of them."""
    plan = Plan.plain(len(model.textures), level.texture)
    while packed(level, plan) > level.wire_bytes and plan != (poorer := plan.starved()):
        plan = poorer
    return plan
