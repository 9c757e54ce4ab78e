"""A cart is the items that share its id: one per line and region."""

from __future__ import annotations

from pynamodb.attributes import (
    JSONAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)

from storefront.cart.counting import Part
from storefront.stores.dynamo import Table, TableMeta

OF = "#"


class CartLine(Table):
    """What one region knows of a line: so many of a product in one configuration.

    ``item_id`` is ``<line>#<region>``, and the line ``<slug>.<configuration key>``, so that the same
    configuration is the same line. Items of before there were regions have no ``#``, nor ``born``.
    ``selection`` is complete: later defaults don't change what was chosen. ``unit_price`` (minor units) and
    ``lead_days`` are what the shopper saw at ``told_at``. ``added``, ``gone`` and ``others`` count pieces
    (:mod:`storefront.cart.counting`); ``cuts`` counts how often some were taken out.
    """

    class Meta(TableMeta):
        table_name = "carts"

    cart_id = UnicodeAttribute(hash_key=True)
    item_id = UnicodeAttribute(range_key=True, attr_name="line_id")
    product = UnicodeAttribute()
    selection = JSONAttribute()
    added = NumberAttribute(attr_name="quantity")
    gone = NumberAttribute(null=True)
    others = JSONAttribute(null=True)
    cuts = NumberAttribute(null=True)
    born = UnicodeAttribute(null=True)
    unit_price = NumberAttribute()
    currency = UnicodeAttribute()
    lead_days = NumberAttribute(null=True)
    told_at = UTCDateTimeAttribute(null=True)
    added_at = UTCDateTimeAttribute()
    expires_at = TTLAttribute()

    @property
    def line_id(self) -> str:
        """The line that this is a part of."""
        return str(self.item_id).partition(OF)[0]

    @property
    def region(self) -> str:
        """The region that writes this item; empty for one of before there were regions."""
        return str(self.item_id).partition(OF)[2]

    @property
    def part(self) -> Part:
        """What the item counts."""
        others = {region: (born, int(number)) for region, (born, number) in (self.others or {}).items()}
        return Part(self.region, self.born or "", int(self.added), int(self.gone or 0), others)


class InCart(Table):
    """What one line holds of a product: ``line`` is ``<cart>/<line>``. Written by what follows the carts."""

    class Meta(TableMeta):
        table_name = "in-carts"

    product = UnicodeAttribute(hash_key=True)
    line = UnicodeAttribute(range_key=True)
    quantity = NumberAttribute()
    expires_at = TTLAttribute()


class Reminder(Table):
    """A user asked for a letter, should this cart be left behind."""

    class Meta(TableMeta):
        table_name = "cart-reminders"

    cart_id = UnicodeAttribute(hash_key=True)
    agreed_at = UTCDateTimeAttribute()


MODELS: tuple[type[Table], ...] = (CartLine, InCart, Reminder)
