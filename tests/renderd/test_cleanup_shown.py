"""The clean-up spares what the shop still shows, though the records have forgotten it."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from renderd.jobs.cleanup import shown
from storefront.catalog.models import ACTIVE
from storefront.catalog.operations import create_product, publish_media
from storefront.catalog.snapshot.build import POINTER, published, rebuild, snapshot_key
from storefront.registry import Registry
from storefront.settings import Settings
from storefront.stores.objects import ObjectsAway
from storefront.web.context import shop

MEDIA = {"bounds": {"min": [0, 0, 0], "max": [1, 1, 1]}, "nodes": [], "materials": [], "variants": []}
OLD, NEW, NEWEST = (f"renditions/sofa/{name}/" for name in ("old", "new", "newest"))


@pytest.fixture
def product(app: Flask, registry: Registry) -> str:
    """A product on sale; its slug."""
    kind = next(iter(registry.types))
    create_product(
        slug="thing",
        title="Thing",
        product_type=kind,
        category=kind,
        price=100,
        currency="EUR",
        state=ACTIVE,
    )
    return "thing"


def show(slug: str, base: str, *, publish: bool = True) -> None:
    """Put a model on the product's record, and into a snapshot."""
    publish_media(slug, "an-asset", base, MEDIA)
    if publish:
        rebuild(shop().registry, shop().objects)


def age(settings: Settings, days: float) -> None:
    """Make every snapshot so much older."""
    for path in Path(settings.objects_url.removeprefix("file:")).rglob("*.sqlite*"):
        then = path.stat().st_mtime - timedelta(days=days).total_seconds()
        os.utime(path, (then, then))


def test_what_the_published_snapshot_shows_is_spared_however_old(product: str, settings: Settings) -> None:
    show(product, OLD)
    age(settings, 40)
    show(product, NEW, publish=False)
    assert shown() == {OLD, NEW}


def test_what_a_snapshot_showed_until_lately_is_spared(product: str, settings: Settings) -> None:
    show(product, OLD)
    age(settings, 40)
    show(product, NEW)
    assert shown() == {OLD, NEW}


def test_what_no_snapshot_showed_for_a_day_is_not_spared(product: str, settings: Settings) -> None:
    show(product, OLD)
    age(settings, 2)
    show(product, NEW)
    age(settings, 2)
    show(product, NEWEST)
    assert shown() == {NEW, NEWEST}


def test_before_the_first_snapshot_the_records_decide(product: str) -> None:
    show(product, OLD, publish=False)
    assert shown() == {OLD}


def test_nothing_is_cleaned_up_where_the_snapshot_is_missing(product: str) -> None:
    show(product, OLD)
    version = published(shop().objects)
    assert version
    shop().objects.delete(snapshot_key(version))
    with pytest.raises(ObjectsAway):
        shown()
    assert shop().objects.head(POINTER)
