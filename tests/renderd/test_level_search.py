"""The search for levels: within the bound or at a limit, no larger than it has to be."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from renderd.pipeline.bounds import measure
from renderd.pipeline.clean import clean
from renderd.pipeline.difference import Reference, level_views
from renderd.pipeline.document import Document
from renderd.pipeline.inputs import open_model
from renderd.pipeline.levels import Built, build_all
from renderd.pipeline.levels.build import assembled, made
from renderd.pipeline.levels.likeness import Option, options
from renderd.pipeline.levels.model import Model
from renderd.pipeline.levels.palette import Palette, hull
from renderd.pipeline.progress import silent
from renderd.pipeline.textures import Choice, Textures, Use, resized
from storefront.plugin_api import Level, Recipe
from tests.renderd.models import SAMPLES, model, picture, sheet, texture

PREVIEW = Level("preview", 20_000, 256, 1_000_000, 0.1)


def rough() -> Document:
    """A wavy sheet of 7,200 triangles with a texture."""
    source = model(sheet(60))
    source.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": texture(source, picture(256))}
    return source


def built(document: Document, *levels: Level) -> dict[str, Built]:
    return build_all(document, measure(document), Recipe(levels=levels), silent)


def ways(*pairs: tuple[float, int]) -> list[Option]:
    return [Option(Choice(side, 80), size, loss) for side, (loss, size) in enumerate(pairs)]


@pytest.fixture(scope="module")
def two() -> tuple[Built, Built]:
    """The same preview under a loose and under a strict bound."""
    loose, strict = (built(rough(), replace(PREVIEW, difference=bound)) for bound in (0.1, 0.02))
    return loose["preview"], strict["preview"]


def test_the_bound_is_met(two: tuple[Built, Built]) -> None:
    assert 0 < two[0].difference <= 0.1
    assert 0 < two[1].difference <= 0.02


def test_a_stricter_bound_makes_no_smaller_file(two: tuple[Built, Built]) -> None:
    assert len(two[0].compressed) < len(two[1].compressed)


def test_what_is_said_is_what_is_sent(two: tuple[Built, Built]) -> None:
    source = rough()
    reference = Reference(source, level_views(source)["preview"])
    found = reference.difference(Document.load_glb(two[0].glb)).value
    assert found == pytest.approx(two[0].difference, abs=1e-6)


def test_a_limit_of_triangles_goes_before_the_bound() -> None:
    found = built(rough(), replace(PREVIEW, triangles=120, difference=0.001))["preview"]
    assert found.triangles <= 120
    assert found.difference > 0.001


def test_where_triangles_are_too_few_a_level_gets_all_of_them_and_good_images() -> None:
    shape = sheet(60)
    shape.positions[:, 1] += np.random.default_rng(1).normal(0, 0.01, len(shape.positions))
    source = model(shape)
    source.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": texture(source, picture(256))}
    level = replace(PREVIEW, triangles=1000, difference=0.02)
    found = built(source, level)["preview"]
    best = replace(found.plan, images={0: Choice(256, 101)})
    apart = Model.of(source, measure(source), Recipe(levels=(level,)))
    images = [Document.load_glb(glb) for glb in (found.glb, assembled(apart, level, best).glb)]
    reference = Reference(source, level_views(source)["preview"])
    lost = [reference.difference(document).value for document in images]
    assert 900 < found.triangles <= 1000
    assert 0.02 < lost[0] < 1.1 * lost[1]
    assert len(found.compressed) < 60_000


def test_a_tiny_level_gets_images_without_fringes() -> None:
    sign = Image.new("RGB", (128, 128), (220, 30, 40))
    sign.paste((20, 60, 200), (32, 32, 96, 96))
    source = model(sheet(4))
    source.json["materials"][0]["pbrMetallicRoughness"] = {"baseColorTexture": texture(source, sign)}
    found = built(source, Level("high", 400_000, 2048, 15_000_000, 0.04))["high"]
    stored = Image.open(io.BytesIO(Document.load_glb(found.glb).image(0))).convert("RGB")
    assert np.array_equal(np.asarray(stored), np.asarray(sign))


def test_progress_only_grows() -> None:
    heard: list[float] = []
    document = rough()
    recipe = Recipe(levels=(PREVIEW,))
    build_all(document, measure(document), recipe, lambda _stage, done: heard.append(done))
    assert heard == sorted(heard)
    assert 0 <= heard[0] < heard[-1] <= 1


def test_an_even_image_gets_smaller_than_a_busy_one() -> None:
    source = model()
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (256, 256, 3), np.uint8))
    for image in (picture(256), noise):
        source.add("materials", {"pbrMetallicRoughness": {"baseColorTexture": texture(source, image)}})
    textures = Textures(source, 256)
    even, busy = (
        next(o.loss for o in options(textures, i, 256, 256) if o.choice == Choice(64, 88)) for i in (0, 1)
    )
    assert even < busy / 4


def test_a_small_sign_on_an_even_ground_is_seen() -> None:
    sign = Image.new("RGB", (2048, 2048))
    sign.paste(Image.fromarray(np.random.default_rng(1).integers(0, 256, (40, 40, 3), np.uint8)), (700, 900))
    source = model()
    source.json["materials"][0]["emissiveTexture"] = texture(source, sign)
    found = {option.choice.side: option.loss for option in options(Textures(source, 2048), 0, 1024, 1024)}
    assert found[128] > 0.3


def cut_out() -> Image.Image:
    """A white disk, cut out of white."""
    picture = Image.new("RGBA", (512, 512), (255, 255, 255, 0))
    ImageDraw.Draw(picture).ellipse((40, 40, 470, 470), (255, 255, 255, 255))
    return picture


def test_what_is_cut_out_gets_no_fringe() -> None:
    assert np.asarray(resized(cut_out(), 64, Use("color", True)))[..., :3].min() == 255


def test_more_pixels_than_are_seen_are_tried_where_they_show() -> None:
    lines = np.zeros((512, 512, 3), np.uint8)
    lines[::7, ::9] = 255
    source = model()
    source.json["materials"][0]["emissiveTexture"] = texture(source, Image.fromarray(lines))
    found = options(Textures(source, 512), 0, 120, 512)
    assert max(option.choice.side for option in found) > 128


def test_a_hull_holds_what_some_price_asks_for() -> None:
    found = hull(ways((0.0, 100), (0.1, 90), (0.1, 40), (0.2, 39), (0.3, 10), (0.4, 20)))
    assert [(option.loss, option.bytes) for option in found] == [(0.0, 100), (0.1, 40), (0.3, 10)]


def test_images_get_smaller_where_it_pays_most() -> None:
    palette = Palette({0: ways((0.0, 100), (0.1, 10)), 1: ways((0.0, 100), (0.1, 60))}, {0, 1})
    assert [palette.within(loss).bytes for loss in (0.0, 0.1, 0.2)] == [200, 110, 70]


def test_what_is_left_is_spent_between_the_steps_of_the_hull() -> None:
    found = ways((0.0, 100), (0.1, 60), (0.2, 10))
    assert len(hull(found)) == 2
    assert Palette({0: found}, {0}).within(0.1).bytes == 60


def test_the_last_bits_are_not_bought_where_the_bound_is_out_of_reach() -> None:
    palette = Palette({0: ways((0.1, 1000), (0.101, 100), (0.2, 10))}, {0})
    assert palette.within(0.0, bound=0.05).bytes == 100


def test_jpeg_keeps_the_directions_of_a_normal_map() -> None:
    source = model()
    noise = np.random.default_rng(1).integers(64, 192, (64, 64, 3), np.uint8)
    image = Image.fromarray(noise).resize((256, 256), Image.Resampling.BICUBIC)
    source.json["materials"][0]["normalTexture"] = texture(source, image)
    found = {o.choice: o for o in options(Textures(source, 256), 0, 256, 256)}
    jpeg, webp = found[Choice(256, 80, "jpeg")], found[Choice(256, 84)]
    assert jpeg.loss < webp.loss / 2


def test_levels_can_be_made_again_by_their_plans(two: tuple[Built, Built]) -> None:
    source = rough()
    again = made(Model.of(source, measure(source), Recipe(levels=(PREVIEW,))), {"preview": two[0].plan})
    images = [Document.load_glb(built.glb).image(0) for built in (again["preview"], two[0])]
    assert images[0] == images[1]


def test_an_image_of_another_variant_costs_no_loss() -> None:
    palette = Palette({0: ways((0.0, 100), (0.1, 10)), 1: ways((0.0, 100), (0.1, 5))}, {0})
    assert palette.within(0.1).bytes == 15


@pytest.mark.slow
@pytest.mark.skipif(not SAMPLES.exists(), reason="no sample models here")
@pytest.mark.parametrize("name", ["SheenChair", "MaterialsVariantsShoe", "WaterBottle"])
def test_real_models_meet_their_bounds(name: str) -> None:
    document = open_model(Path(SAMPLES / f"{name}.glb"), "m").document
    clean(document)
    recipe = Recipe()
    found = build_all(document, measure(document), recipe, silent)
    limits = {level.name: level for level in recipe.levels}
    assert found["preview"].difference <= limits["preview"].difference * 1.1
    assert found["standard"].difference <= limits["standard"].difference * 1.1
    assert all(len(found[level.name].compressed) <= level.wire_bytes for level in recipe.levels)
