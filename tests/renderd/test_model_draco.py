"""Models compressed with Draco."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from pathlib import Path

import DracoPy
import numpy as np
import pytest

from renderd.pipeline.bounds import measure
from renderd.pipeline.document import Document, Json
from renderd.pipeline.errors import ModelError
from renderd.pipeline.inputs import open_model
from renderd.pipeline.unpack import DRACO
from tests.renderd.models import attribute, extend, first_primitive, levels_of, model, sheet, write

JOINTS, WEIGHTS, COLORS = 20, 21, 22
HEAD = 11
"""Bytes before the numbers of vertices and faces."""


def compressed(more: dict[int, np.ndarray] | None = None) -> Document:
    """The model with its first primitive as a Draco stream alone."""
    document, shape = model(), sheet()
    extra = {key: np.asarray(values) for key, values in (more or {}).items()}
    stream = DracoPy.encode(
        shape.positions.astype(np.float32),
        faces=shape.indices.reshape(-1, 3).astype(np.uint32),
        tex_coord=shape.uv.astype(np.float64),
        normals=shape.normals.astype(np.float64),
        quantization_bits=14,
        generic_attributes=extra or None,
    )
    found = {a["attribute_type"]: a["unique_id"] for a in DracoPy.decode(stream).attributes}
    part = first_primitive(document)
    for index in (*part["attributes"].values(), part["indices"]):
        document.json["accessors"][index].pop("bufferView")
    document.json["bufferViews"], document.views = [], []
    numbers = {"POSITION": found[0], "NORMAL": found[1], "TEXCOORD_0": found[3]}
    part["extensions"] = {DRACO: {"bufferView": document.add_view(stream), "attributes": numbers}}
    extend(document, DRACO)
    document.json["extensionsRequired"] = [DRACO]
    return document


def packed(document: Document) -> Json:
    found: Json = first_primitive(document)["extensions"][DRACO]
    return found


def opened(tmp_path: Path, document: Document) -> Document:
    return open_model(write(tmp_path / "model.glb", document), "m").document


def test_it_works(tmp_path: Path) -> None:
    document = opened(tmp_path, compressed())
    assert measure(document).max == pytest.approx(measure(model()).max, abs=1e-3)
    part = first_primitive(document)
    order = np.lexsort(document.accessor(part["attributes"]["TEXCOORD_0"]).T)
    expected = np.lexsort(sheet().uv.T)
    normals = document.accessor(part["attributes"]["NORMAL"])[order]
    assert np.allclose(normals, sheet().normals[expected], atol=2e-2)


def test_nothing_of_it_is_in_the_levels(tmp_path: Path) -> None:
    for level in levels_of(write(tmp_path / "model.glb", compressed())).values():
        assert DRACO not in level.json["extensionsUsed"]
        assert "extensions" not in first_primitive(level)


def test_joints_weights_and_colors_are_read_by_their_numbers(tmp_path: Path) -> None:
    count = len(sheet().positions)
    joints = np.tile(np.array([0, 1, 0, 0], np.uint8), (count, 1))
    weights = np.tile(np.array([0.25, 0.75, 0, 0], np.float32), (count, 1))
    colors = np.tile(np.array([255, 128, 0, 255], np.uint8), (count, 1))
    source = compressed({JOINTS: joints, WEIGHTS: weights, COLORS: colors})
    for name, number, values in (
        ("JOINTS_0", JOINTS, joints),
        ("WEIGHTS_0", WEIGHTS, weights),
        ("COLOR_0", COLORS, colors),
    ):
        index = attribute(source, values, normalized=name == "COLOR_0")
        source.json["accessors"][index].pop("bufferView")
        first_primitive(source)["attributes"][name] = index
        packed(source)["attributes"][name] = number
    document = opened(tmp_path, source)
    found = first_primitive(document)["attributes"]
    assert document.accessor(found["WEIGHTS_0"])[0] == pytest.approx([0.25, 0.75, 0, 0])
    assert document.accessor(found["JOINTS_0"]).dtype == np.uint8
    assert document.accessor(found["JOINTS_0"])[0].tolist() == [0, 1, 0, 0]
    assert document.accessor(found["COLOR_0"])[0] == pytest.approx([1, 128 / 255, 0, 1])


def test_a_plain_copy_beside_it_is_not_needed(tmp_path: Path) -> None:
    source = compressed()
    del source.json["extensionsRequired"]
    assert measure(opened(tmp_path, source)).max == pytest.approx(measure(model()).max, abs=1e-3)


# --- refused --------------------------------------------------------------------------------------


def change(document: Document, at: int, data: bytes) -> None:
    """Overwrite bytes of the stream."""
    stream = bytearray(document.views[-1])
    stream[at : at + len(data)] = data
    document.views[-1] = bytes(stream)


def lying_indices(document: Document) -> None:
    document.json["accessors"][first_primitive(document)["indices"]]["count"] = 3000


def lying_vertices(document: Document) -> None:
    for index in first_primitive(document)["attributes"].values():
        document.json["accessors"][index]["count"] = 10


def more_vertices(document: Document) -> None:
    for index in first_primitive(document)["attributes"].values():
        document.json["accessors"][index]["count"] = 1000


def many_faces(document: Document) -> None:
    """A few bytes that say they hold forty million triangles, and accessors that agree."""
    part = first_primitive(document)
    document.json["accessors"][part["indices"]]["count"] = 3 << 25
    change(document, HEAD + 1, b"\x51\x80\x80\x80\x10")


def wrong_number(document: Document) -> None:
    packed(document)["attributes"]["NORMAL"] = 99


def wrong_type(document: Document) -> None:
    normal = first_primitive(document)["attributes"]["NORMAL"]
    document.json["accessors"][normal] |= {"componentType": 5120, "normalized": True}


def strip(document: Document) -> None:
    first_primitive(document)["mode"] = 5


def cut(document: Document) -> None:
    document.views[-1] = document.views[-1][:200]
    document.json["bufferViews"][-1]["byteLength"] = 200


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lying_indices, "holds 288 triangles"),
        (lying_vertices, "169 vertices"),
        (more_vertices, "not as the model says"),
        (many_faces, "bytes hold"),
        (wrong_number, "has no NORMAL"),
        (wrong_type, "NORMAL of a mesh"),
        (strip, "no list of triangles"),
        (cut, "can't be decoded"),
        (lambda d: change(d, 0, b"DRAGO"), "does not begin as one"),
        (lambda d: change(d, 5, b"\x01"), r"Draco 1\.2"),
        (lambda d: change(d, 7, b"\x00"), "no plain mesh"),
        (lambda d: change(d, 9, struct.pack("<H", 0x8000)), "no plain mesh"),
    ],
)
def test_it_is_refused(tmp_path: Path, damage: Callable[[Document], None], reason: str) -> None:
    document = compressed()
    damage(document)
    with pytest.raises(ModelError, match=reason):
        opened(tmp_path, document)


def test_a_view_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    document = compressed()
    packed(document)["bufferView"] = 7
    with pytest.raises(ModelError, match="bufferView"):
        opened(tmp_path, document)


def test_damaged_streams_are_refused_or_read(tmp_path: Path) -> None:
    dice = random.Random(5)
    refused = 0
    for _ in range(40):
        document = compressed()
        for _ in range(dice.randint(1, 4)):
            change(document, dice.randrange(HEAD, len(document.views[-1])), bytes([dice.randrange(256)]))
        try:
            opened(tmp_path, document)
        except ModelError:
            refused += 1
    assert refused
