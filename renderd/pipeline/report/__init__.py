"""What a merchant should know of a model: remarks with a stable code, how bad it is, and what to do.

docs/manifest.md lists the codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from renderd.pipeline.bounds import Bounds
from renderd.pipeline.document import Document
from renderd.pipeline.intake import Taken
from renderd.pipeline.manifest import Remark
from renderd.pipeline.report.inner import on_inner
from renderd.pipeline.report.levels import on_levels
from renderd.pipeline.report.looks import on_looks
from renderd.pipeline.report.places import on_places
from renderd.pipeline.report.size import on_size
from renderd.pipeline.report.surfaces import on_surfaces
from renderd.pipeline.report.survey import Survey, survey
from renderd.pipeline.report.weight import on_weight

__all__ = ["Survey", "memory", "on_levels", "on_source", "survey"]

ORDER = ("error", "warning", "note")


def on_source(
    found: Survey, bounds: Bounds, taken: Taken, dropped: Iterable[str], mended: Iterable[str] = ()
) -> list[Remark]:
    """All remarks on a source: a cleaned document that was surveyed, the worst first."""
    remarks = [
        *on_size(bounds, taken),
        *on_mended(mended),
        *on_looks(found, dropped),
        *on_surfaces(found),
        *on_places(found),
        *on_inner(found),
        *on_weight(found),
    ]
    return sorted(remarks, key=lambda remark: ORDER.index(remark.severity))


def on_mended(mended: Iterable[str]) -> Iterator[Remark]:
    """A note on what broke glTF's rules and was put right."""
    words = sorted(set(mended))
    if words:
        yield Remark(
            "mended",
            "note",
            f"The file breaks rules of its format, which was put right: {', '.join(words)}.",
            "Look at the pictures. If something looks wrong there, export the model anew.",
        )


def memory(document: Document) -> int:
    """Bytes that a document takes on a phone's graphics chip: vertices, and textures decoded."""
    return survey(document).memory
