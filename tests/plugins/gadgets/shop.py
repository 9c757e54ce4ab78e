"""What the tests of this category share: configuring by keywords, and labelled price lines."""

from __future__ import annotations

from storefront.configure import Configuration, Subject, configure
from storefront.plugin_api import ProductType


def configured(product_type: ProductType, price: int = 10_000, **given: str) -> Configuration:
    """A configuration of a product at ``price``; ``strap_colour`` stands for the key strap-colour."""
    values = {key.replace("_", "-"): value for key, value in given.items()}
    return configure(product_type, Subject("It", price), values)


def amounts(configuration: Configuration) -> dict[str, int]:
    """The price lines by label."""
    return {line.label: line.amount for line in configuration.lines}
