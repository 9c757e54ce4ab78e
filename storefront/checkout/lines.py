"""A line item: the copy of what is bought, frozen when its units are reserved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from storefront.catalog.operations import type_of
from storefront.catalog.snapshot import ProductView
from storefront.configure import Configuration
from storefront.plugin_api import Value
from storefront.stock.supply import supplied


@dataclass(frozen=True, slots=True)
class LineItem:
    """``units`` of a product in one configuration, as it was when it was bought.

    ``chosen`` and ``price_lines`` are (label, value) and (label, minor units) as the shopper read them;
    ``unit_price`` is the sum of one piece. ``size_cm`` is width, depth and height of the model, None
    without one; ``grams`` one piece, packed. ``picture`` is an object key, or empty; ``version`` the folder
    of the published model's files, which names the asset and its version.
    """

    product: str
    title: str
    product_type: str
    sku: str
    selection: Mapping[str, Value]
    chosen: tuple[tuple[str, str], ...]
    unit_price: int
    price_lines: tuple[tuple[str, int], ...]
    units: int
    category: str
    grams: int
    size_cm: tuple[float, float, float] | None
    lead_days: int
    stocked: bool
    picture: str = ""
    version: str = ""

    @property
    def total(self) -> int:
        """What the line costs, in minor units."""
        return self.unit_price * self.units

    def to_json(self) -> dict[str, Any]:
        """The line as plain JSON values."""
        return asdict(self) | {"selection": dict(self.selection)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> LineItem:
        """The line that :meth:`to_json` wrote."""
        size = values["size_cm"]
        own = {
            "chosen": tuple((label, value) for label, value in values["chosen"]),
            "price_lines": tuple((label, amount) for label, amount in values["price_lines"]),
            "size_cm": (size[0], size[1], size[2]) if size else None,
        }
        return cls(**{**values, **own})


def line_item(product: ProductView, configuration: Configuration, units: int, picture: str = "") -> LineItem:
    """Freeze a configured product; ``picture`` is the key of its look, by default of the product's own."""
    media = product.media
    supply = supplied(type_of(product), product.slug, configuration, product.attributes)
    states = [state for state in configuration.states if state.value != ""]
    return LineItem(
        product=product.slug,
        title=product.title,
        product_type=product.product_type,
        sku=supply.sku,
        selection=dict(configuration.selection),
        chosen=tuple((state.option.label, state.label) for state in states),
        unit_price=configuration.total,
        price_lines=tuple((line.label, line.amount) for line in configuration.lines),
        units=units,
        category=product.category,
        grams=supply.grams,
        size_cm=media.size_cm if media else None,
        lead_days=supply.lead_days,
        stocked=supply.stocked,
        picture=picture or (media.preview if media else ""),
        version=media.base if media else "",
    )


def needed(lines: Iterable[LineItem]) -> dict[str, int]:
    """Units by SKU that the lines take from stock."""
    units: dict[str, int] = {}
    for line in lines:
        if line.stocked:
            units[line.sku] = units.get(line.sku, 0) + line.units
    return units
