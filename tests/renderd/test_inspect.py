"""``python -m renderd inspect``: what a file holds, and nothing made of it."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from rich.console import Console

from renderd.cli import main
from renderd.pipeline.inspect import inspect
from renderd.pipeline.intake import Intake
from renderd.shown import show
from storefront.plugin_api import Recipe
from tests.renderd.furnished import exported, sofa, written


def test_it_says_what_a_file_holds_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "sofa.stl", exported(sofa(), "mm", "z"))
    assert main(["inspect", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["size"] == pytest.approx([2.2, 0.83, 0.92])
    assert found["source"] | {"sha256": ""} == {
        "sha256": "",
        "bytes": path.stat().st_size,
        "format": "stl",
        "unit": 0.001,
        "up": "z",
        "sure": True,
    }
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_file_that_is_no_model_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letter.glb").write_text("Dear Sir")
    assert main(["inspect", str(tmp_path / "letter.glb")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_people_get_tables(tmp_path: Path) -> None:
    path = written(tmp_path / "sofa.obj", exported(sofa(), "cm", "y"))
    out = io.StringIO()
    show(inspect(path, Recipe()), Console(file=out, width=100))
    for words in ("Counts in", "a guess: say --unit and --up", "error", "72 triangles"):
        assert words in out.getvalue()


def test_answers_are_taken(tmp_path: Path) -> None:
    path = written(tmp_path / "sofa.obj", exported(sofa(), "cm", "y"))
    assert inspect(path, Recipe(), intake=Intake("cm", "y"))["source"]["sure"] is True


def test_a_file_that_is_not_there_is_named_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(tmp_path / "sofa.glb")]) == 2
    assert capsys.readouterr().err == f"renderd: {tmp_path / 'sofa.glb'}: No such file or directory\n"


def test_nobody_waits_for_a_pipe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert main(["inspect", str(tmp_path / "pipe")]) == 2
    assert capsys.readouterr().err == f"renderd: {tmp_path / 'pipe'}: it is no file; expected one on a disk\n"
