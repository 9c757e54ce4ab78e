"""What a configured product is in stock: SKU, lead time, weight."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import EntryPoint

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import seeding
from storefront.catalog import operations as catalog
from storefront.checkout.lines import LineItem, line_item, needed
from storefront.configure import Configuration, Subject, configure
from storefront.plugin_api import Attribute, Choice, Measure, Pick, Plugin, ProductType, Supply
from storefront.registry import PluginError, build
from storefront.stock import operations as stock
from storefront.stock.supply import skus, supplied

COLOUR = Pick("colour", "Colour", (Choice("red", "Red"), Choice("blue", "Blue", lead_days=5)), stocked=True)
SOLE = Pick("sole", "Sole", (Choice("thin", "Thin"), Choice("thick", "Thick", grams=150, lead_days=3)))
SIZE = Pick("size", "Size", (Choice("41", "41"), Choice("42", "42")), stocked=True)
WEIGHT = Attribute("weight", "Weight", unit="kg")
SHOE = ProductType(
    "shoe",
    "Shoe",
    "Shoes",
    attributes=(WEIGHT,),
    options=(COLOUR, SOLE, Measure("width", "Width", 1, 9, 5), SIZE),
    supply=Supply(lead_days=2, grams=800, weighed="weight"),
)
ORDERED = replace(SHOE, supply=Supply(stocked=False, lead_days=20, grams=800))


def chosen(product_type: ProductType = SHOE, **given: str) -> Configuration:
    return configure(product_type, Subject("Shoe", 9900), given)


def test_stocked_picks_make_the_sku_in_their_order() -> None:
    assert supplied(SHOE, "loafer", chosen(size="42", colour="blue", sole="thick")).sku == "loafer.blue.42"


def test_made_to_order_is_one_sku() -> None:
    supply = supplied(ORDERED, "loafer", chosen(ORDERED, size="42"))
    assert (supply.sku, supply.stocked, supply.lead_days) == ("loafer", False, 20)


def test_the_slowest_choice_says_how_much_longer_it_takes() -> None:
    assert supplied(SHOE, "loafer", chosen(colour="blue", sole="thick")).lead_days == 7


def test_choices_add_their_weight() -> None:
    assert supplied(SHOE, "loafer", chosen(sole="thick")).grams == 950


@pytest.mark.parametrize(("told", "grams"), [(1, 1000), ("0.62", 620), ("about a kilo", 800)])
def test_the_products_own_weight_counts_where_it_is_a_number(told: str | int, grams: int) -> None:
    assert supplied(SHOE, "loafer", chosen(), {"weight": told}).grams == grams


def test_every_sku_of_a_product_is_known() -> None:
    assert skus(SHOE, "loafer") == ("loafer.red.41", "loafer.red.42", "loafer.blue.41", "loafer.blue.42")
    assert skus(ORDERED, "loafer") == ()
    assert skus(ProductType("cup", "Cup", "Cups"), "mug") == ("mug",)


def test_an_option_that_the_model_can_not_show_keeps_its_place_in_the_sku() -> None:
    shown = replace(chosen(size="42"), selection={"sole": "thin", "width": 5, "size": "42"})
    assert supplied(SHOE, "loafer", shown).sku == "loafer.red.42"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (replace(SHOE, options=(Pick("size", "Size", (Choice("4.5", "4½"),), stocked=True),)), "dot"),
        (replace(SHOE, attributes=()), "weighed by 'weight'"),
        (replace(SHOE, attributes=(Attribute("weight", "Weight", unit="lb"),)), "g or kg"),
    ],
)
def test_a_supply_that_can_not_be_is_told_at_the_start(wrong: ProductType, words: str) -> None:
    point = EntryPoint("shoes", "storefront:plugin", "storefront.plugins")
    with pytest.raises(PluginError, match=words):
        build([(point, Plugin("shoes", "Shoes", "To walk in.", (wrong,)))])


def test_plugins_of_the_first_api_still_load() -> None:
    point = EntryPoint("shoes", "storefront:plugin", "storefront.plugins")
    assert build([(point, Plugin("shoes", "Shoes", "To walk in.", (SHOE,), api="1.0"))]).owner("shoe")


# --- line items ---------------------------------------------------------------------------------


def test_a_line_item_comes_back_from_json_as_it_was(seeded: Flask, client: FlaskClient) -> None:
    product = catalog.current().product("tern-runner")
    assert product
    line = line_item(product, catalog.configured(product, {"size": "43", "colourway": "ember"}), 2)
    assert line.sku == "tern-runner.ember.43"
    assert ("Size (EU)", "43") in line.chosen
    assert LineItem.from_json(line.to_json()) == line
    assert needed([line, line]) == {line.sku: 4}


def test_demo_goods_are_in_stock_once(seeded: Flask) -> None:
    seeding.seed_stock()
    assert stock.free(["tern-runner.dune.42"]) == {"tern-runner.dune.42": seeding.OPENING_UNITS}
