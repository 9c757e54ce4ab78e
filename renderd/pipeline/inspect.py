"""A look at a model file that makes nothing of it: what it holds, and what a merchant should know."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path

from renderd.pipeline.bounds import measure
from renderd.pipeline.clean import clean
from renderd.pipeline.convert import described, names, prepared, variants
from renderd.pipeline.document import Json
from renderd.pipeline.inputs import Opened, open_model
from renderd.pipeline.intake import UNKNOWN, Intake
from renderd.pipeline.progress import Progress, silent
from renderd.pipeline.prune import prune
from renderd.pipeline.report import on_source, survey
from storefront.plugin_api import Recipe


def inspect(source: Path, recipe: Recipe, progress: Progress = silent, intake: Intake = UNKNOWN) -> Json:
    """What ``convert`` would say of ``source``, as JSON; no file is written. Raises ModelError, OSError.

    ``size`` is width, height and depth in metres; ``memory`` bytes on a phone; ``report`` as in
    docs/manifest.md, without the remarks on levels.
    """
    progress("read", 0.0)
    with tempfile.TemporaryDirectory(prefix="renderd-") as scratch:
        opened = open_model(prepared(source, recipe, Path(scratch)), recipe.unit, intake)
        progress("look", 0.5)
        found = looked_at(opened)
    progress("done", 1.0)
    return found


def looked_at(opened: Opened) -> Json:
    """All that there is to say of an opened model."""
    document = opened.document
    dropped = clean(document)
    prune(document)
    bounds, seen = measure(document), survey(document)
    return {
        "source": asdict(described(opened)),
        "size": bounds.size,
        "triangles": seen.triangles,
        "draws": seen.draws,
        "textures": list(seen.textures.values()),
        "memory": seen.memory,
        "nodes": names(document, "nodes"),
        "materials": names(document, "materials"),
        "variants": [variant["name"] for variant in variants(document)],
        "animations": len(document.items("animations")),
        "extensions": document.json.get("extensionsUsed", []),
        "report": [
            asdict(remark) for remark in on_source(seen, bounds, opened.taken, dropped, opened.mended)
        ],
    }
