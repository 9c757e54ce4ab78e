"""A category made for tests: one chair that has every kind of option, a rule and prices that follow."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.metadata import EntryPoint

from flask import Flask

from storefront.catalog import operations as catalog
from storefront.plugin_api import (
    Attribute,
    Choice,
    Measure,
    Pick,
    Plugin,
    Problem,
    ProductType,
    Selection,
    Text,
)
from storefront.registry import GROUP, Registry, build
from storefront.stock import operations as units_in_stock
from storefront.web.context import shop

FABRIC = Pick(
    "fabric",
    "Fabric",
    (
        Choice("stone", "Stone", swatch="#b8b2a7"),
        Choice("moss", "Moss", surcharge=4000, swatch="#5d6b4a"),
        Choice("velvet", "Velvet", surcharge=9000, swatch="#4a2a3c"),
    ),
)
LEGS = Pick("legs", "Legs", (Choice("oak", "Oak"), Choice("steel", "Steel", surcharge=2500)))
WIDTH = Measure("width", "Width", low=60, high=90, default=60, step=5, surcharge=300)
PLATE = Text("plate", "Name plate", max_length=8, surcharge=150)


def velvet_wants_oak(selection: Selection) -> Iterator[Problem]:
    """The rule of the house."""
    if selection["fabric"] == "velvet" and selection["legs"] == "steel":
        yield Problem("Velvet is only made on oak.", ("fabric", "legs"), {"legs": "oak"}, "Use oak legs")


CHAIR = ProductType(
    "chair",
    "Chair",
    "Chairs",
    attributes=(Attribute("wood", "Wood", choices={"oak": "Oak", "ash": "Ash"}, facet=True),),
    options=(FABRIC, LEGS, WIDTH, PLATE),
    rules=(velvet_wants_oak,),
)
SEATS = Plugin("seats", "Seats", "To sit on.", (CHAIR,))


@cache
def seats_only() -> Registry:
    """A registry that knows no plugin but this one."""
    return build([(EntryPoint("seats", "storefront:plugin", GROUP), SEATS)])


def stock(app: Flask) -> None:
    """Put three chairs on sale, a thousand of each. The caller publishes the snapshot."""
    catalog.ensure_categories(app.extensions["shop"].registry)
    for slug, price, wood in (("fjord", 40000, "oak"), ("holm", 25000, "oak"), ("strand", 90000, "ash")):
        catalog.create_product(
            slug=slug,
            title=slug.capitalize(),
            product_type="chair",
            category="chair",
            price=price,
            currency="EUR",
            summary=f"The {slug} chair.",
            attributes={"wood": wood},
            state="active",
        )
        receive(slug, 1000)


def receive(sku: str, units: int) -> None:
    """Put units into stock."""
    with shop().database.transaction() as session:
        units_in_stock.receive(session, sku, units)


def count(sku: str, units: int) -> None:
    """Say that so many units of the SKU are there."""
    with shop().database.transaction() as session:
        units_in_stock.count(session, sku, units)
