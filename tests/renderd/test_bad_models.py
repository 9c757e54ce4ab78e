"""Files that can't be used: each is refused in one line that says what is wrong."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from renderd.pipeline.document import Document, write_glb
from renderd.pipeline.errors import ModelError
from renderd.pipeline.gloss import rough_picture
from renderd.pipeline.inputs import open_model
from tests.renderd.models import attribute, first_primitive, glbs_of, model, picture, texture, write


def refusal(path: Path) -> str:
    """The message with which a file is refused."""
    with pytest.raises(ModelError) as caught:
        open_model(path, "m")
    message = str(caught.value)
    assert "\n" not in message
    return message


def refusal_of(tmp_path: Path, data: bytes) -> str:
    (tmp_path / "model").write_bytes(data)
    return refusal(tmp_path / "model")


GLB = model().to_glb()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "0 bytes"),
        (b"hello, world", "not a model"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not a model"),
        (GLB[:16], "within its header"),
        (GLB[: len(GLB) // 2], "cut off"),
        (b"glTF" + struct.pack("<II", 1, 20) + bytes(20), "version 1"),
        (GLB[:12] + struct.pack("<I", 1 << 30) + GLB[16:], "first chunk"),
        (b"PK\x03\x04" + bytes(200), "zip"),
        (b"ply\nformat ascii 1.0\nelement vertex 4000000000\nproperty float x\nend_header\n", "PLY"),
        (b"solid x\nfacet normal 0 0 1\nouter loop\nvertex 0 nonsense\n", "no faces"),
        (b"v 0 0 0\nv 1 0 0\nf 1 2 9\n", "does not exist"),
        (b"v 0 0 0\nv 1 0 zero\n", "line 2"),
        (b"v 0 0 0\nv 1 0 0\n", "no faces"),
        (b'{"asset":', "can't be read"),
        (b"{}", "asset"),
        (b'{"asset":{"version":"1.0"}}', "glTF 1.0"),
        (b'{"asset":{"version":"2.0"},"x":NaN}', "NaN"),
        (b'{"asset":{"version":"2.0"},"x":1e999}', "too large"),
        (b'{"asset":{"version":"2.0"},"x":' + b"9" * 5000 + b"}", "can't be read"),
        (b'{"asset":{"version":"2.0"},"x":"\\ud800"}', "Unicode"),
        (b'{"x":' + b"[" * 90 + b"]" * 90 + b"}", "nested deeper"),
        (b'{"x":' + b"[" * 200_000 + b"]" * 200_000 + b"}", "nested deeper"),
    ],
)
def test_bytes_are_refused(tmp_path: Path, data: bytes, words: str) -> None:
    assert words in refusal_of(tmp_path, data)


def remove(document: Document, path: str) -> None:
    """Delete what stands at a path of keys and numbers."""
    *way, last = (int(word) if word.isdigit() else word for word in path.split("."))
    holder = document.json
    for step in way:
        holder = holder[step]
    del holder[last]


def circle(document: Document) -> None:
    document.json["nodes"] += [{"children": [2]}, {"children": [1]}]


def two_parents(document: Document) -> None:
    document.json["nodes"] += [{"children": [0]}, {"children": [0]}]


def long_chain(document: Document) -> None:
    document.json["nodes"] += [{"children": [i + 2]} for i in range(2000)] + [{}]


def big_accessor(document: Document) -> None:
    document.json["accessors"][0]["count"] = 1 << 20


def zeros_without_a_view(document: Document) -> None:
    document.add("accessors", {"componentType": 5126, "count": 1 << 30, "type": "MAT4"})


def bad_index(document: Document) -> None:
    indices = document.add_accessor(np.array([0, 1, 999], np.uint16))
    first_primitive(document)["indices"] = indices


def not_finite(document: Document) -> None:
    values = document.accessor(0).copy()
    values[3] = np.nan
    first_primitive(document)["attributes"]["POSITION"] = attribute(document, values)


def short_normals(document: Document) -> None:
    first_primitive(document)["attributes"]["NORMAL"] = attribute(document, np.zeros((3, 3)))


def outside_file(document: Document) -> None:
    document.add("images", {"uri": "../../etc/passwd"})


def web_file(document: Document) -> None:
    document.add("images", {"uri": "https://example.com/a.png"})


def not_an_image(document: Document) -> None:
    document.add("images", {"bufferView": document.add_view(b"MZ" + bytes(64)), "mimeType": "image/png"})


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def vast_image(document: Document) -> None:
    head = struct.pack(">IIBBBBB", 60000, 60000, 8, 6, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", bytes(8))
    document.add("images", {"bufferView": document.add_view(data), "mimeType": "image/png"})


def requires(name: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        document.json["extensionsUsed"] = document.json["extensionsRequired"] = [name]

    return change


def missing(path: str) -> Callable[[Document], None]:
    return lambda document: remove(document, path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (circle, "circle"),
        (two_parents, "two parents"),
        (long_chain, "nested deeper"),
        (big_accessor, "beyond its buffer view"),
        (zeros_without_a_view, "at most"),
        (bad_index, "vertex 999"),
        (not_finite, "not finite"),
        (short_normals, "3 values of NORMAL"),
        (outside_file, "only one file was given"),
        (web_file, "only one file was given"),
        (not_an_image, "not an image"),
        (vast_image, "60000 × 60000"),
        (requires("KHR_texture_basisu"), "KHR_texture_basisu"),
        (requires("ACME_sparkles"), "ACME_sparkles"),
        (missing("accessors.0.count"), "count"),
        (missing("meshes.0.primitives.0.attributes.POSITION"), "POSITION"),
        (lambda d: d.json["nodes"][0].update(mesh=7), "glTF.nodes[0].mesh"),
        (lambda d: d.json["nodes"][0].update(mesh=True), "glTF.nodes[0].mesh"),
        (lambda d: d.json["nodes"][0].update(name=3), "a string"),
        (lambda d: d.json["nodes"][0].update(name="x" * 5000), "name"),
        (lambda d: d.json["materials"][0].update(normalTexture={"index": 3}), "normalTexture"),
        (lambda d: d.json.update(animations={}), "an array"),
    ],
)
def test_a_broken_glb_is_refused(tmp_path: Path, change: Callable[[Document], None], words: str) -> None:
    document = model()
    change(document)
    assert words in refusal(write(tmp_path / "model.glb", document))


def test_a_buffer_that_is_too_short_is_refused(tmp_path: Path) -> None:
    document = {"asset": {"version": "2.0"}, "buffers": [{"byteLength": 1000}]}
    assert "1000" in refusal_of(tmp_path, write_glb(document, bytes(8)))


def test_a_picture_that_breaks_off_is_refused(tmp_path: Path) -> None:
    document = model()
    document.json["materials"][0]["normalTexture"] = texture(document, picture(256))
    view = document.json["images"][0]["bufferView"]
    document.views[view] = bytes(document.views[view])[:2000]
    assert "beyond its end" in refusal(write(tmp_path / "model.glb", document))


def test_a_picture_that_does_not_unpack_is_refused_when_it_is_decoded(tmp_path: Path) -> None:
    document = model()
    document.json["materials"][0]["normalTexture"] = texture(document, picture(256))
    view = document.json["images"][0]["bufferView"]
    data = bytearray(document.views[view])
    data[100:200] = bytes(100)
    document.views[view] = bytes(data)
    with pytest.raises(ModelError, match="image 0 can't be decoded"):
        glbs_of(write(tmp_path / "model.glb", document))


def test_a_refusal_does_not_name_objects_of_ours() -> None:
    with pytest.raises(ModelError, match=r"can't be decoded \(cannot identify image file\); expected"):
        rough_picture(b"no picture", 1.0, "image 0")


def test_a_scene_that_draws_nothing_is_refused(tmp_path: Path) -> None:
    document = model()
    del document.json["nodes"][0]["mesh"]
    with pytest.raises(ModelError, match="draws nothing"):
        glbs_of(write(tmp_path / "model.glb", document))


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("../model.glb", GLB, "outside of its folder"),
        ("/model.glb", GLB, "outside of its folder"),
        ("model.stl", bytes(40 << 20), "times its size"),
        ("readme.txt", b"hello", "holds no model"),
        ("model.gltf", b'{"asset":{"version":"2.0"},"images":[{"uri":"a.png"}]}', "has no 'a.png'"),
        ("model.gltf", b'{"asset":{"version":"2.0"},"images":[{"uri":"../a.png"}]}', "outside of the zip"),
        ("model.gltf", b'{"asset":{"version":"2.0"},"images":[{"uri":"file:///etc/passwd"}]}', "in the zip"),
    ],
)
def test_a_bad_zip_is_refused(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, data)
    assert words in refusal(tmp_path / "a.zip")


def test_a_zip_with_two_models_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("a.glb", GLB)
        file.writestr("b.glb", GLB)
    assert "several models" in refusal(tmp_path / "a.zip")


def test_a_model_of_degenerate_triangles_is_refused(tmp_path: Path) -> None:
    document = model()
    first_primitive(document)["indices"] = document.add_accessor(np.zeros(6, np.uint16))
    with pytest.raises(ModelError, match="degenerate"):
        glbs_of(write(tmp_path / "model.glb", document))
