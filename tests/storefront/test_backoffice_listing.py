"""The merchant's list of products, and the names that a model's parts must have."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from storefront.backoffice.listing import PAGE_SIZE
from storefront.backoffice.report import names_wanted
from storefront.plugin_api import Choice, Material, Paint, Pick, ProductType, Show, Text
from tests.storefront.desks import describe, draft, kind, merchant

__all__ = ["draft", "kind", "merchant"]

pytestmark = pytest.mark.usefixtures("draft")


def listed(merchant: FlaskClient, query: str) -> bool:
    return 'href="/merchant/products/thing"' in merchant.get(f"/merchant?{query}").text


@pytest.mark.parametrize(
    "query", ["", "text=THI", "state=draft", "state=bare&text=thing", "state=evil&page=x"]
)
def test_it_lists_what_fits(merchant: FlaskClient, query: str) -> None:
    assert listed(merchant, query)


@pytest.mark.parametrize("query", ["text=zeppelin", "state=active"])
def test_what_does_not_fit_is_left_out(merchant: FlaskClient, query: str) -> None:
    assert not listed(merchant, query)
    assert "No products match" in merchant.get(f"/merchant?{query}").text


def test_long_lists_come_in_pages(merchant: FlaskClient, kind: str) -> None:
    for number in range(PAGE_SIZE):
        describe(f"more-{number}", kind)
    assert not listed(merchant, "text=")
    assert 'href="/merchant?page=2">After' in merchant.get("/merchant").text
    assert listed(merchant, "page=2")


def test_the_names_that_options_look_for_are_told() -> None:
    legs = Pick("legs", "Legs", (Choice("a", "A", (Show("legs-a"),)), Choice("b", "B", (Show("legs-b"),))))
    cloth = Pick("cloth", "Cloth", (Choice("red", "Red", (Paint("fabric", Material("#aa0000")),)),))
    made = ProductType("seat", "Seat", "Seats", options=(legs, cloth, Text("plate", "Plate", 12)))
    assert names_wanted(made) == (("Legs", "part legs-a or legs-b"), ("Cloth", "material fabric"))


def test_the_product_shows_them(merchant: FlaskClient) -> None:
    assert "What to call the parts of the model" in merchant.get("/merchant/products/thing").text
