"""Materials of USD files in the terms of glTF."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from renderd.pipeline.inputs import open_model
from renderd.pipeline.scene import draws
from renderd.pipeline.usd import write_usdz
from tests.renderd.models import first_primitive, model, picture, png, texture
from tests.renderd.usd_layers import (
    COORDINATES,
    SQUARE,
    layer,
    look,
    material_of,
    mesh,
    opened_image,
    read,
    reader,
    tap,
)


def test_textures_come_back(tmp_path: Path) -> None:
    source = model()
    info = {**texture(source, picture(256)), "extensions": {"KHR_texture_transform": {"rotation": 0.5}}}
    source.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": info}
    source.json["materials"][0]["occlusionTexture"] = texture(source, picture(seed=2))
    write_usdz(source, tmp_path / "model.usdz")
    document = open_model(tmp_path / "model.usdz", "m").document
    found = material_of(document)["pbrMetallicRoughness"]["baseColorTexture"]
    moved = found["extensions"]["KHR_texture_transform"]
    assert moved["rotation"] == pytest.approx(0.5)
    assert moved["offset"] == pytest.approx([0, 0], abs=1e-6)
    close = np.abs(np.asarray(opened_image(document, found), float) - np.asarray(picture(256), float))
    assert close.mean() < 4
    assert np.ptp(document.accessor(first_primitive(document)["attributes"]["TEXCOORD_0"])) == 1


def test_subsets_wear_their_own_materials(tmp_path: Path) -> None:
    more = """
    int[] faceVertexCounts = [3, 3]
    int[] faceVertexIndices = [0, 1, 2, 0, 2, 3]
    def GeomSubset "half" (prepend apiSchemas = ["MaterialBindingAPI"]) {
        uniform token elementType = "face"
        uniform token familyName = "materialBind"
        int[] indices = [1]
        rel material:binding = </root/blue>
    }
    """
    blue = look("color3f inputs:diffuseColor = (0, 0, 1)").replace("oak", "blue").replace("square", "other")
    body = f'{blue}\ndef Mesh "shape" {{\n{SQUARE.split("int[]")[0]}\n{more}\n}}'
    document = read(tmp_path, layer(body))
    shape = next(draw.mesh for draw in draws(document) if draw.name == "shape")
    worn = [p["material"] for p in document.json["meshes"][shape]["primitives"]]
    assert [document.json["materials"][index]["name"] for index in worn] == ["blue", "material"]


def test_constants_of_a_surface(tmp_path: Path) -> None:
    inputs = """
    color3f inputs:diffuseColor = (0.5, 0.25, 1)
    float inputs:metallic = 0.25
    float inputs:roughness = 0.75
    float inputs:clearcoat = 0.5
    float inputs:ior = 1.4
    color3f inputs:emissiveColor = (4, 2, 0)
    """
    found = material_of(read(tmp_path, layer(look(inputs))))
    base = {"baseColorFactor": [0.5, 0.25, 1, 1], "metallicFactor": 0.25, "roughnessFactor": 0.75}
    assert found["pbrMetallicRoughness"] == base
    assert found["emissiveFactor"] == [1, 0.5, 0]
    extensions = found["extensions"]
    assert extensions["KHR_materials_emissive_strength"] == {"emissiveStrength": 4}
    assert extensions["KHR_materials_clearcoat"]["clearcoatFactor"] == 0.5
    assert extensions["KHR_materials_ior"]["ior"] == pytest.approx(1.4)


def test_metal_and_roughness_apart_are_put_together(tmp_path: Path) -> None:
    inputs = tap("metallic", "m", "r") + "\n" + tap("roughness", "r", "r")
    nodes = reader("m", "m.png") + reader("r", "t/r.png") + COORDINATES
    files = {"m.png": png(Image.new("L", (8, 8), 51)), "t/r.png": png(Image.new("L", (16, 16), 204))}
    document = read(tmp_path, layer(look(inputs, nodes)), files)
    pbr = material_of(document)["pbrMetallicRoughness"]
    image = opened_image(document, pbr["metallicRoughnessTexture"])
    assert (image.size, image.getpixel((3, 3))) == ((16, 16), (255, 204, 51))
    assert (pbr["metallicFactor"], pbr["roughnessFactor"]) == (1, 1)


def test_opacity_of_its_own_picture_becomes_alpha(tmp_path: Path) -> None:
    inputs = "\n".join(
        [
            tap("diffuseColor", "c", "rgb", "color3f"),
            tap("opacity", "o", "r"),
            "float inputs:opacityThreshold = 0.4",
        ]
    )
    files = {"c.png": png(picture()), "o.png": png(Image.new("L", (8, 8), 102))}
    text = layer(look(inputs, reader("c", "./c.png") + reader("o", "o.png") + COORDINATES))
    document = read(tmp_path, text, files)
    found = material_of(document)
    image = opened_image(document, found["pbrMetallicRoughness"]["baseColorTexture"])
    assert image.convert("RGBA").getpixel((4, 4))[3] == 102
    assert (found["alphaMode"], found["alphaCutoff"]) == ("MASK", pytest.approx(0.4))


def test_a_scaled_channel_is_drawn_so(tmp_path: Path) -> None:
    more = "float4 inputs:scale = (0.5, 1, 1, 1)\nfloat4 inputs:bias = (0.25, 0, 0, 0)"
    node = reader("o", "o.png", more)
    files = {"o.png": png(Image.new("RGB", (8, 8), (128, 0, 0)))}
    document = read(tmp_path, layer(look(tap("occlusion", "o", "r"), node + COORDINATES)), files)
    image = opened_image(document, material_of(document)["occlusionTexture"])
    assert image.getpixel((0, 0))[0] == 128


def test_what_is_added_to_a_color_is_drawn_into_it(tmp_path: Path) -> None:
    more = "float4 inputs:scale = (0.5, 0.5, 0.5, 1)\nfloat4 inputs:bias = (0.25, 0, 0, 0)"
    files = {"c.png": png(Image.new("RGB", (8, 8), (188, 188, 188)))}
    nodes = reader("c", "c.png", more) + COORDINATES
    document = read(tmp_path, layer(look(tap("diffuseColor", "c", "rgb", "color3f"), nodes)), files)
    pbr = material_of(document)["pbrMetallicRoughness"]
    shown = opened_image(document, pbr["baseColorTexture"]).convert("RGB").getpixel((0, 0))
    assert shown == (188, 137, 137)
    assert pbr["baseColorFactor"] == [1, 1, 1, 1]


def test_a_normal_map_that_points_down_is_turned(tmp_path: Path) -> None:
    more = "float4 inputs:scale = (2, -2, 2, 1)\nfloat4 inputs:bias = (-1, 1, -1, 0)"
    files = {"n.png": png(Image.new("RGB", (8, 8), (128, 100, 255)))}
    nodes = reader("n", "n.png", more) + COORDINATES
    document = read(tmp_path, layer(look(tap("normal", "n", "rgb", "normal3f"), nodes)), files)
    assert opened_image(document, material_of(document)["normalTexture"]).getpixel((0, 0)) == (128, 155, 255)


def test_the_specular_workflow_is_kept(tmp_path: Path) -> None:
    inputs = "int inputs:useSpecularWorkflow = 1\ncolor3f inputs:specularColor = (0.2, 0.3, 0.4)"
    found = material_of(read(tmp_path, layer(look(inputs))))
    specular = found["extensions"]["KHR_materials_specular"]["specularColorFactor"]
    assert specular == pytest.approx([0.2, 0.3, 0.4])
    assert found["pbrMetallicRoughness"]["metallicFactor"] == 0


def test_a_color_without_material_is_shown(tmp_path: Path) -> None:
    color = 'color3f[] primvars:displayColor = [(0.5, 0, 0)] (interpolation = "constant")'
    found = material_of(read(tmp_path, layer(mesh(color))))
    assert found["pbrMetallicRoughness"]["baseColorFactor"] == [0.5, 0, 0, 1]


def test_colors_of_vertices_are_shown(tmp_path: Path) -> None:
    color = """color3f[] primvars:displayColor = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)] (
        interpolation = "vertex"
    )"""
    document = read(tmp_path, layer(mesh(color)))
    colors = document.accessor(first_primitive(document)["attributes"]["COLOR_0"])
    assert sorted(map(tuple, colors.tolist()))[0] == (0, 0, 1, 1)
