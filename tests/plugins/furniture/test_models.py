from __future__ import annotations

import numpy as np

from storefront.configure import Parts, Subject, configure, options_for
from storefront.effects import effects_of
from storefront.plugin_api import SeedProduct
from tests.plugins.furniture.showroom import (
    PRODUCTS,
    document,
    each_product,
    made,
    model,
    shown_bounds,
    type_of,
)

LIMIT_BYTES, LIMIT_TRIANGLES = 5_000_000, 60_000


def parts(product: SeedProduct) -> Parts:
    gltf = document(model(product.slug))
    variants = gltf.get("extensions", {}).get("KHR_materials_variants", {}).get("variants", [])
    return Parts(
        frozenset(node["name"] for node in gltf["nodes"]),
        frozenset(material["name"] for material in gltf["materials"]),
        tuple(variant["name"] for variant in variants),
    )


@each_product
def test_it_measures_what_the_shop_says(product: SeedProduct) -> None:
    low, high = shown_bounds(document(model(product.slug)))
    stated = [int(product.attributes[key]) / 100 for key in ("width", "height", "depth")]
    assert np.allclose(high - low, stated, rtol=0.01)


@each_product
def test_it_stands_on_the_floor_in_the_middle(product: SeedProduct) -> None:
    low, high = shown_bounds(document(model(product.slug)))
    assert abs(low[1]) < 0.002
    assert abs(low[0] + high[0]) < 0.01


@each_product
def test_every_effect_of_its_options_finds_what_it_names(product: SeedProduct) -> None:
    found = parts(product)
    options = options_for(type_of(product), Subject(product.title, product.price, product.defaults, found))
    effects = [effect for option in options for effect in effects_of(option)]
    assert [effect for effect in effects if not found.has(effect)] == []


@each_product
def test_it_shows_what_is_chosen_by_default(product: SeedProduct) -> None:
    subject = Subject(product.title, product.price, product.defaults, parts(product))
    gltf = document(model(product.slug))
    hidden = {node["name"] for node in gltf["nodes"] if "KHR_node_visibility" in node.get("extensions", {})}
    effects = configure(type_of(product), subject, {}).effects
    shown = {effect["node"] for effect in effects if effect["kind"] == "show"}
    hides = {name for effect in effects if effect["kind"] == "show" for name in effect["hides"]}
    assert not shown & hidden
    assert hides == hidden


@each_product
def test_it_is_light_enough_to_send(product: SeedProduct) -> None:
    gltf = document(model(product.slug))
    counts = [gltf["accessors"][p["indices"]]["count"] // 3 for m in gltf["meshes"] for p in m["primitives"]]
    assert len(model(product.slug)) <= LIMIT_BYTES
    assert sum(counts) <= LIMIT_TRIANGLES


def test_a_model_is_the_same_each_time_it_is_made() -> None:
    assert made(PRODUCTS[0]) == model(PRODUCTS[0].slug)


def test_every_type_offers_its_first_product_all_of_its_options() -> None:
    first = {product.product_type: product for product in reversed(PRODUCTS)}
    for product in first.values():
        subject = Subject(product.title, product.price, product.defaults, parts(product))
        assert len(list(options_for(type_of(product), subject))) == len(type_of(product).options)
