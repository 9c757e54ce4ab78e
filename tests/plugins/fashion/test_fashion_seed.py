from __future__ import annotations

import re

from storefront.configure import Subject, configure
from storefront.plugin_api import SeedProduct
from tests.plugins.fashion.atelier import PRODUCTS, TYPES, each_product, type_of


def test_there_is_a_product_of_every_type() -> None:
    assert {product.product_type for product in PRODUCTS} == set(TYPES)


def test_slugs_differ() -> None:
    assert len({product.slug for product in PRODUCTS}) == len(PRODUCTS) >= 8


@each_product
def test_its_attributes_are_those_of_its_type(product: SeedProduct) -> None:
    assert set(product.attributes) == {attribute.key for attribute in type_of(product).attributes}


@each_product
def test_its_attributes_have_values_that_the_facets_know(product: SeedProduct) -> None:
    for attribute in type_of(product).attributes:
        if attribute.choices:
            assert product.attributes[attribute.key] in attribute.choices


@each_product
def test_its_defaults_can_be_ordered(product: SeedProduct) -> None:
    subject = Subject(product.title, product.price, product.defaults)
    found = configure(type_of(product), subject, {})
    assert found.orderable
    assert set(product.defaults) <= set(found.selection)


@each_product
def test_its_defaults_are_values_of_its_options(product: SeedProduct) -> None:
    found = configure(type_of(product), Subject(product.title, product.price), dict(product.defaults))
    assert found.errors == ()
    assert {key: found.selection[key] for key in product.defaults} == dict(product.defaults)


@each_product
def test_its_copy_reads_like_a_shop(product: SeedProduct) -> None:
    assert 40 <= len(product.summary) <= 110
    assert 200 <= len(product.description) <= 480
    assert not re.search(r"  |lorem", product.summary + product.description)
