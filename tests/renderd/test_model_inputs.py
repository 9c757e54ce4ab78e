"""Every kind of file becomes a document, known by its content."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import trimesh

from renderd.pipeline.bounds import measure
from renderd.pipeline.document import Document, Json
from renderd.pipeline.inputs import open_model
from renderd.pipeline.intake import Intake
from tests.renderd.models import first_primitive, model, picture, png, sheet, texture, write

OBJ = b"""mtllib chair.mtl
o seat
v 0 40 0
v 50 40 0
v 50 40 50
v 0 40 50
vt 0 0
vt 1 0
vt 1 1
vt 0 1
usemtl cloth
f 4/4 3/3 2/2 1/1
o legs
v 0 0 0
v 10 0 0
v 10 40 0
usemtl oak
f -3 -2 -1
"""
MTL = b"""newmtl cloth
Kd 0.1 0.2 0.3
map_Kd -s 1 1 1 textures/weave.png
newmtl oak
Kd 0.5 0.25 0
Ns 100
d 0.5
"""


def zipped(path: Path, **files: bytes) -> Path:
    """A zip of files; ``__`` in a keyword is a dot, ``___`` a slash."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in files.items():
            file.writestr(name.replace("___", "/").replace("__", "."), data)
    return path


def obj_zip(tmp_path: Path) -> Path:
    return zipped(
        tmp_path / "chair.zip",
        chair__obj=OBJ,
        chair__mtl=MTL,
        textures___weave__png=png(picture()),
        __MACOSX___chair__obj=b"junk",
    )


def split(document: Document) -> tuple[Json, bytes]:
    """The JSON and the binary of a document."""
    glb = document.to_glb()
    length = int.from_bytes(glb[12:16], "little")
    return json.loads(glb[20 : 20 + length]), glb[28 + length :]


def box() -> trimesh.Trimesh:
    return trimesh.creation.box((0.2, 0.4, 0.6))


def test_it_works(tmp_path: Path) -> None:
    assert open_model(write(tmp_path / "model.bin", model()), "m").format == "glb"


def test_a_gltf_in_a_zip_brings_its_files(tmp_path: Path) -> None:
    source = model()
    source.json["materials"][0]["normalTexture"] = texture(source, picture())
    document, binary = split(source)
    document["buffers"][0]["uri"] = "data/geo%20metry.bin"
    image = document["images"][0]
    view = document["bufferViews"][image.pop("bufferView")]
    image["uri"] = "textures/n.png"
    pixels = binary[view["byteOffset"] :][: view["byteLength"]]
    path = zipped(tmp_path / "model.zip", folder___scene__gltf=json.dumps(document).encode())
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("folder/data/geo metry.bin", binary)
        file.writestr("folder/textures/n.png", pixels)
    opened = open_model(path, "m")
    assert (opened.format, opened.document.image(0)) == ("gltf", pixels)


def test_a_gltf_with_data_uris_comes_alone(tmp_path: Path) -> None:
    document, binary = split(model())
    document["buffers"][0]["uri"] = "data:;base64," + base64.b64encode(binary).decode()
    (tmp_path / "model.gltf").write_text(json.dumps(document))
    assert measure(open_model(tmp_path / "model.gltf", "m").document).size[0] == pytest.approx(1.0)


def test_an_obj_keeps_the_names_of_its_objects(tmp_path: Path) -> None:
    document = open_model(obj_zip(tmp_path), "cm").document
    assert [node["name"] for node in document.json["nodes"]] == ["seat", "legs"]


def test_an_obj_counts_in_its_unit(tmp_path: Path) -> None:
    assert measure(open_model(obj_zip(tmp_path), "cm").document).max == pytest.approx((0.5, 0.4, 0.5))


def test_an_obj_keeps_its_materials(tmp_path: Path) -> None:
    cloth, oak = open_model(obj_zip(tmp_path), "m").document.json["materials"]
    assert (cloth["name"], oak["name"], oak["alphaMode"]) == ("cloth", "oak", "BLEND")
    assert oak["pbrMetallicRoughness"]["baseColorFactor"] == pytest.approx([0.214, 0.0509, 0, 0.5], abs=1e-3)
    assert oak["pbrMetallicRoughness"]["roughnessFactor"] == pytest.approx(0.374, abs=1e-3)


