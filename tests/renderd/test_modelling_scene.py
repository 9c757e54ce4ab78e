from __future__ import annotations

import io
import json
import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image

from renderd.modelling import Maps, Model, merge, rounded_box, velvet, weave
from renderd.modelling.noise import linear


def sample() -> Model:
    model = Model("Sample")
    model.material("fabric", "#808080", maps=weave(64), sheen="#404040")
    model.material("navy", "#202040", maps=velvet(64))
    model.material("glass", roughness=0.0, transmission=1.0, ior=1.5)
    model.node("body")
    model.node("legs", "body", translation=(0.0, 0.1, 0.0), hidden=True)
    model.add(rounded_box(1.0, 0.2, 0.5), "fabric", "body")
    model.add(rounded_box(0.1, 0.1, 0.1), "glass", "legs")
    return model


def read(data: bytes) -> tuple[dict[str, Any], bytes]:
    length = struct.unpack_from("<I", data, 12)[0]
    return json.loads(data[20 : 20 + length]), data[28 + length :]


def gltf(model: Model) -> dict[str, Any]:
    return read(model.to_glb())[0]


def test_equal_models_give_equal_bytes() -> None:
    assert sample().to_glb() == sample().to_glb()


def test_the_header_states_the_length() -> None:
    data = sample().to_glb()
    assert struct.unpack_from("<4sII", data) == (b"glTF", 2, len(data))


def test_positions_state_their_bounds() -> None:
    document = gltf(sample())
    accessor = document["accessors"][document["meshes"][0]["primitives"][0]["attributes"]["POSITION"]]
    assert np.allclose(accessor["max"], (0.5, 0.1, 0.25))


def test_an_option_finds_nodes_and_materials_by_name() -> None:
    document = gltf(sample())
    assert [node["name"] for node in document["nodes"]] == ["body", "legs"]
    assert [material["name"] for material in document["materials"]] == ["fabric", "glass"]


def test_a_hidden_node_says_so() -> None:
    legs = gltf(sample())["nodes"][1]
    assert legs["extensions"] == {"KHR_node_visibility": {"visible": False}}


def test_extensions_in_use_are_declared() -> None:
    assert gltf(sample())["extensionsUsed"] == [
        "KHR_materials_ior",
        "KHR_materials_sheen",
        "KHR_materials_transmission",
        "KHR_node_visibility",
    ]


def test_a_variant_maps_the_material_to_its_stand_in() -> None:
    model = sample()
    model.variant("Navy", {"fabric": "navy"})
    document = gltf(model)
    mapping = document["meshes"][0]["primitives"][0]["extensions"]["KHR_materials_variants"]["mappings"][0]
    assert document["materials"][mapping["material"]]["name"] == "navy"
    assert document["extensions"]["KHR_materials_variants"]["variants"] == [{"name": "Navy"}]


def test_an_animation_turns_its_node() -> None:
    model = sample()
    model.animate("swivel", "legs", [0.0, 1.0], rotations=[("y", 0.0), ("y", 180.0)])
    document, binary = read(model.to_glb())
    animation = document["animations"][0]
    accessor = document["accessors"][animation["samplers"][0]["output"]]
    view = document["bufferViews"][accessor["bufferView"]]
    turns = np.frombuffer(binary, np.float32, 8, view["byteOffset"]).reshape(2, 4)
    assert animation["channels"][0]["target"] == {"node": 1, "path": "rotation"}
    assert np.allclose(turns, [(0, 0, 0, 1), (0, 1, 0, 0)], atol=1e-6)


def test_texture_coordinates_count_repeats_of_the_tile() -> None:
    document, binary = read(sample().to_glb())
    accessor = document["accessors"][document["meshes"][0]["primitives"][0]["attributes"]["TEXCOORD_0"]]
    view = document["bufferViews"][accessor["bufferView"]]
    uvs = np.frombuffer(binary, np.float32, accessor["count"] * 2, view["byteOffset"]).reshape(-1, 2)
    assert np.ptp(uvs[:, 0]) == pytest.approx(1.0 / weave(64).tile[0], rel=0.02)


def test_a_picture_used_twice_is_stored_once() -> None:
    maps = weave(64)
    model = Model("Twice")
    model.material("one", maps=maps)
    model.material("two", "#aa0000", maps=maps)
    model.node("body")
    for material in ("one", "two"):
        model.add(rounded_box(1, 1, 1), material, "body")
    assert len(gltf(model)["images"]) == 3


def test_pictures_are_jpeg_of_the_size_asked_for() -> None:
    document, binary = read(sample().to_glb())
    view = document["bufferViews"][document["images"][0]["bufferView"]]
    start = view["byteOffset"]
    picture = Image.open(io.BytesIO(binary[start : start + view["byteLength"]]))
    assert (picture.format, picture.size) == ("JPEG", (64, 64))


def test_a_large_mesh_has_wide_indices() -> None:
    model = Model("Large")
    model.material("plain")
    model.node("body")
    box = rounded_box(1, 1, 1)
    model.add(merge(*[box] * (1 + 65_536 // len(box.positions))), "plain", "body")
    document = gltf(model)
    assert document["accessors"][document["meshes"][0]["primitives"][0]["indices"]]["componentType"] == 5125


def test_a_name_can_be_given_once() -> None:
    model = sample()
    with pytest.raises(ValueError, match="'fabric' is defined twice"):
        model.material("fabric")
    with pytest.raises(ValueError, match="'body' is defined twice"):
        model.node("body")


def test_a_missing_name_is_an_error() -> None:
    with pytest.raises(KeyError, match="wool"):
        sample().add(rounded_box(1, 1, 1), "wool", "body")


def test_colours_are_written_in_linear_light() -> None:
    assert linear("#808080") == pytest.approx([0.2159] * 3, abs=1e-3)


def seams(pixels: np.ndarray) -> tuple[float, float]:
    """The step over the border against the mean step inside, along columns and rows."""
    tone = pixels.astype(float).mean(axis=2)
    across = np.abs(tone[:, 0] - tone[:, -1]).mean() / np.abs(np.diff(tone, axis=1)).mean()
    down = np.abs(tone[0] - tone[-1]).mean() / np.abs(np.diff(tone, axis=0)).mean()
    return float(across), float(down)


def textures() -> dict[str, Maps]:
    from renderd import modelling

    names = (
        "weave", "boucle", "velvet", "felt", "knit", "canvas", "leather", "suede", "brushed_metal",
        "powder_coat", "ceramic", "concrete", "marble", "terrazzo", "paper", "wood",
    )  # fmt: skip
    return {name: getattr(modelling, name)(size=128) for name in names}


@pytest.mark.parametrize("maps", textures().values(), ids=textures().keys())
def test_a_texture_goes_on_where_it_ends(maps: Maps) -> None:
    assert max(seams(np.concatenate([maps.base, maps.normal], axis=2))) < 2.5


@pytest.mark.parametrize("name", ["weave", "boucle", "velvet", "felt", "knit", "canvas", "leather", "suede"])
def test_a_cloth_is_nearly_white_so_that_a_tint_keeps_its_lightness(name: str) -> None:
    assert textures()[name].base.mean() > 225
