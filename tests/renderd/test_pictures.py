"""Turntables and pictures of configurations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from renderd.pipeline.bounds import measure
from renderd.pipeline.camera import frame, turntable
from renderd.pipeline.document import Document
from renderd.pipeline.errors import ModelError
from renderd.pipeline.pictures import write_configuration, write_turntable
from tests.renderd.poster_models import add_mesh, add_pane, ball, empty, painted

POST = np.array([[x, y, z] for x in (-1.0, 1.0) for y in (0.0, 0.3) for z in (-0.2, 0.2)], np.float32)
FILL, SIDE = 0.9, 48


def sides() -> Document:
    """An upright pane: red in front, and a blue one that looks back."""
    document = empty(painted((1, 0, 0)), painted((0, 0, 1)))
    add_pane(document, 0, z=0.01)
    add_mesh(document, np.array([[-0.5, -0.5, 0], [0, 0.5, 0], [0.5, -0.5, 0]]), np.array([[0, 1, 2]]), 1)
    return document


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], list[tuple[str, float]]]:
    """A turntable's folder, what it says, and the progress that was told."""
    out, told = tmp_path_factory.mktemp("turntable"), []
    document = sides()
    bounds = measure(document)
    write_turntable(document, frame(bounds.min, bounds.max), out, lambda *news: told.append(news), SIDE)
    return out, json.loads((out / "turntable.json").read_text()), told


def test_no_frame_is_cut_and_one_is_full() -> None:
    cameras = turntable(POST, frame(POST.min(axis=0), POST.max(axis=0)), 24)
    reach = [np.abs(camera.project(POST)).max() for camera in cameras]
    assert 0.85 < max(reach) <= FILL + 1e-5


def test_frames_go_round_at_one_height_and_distance() -> None:
    first = frame(POST.min(axis=0), POST.max(axis=0))
    away = np.array([np.subtract(c.position, c.target) for c in turntable(POST, first, 24)])
    bearing = np.degrees(np.unwrap(np.arctan2(away[:, 0], away[:, 2])))
    assert bearing == pytest.approx(30 + 15 * np.arange(24), abs=0.01)
    assert np.ptp(away[:, 1]) == pytest.approx(0, abs=1e-5)


def test_a_turntable_has_24_frames_of_each_type(made: Any) -> None:
    out, told, _ = made
    assert (told["frames"], told["width"], told["height"]) == (24, SIDE, SIDE)
    assert [image["type"] for image in told["images"]] == ["image/avif", "image/webp"]
    for image in told["images"]:
        assert len({path for path in image["paths"] if (out / path).is_file()}) == 24


def test_frames_show_the_front_and_then_the_back(made: Any) -> None:
    out, told, _ = made
    front, back = (
        np.asarray(Image.open(out / told["images"][1]["paths"][i]))[SIDE // 2, SIDE // 2] for i in (0, 12)
    )
    assert front[0] > 150 > front[2]
    assert back[2] > 100 > back[0]


def test_progress_of_a_turntable_rises_to_the_end(made: Any) -> None:
    shares = [share for _, share in made[2]]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_a_configuration_has_its_picture_and_its_models(tmp_path: Path) -> None:
    document = ball({"name": "skin", **painted((1, 0, 0))})
    effects = [{"kind": "paint", "slot": "skin", "material": {"color": "#0000ff"}}]
    write_configuration(document, effects, "configurations/blue", tmp_path, side=500)
    told = json.loads((tmp_path / "configurations/blue/picture.json").read_text())
    assert [(i["type"], i["width"]) for i in told["images"]][:3] == [
        ("image/avif", 500),
        ("image/webp", 500),
        ("image/avif", 480),
    ]
    files = [*told["images"], told["usdz"], told["plain"]]
    assert all((tmp_path / item["path"]).stat().st_size == item["bytes"] for item in files)
    assert (tmp_path / told["usdz"]["path"]).read_bytes()[:2] == b"PK"
    assert (tmp_path / told["plain"]["path"]).read_bytes()[:4] == b"glTF"
    red, _, blue, _ = np.asarray(Image.open(tmp_path / told["images"][3]["path"]))[240, 240]
    assert blue > 150 > red


def test_a_configuration_that_shows_nothing_is_refused(tmp_path: Path) -> None:
    document = ball(painted((1, 0, 0)))
    document.json["nodes"][0]["name"] = "ball"
    with pytest.raises(ModelError, match="draws nothing"):
        write_configuration(document, [{"kind": "show", "node": "", "hides": ["ball"]}], "c", tmp_path)
    assert not any(tmp_path.iterdir())