def test_an_obj_keeps_its_texture_and_coordinates(tmp_path: Path) -> None:
    document = open_model(obj_zip(tmp_path), "m").document
    assert document.image(0) == png(picture())
    uv = document.accessor(first_primitive(document)["attributes"]["TEXCOORD_0"])
    assert sorted(map(tuple, uv.tolist())) == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_an_obj_alone_needs_no_materials(tmp_path: Path) -> None:
    (tmp_path / "a.obj").write_bytes(b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
    assert open_model(tmp_path / "a.obj", "m").document.json["materials"][0]["name"] == "material"


@pytest.mark.parametrize("kind", ["stl", "stl_ascii"])
def test_an_stl_becomes_a_surface_with_sharp_edges(tmp_path: Path, kind: str) -> None:
    data = box().export(file_type=kind)
    (tmp_path / "box").write_bytes(data if isinstance(data, bytes) else data.encode())
    opened = open_model(tmp_path / "box", "m")
    normals = opened.document.accessor(first_primitive(opened.document)["attributes"]["NORMAL"])
    assert opened.format == "stl"
    assert len(normals) == 24
    assert np.abs(normals).max(axis=1) == pytest.approx(1.0)


def test_an_stl_counts_in_its_unit(tmp_path: Path) -> None:
    (tmp_path / "box.stl").write_bytes(box().export(file_type="stl"))
    size = measure(open_model(tmp_path / "box.stl", "mm", Intake(up="y")).document).size
    assert size == pytest.approx((0.0002, 0.0004, 0.0006))


def test_a_round_stl_is_smooth(tmp_path: Path) -> None:
    ball = trimesh.creation.icosphere(subdivisions=3)
    (tmp_path / "ball.stl").write_bytes(ball.export(file_type="stl"))
    document = open_model(tmp_path / "ball.stl", "m").document
    attributes = first_primitive(document)["attributes"]
    positions, normals = (document.accessor(attributes[name]) for name in ("POSITION", "NORMAL"))
    assert len(positions) == len(ball.vertices)
    assert (positions * normals).sum(axis=1).min() > 0.999


@pytest.mark.parametrize("encoding", ["ascii", "binary"])
def test_a_ply_keeps_its_colors(tmp_path: Path, encoding: str) -> None:
    mesh = box()
    mesh.visual.vertex_colors = np.tile([255, 188, 0, 255], (8, 1))
    data = trimesh.exchange.ply.export_ply(mesh, encoding=encoding)
    (tmp_path / "box.ply").write_bytes(data)
    opened = open_model(tmp_path / "box.ply", "m")
    colors = opened.document.accessor(first_primitive(opened.document)["attributes"]["COLOR_0"])
    assert opened.format == "ply"
    assert colors[0] == pytest.approx([1.0, 0.503, 0.0, 1.0], abs=1e-3)


def test_a_ply_keeps_its_normals(tmp_path: Path) -> None:
    text = "ply\nformat ascii 1.0\nelement vertex 3\n"
    text += "".join(f"property float {name}\n" for name in ("x", "y", "z", "nx", "ny", "nz"))
    text += "element face 1\nproperty list uchar int vertex_indices\nend_header\n"
    text += "0 0 0 0 1 0\n1 0 0 0 1 0\n0 1 0 0 1 0\n3 0 1 2\n"
    (tmp_path / "a.ply").write_text(text)
    document = open_model(tmp_path / "a.ply", "m", Intake(up="y")).document
    assert document.accessor(first_primitive(document)["attributes"]["NORMAL"]).tolist() == [[0, 1, 0]] * 3


def test_a_file_is_known_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "box.glb").write_bytes(box().export(file_type="stl"))
    assert open_model(tmp_path / "box.glb", "m").format == "stl"


@pytest.mark.parametrize("extension", ["EXT_meshopt_compression", "KHR_meshopt_compression"])
def test_a_compressed_view_is_decoded(tmp_path: Path, extension: str) -> None:
    from meshoptimizer.encoder import encode_vertex_buffer

    source, shape = model(), sheet()
    positions = np.ascontiguousarray(shape.positions, np.float32)
    packed = bytes(encode_vertex_buffer(positions, len(positions), 12))
    document, binary = split(source)
    accessor = document["accessors"][first_primitive(source)["attributes"]["POSITION"]]
    view = document["bufferViews"][accessor["bufferView"]]
    view["extensions"] = {
        extension: {
            "buffer": 0,
            "byteOffset": len(binary),
            "byteLength": len(packed),
            "byteStride": 12,
            "count": len(positions),
            "mode": "ATTRIBUTES",
        }
    }
    view |= {"buffer": 1, "byteOffset": 0, "byteLength": positions.nbytes}
    document["buffers"] = [
        {"byteLength": len(binary) + len(packed), "uri": "a.bin"},
        {"byteLength": positions.nbytes, "extensions": {extension: {"fallback": True}}},
    ]
    document["extensionsUsed"] = document["extensionsRequired"] = [extension]
    path = zipped(tmp_path / "a.zip", a__gltf=json.dumps(document).encode(), a__bin=binary + packed)
    assert measure(open_model(path, "m").document).size[0] == pytest.approx(1.0)


def test_a_stl_in_a_zip_is_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "box.zip", box__stl=box().export(file_type="stl"), readme__txt=b"hello")
    assert open_model(path, "m").format == "stl"


def test_a_bitmap_beside_an_obj_is_read(tmp_path: Path) -> None:
    out = io.BytesIO()
    picture().save(out, "BMP")
    library = MTL.replace(b"png", b"bmp")
    path = zipped(
        tmp_path / "a.zip", chair__obj=OBJ, chair__mtl=library, textures___weave__bmp=out.getvalue()
    )
    assert open_model(path, "m").document.image(0)[:4] == b"\x89PNG"
