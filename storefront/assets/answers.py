"""What the shop knows of a model before a worker opens it: the merchant's answers, and the stated size."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from storefront.plugin_api import LENGTHS, ProductType, Side, Value

UNITS = tuple(LENGTHS)
UPS = ("y", "z")
AUTO = "auto"

SIDES: tuple[Side, ...] = ("width", "height", "depth")
_NUMBER = re.compile(r"(\d{1,9}(?:[.,]\d{1,6})?)")


def stated_size(product_type: ProductType, attributes: Mapping[str, Value]) -> dict[Side, float]:
    """The sides of a product in metres, as far as its attributes state them in numbers."""
    found: dict[Side, float] = {}
    for attribute in product_type.attributes:
        number = _NUMBER.fullmatch(str(attributes.get(attribute.key, "")).strip())
        if attribute.measures and number:
            length = round(float(number[1].replace(",", ".")) * LENGTHS[attribute.unit], 6)
            if length > 0:
                found[attribute.measures] = length
    return found


def intake(
    unit: str | None, up: str | None, product_type: ProductType, attributes: Mapping[str, Value]
) -> dict[str, Any]:
    """The worker's ``Intake`` as JSON: ``unit``, ``up`` ("auto" where nobody answered), ``size`` in metres.

    It is a part of what a rendition is made of, so it goes into the key of the renditions.
    """
    stated = stated_size(product_type, attributes)
    return {"unit": unit or AUTO, "up": up or AUTO, "size": [stated.get(side) for side in SIDES]}
