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
from renderd.pipeline.near import bring_near
from renderd.pipeline.pictures.shot import Shot, write_pictures
from renderd.pipeline.scene import world_matrices
from storefront.plugin_api import LEVELS, Recipe
from tests.renderd.models import model, write
from tests.renderd.poster_models import ball, mean_difference, painted

QUICK = Recipe(levels=tuple(replace(level, difference=1.0) for level in LEVELS if level.name == "standard"))
"""One level that is content with anything: the search for the smallest takes most of the time."""


def placed(*at: float) -> Document:
    """A red ball a metre wide, whose node is moved."""
    document = ball(painted((0.8, 0.1, 0.1)))
    document.json["nodes"][0]["translation"] = [*at]
    return document


def picture(document: Document, path: Path) -> Image.Image:
    write(path.with_suffix(".glb"), document)
    write_pictures(path.with_suffix(".glb"), path, Shot(size=128), QUICK)
    with Image.open(path) as taken:
        return taken.convert("RGBA")


def test_it_stands_on_the_floor_at_the_origin(tmp_path: Path) -> None:
    document = model()
    document.json["nodes"][0]["translation"] = [5000, 40, -300]
    bounds = convert(write(tmp_path / "far.glb", document), tmp_path / "out", QUICK).bounds
    assert np.allclose(np.add(bounds.min, bounds.max)[[0, 2]], 0, atol=1e-3)
    assert bounds.min[1] == pytest.approx(0, abs=1e-3)


def test_its_picture_is_that_of_a_near_one(tmp_path: Path) -> None:
    near = picture(placed(0, 0, 0), tmp_path / "near.png")
    assert mean_difference(near, picture(placed(300_000, 0, 0), tmp_path / "far.png")) < 0.002


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
