"""Remarks on levels: what each one lost, and which limits it broke."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from renderd.pipeline.manifest import Remark
from renderd.pipeline.report.words import counted, megabytes
from storefront.plugin_api import Level


class Made(Protocol):
    """What a level became."""

    @property
    def compressed(self) -> bytes: ...
    @property
    def triangles(self) -> int: ...


def on_levels(built: Mapping[str, Made], levels: Iterable[Level], triangles: int) -> Iterator[Remark]:
    """Remarks on all levels of a source that draws ``triangles``."""
    for level in levels:
        if level.name in built:
            yield from on_level(level, built[level.name], triangles)


def on_level(level: Level, made: Made, triangles: int) -> Iterator[Remark]:
    """Remarks on a level that lost what one sees, or that is still above its limits."""
    if level.name == "high" and triangles > level.triangles:
        yield Remark(
            "many-triangles",
            "note",
            f"Your file has {counted(triangles, 'triangle')}; the finest level shows {made.triangles:,}.",
            f"Bring the model to {level.triangles:,} triangles for full control over its look.",
        )
    if len(made.compressed) > level.wire_bytes or made.triangles > level.triangles:
        yield Remark(
            "over-limit",
            "warning",
            f"The {level.name} level has {megabytes(len(made.compressed))} and"
            f" {counted(made.triangles, 'triangle')}, above {megabytes(level.wire_bytes)} and"
            f" {level.triangles:,}.",
            "Use fewer triangles and smaller textures; morphed parts are never simplified.",
        )
