"""The GLB for viewers that decode nothing."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from renderd.pipeline.bounds import measure
from renderd.pipeline.document import Document, Json
from renderd.pipeline.errors import ModelError
from renderd.pipeline.plain import write_plain
from renderd.pipeline.scene import draws
from tests.renderd.models import attribute, extend, first_primitive, model, picture, sheet, texture, through
from tests.renderd.test_model_validity import errors, everything, needs_validator


def bare(document: Document) -> Document:
    return Document.load_glb(write_plain(document))


def test_it_works(tmp_path: Path) -> None:
    level = through(tmp_path, model())
    document = bare(level)
    assert not {"extensionsRequired", "extensionsUsed"} & document.json.keys()
    assert measure(document).min == pytest.approx(measure(level).min, abs=1e-6)


@needs_validator
def test_the_validator_finds_no_error(tmp_path: Path) -> None:
    path = tmp_path / "plain.glb"
    path.write_bytes(write_plain(through(tmp_path, everything())))
    assert errors([path]) == ""


def test_numbers_are_of_types_that_core_gltf_has(tmp_path: Path) -> None:
    document = bare(through(tmp_path, everything()))
    accessors, found = document.json["accessors"], first_primitive(document)["attributes"]
    kinds = {name: accessors[index]["componentType"] for name, index in found.items()}
    assert {kinds[name] for name in ("POSITION", "NORMAL")} == {5126}


def test_pictures_are_jpeg(tmp_path: Path) -> None:
    source = model()
    info = texture(source, picture())
    source.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": info}
    document = bare(through(tmp_path, source))
    assert document.json["images"][0]["mimeType"] == "image/jpeg"
    assert document.json["textures"] == [{"source": 0}]
    assert Image.open(io.BytesIO(document.image(0))).format == "JPEG"


def test_a_picture_with_opacity_is_png(tmp_path: Path) -> None:
    source = model(material={"alphaMode": "BLEND"})
    info = texture(source, picture(mode="RGBA"))
    source.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": info}
    document = bare(through(tmp_path, source))
    assert Image.open(io.BytesIO(document.image(0))).mode == "RGBA"


def test_materials_keep_optional_extensions(tmp_path: Path) -> None:
    sheen = {"KHR_materials_sheen": {"sheenRoughnessFactor": 0.5}}
    source = model(material={"extensions": sheen})
    extend(source, *sheen)
    document = bare(through(tmp_path, source))
    assert document.json["materials"][0]["extensions"] == sheen
    assert document.json["extensionsUsed"] == ["KHR_materials_sheen"]


def test_variants_give_way_to_the_default(tmp_path: Path) -> None:
    source = model()
    source.add("materials", {"name": "navy"})
    extend(source, "KHR_materials_variants")
    source.json["extensions"] = {"KHR_materials_variants": {"variants": [{"name": "Navy"}]}}
    mappings = [{"material": 1, "variants": [0]}]
    first_primitive(source)["extensions"] = {"KHR_materials_variants": {"mappings": mappings}}
    document = bare(through(tmp_path, source))
    assert [material["name"] for material in document.json["materials"]] == ["paint"]
    assert "extensions" not in document.json


def test_hidden_nodes_are_left_out(tmp_path: Path) -> None:
    source = model()
    extend(source, "KHR_node_visibility")
    off = {"KHR_node_visibility": {"visible": False}}
    source.json["scenes"][0]["nodes"].append(
        source.add("nodes", {"name": "spare", "mesh": 0, "extensions": off})
    )
    assert [draw.name for draw in draws(bare(source), hidden=True)] == ["top"]


def test_instances_become_nodes() -> None:
    source = model()
    places = attribute(source, np.array([[0.0, 0, 0], [0, 2, 0], [0, 4, 0]]))
    extend(source, "EXT_mesh_gpu_instancing")
    source.json["nodes"][0]["extensions"] = {
        "EXT_mesh_gpu_instancing": {"attributes": {"TRANSLATION": places}}
    }
    document = bare(source)
    assert measure(document).max[1] == pytest.approx(4.1, abs=5e-3)
    assert len(list(draws(document))) == 3


def test_textures_shrink_until_the_file_is_small_enough() -> None:
    source = model(material={"alphaMode": "BLEND"})
    noise = np.random.default_rng(1).integers(0, 256, (600, 600, 4), dtype=np.uint8)
    info = texture(source, Image.fromarray(noise))
    source.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": info}
    glb = write_plain(source, 1_200_000)
    assert len(glb) <= 1_200_000
    assert Image.open(io.BytesIO(Document.load_glb(glb).image(0))).width == 512


def test_a_model_that_shows_nothing_is_refused() -> None:
    source = model()
    source.json["nodes"][0]["extensions"] = {"KHR_node_visibility": {"visible": False}}
    with pytest.raises(ModelError, match="nothing"):
        write_plain(source)


def test_a_move_that_all_textures_share_goes_into_the_coordinates() -> None:
    source = model()
    extend(source, "KHR_texture_transform")
    change = {"offset": [0.5, 0.25], "rotation": 0.6, "scale": [2.0, 3.0]}
    for slot, seed in (("normalTexture", 1), ("occlusionTexture", 2)):
        info = {**texture(source, picture(seed=seed)), "extensions": {"KHR_texture_transform": change}}
        source.json["materials"][0][slot] = info
    document = bare(source)
    assert "extensionsUsed" not in document.json
    u, v = sheet().uv.T * [[2.0], [3.0]]
    expected = [u * np.cos(0.6) + v * np.sin(0.6) + 0.5, -u * np.sin(0.6) + v * np.cos(0.6) + 0.25]
    found = document.accessor(first_primitive(document)["attributes"]["TEXCOORD_0"])
    assert np.allclose(found, np.stack(expected, axis=1), atol=1e-6)


@pytest.mark.parametrize("own", [{}, {"scale": [2.0, 2.0]}])
def test_repeating_coordinates_are_of_ordinary_size(tmp_path: Path, own: Json) -> None:
    shape = sheet()
    source = model(replace(shape, uv=shape.uv * 7))
    extend(source, "KHR_texture_transform")
    other = {**texture(source, picture(seed=2)), "extensions": {"KHR_texture_transform": own}}
    source.json["materials"][0] |= {"normalTexture": texture(source, picture()), "occlusionTexture": other}
    document = bare(through(tmp_path, source))
    assert document.accessor(first_primitive(document)["attributes"]["TEXCOORD_0"]).max() < 20
