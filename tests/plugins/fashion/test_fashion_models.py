from __future__ import annotations

import numpy as np
import pytest

from storefront.configure import Parts, Subject, configure
from storefront.effects import effects_of
from storefront.plugin_api import SeedProduct
from tests.plugins.fashion.atelier import PRODUCTS, document, each_product, made, model, shown_bounds, type_of

LIMIT_BYTES, LIMIT_TRIANGLES = 5_000_000, 60_000
SIZES = {
    "marlow-sneaker": (0.30, 0.125, 0.11),
    "marlow-high-sneaker": (0.30, 0.17, 0.11),
    "tern-runner": (0.31, 0.135, 0.11),
    "holm-weekender": (0.53, 0.39, 0.26),
    "holm-leather-weekender": (0.57, 0.39, 0.30),
    "linnet-tote": (0.43, 0.41, 0.16),
    "alder-fedora": (0.29, 0.14, 0.325),
    "palma-straw-hat": (0.345, 0.125, 0.38),
    "solene-sunglasses": (0.131, 0.054, 0.157),
    "kestrel-sunglasses": (0.139, 0.053, 0.158),
    "vesper-ring": (0.0206, 0.024, 0.0135),
    "aurelia-ring": (0.0208, 0.024, 0.0143),
}
"""Width, height and depth in metres, as a tape would measure them."""


def parts(product: SeedProduct) -> Parts:
    gltf = document(model(product.slug))
    variants = gltf.get("extensions", {}).get("KHR_materials_variants", {}).get("variants", [])
    return Parts(
        frozenset(node["name"] for node in gltf["nodes"]),
        frozenset(material["name"] for material in gltf["materials"]),
        tuple(variant["name"] for variant in variants),
    )


@each_product
def test_every_effect_of_its_options_finds_what_it_names(product: SeedProduct) -> None:
    found = parts(product)
    effects = [effect for option in type_of(product).options for effect in effects_of(option)]
    assert [effect for effect in effects if not found.has(effect)] == []


@each_product
def test_it_has_the_size_of_a_real_one(product: SeedProduct) -> None:
    low, high = shown_bounds(document(model(product.slug)))
    assert np.allclose(high - low, SIZES[product.slug], rtol=0.06)


@each_product
def test_it_stands_on_the_floor_in_the_middle(product: SeedProduct) -> None:
    low, high = shown_bounds(document(model(product.slug)))
    assert abs(low[1]) < 0.0006
    assert np.abs((low + high) / 2)[[0, 2]].max() < 0.05 * (high - low).max()


@each_product
def test_it_stays_within_the_limits_of_a_demo_model(product: SeedProduct) -> None:
    data = model(product.slug)
    gltf = document(data)
    counts = [gltf["accessors"][p["indices"]]["count"] for mesh in gltf["meshes"] for p in mesh["primitives"]]
    assert len(data) < LIMIT_BYTES
    assert sum(counts) // 3 < LIMIT_TRIANGLES


@each_product
def test_what_it_shows_is_what_its_defaults_choose(product: SeedProduct) -> None:
    gltf = document(model(product.slug))
    hidden = {node["name"] for node in gltf["nodes"] if "KHR_node_visibility" in node.get("extensions", {})}
    subject = Subject(product.title, product.price, product.defaults, parts(product))
    effects = configure(type_of(product), subject, {}).effects
    told = {name for effect in effects if effect["kind"] == "show" for name in effect["hides"]}
    assert hidden == told


@pytest.mark.parametrize("slug", ["marlow-sneaker", "tern-runner", "aurelia-ring"])
def test_the_same_code_makes_the_same_bytes(slug: str) -> None:
    product = next(product for product in PRODUCTS if product.slug == slug)
    assert made(product) == model(slug)
