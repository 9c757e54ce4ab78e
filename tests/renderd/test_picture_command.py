"""``python -m renderd picture``: real files through the sandbox."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from renderd.cli import main
from tests.renderd.poster_models import ball, painted

BLUE = [{"kind": "paint", "slot": "skin", "material": {"color": "#0000ff"}}]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A red ball."""
    path = tmp_path / "ball.glb"
    path.write_bytes(ball({"name": "skin", **painted((1, 0, 0))}).to_glb())
    return path


def run(*arguments: object) -> int:
    return main(["picture", *map(str, arguments)])


@pytest.mark.slow
def test_a_picture_shows_the_model_in_its_look(model: Path, tmp_path: Path) -> None:
    effects = tmp_path / "effects.json"
    effects.write_text(json.dumps(BLUE))
    assert run(model, "--out", tmp_path / "a.png", "--size", 64, "--effects", f"@{effects}") == 0
    with Image.open(tmp_path / "a.png") as picture:
        red, _, blue, alpha = picture.getpixel((32, 32))  # type: ignore[misc]
        assert picture.size == (64, 64)
    assert (blue > 150 > red, alpha) == (True, 255)


@pytest.mark.slow
def test_frames_go_into_a_folder(model: Path, tmp_path: Path) -> None:
    assert run(model, "--out", tmp_path / "round", "--size", 32, "--frames", 3) == 0
    assert sorted(path.name for path in (tmp_path / "round").iterdir()) == ["00.webp", "01.webp", "02.webp"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--variant", "Navy"], "there is no variant 'Navy'; the model has none"),
        (["--effects", '[{"kind": "paint"}]'], "the effects can't be applied ('slot' is missing)"),
    ],
)
def test_what_the_model_lacks_is_one_line(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert run(model, "--out", tmp_path / "a.png", *options) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "a.png").exists()


def test_a_name_that_is_no_picture_is_one_line(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(model, "--out", tmp_path / "a.gif") == 2
    assert capsys.readouterr().err.splitlines() == [
        f"renderd: {model}: --out is 'a.gif'; expected a name with .avif, .jpg, .png, .webp"
    ]


def test_a_missing_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "nix.glb", "--out", tmp_path / "a.png") == 2
    assert "No such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong", [["--size", "5"], ["--pitch", "90"], ["--effects", "{"], ["--effects", "{}"]]
)
def test_options_out_of_range_are_refused(model: Path, tmp_path: Path, wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(model, "--out", tmp_path / "a.png", *wrong)
    assert ended.value.code == 2


@pytest.mark.parametrize("yaw", ["nan", "inf", "1000"])
def test_a_turn_is_a_number_of_degrees(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], yaw: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        run(model, "--out", tmp_path / "a.png", "--yaw", yaw)
    assert "expected -360 to 360" in capsys.readouterr().err
