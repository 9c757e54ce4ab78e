"""What a configured product is in stock: its SKU, whether units are counted, lead time and weight. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product as combinations

from storefront.configure import Configuration, default
from storefront.plugin_api import GRAMS, Choice, Pick, ProductType, Value


@dataclass(frozen=True, slots=True)
class Supplied:
    """``sku`` names what is counted; not ``stocked``: made to order. ``grams`` is one piece, packed."""

    sku: str
    stocked: bool
    lead_days: int
    grams: int


def supplied(
    product_type: ProductType,
    slug: str,
    configuration: Configuration,
    attributes: Mapping[str, Value] | None = None,
) -> Supplied:
    """How a product in this configuration is supplied.

    ``attributes`` are the product's own, for types that are weighed by one of them.
    """
    chosen = tuple(_chosen(product_type, configuration))
    supply = product_type.supply
    kept = [choice.key for pick, choice in chosen if pick.stocked and supply.stocked]
    return Supplied(
        sku=".".join([slug, *kept]),
        stocked=supply.stocked,
        lead_days=supply.lead_days + max((choice.lead_days for _, choice in chosen), default=0),
        grams=max(1, _weight(product_type, attributes or {}) + sum(choice.grams for _, choice in chosen)),
    )


def skus(product_type: ProductType, slug: str) -> tuple[str, ...]:
    """Every SKU under which the product is kept; none where it is made to order."""
    if not product_type.supply.stocked:
        return ()
    picks = [option for option in product_type.options if isinstance(option, Pick) and option.stocked]
    keys = combinations(*([choice.key for choice in pick.choices] for pick in picks))
    return tuple(".".join([slug, *chosen]) for chosen in keys)


def _chosen(product_type: ProductType, configuration: Configuration) -> Iterator[tuple[Pick, Choice]]:
    # By the type's options: one that this product's model can't show still has its place in the SKU.
    for option in product_type.options:
        if isinstance(option, Pick):
            value = configuration.selection.get(option.key, default(option))
            yield option, next(choice for choice in option.choices if choice.key == value)


def _weight(product_type: ProductType, attributes: Mapping[str, Value]) -> int:
    supply = product_type.supply
    told = str(attributes.get(supply.weighed, ""))
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]+)?", told):
        return supply.grams
    unit = next(attribute.unit for attribute in product_type.attributes if attribute.key == supply.weighed)
    return round(float(told) * GRAMS[unit])
