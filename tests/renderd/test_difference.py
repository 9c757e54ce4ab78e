"""The measured difference of pictures: nothing for the same, more for worse, and small things count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from renderd.pipeline.difference import Reference, View, compare, level_views
from renderd.pipeline.difference.metric import Shown, score
from renderd.pipeline.difference.reference import drawn
from renderd.pipeline.document import Document
from renderd.pipeline.poster.light import studio_light
from renderd.pipeline.poster.pyramid import Pyramid
from renderd.pipeline.poster.surface import Subject
from renderd.pipeline.poster.texture import halvings
from tests.renderd.models import model, picture, primitive, sheet, texture


def painted(side: int = 128, quality: int = 0) -> Document:
    """A wavy sheet with a texture, whose detail is lost up to ``quality`` halvings."""
    source = model(sheet(24))
    image = picture(side)
    small = image.resize((side >> quality, side >> quality)) if quality else image
    source.json["materials"][0] |= {
        "doubleSided": True,
        "pbrMetallicRoughness": {"baseColorTexture": texture(source, small)},
    }
    return source


def moved(document: Document, by: float) -> Document:
    other = document.copy()
    other.json["nodes"][0]["translation"] = [by, 0, 0]
    return other


def dots(count: int) -> Document:
    """A great sheet with ``count`` small dark ones above it."""
    source = model(sheet(4, bump=0.0))
    dark = source.add("materials", {"pbrMetallicRoughness": {"baseColorFactor": [0, 0, 0, 1]}})
    small = sheet(1, 0.06, 0.0)
    for index in range(count):
        place = (0.2 * index - 0.2, 0.01, 0.2)
        shape = replace(small, positions=np.add(small.positions, place))
        source.json["meshes"][0]["primitives"].append(primitive(source, shape, material=dark))
    return source


def test_it_works() -> None:
    assert compare(painted(), painted()).value == pytest.approx(0, abs=1e-6)


def test_it_is_the_same_each_time() -> None:
    assert compare(painted(), painted(quality=3)) == compare(painted(), painted(quality=3))


def test_what_is_worse_differs_more() -> None:
    views = level_views(painted())["preview"][:2]
    reference = Reference(painted(), views)
    found = [reference.difference(painted(quality=quality)).value for quality in (1, 3, 5)]
    assert 0 < found[0] < found[1] < found[2] < 1


def test_a_silhouette_that_moves_differs() -> None:
    views = level_views(painted())["preview"][:1]
    reference = Reference(painted(), views)
    near, far = (reference.difference(moved(painted(), by)).value for by in (0.01, 0.1))
    assert 0.01 < near < far


def test_a_small_thing_that_is_gone_counts() -> None:
    found = compare(dots(3), dots(2), level_views(dots(3))["preview"][:1]).scores[0]
    assert found.worst > 10 * found.mean > 0
    assert found.value > 0.05


def test_the_finer_the_level_the_closer_it_is_looked_at() -> None:
    views = level_views(painted())
    nearest = [min(view.camera.fov for view in views[name]) for name in ("preview", "standard", "high")]
    assert nearest == sorted(nearest, reverse=True)
    assert nearest[2] < 4


def test_two_empty_pictures_are_alike() -> None:
    empty = Shown.of(np.zeros((64, 64, 4), np.float32))
    assert score(empty, empty).value == 0


@pytest.mark.parametrize("tone", [0.0, 1.0])
def test_something_against_nothing_is_quite_different(tone: float) -> None:
    full = np.zeros((64, 64, 4), np.float32)
    full[16:48, 16:48] = (tone, tone, tone, 1)
    found = score(Shown.of(full), Shown.of(np.zeros((64, 64, 4), np.float32)))
    assert found.value > 0.5


def two_painted() -> Document:
    """A sheet above another, each with an image of its own."""
    source = painted()
    second = source.add(
        "materials", {"pbrMetallicRoughness": {"baseColorTexture": texture(source, picture(32))}}
    )
    shape = sheet(4, 0.5, 0.0)
    above = replace(shape, positions=np.add(shape.positions, (0, 0.2, 0)))
    source.json["meshes"][0]["primitives"].append(primitive(source, above, material=second))
    return source


Images = dict[int, Pyramid]


def check_repainted(document: Document, view: View, images: Images, others: Images) -> None:
    """What is remembered looks like what is not, with other images and with its own again."""
    kept = Subject(document, studio_light(), None, images)
    kept.remember()
    first = drawn(kept, view)
    again = drawn(kept.repainted(document, others), view)
    assert np.array_equal(again, drawn(Subject(document, studio_light(), None, others), view))
    assert not np.array_equal(again, first)
    assert np.array_equal(drawn(kept, view), first)


@pytest.mark.parametrize("changed", [(0,), (1,), (0, 1)])
def test_what_is_remembered_looks_like_what_is_not(changed: tuple[int, ...]) -> None:
    document, view = two_painted(), level_views(two_painted())["preview"][0]
    images = {index: Pyramid.of(halvings(picture(64 >> index))) for index in (0, 1)}
    others = images | {index: Pyramid.of(halvings(picture(8))) for index in changed}
    check_repainted(document, view, images, others)


def test_a_hole_that_closes_hides_what_was_seen_through_it() -> None:
    document, view = two_painted(), level_views(two_painted())["preview"][-1]
    document.json["materials"][1]["alphaMode"] = "BLEND"
    clear, solid = (Image.new("RGBA", (8, 8), (90, 90, 90, alpha)) for alpha in (60, 255))
    images = {0: Pyramid.of(halvings(picture(64))), 1: Pyramid.of(halvings(clear))}
    others = images | {1: Pyramid.of(halvings(solid))}
    check_repainted(document, view, images, others)
