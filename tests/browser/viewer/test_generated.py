"""Small sisters of the heaviest models (``python -m bench outputs`` takes those), from file to screen."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize

from bench import huge
from bench.outputs.files import faults, manifest_of
from bench.outputs.show import Show, serving, shown
from renderd.pipeline.convert import convert
from storefront.plugin_api import Level, Recipe

pytestmark = pytest.mark.browser

LEVELS = (
    Level("preview", 1_000, 32, 50_000, 0.13),
    Level("standard", 4_000, 64, 250_000, 0.05),
    Level("high", 12_000, 128, 750_000, 0.04),
)
"""A twentieth of the usual limits: they bite as those do on the heavy models."""

SMALL: ViewportSize = {"width": 320, "height": 420}
"""Each pixel of each frame is computed without a graphics card."""

MODELS = {
    "scan": partial(huge.scan, 2_700_000, 384),
    "textures": partial(huge.textures, 320, 6),
    "skinned": partial(huge.skinned, 40),
    "morphing": partial(huge.morphing, 40),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("generated")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    with serving(folder) as address:
        yield address


@pytest.fixture(scope="module", params=MODELS)
def model(request: pytest.FixtureRequest, folder: Path) -> Path:
    """The folder of a converted model."""
    name: str = request.param
    source, out = folder / f"{name}.glb", folder / name
    huge.write(MODELS[name](), source)
    convert(source, out, Recipe(levels=LEVELS))
    return out


def test_its_files_are_valid_and_small(model: Path) -> None:
    assert faults(model, LEVELS) == []


def test_the_viewer_shows_all_its_levels_and_says_nothing(
    model: Path, chromium: Browser, server: str
) -> None:
    show = Show()
    shown(chromium, server, model, show, SMALL)
    assert list(show.levels) == ["preview", "standard", "high"]
    assert show.faults(manifest_of(model)) == []
