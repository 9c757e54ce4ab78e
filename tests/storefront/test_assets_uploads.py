"""Uploads: what arrives is what was announced, and nothing is published before it is ready."""

from __future__ import annotations

import io

import pytest
from flask import Flask

from storefront.assets import operations
from storefront.assets.models import FAILED, UPLOADING, Asset
from storefront.catalog.models import Product
from storefront.catalog.operations import create_product
from storefront.registry import Registry
from storefront.web.context import shop


@pytest.fixture
def product(app: Flask, registry: Registry) -> Product:
    """A draft without a model."""
    kind = next(iter(registry.types))
    return create_product(
        slug="thing", title="Thing", product_type=kind, category=kind, price=100, currency="EUR"
    )


def waiting() -> int:
    return int(shop().queue.connection.llen("rq:queue:renders"))


def test_finishing_twice_queues_once(product: Product) -> None:
    asset, _ = operations.begin_upload(product, "thing.glb", 7)
    shop().objects.put_stream(asset.source_key, io.BytesIO(b"a model"), operations.CONTENT_TYPE)
    operations.finish_upload(asset.asset_id)
    operations.finish_upload(asset.asset_id)
    assert waiting() == 1


def test_an_upload_that_is_cut_short_is_refused_and_removed(product: Product) -> None:
    asset, _ = operations.begin_upload(product, "thing.glb", 100)
    shop().objects.put_stream(asset.source_key, io.BytesIO(b"half"), operations.CONTENT_TYPE)
    with pytest.raises(operations.UploadRefused, match="4 of 100 bytes"):
        operations.finish_upload(asset.asset_id)
    assert shop().objects.head(asset.source_key) is None


def test_an_upload_that_never_arrived_can_still_come(product: Product) -> None:
    asset, _ = operations.begin_upload(product, "thing.glb", 100)
    with pytest.raises(operations.UploadRefused, match="didn't arrive"):
        operations.finish_upload(asset.asset_id)
    assert operations.find(asset.asset_id).state == UPLOADING


@pytest.mark.parametrize(("name", "size"), [("virus.exe", 10), ("model.glb", 0), ("model.glb", 1 << 40)])
def test_a_file_that_the_shop_does_not_take_is_refused(product: Product, name: str, size: int) -> None:
    with pytest.raises(operations.UploadRefused):
        operations.begin_upload(product, name, size)


def test_an_empty_file_is_refused_and_its_upload_failed(product: Product) -> None:
    with pytest.raises(operations.UploadRefused, match="empty"):
        operations.upload_stream(product, "thing.glb", io.BytesIO(b""))
    assert [asset.state for asset in Asset.scan()] == [FAILED]


def test_nothing_is_published_before_it_is_ready(product: Product) -> None:
    queued = operations.upload_stream(product, "thing.glb", io.BytesIO(b"a model"))
    with pytest.raises(operations.NotReady):
        operations.ready(queued.asset_id)
