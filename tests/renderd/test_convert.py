"""The whole way: a file in, a folder with a manifest out, the same each time."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import brotli
import pytest
from PIL import Image

from renderd.cli import main
from renderd.pipeline.convert import convert, prepared
from renderd.pipeline.manifest import Manifest
from storefront.plugin_api import Recipe
from tests.renderd.models import model, write


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("in") / "model.glb", model())


@pytest.fixture(scope="module")
def folder(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``convert`` makes."""
    out = tmp_path_factory.mktemp("out") / "asset"
    stages: list[tuple[str, float]] = []
    made = convert(source, out, Recipe(), lambda stage, done: stages.append((stage, done)))
    assert [done for _, done in stages] == sorted(done for _, done in stages)
    assert stages[-1] == ("done", 1.0)
    assert Manifest.from_json((out / "manifest.json").read_text()) == made
    return out


@pytest.fixture
def manifest(folder: Path) -> Manifest:
    return Manifest.from_json((folder / "manifest.json").read_text())


def test_it_works(manifest: Manifest) -> None:
    assert list(manifest.levels) == ["preview", "standard", "high"]


def test_the_folder_holds_what_the_manifest_lists(folder: Path, manifest: Manifest) -> None:
    levels = [level.path for level in manifest.levels.values()]
    pictures = [image.path for image in manifest.poster.images]
    assert manifest.plain
    assert manifest.usdz
    besides = [manifest.plain.path, manifest.usdz.path]
    expected = {"manifest.json", *levels, *(f"{path}.br" for path in levels), *pictures, *besides}
    assert {path.name for path in folder.iterdir()} == expected


def test_names_carry_the_hash_of_the_content(folder: Path) -> None:
    for path in [*folder.glob("*.glb"), *folder.glob("poster-*")]:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        assert path.stem.rpartition("-")[2] == digest


def test_compressed_files_hold_the_same_bytes(folder: Path, manifest: Manifest) -> None:
    for level in manifest.levels.values():
        packed = (folder / f"{level.path}.br").read_bytes()
        assert brotli.decompress(packed) == (folder / level.path).read_bytes()
        assert (level.wire_bytes, level.bytes) == (len(packed), (folder / level.path).stat().st_size)


def test_posters_are_as_listed(folder: Path, manifest: Manifest) -> None:
    for image in manifest.poster.images:
        with Image.open(folder / image.path) as opened:
            assert (opened.width, opened.height) == (image.width, image.height)
            assert opened.get_format_mimetype() == image.type
    assert [image.width for image in manifest.poster.images] == [1200, 1200, 480, 480, 1200]


def test_the_manifest_says_what_options_can_address(manifest: Manifest) -> None:
    assert (manifest.nodes, manifest.materials) == (("top",), ("paint",))


def test_the_manifest_says_where_the_model_came_from(source: Path, manifest: Manifest) -> None:
    assert manifest.source.sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert (manifest.source.bytes, manifest.source.format) == (source.stat().st_size, "glb")


def test_a_manifest_of_another_schema_is_refused(folder: Path) -> None:
    text = (folder / "manifest.json").read_text().replace("asset-manifest/2", "asset-manifest/9")
    with pytest.raises(ValueError, match="asset-manifest/9"):
        Manifest.from_json(text)


def test_an_incomplete_manifest_is_refused(folder: Path) -> None:
    raw = json.loads((folder / "manifest.json").read_text())
    del raw["bounds"]
    with pytest.raises(ValueError, match="bounds"):
        Manifest.from_json(json.dumps(raw))


def test_another_process_makes_the_same_bytes(source: Path, folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "renderd", "convert", str(source), "--out", str(tmp_path / "again")]
    other = {**os.environ, "PYTHONHASHSEED": "7"}
    done = subprocess.run(command, capture_output=True, text=True, env=other, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{tmp_path / 'again' / 'manifest.json'}\n"
    for path in folder.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()


def test_bad_input_is_one_line_and_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.glb").write_bytes(b"nonsense")
    assert main(["convert", str(tmp_path / "a.glb"), "--out", str(tmp_path / "deep" / "out")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a.glb"]


def test_a_reader_that_stumbles_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.stl").write_bytes(b"solid x\nfacet normal 0 0 1\nouter loop\nvertex 0 nonsense\n")
    command = [sys.executable, "-m", "renderd", "convert", "a.stl", "--out", "out"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_a_late_failure_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = model()
    del document.json["nodes"][0]["mesh"]
    write(tmp_path / "a.glb", document)
    assert main(["convert", str(tmp_path / "a.glb"), "--out", str(tmp_path / "deep" / "out")]) == 2
    assert "draws nothing" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["a.glb"]


def test_a_missing_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(tmp_path / "a.glb"), "--out", str(tmp_path / "out")]) == 2
    assert "No such file" in capsys.readouterr().err


def test_a_folder_in_use_is_not_touched(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kept").write_text("mine")
    assert main(["convert", str(source), "--out", str(tmp_path)]) == 2
    assert "not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_a_recipe_can_make_the_model_itself(tmp_path: Path) -> None:
    recipe = Recipe(prepare="tests.renderd.models:made_of_nothing")
    made = prepared(tmp_path / "size.txt", recipe, tmp_path)
    assert made.read_bytes() == model().to_glb()
