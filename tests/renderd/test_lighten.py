"""Heavy models are brought down before anything is made of them; light ones pass untouched."""

from __future__ import annotations

import io
import json
import zipfile
from mmap import ACCESS_READ, mmap
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from renderd.pipeline.archive import Archive
from renderd.pipeline.bounds import measure
from renderd.pipeline.document import Document
from renderd.pipeline.errors import ModelError
from renderd.pipeline.lighten import Limit, lighten, too_large
from renderd.pipeline.mapped import as_file
from tests.renderd.models import model, picture, png, primitive, sheet, texture

LIMIT = Limit(triangles=8_000, side=32)


def heard(document: Document, limit: Limit = LIMIT) -> list[float]:
    """Lighten a document; the shares of the work that were told."""
    shares: list[float] = []
    lighten(document, limit, shares.append)
    return shares


def triangles(document: Document) -> int:
    """Triangles of the first primitive."""
    count = document.json["accessors"][document.json["meshes"][0]["primitives"][0]["indices"]]["count"]
    return int(count) // 3


def image(document: Document, index: int = 0) -> Image.Image:
    """An image of the document, decoded."""
    return Image.open(io.BytesIO(document.image(index)))


def test_a_light_model_passes_untouched() -> None:
    document = model()
    document.json["materials"][0]["normalTexture"] = texture(document, picture(64))
    before = document.copy()
    heard(document)
    assert (document.json, document.views) == (before.json, before.views)


def test_a_heavy_mesh_is_thinned_to_the_limit() -> None:
    document = model(sheet(cells=100))
    assert triangles(document) == 20_000
    heard(document)
    assert 0.9 * LIMIT.triangles < triangles(document) <= LIMIT.triangles


def test_a_thinned_mesh_keeps_its_place() -> None:
    document = model(sheet(cells=100))
    before = measure(document)
    heard(document)
    after = measure(document)
    assert np.allclose([before.min, before.max], [after.min, after.max], atol=2e-3)


def test_instances_count_towards_the_limit() -> None:
    document = model(sheet(cells=70))
    document.json["scenes"][0]["nodes"] += [document.add("nodes", {"mesh": 0}) for _ in range(1)]
    heard(document)
    assert triangles(document) < 9_800


def test_parts_that_touch_stay_closed() -> None:
    document = model(sheet(cells=100))
    half = sheet(cells=100)
    half.positions[:, 2] += 1.0
    document.json["meshes"][0]["primitives"].append(primitive(document, half, material=0))
    heard(document, Limit(triangles=12_000, side=32))
    edges = []
    for part in document.json["meshes"][0]["primitives"]:
        positions = document.accessor(part["attributes"]["POSITION"])
        edges.append(np.unique(np.round(positions[np.abs(positions[:, 2] - 0.5) < 1e-6], 5), axis=0))
    one, other = edges
    assert len(one) == 101
    assert np.array_equal(one, other)


def test_morphed_meshes_keep_their_targets_in_step() -> None:
    document = model(sheet(cells=100))
    moved = document.add_accessor(np.zeros((101 * 101, 3), np.float32), 34962, bounds=True)
    document.json["meshes"][0]["primitives"][0]["targets"] = [{"POSITION": moved}]
    heard(document)
    (part,) = document.json["meshes"][0]["primitives"]
    accessors = document.json["accessors"]
    moved = accessors[part["targets"][0]["POSITION"]]["count"]
    assert moved == accessors[part["attributes"]["POSITION"]]["count"]
    assert triangles(document) < 9_800


def test_a_large_texture_is_shrunk_to_the_side_that_levels_show() -> None:
    document = model()
    document.json["materials"][0]["normalTexture"] = texture(document, picture(96))
    heard(document)
    assert (image(document).size, document.json["images"][0]["mimeType"]) == ((32, 32), "image/png")


def test_many_textures_get_smaller_together() -> None:
    document = model()
    texture(document, Image.new("L", (2048, 2048)))
    assert too_large(document, 2048) == (2048, [])
    document.json["images"] *= 24
    assert too_large(document, 2048) == (1024, list(range(24)))


def test_what_was_replaced_is_gone() -> None:
    document = model()
    document.json["materials"][0]["normalTexture"] = texture(document, picture(256))
    heavy = sum(len(view) for view in document.views)
    heard(document)
    assert sum(len(view) for view in document.views) < heavy - 20_000


def test_a_shrunk_normal_map_has_unit_vectors() -> None:
    document = model()
    rough = Image.fromarray(np.random.default_rng(1).integers(90, 166, (128, 128, 3), dtype=np.uint8))
    document.json["materials"][0]["normalTexture"] = texture(document, rough)
    heard(document)
    vectors = np.asarray(image(document), float) / 127.5 - 1
    assert np.abs(np.linalg.norm(vectors, axis=2) - 1).max() < 0.02


