"""The snapshot: search, facets with honest counts, and the switch to a newer one."""

from __future__ import annotations

import time

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.catalog import operations as catalog
from storefront.catalog.cards import card
from storefront.catalog.models import Product
from storefront.catalog.snapshot import NoSnapshot, Query, Snapshot, Snapshots
from storefront.catalog.snapshot.build import rebuild
from storefront.catalog.snapshot.prices import lowest_total
from storefront.embedded.streams import Streams
from storefront.functions import catalog_changes
from storefront.settings import Settings, to_environ
from storefront.web.context import shop
from tests.conftest import publish_snapshot


@pytest.fixture
def snapshot(seeded: Flask) -> Snapshot:
    return catalog.current()


def test_a_shop_without_a_snapshot_says_so(app: Flask) -> None:
    with pytest.raises(NoSnapshot):
        catalog.current()


def test_a_shop_without_a_snapshot_answers_with_a_page(client: FlaskClient) -> None:
    response = client.get("/search")
    assert response.status_code == 503
    assert "open yet" in response.text


def test_every_product_is_found_by_its_slug(snapshot: Snapshot) -> None:
    for item in Product.scan():
        found = snapshot.product(item.slug)
        assert found is not None
        assert found.title == item.title


def test_a_word_of_the_title_ranks_first(snapshot: Snapshot) -> None:
    title = next(iter(Product.scan())).title
    assert snapshot.listing(Query(text=title)).products[0].title == title


def test_the_last_word_may_be_unfinished(snapshot: Snapshot) -> None:
    assert snapshot.listing(Query(text="sof")).total >= 2


@pytest.mark.parametrize("text", ['"', "NOT", "a* OR", "sofa)", "'; DROP TABLE products", "col:x", "☃"])
def test_odd_input_is_a_search_like_any_other(snapshot: Snapshot, text: str) -> None:
    assert snapshot.listing(Query(text=text)).pages >= 1


def test_a_category_holds_what_lies_below_it(snapshot: Snapshot) -> None:
    top = snapshot.listing(Query(category="furniture"))
    sofas = snapshot.listing(Query(category="sofa"))
    assert 0 < sofas.total < top.total


def test_choosing_a_facet_value_finds_as_many_as_its_count(snapshot: Snapshot) -> None:
    for facet in snapshot.listing(Query(category="furniture")).facets:
        for value in facet.values:
            chosen = Query(category="furniture", facets={facet.key: (value.value,)})
            assert snapshot.listing(chosen).total == value.count


def test_a_second_facet_never_leads_to_nothing(snapshot: Snapshot) -> None:
    first = Query(category="furniture", facets={"type": ("sofa",)})
    for facet in snapshot.listing(first).facets:
        for value in facet.values:
            both = Query(category="furniture", facets={**first.facets, facet.key: (value.value,)})
            assert snapshot.listing(both).total > 0


def test_prices_sort_both_ways(snapshot: Snapshot) -> None:
    def prices(sort: str) -> list[int]:
        products = snapshot.listing(Query(sort=sort)).products
        return [lowest_total(catalog.type_of(product), product.subject) for product in products]

    rising, falling = prices("price"), prices("-price")
    assert rising == sorted(rising)
    assert falling == sorted(falling, reverse=True)


def test_a_page_past_the_end_is_the_last(snapshot: Snapshot) -> None:
    listing = snapshot.listing(Query(page=999))
    assert listing.page == listing.pages


def test_a_snapshot_that_is_gone_leaves_the_one_at_hand(seeded: Flask, snapshot: Snapshot) -> None:
    catalog.save_product(next(iter(Product.scan())), {"title": "A new name"})
    version = rebuild(shop().registry, shop().objects)
    shop().objects.delete(f"snapshots/{version}.sqlite")
    snapshots: Snapshots = seeded.extensions["snapshots"]
    assert snapshots.refresh() is snapshot


def test_an_unchanged_catalog_keeps_its_version(seeded: Flask, snapshot: Snapshot) -> None:
    publish_snapshot(seeded)
    assert catalog.current().version == snapshot.version


def test_a_draft_is_not_sold(seeded: Flask) -> None:
    item = next(iter(Product.scan()))
    catalog.save_product(item, {"state": "draft"})
    publish_snapshot(seeded)
    assert catalog.current().product(item.slug) is None


def test_a_change_reaches_the_shop_through_the_stream(
    seeded: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in to_environ(settings).items():
        monkeypatch.setenv(name, value)
    catalog_changes._parts.cache_clear()
    streams = Streams(settings, (Product,))
    item = next(iter(Product.scan()))
    catalog.save_product(item, {"title": "A new name"})
    catalog_changes.handler(streams.poll(), None)
    time.sleep(1.1)
    found = catalog.current().product(item.slug)
    assert found is not None
    assert found.title == "A new name"


def test_a_change_that_was_not_dealt_with_comes_again(seeded: Flask, settings: Settings) -> None:
    streams = Streams(settings, (Product,))
    catalog.save_product(next(iter(Product.scan())), {"title": "A new name"})
    first = streams.poll()
    assert len(first["Records"]) == 1
    assert streams.poll() == first
    streams.commit()
    assert streams.poll() == {"Records": []}


def test_an_event_without_records_rebuilds_nothing() -> None:
    assert catalog_changes.handler({"Records": []}, None) == {}


def test_the_event_that_aws_documents_is_taken(
    seeded: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in to_environ(settings).items():
        monkeypatch.setenv(name, value)
    catalog_changes._parts.cache_clear()
    record = {
        "eventID": "1",
        "eventName": "MODIFY",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "Keys": {"slug": {"S": "x"}},
            "SequenceNumber": "111",
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }
    assert catalog_changes.handler({"Records": [record]}, None) == {"version": catalog.current().version}


def test_two_edits_at_once_keep_the_first(seeded: Flask) -> None:
    slug = next(iter(Product.scan())).slug
    mine, theirs = catalog.find_product(slug), catalog.find_product(slug)
    catalog.save_product(theirs, {"title": "Theirs"})
    with pytest.raises(catalog.Edited):
        catalog.save_product(mine, {"title": "Mine"})
    assert catalog.find_product(slug).title == "Theirs"


def test_a_taken_address_is_refused(seeded: Flask) -> None:
    item = next(iter(Product.scan()))
    with pytest.raises(catalog.SlugTaken):
        catalog.create_product(
            slug=item.slug, title="x", product_type="sofa", category="sofa", price=1, currency="EUR"
        )


def test_products_of_a_plugin_that_is_gone_are_left_out(seeded: Flask) -> None:
    catalog.create_product(
        slug="odd", title="Odd", product_type="gone", category="gone", price=1, currency="EUR", state="active"
    )
    publish_snapshot(seeded)
    assert catalog.current().product("odd") is None
    assert shop().registry.owner("gone") is None


def test_a_card_says_from_what_price_its_product_is_had(snapshot: Snapshot) -> None:
    for product in snapshot.listing(Query()).products:
        assert card(product).price == lowest_total(catalog.type_of(product), product.subject)
