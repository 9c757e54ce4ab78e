from __future__ import annotations

from storefront.configure import Subject, configure
from storefront.plugin_api import SeedProduct
from storefront.registry import discover, seeds
from tests.plugins.furniture.showroom import each_product, type_of


def test_the_registry_takes_the_plugin_with_its_products() -> None:
    assert len([product for owner, product in seeds(discover()) if owner.name == "furniture"]) == 12


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
def test_its_attributes_belong_to_its_type(product: SeedProduct) -> None:
    assert set(product.attributes) <= {attribute.key for attribute in type_of(product).attributes}


@each_product
def test_its_facets_have_labels(product: SeedProduct) -> None:
    chosen = [attribute for attribute in type_of(product).attributes if attribute.choices]
    assert all(product.attributes[attribute.key] in attribute.choices for attribute in chosen)
