"""From what price a product is had: what cards show, and what lists filter and sort by."""

from __future__ import annotations

from operator import attrgetter

from storefront.configure import Subject, configure
from storefront.plugin_api import Pick, ProductType


def lowest_total(product_type: ProductType, subject: Subject) -> int:
    """The price with the cheapest choices where they go together, else as it comes; minor units."""
    usual = configure(product_type, subject, {})
    cheapest = {
        state.option.key: min(state.option.choices, key=attrgetter("surcharge")).key
        for state in usual.states
        if isinstance(state.option, Pick)
    }
    other = configure(product_type, subject, cheapest)
    return min(usual.total, other.total) if other.orderable else usual.total