def test_colours_are_not_weighed_by_an_alpha_that_is_data() -> None:
    document = model()
    pixels = np.zeros((128, 128, 4), np.uint8)
    pixels[:, ::2, :3], pixels[:, 1::2, 3] = 200, 255
    specular = {"specularTexture": texture(document, Image.fromarray(pixels))}
    document.json["materials"][0]["extensions"] = {"KHR_materials_specular": specular}
    heard(document)
    assert np.abs(np.asarray(image(document))[..., 0].astype(int) - 100).max() <= 2


def test_sixteen_bits_become_eight() -> None:
    document = model()
    deep = Image.fromarray(np.full((128, 128), 0x8080, np.uint16))
    document.json["materials"][0]["occlusionTexture"] = texture(document, deep)
    heard(document)
    assert np.asarray(image(document).convert("L")).tolist() == [[128] * 32] * 32


def test_a_damaged_texture_is_an_error_of_one_line() -> None:
    document = model()
    document.json["materials"][0]["normalTexture"] = texture(document, picture(128))
    view = document.json["images"][0]["bufferView"]
    whole = png(picture(128))
    document.views[view] = whole[:200] + bytes(64) + whole[264:]
    with pytest.raises(ModelError, match=r"image 0 can't be decoded"):
        heard(document)


def test_each_step_is_told() -> None:
    document = model(sheet(cells=100))
    document.json["materials"][0]["normalTexture"] = texture(document, picture(96))
    assert heard(document) == [0.0, 0.5]


def test_whoever_listens_can_end_it() -> None:
    document = model(sheet(cells=100))

    def stop(done: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lighten(document, LIMIT, stop)


def test_bounds_of_many_vertices_are_found_in_portions() -> None:
    document = model(sheet(cells=520, size=2.0))
    assert measure(document).max[0] == pytest.approx(1.0)


def test_vertices_that_nothing_draws_are_out_of_bounds() -> None:
    shape = sheet(cells=4)
    shape.positions[0] = 50.0
    used = shape.indices.reshape(-1, 3)
    document = model(shape)
    faces = used[(used != 0).all(axis=1)].ravel().astype(np.uint32)
    document.json["meshes"][0]["primitives"][0]["indices"] = document.add_accessor(faces, 34963)
    assert max(measure(document).size) < 2


# --- mapped files ---------------------------------------------------------------------------------


def mapped(path: Path) -> Document:
    """A document whose views lie in a mapped file."""
    document = model()
    document.json["materials"][0]["normalTexture"] = texture(document, picture(96))
    path.write_bytes(document.to_glb())
    with path.open("rb") as file:
        return Document.load_glb(memoryview(mmap(file.fileno(), 0, access=ACCESS_READ)))


def test_released_pages_are_read_again(tmp_path: Path) -> None:
    document = mapped(tmp_path / "a.glb")
    before = [bytes(view) for view in document.views]
    document.release()
    assert [bytes(view) for view in document.views] == before


def test_an_image_is_read_in_its_place(tmp_path: Path) -> None:
    document = mapped(tmp_path / "a.glb")
    with document.image_file(0) as file, Image.open(file) as opened:
        assert opened.tobytes() == image(document).tobytes()


def test_a_file_over_bytes_reads_and_seeks_as_files_do() -> None:
    with as_file(b"0123456789") as file:
        assert (file.read(3), file.seek(-2, io.SEEK_END), file.read(), file.read()) == (b"012", 8, b"89", b"")
        assert (file.seek(1), file.seek(2, io.SEEK_CUR), file.read(1)) == (1, 3, b"3")
        assert file.seek(99) == 99
        assert file.read(1) == b""


def test_lightening_twice_changes_nothing_more() -> None:
    document = model(sheet(cells=100))
    document.json["materials"][0]["normalTexture"] = texture(document, picture(96))
    heard(document)
    before = json.dumps(document.json)
    heard(document)
    assert json.dumps(document.json) == before


def test_a_large_file_of_a_zip_lies_on_the_disk(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).bytes(17 << 20)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=0) as packed:
        packed.writestr("large.bin", noise)
        packed.writestr("small.bin", noise[:100])
    archive = Archive(memoryview((tmp_path / "a.zip").read_bytes()))
    large, small = archive.view("large.bin"), archive.view("small.bin")
    assert (isinstance(large.obj, mmap), isinstance(small.obj, mmap)) == (True, False)
    assert (bytes(large), bytes(small)) == (noise, noise[:100])
