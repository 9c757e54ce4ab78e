"""Models that lie far from their origin come out as they would at it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from renderd.pipeline.bounds import measure
from renderd.pipeline.convert import convert
from renderd.pipeline.document import Document
from renderd.pipeline.manifest import Manifest
from renderd.pipeline.near import bring_near
from renderd.pipeline.scene import world_matrices
from storefront.plugin_api import LEVELS, Recipe
from tests.renderd.models import write
from tests.renderd.poster_models import ball, mean_difference, painted

QUICK = Recipe(levels=tuple(replace(level, difference=1.0) for level in LEVELS if level.name == "standard"))
"""One level that is content with anything: the search for the smallest takes most of the time."""


def placed(*at: float) -> Document:
    """A red ball a metre wide, whose node is moved."""
    document = ball(painted((0.8, 0.1, 0.1)))
    document.json["nodes"][0]["translation"] = [*at]
    return document


def made(document: Document, folder: Path) -> Manifest:
    write(folder / "model.glb", document)
    return convert(folder / "model.glb", folder / "out", QUICK)


def poster(manifest: Manifest, folder: Path) -> Image.Image:
    path = next(image.path for image in manifest.poster.images if image.type == "image/webp")
    with Image.open(folder / "out" / path) as picture:
        return picture.convert("RGBA")


def test_it_stands_on_the_floor_at_the_origin() -> None:
    document = placed(5000, 40, -300)
    bounds = bring_near(document, measure(document))
    assert bounds.min == pytest.approx((-0.5, 0, -0.5), abs=0.001)
    assert bounds.max == pytest.approx((0.5, 1, 0.5), abs=0.001)


def test_its_poster_is_that_of_a_near_one(tmp_path: Path) -> None:
    (near := tmp_path / "near").mkdir()
    (far := tmp_path / "far").mkdir()
    pictures = poster(made(placed(0, 0, 0), near), near), poster(made(placed(5000, 0, 0), far), far)
    assert mean_difference(*pictures) < 0.002


@pytest.mark.parametrize("at", [(0.0, 2.5, 0.0), (40.0, 0.0, 40.0)])
def test_a_model_a_little_off_stays_where_it_is(at: tuple[float, ...]) -> None:
    document = placed(*at)
    before = document.to_glb()
    assert bring_near(document, measure(document)) == measure(document)
    assert document.to_glb() == before


def test_a_document_without_scenes_is_brought_near_too() -> None:
    document = placed(0, 0, 700)
    del document.json["scenes"]
    bring_near(document, measure(document))
    assert np.allclose(world_matrices(document)[0][:3, 3], 0)
