"""Fills an empty shop with the plugins' demo goods, through the same doors as a merchant's."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import zip_longest

from sqlalchemy import select

from storefront.accounts import operations as accounts
from storefront.assets import operations as assets
from storefront.catalog import operations as catalog
from storefront.catalog.models import Product
from storefront.plugin_api import SeedProduct
from storefront.registry import model_of, seeds
from storefront.stock import operations as stock
from storefront.stock.models import Stock
from storefront.stock.supply import skus
from storefront.web.context import shop

MERCHANT = "merchant@example.com"
SHOPPER = "shopper@example.com"
OPENING_UNITS = 12
"""Of each SKU."""


def missing() -> list[SeedProduct]:
    """The demo products that this shop doesn't have, or whose model never reached it.

    The plugins take turns, so that the shop shows something of everything in its first minutes.
    """
    lists: dict[str, list[SeedProduct]] = {}
    for plugin, seed in seeds(shop().registry):
        if not _complete(seed.slug):
            lists.setdefault(plugin.name, []).append(seed)
    return [seed for turn in zip_longest(*lists.values()) for seed in turn if seed]


def seed_accounts(password: str) -> None:
    """Make sure of a merchant and a shopper with this password."""
    for email, role in ((MERCHANT, "merchant"), (SHOPPER, "shopper")):
        if accounts.find_user(email) is None:
            accounts.create_user(email, password, "merchant" if role == "merchant" else "shopper")


def seed_catalog(wanted: list[SeedProduct]) -> Iterator[SeedProduct]:
    """Add each product, make its model and hand it to the render workers; yields what is done."""
    for seed in wanted:
        _upload(_ensure_product(seed), seed)
        yield seed


def seed_stock() -> None:
    """Put demo goods that are kept in stock, and that nobody ever received or counted, into stock."""
    with shop().database.transaction() as session:
        known = set(session.scalars(select(Stock.sku)))
        for sku in _kept():
            if sku not in known:
                stock.receive(session, sku, OPENING_UNITS, "Opening stock")


def _kept() -> Iterator[str]:
    for _, seed in seeds(shop().registry):
        yield from skus(shop().registry.types[seed.product_type].type, seed.slug)


def unpublished(slugs: list[str]) -> list[str]:
    """Those of the products whose model isn't published yet and may still come."""
    return [slug for slug in slugs if not catalog.find_product(slug).media and not _failed(slug)]


def _complete(slug: str) -> bool:
    try:
        return bool(catalog.find_product(slug).media or assets.history(slug))
    except catalog.UnknownProduct:
        return False


def _failed(slug: str) -> bool:
    return any(asset.error for asset in assets.history(slug)[:1])


def _ensure_product(seed: SeedProduct) -> Product:
    try:
        return catalog.create_product(
            slug=seed.slug,
            title=seed.title,
            product_type=seed.product_type,
            category=seed.product_type,
            price=seed.price,
            currency=shop().settings.currency,
            summary=seed.summary,
            description=seed.description,
            attributes=seed.attributes,
            defaults=seed.defaults,
        )
    except catalog.SlugTaken:
        return catalog.find_product(seed.slug)


def _upload(product: Product, seed: SeedProduct) -> None:
    model = model_of(seed)()
    assets.upload_stream(product, f"{seed.slug}.glb", io.BytesIO(model), publish_when_ready=True)
