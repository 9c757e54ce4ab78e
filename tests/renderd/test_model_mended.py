"""What a file breaks of glTF's rules is put right, and not handed on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from renderd.pipeline.bounds import measure
from renderd.pipeline.clean import clean
from renderd.pipeline.document import Array, Document, Json
from renderd.pipeline.inputs import open_model
from renderd.pipeline.mend import fill_coordinates, mend
from renderd.pipeline.scene import draws, world_positions
from tests.renderd.models import (
    attribute,
    extend,
    first_primitive,
    model,
    picture,
    sheet,
    texture,
    through,
    write,
)
from tests.renderd.test_model_validity import errors, needs_validator

SHAPE = sheet()
COUNT = len(SHAPE.positions)
SHEAR = [1, 0, 0, 0, 0.5, 1, 0, 0, 0, 0, -2, 0, 3, 4, 5, 1]


def with_attributes(**values: Array) -> Document:
    """A sheet with more attributes, or others."""
    document = model(SHAPE)
    first_primitive(document)["attributes"] |= {k: attribute(document, v) for k, v in values.items()}
    return document


def with_node(**more: object) -> Document:
    """A sheet whose node says more."""
    document = model(SHAPE)
    document.json["nodes"][0] |= more
    return document


def with_material(**more: object) -> Document:
    """A sheet in a material that says more."""
    return model(SHAPE, dict(more))


def bumpy(tangents: Array) -> Document:
    """A sheet with a normal map and these tangents."""
    document = with_attributes(TANGENT=tangents)
    document.json["materials"][0]["normalTexture"] = texture(document, picture())
    return document


def moving(times: list[float], values: object, path: str = "translation", **more: str) -> Document:
    """A sheet that moves."""
    document = model(SHAPE)
    keys = document.add_accessor(np.array(times, np.float32))
    made = document.add_accessor(np.array(values, np.float32))
    channel = {"sampler": 0, "target": {"node": 0, "path": path}}
    document.add("animations", {"channels": [channel], "samplers": [{"input": keys, "output": made, **more}]})
    return document


def bound(weights: Array, bones: int = 1) -> Document:
    """A sheet that goes with the first of some bones, each a root of its own."""
    document = with_attributes(JOINTS_0=np.zeros((COUNT, 4), np.uint8), WEIGHTS_0=weights)
    made = [document.add("nodes", {"name": f"bone{number}"}) for number in range(bones)]
    document.json["scenes"][0]["nodes"] += made
    document.json["nodes"][0]["skin"] = document.add("skins", {"joints": made})
    return document


def twice_moving() -> Document:
    document = moving([0, 1], [[0, 0, 0], [0, 1, 0]])
    document.json["animations"][0]["channels"] *= 2
    return document


def moving_matrix() -> Document:
    document = moving([0, 1], [[0, 0, 0], [0, 1, 0]])
    document.json["nodes"][0]["matrix"] = np.eye(4).ravel().tolist()
    return document


def textured(**info: int) -> Document:
    """A sheet without coordinates for its texture."""
    document = model(SHAPE)
    surface: Json = {"baseColorTexture": {**texture(document, picture()), **info}}
    document.json["materials"][0]["pbrMetallicRoughness"] = surface
    if not info:
        del first_primitive(document)["attributes"]["TEXCOORD_0"]
    return document


def contrary() -> Document:
    """A variant that names two materials for one part."""
    document = model(SHAPE)
    document.add("materials", {"name": "other"})
    mappings = [{"material": 0, "variants": [0]}, {"material": 1, "variants": [0]}]
    first_primitive(document)["extensions"] = {"KHR_materials_variants": {"mappings": mappings}}
    document.json["extensions"] = {"KHR_materials_variants": {"variants": [{"name": "Red"}]}}
    extend(document, "KHR_materials_variants")
    return document


def unused_variants() -> Document:
    document = contrary()
    document.json["extensions"]["KHR_materials_variants"]["variants"] = []
    first_primitive(document)["extensions"]["KHR_materials_variants"]["mappings"] = []
    return document


def morphing(weights: list[float]) -> Document:
    document = model(SHAPE)
    first_primitive(document)["targets"] = [{"POSITION": attribute(document, SHAPE.positions, bounds=True)}]
    document.json["meshes"][0]["weights"] = weights
    return document


def bound_askew() -> Document:
    document = bound(np.tile([1.0, 0, 0, 0], (COUNT, 1)))
    matrix = np.eye(4, dtype=np.float32).reshape(1, 16)
    matrix[0, 15] = 2
    document.json["skins"][0]["inverseBindMatrices"] = document.add_accessor(matrix)
    return document


def skin_alone() -> Document:
    document = bound(np.tile([1.0, 0, 0, 0], (COUNT, 1)))
    for name in ("JOINTS_0", "WEIGHTS_0"):
        del first_primitive(document)["attributes"][name]
    return document


STILL = [[0, 0, 0], [0, 1, 0], [0, 0, 1]]
BROKEN: dict[str, Callable[[], Document]] = {
    "long normals": lambda: with_attributes(NORMAL=SHAPE.normals * 5),
    "some normals of no length": lambda: with_attributes(
        NORMAL=SHAPE.normals * (np.arange(COUNT) % 3 > 0)[:, None]
    ),
    "no normal of a length": lambda: with_attributes(NORMAL=SHAPE.normals * 0),
    "long tangents": lambda: bumpy(np.tile([3.0, 0, 0, 1], (COUNT, 1))),
    "tangents without a hand": lambda: bumpy(np.tile([1.0, 0, 0, 0], (COUNT, 1))),
    "a second colour alone": lambda: with_attributes(COLOR_1=np.ones((COUNT, 4))),
    "a colour after a gap": lambda: with_attributes(COLOR_0=np.ones((COUNT, 4)), COLOR_2=np.ones((COUNT, 4))),
    "coordinates without a number": lambda: with_attributes(TEXCOORD_x=SHAPE.uv, TEXCOORD_00=SHAPE.uv),
    "joints without a number": lambda: with_attributes(
        JOINTS_x=np.zeros((COUNT, 4), np.uint8), WEIGHTS_x=np.ones((COUNT, 4))
    ),
    "coordinates missing": textured,
    "second coordinates missing": lambda: textured(texCoord=2),
    "light weights": lambda: bound(np.tile([0.5, 0, 0, 0], (COUNT, 1))),
    "no weights": lambda: bound(np.zeros((COUNT, 4))),
    "a joint twice": lambda: bound(np.tile([0.5, 0.5, 0, 0], (COUNT, 1))),
    "joints without a root": lambda: bound(np.tile([1.0, 0, 0, 0], (COUNT, 1)), bones=2),
    "a skin on a part without joints": skin_alone,
    "a bind matrix that is no place": bound_askew,
    "a glow beyond 1": lambda: with_material(emissiveFactor=[5, 3, 1]),
    "a roughness beyond 1": lambda: with_material(pbrMetallicRoughness={"roughnessFactor": 1.5}),
    "a sheen of one number": lambda: with_material(
        extensions={"KHR_materials_sheen": {"sheenColorFactor": 0.5, "sheenRoughnessFactor": 2}}
    ),
    "an impossible refraction": lambda: with_material(extensions={"KHR_materials_ior": {"ior": 0.5}}),
    "a variant with two materials": contrary,
    "no variants": unused_variants,
    "a long rotation": lambda: with_node(rotation=[0, 2, 0, 2]),
    "a rotation of no length": lambda: with_node(rotation=[0, 0, 0, 0]),
    "a matrix that shears": lambda: with_node(matrix=SHEAR),
    "a matrix that is no place": lambda: with_node(matrix=[*np.eye(4).ravel().tolist()[:15], 2]),
    "a matrix of no size": lambda: with_node(matrix=[0] * 15 + [1]),
    "a matrix and its parts": lambda: with_node(matrix=np.eye(4).ravel().tolist(), translation=[1, 0, 0]),
    "weights without targets": lambda: with_node(weights=[1]),
    "too many weights": lambda: morphing([0.5, 0.5]),
    "times without bounds": lambda: moving([0, 1, 2], STILL),
    "times that go back": lambda: moving([1, 0, 0.5], STILL),
    "times before the start": lambda: moving([-1, 0, 1], STILL),
    "two keys at one time": lambda: moving([0, 0.5, 0.5], STILL),
    "long animated rotations": lambda: moving([0, 1], [[0, 0, 0, 2], [0, 3, 0, 0]], "rotation"),
    "an unknown interpolation": lambda: moving([0, 1, 2], STILL, interpolation="BEZIER"),
    "an unknown path": lambda: moving([0, 1, 2], STILL, "colour"),
    "animated weights without targets": lambda: moving([0, 1], [0, 1], "weights"),
    "one thing moved twice": twice_moving,
    "a matrix that moves": moving_matrix,
}


@needs_validator
@pytest.mark.parametrize("name", BROKEN)
def test_nothing_broken_is_handed_on(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "model.glb", BROKEN[name]())
    document = open_model(path, "m").document
    clean(document)
    fill_coordinates(document)
    made = through(tmp_path, document)
    assert errors([write(tmp_path / "made.glb", made)]) == ""


def test_what_was_mended_is_said(tmp_path: Path) -> None:
    path = write(tmp_path / "model.glb", BROKEN["long normals"]())
    assert open_model(path, "m").mended == ("normals that are not of length 1",)


def test_a_sound_model_is_left_alone() -> None:
    document = model()
    assert (mend(document), document) == ([], model())


def places(document: Document) -> Array:
    """Where the vertices of the only part are."""
    (draw,) = draws(document)
    return world_positions(document, draw)


def test_a_shear_stays_what_it_is() -> None:
    document = with_node(matrix=SHEAR)
    before = places(document)
    mend(document)
    assert np.allclose(places(document), before)


def test_a_part_that_shears_keeps_its_name() -> None:
    document = with_node(matrix=SHEAR)
    mend(document)
    assert (document.json["nodes"][0]["name"], "name" in document.json["nodes"][1]) == ("top", False)


def test_a_matrix_that_moves_keeps_its_place() -> None:
    document = moving([0, 1], [[0, 0, 0], [0, 1, 0]])
    document.json["nodes"][0]["matrix"] = [0, 2, 0, 0, -3, 0, 0, 0, 0, 0, -1, 0, 1, 2, 3, 1]
    before = places(document)
    mend(document)
    assert np.allclose(places(document), before)


def test_a_missing_normal_is_the_mean_of_its_faces() -> None:
    document = BROKEN["some normals of no length"]()
    mend(document)
    normals = document.accessor(first_primitive(document)["attributes"]["NORMAL"])
    assert (normals * SHAPE.normals).sum(axis=1).min() > 0.9


def test_a_glow_beyond_1_stays_as_bright() -> None:
    document = with_material(emissiveFactor=[5, 2.5, 0])
    mend(document)
    material = document.json["materials"][0]
    assert material["emissiveFactor"] == [1, 0.5, 0]
    assert material["extensions"]["KHR_materials_emissive_strength"]["emissiveStrength"] == 5


def test_a_jump_stays_a_jump() -> None:
    document = moving([0, 0.5, 0.5], STILL)
    mend(document)
    times = document.accessor(document.json["animations"][0]["samplers"][0]["input"])
    assert times[1] < times[2] < times[1] + 1e-5


def test_keys_move_with_their_times() -> None:
    document = moving([1, 0, 0.5], STILL)
    mend(document)
    sampler = document.json["animations"][0]["samplers"][0]
    assert document.accessor(sampler["output"]).tolist() == [STILL[1], STILL[2], STILL[0]]


def test_a_vertex_without_weights_goes_with_its_first_joint() -> None:
    document = BROKEN["no weights"]()
    mend(document)
    assert measure(document).size[0] == pytest.approx(1)


def test_an_extension_of_others_may_hold_anything(tmp_path: Path) -> None:
    document = with_material(extensions={"VENDOR_thing": {"tags": ["a"], "someTexture": None, "m": [1] * 16}})
    extend(document, "VENDOR_thing")
    assert open_model(write(tmp_path / "model.glb", document), "m").document.items("materials")
