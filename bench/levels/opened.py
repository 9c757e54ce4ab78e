"""A model as its levels are made from it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from renderd.pipeline.bounds import Bounds, measure
from renderd.pipeline.clean import clean
from renderd.pipeline.document import Document
from renderd.pipeline.inputs import open_model
from renderd.pipeline.lighten import Limit, lighten
from renderd.pipeline.progress import silent
from renderd.pipeline.prune import prune
from storefront.plugin_api import Recipe


def opened(model: Path) -> tuple[Document, Bounds]:
    """Read, clean and lighten a model; its box as it was before."""
    document = open_model(model, "m").document
    clean(document)
    prune(document)
    bounds = measure(document)
    lighten(document, Limit.of(Recipe().levels), partial(silent, "lighten"))
    return document, bounds
