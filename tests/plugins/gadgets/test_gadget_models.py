from __future__ import annotations

import numpy as np
import pytest

from plugins.gadgets import plugin
from storefront.configure import Subject, configure
from storefront.effects import effects_of
from storefront.plugin_api import Paint, Show
from tests.plugins.gadgets.models import PRODUCTS, Made, made, make

SIZES = {
    "vesper-38": (0.042, 0.067, 0.062),
    "tidemark-diver": (0.046, 0.071, 0.066),
    "larkfield-36": (0.040, 0.065, 0.063),
    "hush-over-ears": (0.162, 0.199, 0.087),
    "reverie-studio": (0.163, 0.202, 0.101),
    "cove-table-speaker": (0.171, 0.185, 0.154),
    "linden-bookshelf": (0.196, 0.335, 0.250),
    "tenor-75": (0.331, 0.035, 0.174),
    "piccolo-60": (0.312, 0.030, 0.150),
}
"""Width, height and depth in metres of what is shown, cables and crowns included."""


@pytest.fixture(params=[product.slug for product in PRODUCTS])
def model(request: pytest.FixtureRequest) -> Made:
    return made(request.param)


def linear(colour: str) -> list[float]:
    """Linear RGB of ``#rrggbb`` (IEC 61966-2-1)."""
    values = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return list(np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4))


def test_every_choice_finds_its_node_and_material(model: Made) -> None:
    nodes = {node.get("name") for node in model.document.json["nodes"]}
    materials = {material["name"] for material in model.document.json["materials"]}
    for effect in (effect for option in model.type.options for effect in effects_of(option)):
        if isinstance(effect, Show):
            assert effect.node in nodes
        if isinstance(effect, Paint):
            assert effect.slot in materials


def test_it_is_painted_as_its_default_choices_say(model: Made) -> None:
    subject = Subject(model.product.title, 1, model.product.defaults)
    for effect in configure(model.type, subject, {}).effects:
        if effect["kind"] == "paint":
            look = model.material(effect["slot"])["pbrMetallicRoughness"]["baseColorFactor"]
            assert look[:3] == pytest.approx(linear(effect["material"]["color"]), abs=2e-3)


def test_it_shows_the_parts_that_its_default_choices_show(model: Made) -> None:
    subject = Subject(model.product.title, 1, model.product.defaults)
    shows = [e for e in configure(model.type, subject, {}).effects if e["kind"] == "show"]
    assert model.hidden() == {name for effect in shows for name in effect["hides"]}


def test_it_has_the_size_that_it_is_sold_with(model: Made) -> None:
    low, high = model.shown_bounds()
    assert tuple(high - low) == pytest.approx(SIZES[model.product.slug], abs=0.001)


def test_it_stands_on_the_floor(model: Made) -> None:
    assert model.shown_bounds()[0, 1] == pytest.approx(0.0, abs=0.0015)


def test_it_is_light_enough_to_show(model: Made) -> None:
    assert model.triangle_count() <= 60_000
    assert len(model.data) <= 5_000_000


@pytest.mark.parametrize("slug", ["larkfield-36", "hush-over-ears", "cove-table-speaker", "piccolo-60"])
def test_it_is_made_the_same_each_time(slug: str) -> None:
    assert make(made(slug).product) == made(slug).data


def test_there_is_a_model_of_each_type() -> None:
    assert {made(p.slug).type.name for p in PRODUCTS} == {t.name for t in plugin.product_types}


@pytest.mark.parametrize("hand", ["hand-hour", "hand-minute", "hand-second"])
@pytest.mark.parametrize("slug", ["vesper-38", "tidemark-diver", "larkfield-36"])
def test_a_hand_turns_about_the_middle_of_the_dial(slug: str, hand: str) -> None:
    x, y, _ = made(slug).node(hand)["translation"]
    assert (x, y) == (0.0, 0.0)


@pytest.mark.parametrize("slug", ["vesper-38", "tidemark-diver", "larkfield-36"])
def test_the_engraved_plate_faces_away_from_the_dial(slug: str) -> None:
    model = made(slug)
    (primitive,) = model.document.json["meshes"][model.node("engraving")["mesh"]]["primitives"]
    normals = model.document.accessor(primitive["attributes"]["NORMAL"])
    assert np.allclose(normals, [0, 0, -1], atol=1e-6)
