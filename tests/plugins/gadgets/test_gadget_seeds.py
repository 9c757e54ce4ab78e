from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from plugins.gadgets import plugin
from storefront.configure import Subject, configure
from storefront.plugin_api import ProductType, SeedProduct
from storefront.registry import GROUP, build, seeds

TYPES = {product_type.name: product_type for product_type in plugin.product_types}
each_product = pytest.mark.parametrize("product", plugin.seed(), ids=lambda product: product.slug)


def type_of(product: SeedProduct) -> ProductType:
    return TYPES[product.product_type]


def test_the_registry_takes_the_plugin_with_its_products() -> None:
    point = EntryPoint("gadgets", "plugins.gadgets:plugin", GROUP)
    assert len(list(seeds(build([(point, plugin)])))) == 9


@each_product
def test_it_can_be_ordered_as_it_is(product: SeedProduct) -> None:
    subject = Subject(product.title, product.price, product.defaults)
    assert configure(type_of(product), subject, {}).orderable


@each_product
def test_its_defaults_are_choices_of_its_type(product: SeedProduct) -> None:
    configuration = configure(type_of(product), Subject(product.title, product.price), product.defaults)
    assert configuration.errors == ()
    assert product.defaults.items() <= configuration.selection.items()


@each_product
def test_its_attributes_are_those_of_its_type(product: SeedProduct) -> None:
    assert set(product.attributes) == {attribute.key for attribute in type_of(product).attributes}


@each_product
def test_its_facets_have_labels(product: SeedProduct) -> None:
    chosen = [a for a in type_of(product).attributes if a.choices]
    assert all(product.attributes[attribute.key] in attribute.choices for attribute in chosen)
