"""Remarks on levels: what one lost, which limits it broke, and what it takes on a phone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from renderd.pipeline.manifest import LevelFile, Remark
from renderd.pipeline.report.words import counted, megabytes
from storefront.plugin_api import Level

NEARLY = 1.05
"""Times the difference aimed for that nobody tells from it."""

HEAVY = 200_000_000
"""Bytes of graphics memory from which older phones throw a page away."""


def on_levels(made: Mapping[str, LevelFile], levels: Iterable[Level], triangles: int) -> Iterator[Remark]:
    """Remarks on all levels of a source that draws ``triangles``."""
    for level in levels:
        if level.name in made:
            yield from on_level(level, made[level.name], triangles)


def on_level(level: Level, made: LevelFile, triangles: int) -> Iterator[Remark]:
    """Remarks on a level that lost what one sees, is heavy, or is still above its limits."""
    if level.name == "high" and triangles > level.triangles:
        yield Remark(
            "many-triangles",
            "note",
            f"Your file has {counted(triangles, 'triangle')}; the finest level shows {made.triangles:,}.",
            f"Bring the model to {level.triangles:,} triangles for full control over its look.",
        )
    if made.difference > NEARLY * level.difference:
        yield Remark(
            "level-differs",
            "warning",
            f"The {level.name} level is simpler than we aim for, because it would be too large otherwise:"
            f" its pictures differ by {made.difference:.1%} from your file's, and not by"
            f" {level.difference:.1%}.",
            "Look at it in the shop. Fewer small parts and smaller textures leave more for what matters.",
        )
    if made.wire_bytes > level.wire_bytes or made.triangles > level.triangles:
        yield Remark(
            "over-limit",
            "warning",
            f"The {level.name} level has {megabytes(made.wire_bytes)} and"
            f" {counted(made.triangles, 'triangle')}, above {megabytes(level.wire_bytes)} and"
            f" {level.triangles:,}.",
            "Use fewer triangles and smaller textures.",
        )
    if made.memory > HEAVY:
        yield Remark(
            "heavy-on-phone",
            "warning",
            f"The {level.name} level takes {megabytes(made.memory)} on a phone; older ones give up at"
            f" {megabytes(HEAVY)}.",
            "Use fewer and smaller textures: several parts can share one.",
        )
