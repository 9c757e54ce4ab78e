"""The sandbox: what a conversion can't do to the worker that runs it."""

from __future__ import annotations

import json
from pathlib import Path

import psutil
import pytest

from renderd.sandbox import BadModel, Crashed, Limits, run
from storefront.plugin_api import Recipe

SMALL = Limits(cpu_seconds=3, wall_seconds=60, memory_bytes=3 << 30, file_bytes=8 << 20)


def unwatched(stage: str, percent: int) -> None:
    """Progress that nobody follows."""


def attempt(folder: Path, trick: str, limits: Limits = SMALL) -> None:
    source = folder / "source.glb"
    source.write_bytes(b"no model")
    recipe = Recipe(prepare=f"tests.renderd.greedy:{trick}")
    run(source, folder / "out", recipe, unwatched, limits)


def test_endless_work_is_ended(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="too long"):
        attempt(tmp_path, "spin")


def test_endless_waiting_is_ended(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="too long"):
        attempt(tmp_path, "sleep", Limits(wall_seconds=1))


def test_endless_memory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="memory"):
        attempt(tmp_path, "hoard")


def test_an_endless_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="unpacks"):
        attempt(tmp_path, "flood")


def test_a_crash_says_nothing_about_the_model(tmp_path: Path) -> None:
    with pytest.raises(Crashed):
        attempt(tmp_path, "crash")


def test_a_bad_model_is_told_in_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="expected GLB"):
        attempt(tmp_path, "tell")


def test_the_child_knows_no_settings_and_no_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hidden")
    monkeypatch.setenv("STOREFRONT_SECRET_KEY", "hidden")
    with pytest.raises(BadModel):
        attempt(tmp_path, "tell")
    assert "hidden" not in (tmp_path / "told.json").read_text()
    assert json.loads((tmp_path / "told.json").read_text())["HOME"] == str(tmp_path)


def test_a_worker_that_loses_its_lease_leaves_no_child(tmp_path: Path) -> None:
    source = tmp_path / "source.glb"
    source.write_bytes(b"no model")

    def lost(stage: str, percent: int) -> None:
        raise RuntimeError("the lease is lost")

    before = psutil.Process().children()
    with pytest.raises(RuntimeError):
        run(source, tmp_path / "out", Recipe(prepare="tests.renderd.greedy:spin"), lost, SMALL)
    assert psutil.Process().children() == before
