"""Levels of detail: within their limits, and no coarser than they need to be."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import brotli
import numpy as np
import pytest
from PIL import Image

from renderd.pipeline.document import Document
from renderd.pipeline.scene import draws, triangles, world_positions
from renderd.pipeline.textures import Choice, encode
from storefront.plugin_api import LEVELS, Level
from tests.renderd.models import (
    first_primitive,
    glbs_of,
    levels_of,
    model,
    picture,
    primitive,
    sheet,
    texture,
    write,
)

PREVIEW, STANDARD, HIGH = LEVELS


def count(document: Document) -> int:
    return sum(len(triangles(document, draw.primitive)) for draw in draws(document))


def size(document: Document, index: int = 0) -> tuple[int, int]:
    return Image.open(io.BytesIO(document.image(index))).size


def deviation(document: Document) -> float:
    """Root mean square of the height of vertices over the wavy sheet that they should lie on, metres."""
    draw = next(iter(draws(document)))
    x, y, z = world_positions(document, draw).T
    return float(
        np.sqrt(np.mean((y - 0.1 * np.sin(2 * np.pi * (x + 0.5)) * np.cos(2 * np.pi * (z + 0.5))) ** 2))
    )


def test_it_works(tmp_path: Path) -> None:
    assert list(levels_of(write(tmp_path / "a.glb", model()))) == ["high", "standard", "preview"]


def test_finer_levels_have_more_triangles(tmp_path: Path) -> None:
    levels = levels_of(write(tmp_path / "a.glb", model(sheet(80))))
    assert count(levels["high"]) == 2 * 80 * 80 > count(levels["standard"]) > count(levels["preview"]) > 200


def test_a_level_keeps_to_its_triangles(tmp_path: Path) -> None:
    level = Level("preview", 500, 256, 300_000)
    preview = levels_of(write(tmp_path / "a.glb", model(sheet(80))), (level,))["preview"]
    assert 100 < count(preview) <= 500


def test_a_level_keeps_to_its_bytes(tmp_path: Path) -> None:
    source = model(sheet(60))
    noise = Image.effect_noise((512, 512), 90).convert("RGB")
    source.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": texture(source, noise)}
    level = Level("standard", 100_000, 512, 9_000)
    glb = glbs_of(write(tmp_path / "a.glb", source), (level,))["standard"]
    assert len(brotli.compress(glb, quality=9)) <= 9_000


def test_a_preview_stays_on_the_surface(tmp_path: Path) -> None:
    assert deviation(levels_of(write(tmp_path / "a.glb", model(sheet(60))), (PREVIEW,))["preview"]) < 0.001


def test_a_small_model_is_not_butchered(tmp_path: Path) -> None:
    levels = levels_of(write(tmp_path / "a.glb", model(sheet(6, bump=0.3))))
    assert count(levels["standard"]) == 72
    assert count(levels["preview"]) > 50


def test_flat_ground_needs_few_triangles(tmp_path: Path) -> None:
    assert count(levels_of(write(tmp_path / "a.glb", model(sheet(40, bump=0.0))), (PREVIEW,))["preview"]) < 40


def test_positions_are_exact_to_a_ten_thousandth(tmp_path: Path) -> None:
    shape = sheet(20, size=3.0)
    document = levels_of(write(tmp_path / "a.glb", model(shape)))["high"]
    found = world_positions(document, next(iter(draws(document))))
    gap = np.linalg.norm(found[:, None] - shape.positions[None], axis=2).min(axis=1)
    assert gap.max() < 3.0 / 65535


def test_positions_become_whole_numbers(tmp_path: Path) -> None:
    document = levels_of(write(tmp_path / "a.glb", model()))["preview"]
    assert document.accessor(first_primitive(document)["attributes"]["POSITION"]).dtype == np.uint16


def test_glass_with_thickness_stays_in_metres(tmp_path: Path) -> None:
    source = model(material={"extensions": {"KHR_materials_volume": {"thicknessFactor": 0.01}}})
    source.json["extensionsUsed"] = ["KHR_materials_volume"]
    document = levels_of(write(tmp_path / "a.glb", source))["preview"]
    assert document.accessor(first_primitive(document)["attributes"]["POSITION"]).dtype == np.float32


def test_no_crack_opens_between_materials(tmp_path: Path) -> None:
    left, right = sheet(24), sheet(24)
    right = replace(right, positions=np.add(right.positions, (1, 0, 0)))
    source = model(left)
    second = primitive(source, right, material=source.add("materials", {"name": "other"}))
    source.json["meshes"][0]["primitives"].append(second)
    document = levels_of(write(tmp_path / "a.glb", source))["preview"]
    edges = []
    for draw in draws(document):
        positions = world_positions(document, draw)
        edges.append({tuple(p) for p in positions[np.abs(positions[:, 0] - 0.5) < 3e-4].round(6).tolist()})
    assert edges[0] == edges[1]
    assert len(edges[0]) == 25


def test_textures_are_no_larger_than_the_level_says(tmp_path: Path) -> None:
    source = model()
    source.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": texture(source, picture(600))}
    limits = tuple(replace(level, texture=side) for level, side in zip(LEVELS, (32, 64, 128), strict=True))
    levels = levels_of(write(tmp_path / "a.glb", source), limits)
    assert [max(size(levels[level.name])) <= level.texture for level in limits] == [True] * 3


def test_a_texture_keeps_its_shape(tmp_path: Path) -> None:
    source = model()
    wide = picture(600).resize((600, 150))
    source.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": texture(source, wide)}
    assert size(levels_of(write(tmp_path / "a.glb", source))["preview"]) == (256, 64)


def test_a_texture_of_one_color_collapses(tmp_path: Path) -> None:
    source = model()
    flat = Image.new("RGB", (512, 512), (200, 100, 50))
    source.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": texture(source, flat)}
    document = levels_of(write(tmp_path / "a.glb", source))["high"]
    shown = Image.open(io.BytesIO(document.image(0)))
    assert (shown.size, shown.convert("RGB").getpixel((1, 1))) == ((4, 4), (200, 100, 50))


def test_normal_maps_keep_their_directions(tmp_path: Path) -> None:
    source, side = model(), 256
    x, y = np.meshgrid(*[np.linspace(-3, 3, side)] * 2)
    vectors = np.stack([0.5 * np.sin(x * 4), 0.5 * np.cos(y * 4), np.ones_like(x)], axis=2)
    vectors /= np.linalg.norm(vectors, axis=2, keepdims=True)
    image = Image.fromarray(np.rint((vectors + 1) * 127.5).astype(np.uint8))
    source.json["materials"][0]["normalTexture"] = texture(source, image)
    document = levels_of(write(tmp_path / "a.glb", source))["standard"]
    shown = np.asarray(Image.open(io.BytesIO(document.image(0))).convert("RGB"), float) / 127.5 - 1
    shown /= np.linalg.norm(shown, axis=2, keepdims=True)
    angle = np.degrees(np.arccos(np.clip((shown * vectors).sum(axis=2), -1, 1)))
    assert angle.mean() < 1.0


def test_a_jpeg_says_nothing_that_its_source_said() -> None:
    image = picture(64)
    image.info["comment"] = b"a page of its own"
    assert b"a page" not in encode(image, Choice(64, 80, "jpeg"), 0)


def test_noise_becomes_a_jpeg_too() -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (512, 512, 3), np.uint8))
    assert Image.open(io.BytesIO(encode(noise, Choice(512, 94, "jpeg"), 0))).size == (512, 512)


def test_opacity_that_no_material_uses_is_dropped(tmp_path: Path) -> None:
    source = model()
    info = texture(source, picture(64, "RGBA"))
    source.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": info}
    document = levels_of(write(tmp_path / "a.glb", source))["high"]
    assert Image.open(io.BytesIO(document.image(0))).mode == "RGB"


def test_equal_meshes_are_stored_once(tmp_path: Path) -> None:
    one, two = model(), model()
    second = two.add("meshes", {"primitives": [primitive(two, sheet(), material=0)]})
    two.json["scenes"][0]["nodes"].append(two.add("nodes", {"mesh": second, "translation": [2, 0, 0]}))
    sizes = [len(glbs_of(write(tmp_path / "a.glb", each))["high"]) for each in (one, two)]
    assert sizes[1] - sizes[0] < 700


@pytest.mark.parametrize("sixteen", [False, True])
def test_deep_pictures_are_read(tmp_path: Path, sixteen: bool) -> None:
    source = model()
    grey = np.linspace(0, 65535 if sixteen else 255, 64 * 64).reshape(64, 64)
    image = Image.fromarray(grey.astype(np.uint16 if sixteen else np.uint8))
    source.json["materials"][0]["occlusionTexture"] = texture(source, image)
    document = levels_of(write(tmp_path / "a.glb", source))["high"]
    shown = np.asarray(Image.open(io.BytesIO(document.image(0))).convert("L"), float)
    assert (shown[2].mean(), shown[-3].mean()) == pytest.approx((10, 245), abs=6)
