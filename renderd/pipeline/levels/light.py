"""Models so light that nothing is worth searching: a level keeps all that its limits let it keep."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from renderd.pipeline.difference import Reference, whole_views
from renderd.pipeline.levels.judge import pyramid_of
from renderd.pipeline.levels.polish import polished
from renderd.pipeline.levels.search import Plan
from renderd.pipeline.levels.shapes import Shapes
from renderd.pipeline.poster.light import studio_light
from renderd.pipeline.poster.surface import Subject
from renderd.pipeline.textures import Choice, Textures
from storefront.plugin_api import Level

LIGHT = {"preview": 6_000, "standard": 20_000, "high": 60_000}
"""Bytes by level under which it is left alone."""

TEXELS = 1_000_000
"""No model with more texels than this is tried."""

QUALITY = 90
VIEWS = 2


class Light:
    """A model that may be light."""

    def __init__(self, source: Subject, shapes: Shapes, textures: Textures) -> None:
        self._source, self._shapes, self._textures = source, shapes, textures
        sizes = [textures.master(index).size for index in range(len(textures))]
        self._small = sum(width * height for width, height in sizes) <= TEXELS
        self._found: dict[tuple[Choice, ...], float] = {}

    def plan(self, level: Level) -> Plan | None:
        """The level with all triangles and good images, if that is light and looks enough like the source."""
        most = min(LIGHT[level.name], level.wire_bytes // 2)
        # No triangle weighs less than a byte.
        if not self._small or self._shapes.at(0).triangles > min(level.triangles, most):
            return None
        if self._shapes.bytes(0, level.texture) > most:
            return None
        plan = self._stored(level, QUALITY)
        if plan.bytes > most:
            return None
        plan = polished(plan, level, self._textures)
        key = tuple(plan.images.values())
        if key not in self._found:
            self._found[key] = self._lost(level.texture, plan.images)
        found = self._found[key]
        return replace(plan, difference=found) if found <= level.difference else None

    def _stored(self, level: Level, quality: int) -> Plan:
        """All triangles and all images at a quality, not looked at yet."""
        images = {
            index: Choice(min(level.texture, max(self._textures.master(index).size)), quality)
            for index in range(len(self._textures))
        }
        weight = sum(len(self._textures.encoded(index, choice)) for index, choice in images.items())
        return Plan(0, images, 0.0, self._shapes.bytes(0, level.texture) + weight, least=True)

    @cached_property
    def _reference(self) -> Reference:
        return Reference(self._source, whole_views(self._source)[:VIEWS])

    def _lost(self, side: int, images: dict[int, Choice]) -> float:
        pictures = {
            index: pyramid_of(self._textures.encoded(index, choice)) for index, choice in images.items()
        }
        other = Subject(self._shapes.written(0, side), studio_light(), None, pictures)
        return self._reference.difference(other).value
