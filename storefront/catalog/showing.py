"""The home page and the product page, put together from the snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from babel.numbers import get_currency_precision
from flask import request

from storefront.catalog import operations
from storefront.catalog.cards import TINTS, cards, is_wide, poster, tint
from storefront.catalog.pages import (
    ConfigurationPart,
    Crumb,
    Fact,
    HomePage,
    ProductPage,
    Stage,
    Tile,
)
from storefront.catalog.snapshot import CategoryView, Media, ProductView, Query
from storefront.plugin_api import Attribute, Value
from storefront.web.context import shop
from storefront.web.pages import asset_url

ON_THE_WALL = 3
NEWEST = 8
RELATED = 4


def home() -> HomePage:
    """The home page: the dearest good of each category on the wall, then the newest of each in turn."""
    tops = [c for c in operations.current().categories() if c.parent is None and c.count]
    best = [_dearest(category) for category in tops]
    wall = _wall(best)
    shown = {product.slug for product in wall}
    newest = [operations.current().listing(Query(category=top.slug)).products for top in tops]
    return HomePage(
        wall=cards(wall),
        tiles=tuple(
            _tile(c, number, goods, shown) for number, (c, goods) in enumerate(zip(tops, best, strict=True))
        ),
        newest=cards([product for product in _in_turn(newest) if product.slug not in shown][:NEWEST]),
    )


def product(found: ProductView, part: ConfigurationPart) -> ProductPage:
    """The page of a product in a configuration."""
    return ProductPage(
        product=found,
        paragraphs=tuple(text for text in found.description.split("\n\n") if text.strip()),
        crumbs=tuple(_crumbs(found)),
        stage=_stage(found, found.media) if found.media else None,
        tint=tint(found.slug),
        facts=tuple(_facts(found)),
        part=part,
        related=cards(_related(found)),
        canonical=_canonical(found),
        preview=whole(asset_url(found.media.preview)) if found.media and found.media.preview else "",
        data=_data(found, part),
    )


# --- home ---------------------------------------------------------------------------------------


def _dearest(category: CategoryView) -> list[ProductView]:
    goods = operations.current().listing(Query(category=category.slug, sort="-price")).products
    return [product for product in goods if product.media]


def _wall(best: list[list[ProductView]]) -> list[ProductView]:
    """The dearest of each category, then the next, until the wall is full; the dearest hangs first."""
    return sorted(_in_turn(best)[:ON_THE_WALL], key=lambda product: -product.price)


def _in_turn(lists: Iterable[Iterable[ProductView]]) -> list[ProductView]:
    """The first of each list, then the second of each …"""
    return [product for row in zip_longest(*lists) for product in row if product]


def _tile(category: CategoryView, number: int, goods: list[ProductView], shown: set[str]) -> Tile:
    fresh = next((p for p in goods if p.slug not in shown), goods[0] if goods else None)
    media = fresh.media if fresh else None
    return Tile(
        slug=category.slug,
        title=category.title,
        count=category.count,
        poster=poster(media, small=True) if media else None,
        tint=number % TINTS + 1,
        wide=media is not None and is_wide(media),
    )


# --- product ------------------------------------------------------------------------------------


def _stage(found: ProductView, media: Media) -> Stage:
    owned = shop().registry.types[found.product_type]
    module = owned.type.viewer.module
    levels = {
        name: {"url": asset_url(level["key"]), "bytes": level["bytes"], "wire": level["wire_bytes"]}
        for name, level in media.levels.items()
    }
    return Stage(
        element=owned.type.viewer.element,
        module=f"plugins/{owned.plugin.name}/{module}" if module else "",
        poster=poster(media),
        levels=levels,
        camera=media.camera,
        bounds=media.bounds,
    )


def _crumbs(found: ProductView) -> Iterator[Crumb]:
    yield Crumb("Home", "/")
    by_slug = {category.slug: category for category in operations.current().categories()}
    own = by_slug.get(found.category)
    if own and own.parent in by_slug:
        yield Crumb(by_slug[own.parent].title, f"/c/{own.parent}")
    if own:
        yield Crumb(own.title, f"/c/{own.slug}")
    yield Crumb(found.title)


def _facts(found: ProductView) -> Iterator[Fact]:
    for attribute in operations.type_of(found).attributes:
        value = found.attributes.get(attribute.key)
        if value not in (None, ""):
            yield Fact(attribute.label, _told(attribute, value))


def _told(attribute: Attribute, value: Value | None) -> str:
    label = attribute.choices.get(str(value), str(value))
    return f"{label} {attribute.unit}" if attribute.unit else label


def _related(found: ProductView) -> list[ProductView]:
    """Others of its category, then of the category above."""
    snapshot = operations.current()
    own = snapshot.category(found.category)
    near = [found.category, *([own.parent] if own and own.parent else [])]
    others = [p for slug in near for p in snapshot.listing(Query(category=slug)).products if p != found]
    return list({product.slug: product for product in others}.values())[:RELATED]


def _canonical(found: ProductView) -> str:
    return whole(f"/p/{found.slug}")


def whole(address: str) -> str:
    """An address that is good outside of the shop's pages."""
    root = shop().settings.public_url or request.url_root
    return address if "://" in address else root.rstrip("/") + address


def _data(found: ProductView, part: ConfigurationPart) -> Mapping[str, Any]:
    """schema.org's Product for search engines."""
    offer = {
        "@type": "Offer",
        "price": str(Decimal(part.configuration.total).scaleb(-get_currency_precision(found.currency))),
        "priceCurrency": found.currency,
        "url": _canonical(found),
        "itemCondition": "https://schema.org/NewCondition",
    }
    data = {"@context": "https://schema.org", "@type": "Product", "name": found.title}
    shown = _shown(found.media) if found.media else {}
    return {**data, "sku": found.slug, "description": found.summary, "offers": offer, **shown}


def _shown(media: Media) -> Mapping[str, Any]:
    picture = {"image": whole(asset_url(media.preview))} if media.preview else {}
    encoding = {
        "@type": "MediaObject",
        "contentUrl": whole(asset_url(media.levels["standard"]["key"])),
        "encodingFormat": "model/gltf-binary",
    }
    return {**picture, "subjectOf": {"@type": "3DModel", "encoding": encoding}}
