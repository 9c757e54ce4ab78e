"""The catalog's system of record."""

from __future__ import annotations

from pynamodb.attributes import (
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
    VersionAttribute,
)

from storefront.stores.dynamo import Table, TableMeta, now


class Product(Table):
    """A product. ``price`` in minor units; ``media`` is None until a model is published.

    ``media`` is ``{"base": key prefix, "manifest": asset manifest}``, the manifest as ``catalog.media``
    keeps it; ``version`` grows with each write, so that of two edits at the same time one is refused.
    """

    class Meta(TableMeta):
        table_name = "products"

    slug = UnicodeAttribute(hash_key=True)
    title = UnicodeAttribute()
    product_type = UnicodeAttribute()
    category = UnicodeAttribute()
    summary = UnicodeAttribute(default="")
    description = UnicodeAttribute(default="")
    price = NumberAttribute()
    currency = UnicodeAttribute()
    attributes = JSONAttribute(default=dict)
    defaults = JSONAttribute(default=dict)
    state = UnicodeAttribute(default="draft")
    asset_id = UnicodeAttribute(null=True)
    media = JSONAttribute(null=True)
    created_at = UTCDateTimeAttribute(default_for_new=now)
    updated_at = UTCDateTimeAttribute(default_for_new=now)
    version = VersionAttribute()


class Category(Table):
    """A category; ``parent`` is None at the top."""

    class Meta(TableMeta):
        table_name = "categories"

    slug = UnicodeAttribute(hash_key=True)
    title = UnicodeAttribute()
    summary = UnicodeAttribute(default="")
    parent = UnicodeAttribute(null=True)
    position = NumberAttribute(default=0)


MODELS: tuple[type[Table], ...] = (Product, Category)
DRAFT, ACTIVE = "draft", "active"
