"""What the viewer can show survives to the smallest level."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from renderd.pipeline.bounds import measure
from renderd.pipeline.document import Document
from renderd.pipeline.scene import draws
from tests.renderd.models import (
    attribute,
    extend,
    first_primitive,
    model,
    picture,
    primitive,
    sheet,
    texture,
    through,
)


def test_it_works(tmp_path: Path) -> None:
    document = through(tmp_path, model())
    assert document.json["nodes"][0]["name"] == "top"
    assert document.json["materials"][0]["name"] == "paint"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("anisotropy", {"anisotropyStrength": 0.6, "anisotropyRotation": 1.5}),
        ("clearcoat", {"clearcoatFactor": 0.8, "clearcoatRoughnessFactor": 0.1}),
        ("diffuse_transmission", {"diffuseTransmissionFactor": 0.25}),
        ("dispersion", {"dispersion": 0.1}),
        ("emissive_strength", {"emissiveStrength": 5}),
        ("ior", {"ior": 1.4}),
        ("iridescence", {"iridescenceFactor": 1, "iridescenceIor": 1.8}),
        ("sheen", {"sheenColorFactor": [0.9, 0.2, 0.2], "sheenRoughnessFactor": 0.4}),
        ("specular", {"specularFactor": 0.5, "specularColorFactor": [1, 0.5, 0.5]}),
        ("transmission", {"transmissionFactor": 1}),
        ("unlit", {}),
        ("volume", {"thicknessFactor": 0.02, "attenuationColor": [0.5, 1, 0.5]}),
    ],
)
def test_a_material_extension_survives(tmp_path: Path, name: str, values: dict[str, object]) -> None:
    extension = f"KHR_materials_{name}"
    source = model(material={"extensions": {extension: values}})
    extend(source, extension)
    document = through(tmp_path, source)
    assert document.json["materials"][0]["extensions"] == {extension: values}
    assert extension in document.json["extensionsUsed"]


def test_textures_of_extensions_survive(tmp_path: Path) -> None:
    source = model()
    extend(source, "KHR_materials_clearcoat")
    coat = {"clearcoatFactor": 1, "clearcoatTexture": texture(source, picture())}
    source.json["materials"][0]["extensions"] = {"KHR_materials_clearcoat": coat}
    document = through(tmp_path, source)
    index = document.json["materials"][0]["extensions"]["KHR_materials_clearcoat"]["clearcoatTexture"][
        "index"
    ]
    data = document.image(document.texture_image(index) or 0)
    assert Image.open(io.BytesIO(data)).format in ("JPEG", "WEBP")


def test_a_texture_transform_survives(tmp_path: Path) -> None:
    source = model()
    extend(source, "KHR_texture_transform")
    moved = {"KHR_texture_transform": {"scale": [3, 3], "texCoord": 0}}
    info = {**texture(source, picture()), "extensions": moved}
    source.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": info}
    document = through(tmp_path, source)
    assert document.json["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"]["extensions"] == moved


def test_variants_survive_with_their_mappings(tmp_path: Path) -> None:
    source = model()
    source.add("materials", {"name": "unused"})
    source.add("materials", {"name": "navy"})
    extend(source, "KHR_materials_variants")
    names = [{"name": "Red"}, {"name": "Navy"}]
    source.json["extensions"] = {"KHR_materials_variants": {"variants": names}}
    mappings = [{"material": 0, "variants": [0]}, {"material": 2, "variants": [1]}]
    first_primitive(source)["extensions"] = {"KHR_materials_variants": {"mappings": mappings}}
    document = through(tmp_path, source)
    found = first_primitive(document)["extensions"]["KHR_materials_variants"]["mappings"]
    worn = [(document.json["materials"][m["material"]]["name"], m["variants"]) for m in found]
    assert worn == [("paint", [0]), ("navy", [1])]
    assert [v["name"] for v in document.json["extensions"]["KHR_materials_variants"]["variants"]] == [
        "Red",
        "Navy",
    ]


def test_alpha_and_double_sides_survive(tmp_path: Path) -> None:
    look = {"alphaMode": "MASK", "alphaCutoff": 0.3, "doubleSided": True}
    document = through(tmp_path, model(material=look))
    assert {key: document.json["materials"][0][key] for key in look} == look


def test_opacity_of_a_texture_survives(tmp_path: Path) -> None:
    source = model(material={"alphaMode": "BLEND"})
    info = texture(source, picture(mode="RGBA"))
    source.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": info}
    document = through(tmp_path, source)
    assert b"ALPH" in document.image(0) or b"VP8L" in document.image(0)


def test_second_texture_coordinates_survive(tmp_path: Path) -> None:
    source, shape = model(), sheet()
    first_primitive(source)["attributes"]["TEXCOORD_1"] = attribute(source, shape.uv - 0.5)
    source.json["materials"][0]["occlusionTexture"] = {**texture(source, picture()), "texCoord": 1}
    document = through(tmp_path, source)
    values = document.accessor(first_primitive(document)["attributes"]["TEXCOORD_1"])
    assert (values.min(), values.max()) == pytest.approx((-0.5, 0.5), abs=1e-3)


def test_vertex_colors_survive(tmp_path: Path) -> None:
    source, shape = model(), sheet()
    colors = np.tile([0.25, 0.5, 1.0, 0.5], (len(shape.positions), 1))
    first_primitive(source)["attributes"]["COLOR_0"] = attribute(source, colors)
    document = through(tmp_path, source)
    values = document.accessor(first_primitive(document)["attributes"]["COLOR_0"])
    assert values[0] == pytest.approx([0.25, 0.5, 1.0, 0.5], abs=1e-3)


def test_tangents_survive_where_a_normal_map_uses_them(tmp_path: Path) -> None:
    source = model()
    source.json["materials"][0]["normalTexture"] = texture(source, picture())
    tangents = np.tile([1.0, 0, 0, 1], (len(sheet().positions), 1))
    first_primitive(source)["attributes"]["TANGENT"] = attribute(source, tangents)
    document = through(tmp_path, source)
    assert "TANGENT" in first_primitive(document)["attributes"]


def test_tangents_that_nothing_uses_are_dropped(tmp_path: Path) -> None:
    source = model()
    tangents = np.tile([1.0, 0, 0, 1], (len(sheet().positions), 1))
    first_primitive(source)["attributes"]["TANGENT"] = attribute(source, tangents)
    document = through(tmp_path, source)
    assert "TANGENT" not in first_primitive(document)["attributes"]


def test_named_nodes_keep_their_places_and_children(tmp_path: Path) -> None:
    source = model()
    place = {"translation": [0.0, 1.5, 0.0], "rotation": [0.0, 0.0, 0.6, 0.8], "scale": [2.0, 1.0, 1.0]}
    source.json["nodes"][0] |= {**place, "children": [1]}
    source.add("nodes", {"name": "knob", "mesh": 0, "translation": [0.0, 0.5, 0.0]})
    document = through(tmp_path, source)
    top, knob = document.json["nodes"][:2]
    assert {key: top[key] for key in place} == place
    assert (knob["name"], knob["translation"]) == ("knob", [0.0, 0.5, 0.0])
    assert 1 in top["children"]


def test_bounds_do_not_move(tmp_path: Path) -> None:
    source = model(sheet(size=2.0))
    source.json["nodes"][0] |= {"translation": [0.5, 0.1, 0.0], "scale": [1.0, 2.0, 1.0]}
    before, after = measure(source), measure(through(tmp_path, source))
    assert after.min == pytest.approx(before.min, abs=2e-3)
    assert after.max == pytest.approx(before.max, abs=2e-3)


def test_instances_survive(tmp_path: Path) -> None:
    source = model()
    places = attribute(source, np.array([[0.0, 0, 0], [0, 2, 0], [0, 4, 0]]))
    extend(source, "EXT_mesh_gpu_instancing")
    source.json["nodes"][0]["extensions"] = {
        "EXT_mesh_gpu_instancing": {"attributes": {"TRANSLATION": places}}
    }
    document = through(tmp_path, source)
    assert len(list(draws(document))) == 3
    assert measure(document).max[1] == pytest.approx(4.1, abs=5e-3)


def test_a_sparse_accessor_is_resolved(tmp_path: Path) -> None:
    source = model(sheet(bump=0.0))
    index = first_primitive(source)["attributes"]["POSITION"]
    where = source.add_view(np.array([0], np.uint16).tobytes())
    what = source.add_view(np.array([-0.5, 3.0, -0.5], np.float32).tobytes())
    source.json["accessors"][index] |= {
        "max": [0.5, 3.0, 0.5],
        "sparse": {
            "count": 1,
            "indices": {"bufferView": where, "componentType": 5123},
            "values": {"bufferView": what},
        },
    }
    assert measure(through(tmp_path, source)).max[1] == pytest.approx(3.0, abs=1e-3)


def test_lines_survive(tmp_path: Path) -> None:
    source = model()
    line = {"attributes": {"POSITION": attribute(source, np.eye(3), bounds=True)}, "mode": 3}
    source.json["meshes"][0]["primitives"].append(line)
    document = through(tmp_path, source)
    assert [p.get("mode", 4) for p in document.json["meshes"][0]["primitives"]] == [5, 3]


def test_an_empty_part_is_left_out(tmp_path: Path) -> None:
    source = model()
    empty = primitive(source, sheet(2), material=0)
    empty["indices"] = source.add_accessor(np.zeros(3, np.uint16))
    mesh = source.add("meshes", {"primitives": [empty]})
    node = source.add("nodes", {"name": "ghost", "mesh": mesh})
    source.json["scenes"][0]["nodes"].append(node)
    document = through(tmp_path, source)
    assert [n.get("name") for n in document.json["nodes"]][:2] == ["top", "ghost"]
    assert len(document.json["meshes"]) == 1


def test_cameras_lights_and_extras_are_left_out(tmp_path: Path) -> None:
    source = model()
    extend(source, "KHR_lights_punctual")
    source.json["extensions"] = {"KHR_lights_punctual": {"lights": [{"type": "point"}]}}
    source.json["cameras"] = [{"type": "perspective", "perspective": {"yfov": 1, "znear": 0.1}}]
    source.json["nodes"][0] |= {
        "camera": 0,
        "extras": {"note": "secret"},
        "extensions": {"KHR_lights_punctual": {"light": 0}},
    }
    text = through(tmp_path, source).to_glb()
    assert not any(word in text for word in (b"light", b"camera", b"secret"))


def test_what_another_scene_shows_is_left_out(tmp_path: Path) -> None:
    source = model()
    other = source.add("meshes", {"primitives": [primitive(source, sheet(2))]})
    source.json["scenes"].append({"nodes": [source.add("nodes", {"name": "hidden", "mesh": other})]})
    document = through(tmp_path, source)
    assert "hidden" not in [node.get("name") for node in document.json["nodes"]]
    assert len(document.json["meshes"]) == 1


def test_a_missing_coat_tangent_is_made(tmp_path: Path) -> None:
    source = model()
    extend(source, "KHR_materials_clearcoat")
    coat = {"clearcoatFactor": 1, "clearcoatNormalTexture": texture(source, picture())}
    source.json["materials"][0]["extensions"] = {"KHR_materials_clearcoat": coat}
    document: Document = through(tmp_path, source)
    tangents = document.accessor(first_primitive(document)["attributes"]["TANGENT"])
    assert np.median(tangents[:, 0]) > 0.9


def test_a_hidden_node_survives_but_is_not_drawn(tmp_path: Path) -> None:
    source = model()
    extend(source, "KHR_node_visibility")
    off = {"KHR_node_visibility": {"visible": False}}
    other = source.add("nodes", {"name": "spare", "mesh": 0, "translation": [0, 5, 0], "extensions": off})
    source.json["scenes"][0]["nodes"].append(other)
    document = through(tmp_path, source)
    assert document.json["nodes"][1]["extensions"] == off
    assert (len(list(draws(document))), len(list(draws(document, hidden=True)))) == (1, 2)
    assert measure(document).max[1] < 1
