"""What a merchant should know of a model: remarks with a stable code and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from renderd.pipeline.bounds import Bounds
from renderd.pipeline.geometry import Geometry
from renderd.pipeline.levels import Built
from renderd.pipeline.manifest import Remark
from storefront.plugin_api import Level

HUGE, TINY = 10.0, 0.01
"""Metres: outside of these a longest side is more likely a wrong unit than a product."""


def remarks(
    bounds: Bounds,
    geometry: Geometry,
    dropped: Iterable[str],
    built: Mapping[str, Built],
    levels: Iterable[Level],
) -> list[Remark]:
    """All remarks on a conversion, the source's first."""
    found = [*on_size(bounds), *on_place(bounds), *on_extensions(dropped), *on_normals(geometry)]
    for level in levels:
        found += on_level(level, built[level.name], geometry.triangles)
    return found


def on_size(bounds: Bounds) -> list[Remark]:
    """A remark if the size suggests another unit."""
    longest = max(bounds.size)
    if TINY <= longest <= HUGE:
        return []
    how = "large" if longest > HUGE else "small"
    return [
        Remark(
            f"very-{how}",
            "warning",
            f"The model's longest side is {longest:.4g} m.",
            "Check the unit: glTF counts in metres; OBJ, STL and PLY in the unit that was chosen.",
        )
    ]


def on_place(bounds: Bounds) -> list[Remark]:
    """A remark if the model does not stand on the floor at the origin."""
    longest = max(bounds.size) or 1.0
    middle = max(abs(bounds.min[0] + bounds.max[0]), abs(bounds.min[2] + bounds.max[2])) / 2
    if abs(bounds.min[1]) <= longest / 50 and middle <= longest / 4:
        return []
    return [
        Remark(
            "off-centre",
            "warning",
            "The model does not stand on y = 0 at the origin.",
            "Centre it on x and z and put its foot on y = 0, so that it stands on the floor in a room.",
        )
    ]


def on_extensions(dropped: Iterable[str]) -> list[Remark]:
    """A remark for each extension that was left out."""
    return [
        Remark(
            "extension-dropped",
            "warning",
            f"{name} is not shown and was left out.",
            "Check the look without it.",
        )
        for name in dropped
    ]


def on_normals(geometry: Geometry) -> list[Remark]:
    """A remark if parts have no normals and therefore look faceted."""
    parts = [part for parts in geometry.meshes.values() for part in parts if part.mode == 4]
    bare = sum("NORMAL" not in part.attributes for part in parts)
    if not bare:
        return []
    return [
        Remark(
            "no-normals",
            "warning",
            f"{bare} of {len(parts)} parts have no normals and look faceted.",
            "Export the model with normals.",
        )
    ]


def on_level(level: Level, built: Built, triangles: int) -> list[Remark]:
    """Remarks on a level that lost many triangles, or that is still above its limits."""
    found = []
    size = len(built.compressed)
    if level.name == "high" and triangles > level.triangles:
        found.append(
            Remark(
                "many-triangles",
                "note",
                f"The model has {triangles:,} triangles; the finest level shows {built.triangles:,}.",
                f"Bring the model to {level.triangles:,} triangles for full control over its look.",
            )
        )
    if size > level.wire_bytes or built.triangles > level.triangles:
        found.append(
            Remark(
                "over-limit",
                "warning",
                f"The {level.name} level has {size:,} bytes and {built.triangles:,} triangles,"
                f" above {level.wire_bytes:,} and {level.triangles:,}.",
                "Use fewer triangles and smaller textures; morphed parts are never simplified.",
            )
        )
    return found
