"""Units and axes: told by the file, the stated size or the shape, and asked about where they aren't."""

from __future__ import annotations

from pathlib import Path

import pytest
import trimesh

from renderd.pipeline.bounds import measure
from renderd.pipeline.hints import unit_said, up_said
from renderd.pipeline.inputs import Opened, open_model
from renderd.pipeline.intake import UNKNOWN, Intake, Stated, intake_of
from tests.renderd.furnished import exported, sofa, vase, watch, written

SOFA: Stated = (2.2, 0.83, 0.92)
WATCH: Stated = (0.042, 0.011, 0.042)
NOTHING: Stated = (None, None, None)
THINGS = {"sofa": (sofa, SOFA), "watch": (watch, WATCH), "vase": (vase, (0.16, 0.3, 0.16))}


def opened(
    tmp_path: Path, thing: str, kind: str, unit: str, up: str, intake: Intake = UNKNOWN, comment: str = ""
) -> Opened:
    """A thing of THINGS, exported as said, opened."""
    mesh = exported(THINGS[thing][0](), unit, up)
    return open_model(written(tmp_path / f"model.{kind}", mesh, comment), "auto", intake)


@pytest.mark.parametrize("up", ["y", "z"])
@pytest.mark.parametrize("unit", ["m", "cm", "mm", "in"])
@pytest.mark.parametrize("thing", ["sofa", "watch", "vase"])
@pytest.mark.parametrize("kind", ["stl", "obj", "ply"])
def test_the_stated_size_tells_unit_and_axis(
    tmp_path: Path, kind: str, thing: str, unit: str, up: str
) -> None:
    stated = THINGS[thing][1]
    taken = opened(tmp_path, thing, kind, unit, up, Intake(size=stated)).taken
    assert (taken.unit, taken.up, taken.sure) == (unit, up, True)


@pytest.mark.parametrize(
    ("thing", "kind", "unit", "up", "sure"),
    [
        ("sofa", "stl", "mm", "z", (True, True)),
        ("sofa", "obj", "mm", "y", (True, True)),
        ("sofa", "ply", "mm", "z", (True, True)),
        ("vase", "stl", "m", "z", (True, True)),
        ("vase", "obj", "m", "y", (True, True)),
        ("vase", "ply", "m", "y", (True, True)),
    ],
)
def test_without_a_stated_size_the_shape_tells(
    tmp_path: Path, thing: str, kind: str, unit: str, up: str, sure: tuple[bool, bool]
) -> None:
    taken = opened(tmp_path, thing, kind, unit, up).taken
    assert (taken.unit, taken.up, (taken.unit_sure, taken.up_sure)) == (unit, up, sure)


@pytest.mark.parametrize(
    ("thing", "kind", "unit"), [("sofa", "obj", "cm"), ("sofa", "stl", "in"), ("watch", "stl", "mm")]
)
def test_a_size_that_fits_several_units_is_asked_about(
    tmp_path: Path, thing: str, kind: str, unit: str
) -> None:
    assert not opened(tmp_path, thing, kind, unit, "z").taken.unit_sure


def test_a_shape_without_an_upper_side_is_asked_about(tmp_path: Path) -> None:
    ball = written(tmp_path / "ball.ply", trimesh.creation.icosphere(subdivisions=2, radius=0.3))
    assert not open_model(ball, "auto").taken.up_sure


@pytest.mark.parametrize(
    ("kind", "comment", "unit"),
    [("obj", "File units = centimeters", "cm"), ("stl", "UNITS=in", "in"), ("ply", "unit: cm", "cm")],
)
def test_a_comment_tells_the_unit(tmp_path: Path, kind: str, comment: str, unit: str) -> None:
    taken = opened(tmp_path, "sofa", kind, unit, "y", comment=comment).taken
    assert (taken.unit, taken.unit_sure) == (unit, True)


def test_a_comment_tells_the_axis(tmp_path: Path) -> None:
    taken = opened(tmp_path, "watch", "ply", "mm", "z", comment="Z-up").taken
    assert (taken.up, taken.up_sure) == ("z", True)


def test_the_answers_of_the_merchant_stand(tmp_path: Path) -> None:
    taken = opened(tmp_path, "sofa", "stl", "mm", "z", Intake("cm", "y", SOFA)).taken
    assert (taken.unit, taken.up, taken.sure) == ("cm", "y", True)


@pytest.mark.parametrize(("unit", "up"), [("mm", "z"), ("in", "y"), ("m", "z")])
def test_the_document_is_upright_and_in_metres(tmp_path: Path, unit: str, up: str) -> None:
    found = opened(tmp_path, "sofa", "stl", unit, up, Intake(size=SOFA))
    assert measure(found.document).size == pytest.approx(SOFA, rel=1e-5)


def test_the_back_stays_behind(tmp_path: Path) -> None:
    found = opened(tmp_path, "sofa", "stl", "cm", "z", Intake(size=SOFA))
    document = found.document
    points = document.accessor(document.json["meshes"][0]["primitives"][0]["attributes"]["POSITION"])
    assert points[points[:, 1] > 0.6][:, 2].max() < 0


def test_the_recipe_tells_where_nothing_else_does(tmp_path: Path) -> None:
    mesh = exported(sofa(), "cm", "y")
    taken = open_model(written(tmp_path / "sofa.obj", mesh), "cm").taken
    assert (taken.unit, taken.unit_sure) == ("cm", True)


@pytest.mark.parametrize(
    ("unit", "size", "expected"),
    [
        ("m", NOTHING, ("m", True)),
        ("m", SOFA, ("m", True)),
        ("cm", SOFA, ("cm", True)),
        ("mm", SOFA, ("mm", True)),
        ("cm", NOTHING, ("m", False)),
        ("m", (2.6, 0.83, 0.92), ("m", True)),
    ],
)
def test_a_glb_counts_in_metres_unless_the_stated_size_says_otherwise(
    tmp_path: Path, unit: str, size: Stated, expected: tuple[str, bool]
) -> None:
    taken = opened(tmp_path, "sofa", "glb", unit, "y", Intake(size=size)).taken
    assert (taken.unit, taken.unit_sure) == expected


def test_a_glb_that_lies_on_its_back_is_asked_about(tmp_path: Path) -> None:
    taken = opened(tmp_path, "vase", "glb", "m", "z", Intake(size=THINGS["vase"][1])).taken
    assert (taken.up, taken.up_sure) == ("z", False)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("# File units = millimeters", "mm"),
        ("# Units: Inches", "in"),
        ("# unit is (cm)", "cm"),
        ("# Dimensions in metres", "m"),
        ("COLOR=abc UNITS=mm", "mm"),
        ("# 42 units in the house", ""),
        ("# Made in Paris, 3 m of cloth", ""),
    ],
)
def test_units_in_words(text: str, unit: str) -> None:
    assert unit_said(text) == unit


@pytest.mark.parametrize(
    ("text", "up"),
    [
        ("# Z-up", "z"),
        ("# up axis: Y", "y"),
        ("# UpAxis = Z", "z"),
        ("# y is up", "y"),
        ("# set up by Zoe", ""),
        ("# cheer up", ""),
    ],
)
def test_axes_in_words(text: str, up: str) -> None:
    assert up_said(text) == up


@pytest.mark.parametrize(
    "wrong",
    [{"unit": "furlong"}, {"up": "x"}, {"size": [1, 2]}, {"size": [0, 1, 1]}, {"size": [float("nan")] * 3}],
)
def test_answers_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"expected|is width"):
        intake_of(wrong)
