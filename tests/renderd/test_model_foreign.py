"""Files as other programs and other machines write them."""

from __future__ import annotations

import struct
import unicodedata
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from renderd.pipeline.document import Document
from renderd.pipeline.errors import ModelError
from renderd.pipeline.inputs import open_model
from tests.renderd.models import first_primitive, picture, png

FACES = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvt 0 0\nvt 1 0\nvt 1 1\nusemtl cloth\nf 1/1 2/2 3/3\n"
OBJ = f"mtllib chair.mtl\n{FACES}"
MTL = "newmtl cloth\nKd 0 0 1\nmap_Kd weave.png\n"
PLY = (
    "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\n"
    "element face 1\nproperty list uchar int vertex_indices\nproperty uchar red\nproperty uchar green\n"
    "property uchar blue\nend_header\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2 255 0 0\n"
)


def read(folder: Path, files: Mapping[str, Any]) -> Document:
    """The document of these files in a zip."""
    path = folder / "model.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return open_model(path, "m").document


def has_texture(document: Document) -> bool:
    return "baseColorTexture" in document.json["materials"][0]["pbrMetallicRoughness"]


@pytest.mark.parametrize("written", ["C:\\Users\\Ada\\weave.png", "/home/ada/weave.png", "Weave.PNG"])
def test_a_picture_is_found_where_its_author_had_it_elsewhere(tmp_path: Path, written: str) -> None:
    library = MTL.replace("weave.png", written)
    files = {"chair.obj": OBJ, "chair.mtl": library, "textures/weave.png": png(picture())}
    assert has_texture(read(tmp_path, files))


def test_a_picture_may_lie_beside_its_materials(tmp_path: Path) -> None:
    chair = OBJ.replace("chair.mtl", "maps/chair.mtl")
    files = {"chair.obj": chair, "maps/chair.mtl": MTL, "maps/weave.png": png(picture())}
    assert has_texture(read(tmp_path, files))


def test_two_pictures_of_a_name_are_not_guessed_between(tmp_path: Path) -> None:
    library = MTL.replace("weave.png", "C:\\weave.png")
    weave = png(picture())
    with pytest.raises(ModelError, match="expected a file in the zip"):
        read(tmp_path, {"chair.obj": OBJ, "chair.mtl": library, "a/weave.png": weave, "b/weave.png": weave})


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_have_accents_in_either_form(tmp_path: Path, form: Literal["NFC", "NFD"]) -> None:
    name = unicodedata.normalize(form, "größe.png")
    library = MTL.replace("weave.png", "größe.png")
    assert has_texture(read(tmp_path, {"chair.obj": OBJ, "chair.mtl": library, name: png(picture())}))


def test_names_may_be_utf_8_and_not_say_so(tmp_path: Path) -> None:
    library = MTL.replace("weave.png", "größe.png")
    read(tmp_path, {"chair.obj": OBJ, "chair.mtl": library, "größe.png": png(picture())})
    data = bytearray((tmp_path / "model.zip").read_bytes())
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = data.find(mark)
        while at >= 0:
            (flags,) = struct.unpack_from("<H", data, at + place)
            struct.pack_into("<H", data, at + place, flags & ~0x800)
            at = data.find(mark, at + 1)
    (tmp_path / "plain.zip").write_bytes(data)
    assert has_texture(open_model(tmp_path / "plain.zip", "m").document)


@pytest.mark.parametrize(
    ("old", "new"), [(" ", "\t"), ("\n", "\n  "), ("\n", "\r\n"), ("mtllib", "\ufeffmtllib")]
)
def test_an_obj_may_be_spaced_as_it_likes(tmp_path: Path, old: str, new: str) -> None:
    files = {"chair.obj": OBJ.replace(old, new), "chair.mtl": MTL, "weave.png": png(picture())}
    assert has_texture(read(tmp_path, files))


@pytest.mark.parametrize(("old", "new"), [(" ", "\t"), ("\n", "\n  "), ("newmtl", "\ufeffnewmtl")])
def test_a_material_file_may_be_spaced_as_it_likes(tmp_path: Path, old: str, new: str) -> None:
    files = {"chair.obj": OBJ, "chair.mtl": MTL.replace(old, new), "weave.png": png(picture())}
    assert has_texture(read(tmp_path, files))


def test_an_obj_may_name_several_material_files_in_a_line(tmp_path: Path) -> None:
    files = {
        "chair.obj": OBJ.replace("chair.mtl", "wood.mtl chair.mtl"),
        "chair.mtl": MTL,
        "wood.mtl": "newmtl oak\nKd 1 0 0\n",
        "weave.png": png(picture()),
    }
    assert has_texture(read(tmp_path, files))


def test_colours_of_vertices_may_count_up_to_255(tmp_path: Path) -> None:
    red = "v 0 0 0 255 0 0\nv 1 0 0 255 0 0\nv 0 1 0 255 0 0\nf 1 2 3\n"
    document = read(tmp_path, {"a.obj": red})
    colors = document.accessor(first_primitive(document)["attributes"]["COLOR_0"])
    assert np.allclose(colors, (1, 0, 0, 1))


def test_a_concave_face_is_covered_once(tmp_path: Path) -> None:
    dart = "v 4 3 0\nv 2 1 0\nv 0 3 0\nv 0 0 0\nv 4 0 0\nf 1 2 3 4 5\n"
    document = read(tmp_path, {"a.obj": dart})
    part = first_primitive(document)
    points = document.accessor(part["attributes"]["POSITION"])
    a, b, c = (points[document.accessor(part["indices"]).reshape(-1, 3)[:, corner]] for corner in range(3))
    assert np.cross(b - a, c - a)[:, 2].min() > 0


def test_faces_of_a_ply_have_colours(tmp_path: Path) -> None:
    (tmp_path / "a.ply").write_text(PLY)
    document = open_model(tmp_path / "a.ply", "m").document
    colors = document.accessor(first_primitive(document)["attributes"]["COLOR_0"])
    assert np.allclose(colors, (1, 0, 0, 1))


def test_an_old_gltf_is_called_by_its_version(tmp_path: Path) -> None:
    (tmp_path / "a.gltf").write_text('{"asset": {}, "scene": "s", "scenes": {"s": {}}, "nodes": {"n": {}}}')
    with pytest.raises(ModelError, match=r"the model is glTF 1\.0; expected 2\.0"):
        open_model(tmp_path / "a.gltf", "m")
