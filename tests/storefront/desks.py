"""A merchant's desk, and a product on it: import the fixtures that are named."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.assets import jobs
from storefront.assets import operations as assets
from storefront.assets.models import READY, Asset
from storefront.catalog import operations as catalog
from storefront.catalog.models import Product
from storefront.registry import Registry
from storefront.stores.dynamo import Change
from storefront.web.context import shop
from tests.storefront.people import MONA, person, sign_in

BASE = "renditions/made/a1/"


@pytest.fixture
def kind(app: Flask, registry: Registry) -> str:
    """A product type, with its category."""
    catalog.ensure_categories(registry)
    return next(iter(registry.types))


@pytest.fixture
def merchant(client: FlaskClient, kind: str) -> FlaskClient:
    """A signed-in merchant's browser."""
    person(MONA, "merchant")
    sign_in(client, MONA)
    return client


@pytest.fixture
def draft(kind: str) -> Product:
    """A product without a model."""
    return describe("thing", kind)


def describe(slug: str, kind: str) -> Product:
    return catalog.create_product(
        slug=slug, title=slug.title(), product_type=kind, category=kind, price=12_345, currency="EUR"
    )


def rendered(product: Product, filename: str, manifest: dict[str, Any]) -> Asset:
    """An upload of it whose renditions are complete."""
    asset = assets.upload_stream(product, filename, io.BytesIO(b"a model"))
    claim = jobs.claim_next("one")
    assert claim
    text = io.BytesIO(json.dumps(manifest).encode())
    shop().objects.put_stream(BASE + "manifest.json", text, "application/json")
    made = (Asset.state.set(READY), Asset.base.set(BASE))
    jobs.complete(claim, Change(Asset(asset.asset_id), made, Asset.asset_id.exists()))
    return assets.find(asset.asset_id)
