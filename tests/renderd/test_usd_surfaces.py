"""Materials of a package as the USD library reads them."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pxr import UsdShade

from renderd.pipeline.document import Json
from renderd.pipeline.usd import write_usdz
from tests.renderd.models import (
    attribute,
    extend,
    first_primitive,
    model,
    picture,
    primitive,
    sheet,
    texture,
)
from tests.renderd.usd_stages import Opened, meshes, opening, source, surface, value

opened = pytest.fixture(opening)

EVERY_SLOT = {"metallicFactor": 0.25, "roughnessFactor": 0.75, "baseColorFactor": [0.5, 0.25, 1.0, 0.5]}


def test_constants_of_a_material(opened: Opened) -> None:
    shader = surface(opened(model(material={"pbrMetallicRoughness": EVERY_SLOT})))
    assert value(shader, "diffuseColor") == pytest.approx((0.5, 0.25, 1.0))
    found = [value(shader, name) for name in ("metallic", "roughness", "opacity", "ior")]
    assert found == pytest.approx([0.25, 0.75, 1.0, 1.5])


def test_a_packed_map_is_read_once_by_channel(opened: Opened) -> None:
    document = model()
    packed = texture(document, picture())
    document.json["materials"][0] |= {
        "pbrMetallicRoughness": {"metallicRoughnessTexture": packed, "roughnessFactor": 0.5},
        "occlusionTexture": {**packed, "strength": 0.25},
    }
    shader = surface(opened(document))
    read = {name: source(shader, name) for name in ("metallic", "roughness", "occlusion")}
    assert {name: channel for name, (_, channel) in read.items()} == {
        "metallic": "b",
        "roughness": "g",
        "occlusion": "r",
    }
    (node,) = {found.GetPath(): found for found, _ in read.values()}.values()
    assert value(node, "scale") == pytest.approx((0.25, 0.5, 1.0, 1.0))
    assert value(node, "bias") == pytest.approx((0.75, 0.0, 0.0, 0.0))
    assert value(node, "sourceColorSpace") == "raw"


def test_a_normal_map_is_steepened_by_its_scale(tmp_path: Path, opened: Opened) -> None:
    document = model()
    flat = Image.new("RGB", (4, 4), (192, 128, 238))
    document.json["materials"][0]["normalTexture"] = {**texture(document, flat), "scale": 2.0}
    stage = opened(document)
    node, _ = source(surface(stage), "normal")
    assert (value(node, "scale")[0], value(node, "bias")[0]) == (2.0, -1.0)
    with zipfile.ZipFile(tmp_path / "model.usdz") as package:
        name = value(node, "file").path
        x, _, z = np.asarray(Image.open(package.open(name)))[0, 0] / 127.5 - 1
    assert x / z == pytest.approx(2 * (192 / 127.5 - 1) / (238 / 127.5 - 1), abs=0.02)


@pytest.mark.parametrize(
    "change",
    [
        {"offset": [0.25, 0.1]},
        {"rotation": 0.6, "scale": [2.0, 3.0]},
        {"offset": [0.5, -0.2], "rotation": -1.2, "scale": [0.5, 4.0]},
    ],
)
def test_a_texture_transform_moves_coordinates_as_gltf_does(opened: Opened, change: Json) -> None:
    document = model()
    extend(document, "KHR_texture_transform")
    info = {**texture(document, picture()), "extensions": {"KHR_texture_transform": change}}
    document.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": info}
    # A second texture that doesn't move, so that the move can't go into the coordinates.
    document.json["materials"][0]["occlusionTexture"] = texture(document, picture(seed=2))
    stage = opened(document)
    node, _ = source(surface(stage), "diffuseColor")
    place, _ = source(node, "st")
    uv = np.random.default_rng(3).random((5, 2))
    angle = np.radians(value(place, "rotation"))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    st = (np.stack([uv[:, 0], 1 - uv[:, 1]], axis=1) * value(place, "scale")) @ turn
    st += value(place, "translation")
    assert np.allclose(st * (1, -1) + (0, 1), gltf_transformed(uv, change), atol=1e-5)


def gltf_transformed(uv: Any, change: Json) -> Any:
    """KHR_texture_transform by its text: scale, then turn counter-clockwise as seen with v downwards."""
    angle = change.get("rotation", 0.0)
    scaled = uv * change.get("scale", (1, 1))
    turned = np.stack(
        [
            scaled[:, 0] * np.cos(angle) + scaled[:, 1] * np.sin(angle),
            -scaled[:, 0] * np.sin(angle) + scaled[:, 1] * np.cos(angle),
        ],
        axis=1,
    )
    return turned + change.get("offset", (0, 0))


def test_a_second_set_of_coordinates_is_read_where_it_is_named(opened: Opened) -> None:
    document = model()
    first_primitive(document)["attributes"]["TEXCOORD_1"] = attribute(document, sheet().uv * 2)
    info = {**texture(document, picture()), "texCoord": 1}
    document.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": info}
    reader, _ = source(source(surface(opened(document)), "diffuseColor")[0], "st")
    assert value(reader, "varname") == "st1"


@pytest.mark.parametrize(
    ("material", "opacity", "threshold"),
    [
        ({}, 1.0, None),
        ({"alphaMode": "BLEND"}, 0.5, None),
        ({"alphaMode": "MASK", "alphaCutoff": 0.3}, 0.5, 0.3),
        ({"extensions": {"KHR_materials_transmission": {"transmissionFactor": 1.0}}}, 0.15, None),
    ],
)
def test_opacity_follows_the_mode(
    opened: Opened, material: Json, opacity: float, threshold: float | None
) -> None:
    pbr = {"baseColorFactor": [1.0, 1.0, 1.0, 0.5]}
    shader = surface(opened(model(material={"pbrMetallicRoughness": pbr, **material})))
    assert value(shader, "opacity") == pytest.approx(opacity)
    found = shader.GetInput("opacityThreshold")
    assert (found.Get() if found else None) == (threshold and pytest.approx(threshold))


def test_opacity_of_a_texture_is_kept_as_png(opened: Opened) -> None:
    document = model(material={"alphaMode": "BLEND"})
    info = texture(document, picture(mode="RGBA"))
    document.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": info}
    shader = surface(opened(document))
    node, channel = source(shader, "opacity")
    assert (channel, value(node, "file").path[-4:]) == ("a", ".png")
    assert source(shader, "diffuseColor")[0].GetPath() == node.GetPath()


def test_colors_without_opacity_are_jpeg(opened: Opened) -> None:
    document = model()
    info = texture(document, picture(mode="RGBA"))
    document.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": info}
    node, _ = source(surface(opened(document)), "diffuseColor")
    assert value(node, "file").path.endswith(".jpg")


def test_vertex_colors_are_shown_with_the_factor(opened: Opened) -> None:
    document = model(material={"pbrMetallicRoughness": {"baseColorFactor": [0.5, 1, 1, 1]}})
    colors = np.tile([0.5, 0.25, 1.0, 1.0], (len(sheet().positions), 1))
    first_primitive(document)["attributes"]["COLOR_0"] = attribute(document, colors)
    stage = opened(document)
    assert value(source(surface(stage), "diffuseColor")[0], "varname") == "displayColor"
    shown = meshes(stage)[0].GetDisplayColorAttr().Get()[0]
    assert shown == pytest.approx((0.25, 0.25, 1.0), abs=1e-3)


def test_a_coat_and_a_glow_are_kept(opened: Opened) -> None:
    extensions = {
        "KHR_materials_clearcoat": {"clearcoatFactor": 0.5, "clearcoatRoughnessFactor": 0.25},
        "KHR_materials_emissive_strength": {"emissiveStrength": 4.0},
    }
    material = {"emissiveFactor": [1.0, 0.5, 0.25], "extensions": extensions}
    shader = surface(opened(model(material=material)))
    assert (value(shader, "clearcoat"), value(shader, "clearcoatRoughness")) == (0.5, 0.25)
    assert value(shader, "emissiveColor") == pytest.approx((4.0, 2.0, 1.0))


def test_an_unlit_material_shines(opened: Opened) -> None:
    material = {
        "pbrMetallicRoughness": {"baseColorFactor": [1, 0.5, 0, 1]},
        "extensions": {"KHR_materials_unlit": {}},
    }
    shader = surface(opened(model(material=material)))
    assert value(shader, "emissiveColor") == pytest.approx((1, 0.5, 0))
    assert value(shader, "diffuseColor") == (0, 0, 0)


def test_sheen_makes_a_color_lighter(opened: Opened) -> None:
    document = model(material={"extensions": {"KHR_materials_sheen": {"sheenColorFactor": [1, 0.5, 0]}}})
    document.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorFactor": [0.5, 0.5, 0.5, 1]}
    red, green, blue = value(surface(opened(document)), "diffuseColor")
    assert red > green > blue
    assert red == pytest.approx(0.5 * (1 - 0.157) + 0.157)


def test_wrapping_and_double_sides_are_kept(opened: Opened) -> None:
    document = model(material={"doubleSided": True})
    info = texture(document, picture())
    document.json["textures"][0]["sampler"] = document.add("samplers", {"wrapS": 33071, "wrapT": 33648})
    document.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": info}
    stage = opened(document)
    node, _ = source(surface(stage), "diffuseColor")
    assert (value(node, "wrapS"), value(node, "wrapT")) == ("clamp", "mirror")
    assert meshes(stage)[0].GetDoubleSidedAttr().Get()


def test_large_textures_are_made_smaller(tmp_path: Path) -> None:
    document = model()
    document.json["materials"][0]["emissiveTexture"] = texture(document, Image.new("L", (2100, 4)))
    document.json["materials"][0]["emissiveFactor"] = [1, 1, 1]
    write_usdz(document, tmp_path / "model.usdz")
    with zipfile.ZipFile(tmp_path / "model.usdz") as package:
        assert Image.open(package.open(package.namelist()[1])).width == 2048


def test_two_materials_wear_their_own_meshes(opened: Opened) -> None:
    document = model()
    document.add("materials", {"name": "paint"})
    document.json["meshes"][0]["primitives"].append(primitive(document, sheet(2), material=1))
    stage = opened(document)
    found = [
        UsdShade.MaterialBindingAPI(m.GetPrim()).ComputeBoundMaterial()[0].GetPath().name
        for m in meshes(stage)
    ]
    assert found == ["paint", "paint_2"]
