"""What a model breaks of glTF's rules without being unreadable, put right before anything else sees it.

Viewers forgive much of this, each in its own way. Mended once, all levels and pictures look alike, and none
of our files hands a source's mistake on.
"""

from __future__ import annotations

from renderd.pipeline.document import Document
from renderd.pipeline.mend.animations import mend_animations
from renderd.pipeline.mend.coordinates import fill_coordinates
from renderd.pipeline.mend.materials import mend_materials, mend_variants
from renderd.pipeline.mend.nodes import mend_nodes
from renderd.pipeline.mend.skins import mend_skins
from renderd.pipeline.mend.vertices import mend_vertices

__all__ = ["fill_coordinates", "mend"]


def mend(document: Document) -> list[str]:
    """Put a checked document right, in place; returns what was wrong, a few words each."""
    steps = (mend_vertices, mend_materials, mend_variants, mend_nodes, mend_skins, mend_animations)
    return [words for step in steps for words in step(document)]
