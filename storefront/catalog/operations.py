"""What a merchant does to the catalog, and the one way to configure a product of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, cast

from flask import Flask, current_app
from pynamodb.exceptions import PutError
from pynamodb.expressions.update import Action

from storefront.catalog.media import kept
from storefront.catalog.models import ACTIVE, DRAFT, Category, Product
from storefront.catalog.snapshot import NoSnapshot, ProductView, Snapshot, Snapshots
from storefront.configure import Configuration, configure
from storefront.plugin_api import ProductType, Value
from storefront.registry import Registry
from storefront.stores.dynamo import Change, Refused, could_be_key, now, write_together
from storefront.web.context import shop

_KEY = "snapshots"
_CONDITION = "ConditionalCheckFailedException"


class SlugTaken(Exception):
    """Another product has this address already."""


class Edited(Exception):
    """Somebody else changed the product since it was opened."""


class UnknownProduct(KeyError):
    """There is no product of this slug."""


def init_app(app: Flask, snapshots: Snapshots) -> None:
    """Give the application its snapshots."""
    app.extensions[_KEY] = snapshots


def current() -> Snapshot:
    """The newest snapshot of the catalog."""
    return cast(Snapshots, current_app.extensions[_KEY]).current()


def version_of(app: Flask) -> Callable[[], str]:
    """A function that names the catalog's state, for caches; empty before the first snapshot."""
    snapshots = cast(Snapshots, app.extensions[_KEY])

    def version() -> str:
        try:
            return snapshots.current().version
        except NoSnapshot:
            return ""

    return version


def configured(product: ProductView, given: Mapping[str, Any]) -> Configuration:
    """The product with the given option values."""
    return configure(type_of(product), product.subject, given)


def type_of(product: ProductView) -> ProductType:
    """The product's type. Snapshots hold only products whose plugin is there."""
    return shop().registry.types[product.product_type].type


def create_product(
    *,
    slug: str,
    title: str,
    product_type: str,
    category: str,
    price: int,
    currency: str,
    summary: str = "",
    description: str = "",
    attributes: Mapping[str, Value] | None = None,
    defaults: Mapping[str, Value] | None = None,
    state: str = DRAFT,
) -> Product:
    """Add a product. Raises :class:`SlugTaken`."""
    product = Product(
        slug,
        title=title,
        product_type=product_type,
        category=category,
        price=price,
        currency=currency,
        summary=summary,
        description=description,
        attributes=dict(attributes or {}),
        defaults=dict(defaults or {}),
        state=state,
    )
    try:
        product.save()
    except PutError as error:
        if error.cause_response_code != _CONDITION:
            raise
        raise SlugTaken(slug) from error
    return product


def find_product(slug: str) -> Product:
    """The product as DynamoDB has it now. Raises :class:`UnknownProduct`."""
    if not could_be_key(slug):
        raise UnknownProduct(slug)
    try:
        return Product.get(slug, consistent_read=True)
    except Product.DoesNotExist:
        raise UnknownProduct(slug) from None


def save_product(product: Product, changes: Mapping[str, Any]) -> Product:
    """Write the changed fields. Raises :class:`Edited` where the product isn't as it was read."""
    for name, value in changes.items():
        setattr(product, name, value)
    product.updated_at = now()
    try:
        product.save()
    except PutError as error:
        if error.cause_response_code != _CONDITION:
            raise
        raise Edited(product.slug) from error
    return product


def set_state(slug: str, state: str) -> None:
    """Put a product on sale or take it off. Raises :class:`UnknownProduct`."""
    _write(_change(slug, Product.state.set(state)))


def publish_media(slug: str, asset_id: str, base: str, manifest: Mapping[str, Any]) -> None:
    """Show this model on the product's page from now on. Raises :class:`UnknownProduct`."""
    _write(publication(slug, asset_id, base, manifest))


def publication(slug: str, asset_id: str, base: str, manifest: Mapping[str, Any]) -> Change:
    """What :func:`publish_media` writes, for those who write it together with something else."""
    types = [owned.type for owned in shop().registry.types.values()]
    media = {"base": base, "manifest": kept(manifest, types)}
    return _change(slug, Product.asset_id.set(asset_id), Product.media.set(media), Product.state.set(ACTIVE))


def _change(slug: str, *actions: Action) -> Change:
    # Only these fields: an edit of the texts at the same time is kept. A product of version 0 makes
    # PynamoDB raise whatever version is stored; one without would set it back to 1.
    whole = (*actions, Product.updated_at.set(now()))
    return Change(Product(slug, version=0), whole, Product.slug.exists())


def _write(change: Change) -> None:
    try:
        write_together(change)
    except Refused as error:
        raise UnknownProduct(str(change.item)) from error


def ensure_categories(registry: Registry) -> None:
    """Make a category for each plugin and, below it, for each of its product types."""
    for place, plugin in enumerate(registry.plugins.values()):
        _ensure_category(plugin.name, plugin.title, plugin.summary, None, place)
        for position, product_type in enumerate(plugin.product_types):
            _ensure_category(product_type.name, product_type.plural, "", plugin.name, position)


def slugify(title: str) -> str:
    """``"Fjörd Sofa 2"`` -> ``"fjord-sofa-2"``."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80]


def _ensure_category(slug: str, title: str, summary: str, parent: str | None, position: int) -> None:
    item = Category(slug, title=title, summary=summary, parent=parent, position=position)
    try:
        item.save(condition=Category.slug.does_not_exist())
    except PutError as error:
        if error.cause_response_code != _CONDITION:
            raise
