"""A cart is the items that share its id: one per line."""

from __future__ import annotations

from pynamodb.attributes import (
    JSONAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)

from storefront.stores.dynamo import Table, TableMeta


class CartLine(Table):
    """So many of a product in one configuration.

    ``line_id`` is ``<slug>.<configuration key>``, so that the same configuration is the same line.
    ``selection`` is complete: later defaults don't change what was chosen. ``unit_price`` is what the
    shopper saw when it was added, in minor units.
    """

    class Meta(TableMeta):
        table_name = "carts"

    cart_id = UnicodeAttribute(hash_key=True)
    line_id = UnicodeAttribute(range_key=True)
    product = UnicodeAttribute()
    selection = JSONAttribute()
    quantity = NumberAttribute()
    unit_price = NumberAttribute()
    currency = UnicodeAttribute()
    added_at = UTCDateTimeAttribute()
    expires_at = TTLAttribute()


MODELS: tuple[type[Table], ...] = (CartLine,)
