"""Geometry in few bytes still draws the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from renderd.pipeline.coordinates import moved, tile
from renderd.pipeline.document import Array, Document, Json
from renderd.pipeline.geometry import take_apart
from renderd.pipeline.quantize import Precision, write_geometry
from renderd.pipeline.scene import triangles
from tests.renderd.models import attribute, extend, first_primitive, model, picture, primitive, sheet, texture

FINE = Precision(16, 12, 14)


def written(document: Document) -> Document:
    """The document with its geometry stored as a level stores it."""
    result = document.copy()
    write_geometry(result, take_apart(document, 1.0), FINE)
    return result


def tiled(scale: float, low: float = 0.0, **info: Any) -> Document:
    """A sheet over which a picture repeats ``scale`` times, from the coordinate ``low`` on."""
    document, shape = model(), sheet()
    coordinates = attribute(document, shape.uv * scale + low)
    first_primitive(document)["attributes"]["TEXCOORD_0"] = coordinates
    look = {"baseColorTexture": {**texture(document, picture()), **info}}
    document.json["materials"][0]["pbrMetallicRoughness"] = look
    if info:
        extend(document, "KHR_texture_transform")
    return document


def read(document: Document, part: Json | None = None) -> Array:
    """The coordinates at which the texture is looked up, unless it is turned."""
    info = document.json["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"]
    values = document.accessor((part or first_primitive(document))["attributes"]["TEXCOORD_0"])
    found: Array = values * moved(info).get("scale", (1, 1)) + moved(info).get("offset", (0, 0))
    return found


def ordered(values: Array) -> Array:
    """Rows in an order that does not depend on how vertices are numbered."""
    return values[np.lexsort(np.rint(values * 500).T)]


def kind(document: Document) -> int:
    """The component type in which the coordinates are stored."""
    found: int = document.json["accessors"][first_primitive(document)["attributes"]["TEXCOORD_0"]][
        "componentType"
    ]
    return found


def test_a_strip_draws_the_same_triangles() -> None:
    source = tiled(1.0)
    stored = written(source)
    faces = [triangles(d, first_primitive(d)) for d in (source, stored)]
    assert first_primitive(stored)["mode"] == 5
    corners = [
        d.accessor(first_primitive(d)["attributes"]["TEXCOORD_0"])[f]
        for d, f in zip((source, stored), faces, strict=True)
    ]
    middles = [ordered(found.astype(float).mean(axis=1)) for found in corners]
    assert middles[0] == pytest.approx(middles[1], abs=1e-3)


def test_a_strip_keeps_fronts_in_front() -> None:
    stored = written(model(sheet(bump=0.0)))
    part = first_primitive(stored)
    a, b, c = (
        stored.accessor(part["attributes"]["POSITION"])[triangles(stored, part)].astype(float)
    ).swapaxes(0, 1)
    assert (np.cross(b - a, c - a)[:, 1] > 0).all()


@pytest.mark.parametrize(("scale", "low"), [(7.0, 0.0), (7.0, -3.0), (3.0, 40.0), (0.5, 2.25)])
def test_repeats_are_whole_numbers_and_read_the_same(scale: float, low: float) -> None:
    source = tiled(scale, low)
    stored = written(source)
    assert kind(stored) == 5123
    assert ordered(read(stored)) == pytest.approx(ordered(read(source)), abs=1e-3)


def test_a_transform_is_carried_over() -> None:
    source = tiled(7.0, -2.0, extensions={"KHR_texture_transform": {"scale": [0.5, 2], "offset": [0.1, 0]}})
    assert ordered(read(written(source))) == pytest.approx(ordered(read(source)), abs=1e-3)


def test_turned_repeats_get_no_offset() -> None:
    source = tiled(7.0, -3.0, extensions={"KHR_texture_transform": {"rotation": 1.0}})
    stored = written(source)
    info = stored.json["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"]
    assert kind(stored) == 5122
    assert "offset" not in moved(info)


def test_too_many_repeats_stay_floats() -> None:
    stored = written(tiled(500.0))
    assert kind(stored) == 5126
    assert not moved(stored.json["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"])


def test_parts_that_share_a_material_share_a_scale() -> None:
    source, shape = tiled(7.0), sheet()
    part = primitive(source, shape, material=0)
    part["attributes"]["TEXCOORD_0"] = attribute(source, shape.uv * 3 - 1)
    source.json["meshes"][0]["primitives"].append(part)
    stored = written(source)
    for before, after in zip(*(d.json["meshes"][0]["primitives"] for d in (source, stored)), strict=True):
        assert ordered(read(stored, after)) == pytest.approx(ordered(read(source, before)), abs=1e-3)


def test_coordinates_within_the_picture_need_no_transform() -> None:
    document = tiled(1.0)
    assert not tile(document, take_apart(document, 1.0), 14)


def test_coordinates_that_nothing_reads_are_dropped() -> None:
    stored = written(model())
    assert "TEXCOORD_0" not in first_primitive(stored)["attributes"]


def test_vertices_that_become_equal_are_merged() -> None:
    source, shape = model(), sheet()
    count = len(shape.positions)
    first_primitive(source)["attributes"] = {
        "POSITION": attribute(source, np.concatenate([shape.positions] * 2), bounds=True),
        "NORMAL": attribute(source, np.concatenate([shape.normals] * 2)),
        # Nothing reads these, so that they hold no two vertices apart.
        "TEXCOORD_0": attribute(source, np.concatenate([shape.uv, shape.uv + 5])),
    }
    halves = np.where(np.arange(len(shape.indices)) % 2, shape.indices, shape.indices + count)
    first_primitive(source)["indices"] = source.add_accessor(halves.astype(np.uint32))
    stored = written(source)
    assert stored.json["accessors"][first_primitive(stored)["attributes"]["POSITION"]]["count"] == count
