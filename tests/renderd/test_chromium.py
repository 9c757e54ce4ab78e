"""Who draws pictures on which machine, and how a Chromium that doesn't is left."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from renderd.chromium import Failed, Program, Scene, choose, photograph
from renderd.chromium.browser import flags
from storefront.settings import SettingError, from_environ

CAMERA = {"position": (0.0, 0.0, 3.0), "target": (0.0, 0.0, 0.0), "fov": 30.0}


def program(folder: Path, script: str) -> Path:
    """An executable of that name in the folder."""
    path = folder / "chromium"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def gpu(tmp_path: Path) -> Path:
    """A folder with a render node."""
    nodes = tmp_path / "dri"
    nodes.mkdir()
    (nodes / "renderD128").touch()
    return nodes


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with a Chromium."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program(folder, "exit 1")
    return folder


def test_a_gpu_and_a_chromium_draw(gpu: Path, installed: Path) -> None:
    chosen = choose("auto", nodes=gpu, path=str(installed))
    assert chosen == Program(str(installed / "chromium"), gpu=True, software=False)


def test_without_a_gpu_rays_are_cast(tmp_path: Path, installed: Path) -> None:
    assert choose("auto", nodes=tmp_path / "none", path=str(installed)) is None


def test_a_gpu_without_a_chromium_casts_rays(gpu: Path, tmp_path: Path) -> None:
    assert choose("auto", nodes=gpu, path=str(tmp_path)) is None


def test_the_setting_can_keep_chromium_out(gpu: Path, installed: Path) -> None:
    assert choose("cpu", nodes=gpu, path=str(installed)) is None


def test_the_setting_can_call_chromium_without_a_gpu(tmp_path: Path, installed: Path) -> None:
    chosen = choose("chromium", nodes=tmp_path / "none", path=str(installed))
    assert chosen == Program(str(installed / "chromium"), gpu=False, software=True)


def test_a_chromium_that_is_called_and_missing_is_told(gpu: Path, tmp_path: Path) -> None:
    with pytest.raises(Failed, match="no Chromium"):
        choose("chromium", nodes=gpu, path=str(tmp_path))


def test_the_gpu_is_asked_for_only_where_there_is_one(tmp_path: Path) -> None:
    with_gpu, without = (flags(Program("chromium", gpu, software=True), tmp_path) for gpu in (True, False))
    assert set(with_gpu) - set(without) == {"--use-gl=angle", "--use-angle=gl-egl", "--ignore-gpu-blocklist"}


def test_another_setting_is_refused() -> None:
    with pytest.raises(SettingError, match="auto, cpu or chromium"):
        from_environ({"STOREFRONT_PICTURES": "gpu"})


def attempt(folder: Path, script: str, seconds: float = 30.0) -> None:
    (folder / "model.glb").write_bytes(b"glTF")
    bounds = {"min": (-1.0, -1.0, -1.0), "max": (1.0, 1.0, 1.0)}
    scene = Scene(folder / "model.glb", bounds, [CAMERA], 64)
    chosen = Program(str(program(folder, script)), gpu=False, software=True)
    photograph(chosen, scene, folder / "out", lambda: None, lambda _: None, seconds)


def test_a_program_that_ends_at_once_tells_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="out of luck"):
        attempt(tmp_path, "echo out of luck >&2")


def test_a_program_that_says_nothing_is_ended_in_time(tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(Failed, match="more than 1 s"):
        attempt(tmp_path, "exec sleep 60", seconds=1.0)
    assert time.monotonic() - begun < 20


def test_nothing_of_a_failed_program_stays(tmp_path: Path) -> None:
    with pytest.raises(Failed):
        attempt(tmp_path, 'touch "$HOME/left"')
    assert {path.name for path in tmp_path.iterdir()} == {"chromium", "model.glb", "out"}
