"""The sandbox: what a conversion can't do to the worker that runs it."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest

from renderd.beside import folder_beside
from renderd.sandbox import BadModel, Crashed, Limits, check, run
from storefront.plugin_api import Recipe

SMALL = Limits(cpu_seconds=2, wall_seconds=60, memory_bytes=3 << 30, file_bytes=8 << 20)


def unwatched(stage: str, share: float) -> None:
    """Progress that nobody follows."""


def order_for(folder: Path, trick: str) -> dict[str, Any]:
    source = folder / "source.glb"
    source.write_bytes(b"no model")
    recipe = asdict(Recipe(prepare=f"tests.renderd.greedy:{trick}"))
    return {"source": str(source), "out": str(folder / "out"), "recipe": recipe}


def attempt(folder: Path, trick: str, limits: Limits = SMALL) -> None:
    run("convert", order_for(folder, trick), folder, unwatched, limits)


def test_endless_work_is_ended(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="too long"):
        attempt(tmp_path, "spin")


def test_endless_waiting_is_ended(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="too long"):
        attempt(tmp_path, "sleep", Limits(wall_seconds=1))


def test_a_child_that_closes_its_mouth_and_stays_is_ended(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="too long"):
        attempt(tmp_path, "keep_silent", Limits(wall_seconds=2))


def test_endless_memory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="memory"):
        attempt(tmp_path, "hoard")


def test_an_endless_file_is_refused_and_gone(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="unpacks"):
        attempt(tmp_path, "flood")
    assert [path.name for path in tmp_path.iterdir()] == ["source.glb"]


def test_a_crash_says_nothing_about_the_model(tmp_path: Path) -> None:
    with pytest.raises(Crashed):
        attempt(tmp_path, "crash")


def test_a_library_that_trips_over_the_file_is_not_asked_again(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="breaks the program"):
        attempt(tmp_path, "stumble")


@pytest.mark.parametrize(("trick", "words"), [("hold_files", "Too many open files"), ("multiply", "thread")])
def test_files_and_threads_are_counted(tmp_path: Path, trick: str, words: str) -> None:
    with pytest.raises((BadModel, Crashed), match=words):
        attempt(tmp_path, trick)


def test_a_child_that_talks_nonsense_has_crashed(tmp_path: Path) -> None:
    with pytest.raises(Crashed, match="nonsense"):
        attempt(tmp_path, "babble")


def test_a_bad_model_is_told_in_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="expected GLB"):
        attempt(tmp_path, "tell")


def test_the_child_knows_no_settings_and_no_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hidden")
    monkeypatch.setenv("STOREFRONT_SECRET_KEY", "hidden")
    (tmp_path / "told.json").touch()
    with pytest.raises(BadModel):
        attempt(tmp_path, "tell")
    assert "hidden" not in (tmp_path / "told.json").read_text()
    assert json.loads((tmp_path / "told.json").read_text())["HOME"] == str(tmp_path)


def test_a_worker_that_loses_its_lease_leaves_no_child_and_no_file(tmp_path: Path) -> None:
    order = order_for(tmp_path, "spin")
    started = time.monotonic()

    def lost(stage: str, share: float) -> None:
        if time.monotonic() - started > 0.5:
            raise RuntimeError("the lease is lost")

    before = psutil.Process().children()
    with pytest.raises(RuntimeError):
        run("convert", order, tmp_path, lost, SMALL)
    assert psutil.Process().children() == before
    assert [path.name for path in tmp_path.iterdir()] == ["source.glb"]


def test_a_silent_child_can_be_cancelled_every_second(tmp_path: Path) -> None:
    moments: list[float] = []

    def count(stage: str, share: float) -> None:
        moments.append(time.monotonic())
        if len(moments) == 4:
            raise RuntimeError("enough")

    with pytest.raises(RuntimeError):
        run("convert", order_for(tmp_path, "sleep"), tmp_path, count, SMALL)
    assert max(b - a for a, b in pairwise(moments)) < 2


def test_an_outcome_with_a_link_in_it_is_none(tmp_path: Path) -> None:
    (tmp_path / "poster.png").symlink_to("/etc/passwd")
    with pytest.raises(Crashed, match="no plain file"):
        run("probe", {}, tmp_path, unwatched, SMALL)


def test_all_walls_stand_on_this_system() -> None:
    walls = check(required=True)
    assert walls.offline


def test_a_home_beside_its_outcome_goes_with_the_folders_made_for_it(tmp_path: Path) -> None:
    with pytest.raises(BadModel), folder_beside(tmp_path / "new" / "out") as home:
        attempt(home, "tell")
    assert not list(tmp_path.iterdir())


def test_a_home_is_not_made_for_a_taken_name(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()
    with pytest.raises(FileExistsError), folder_beside(tmp_path / "out"):
        pass
