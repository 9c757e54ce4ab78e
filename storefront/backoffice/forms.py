"""From what a merchant typed to what the catalog keeps, strictly; and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from babel.numbers import get_currency_precision

from storefront.catalog.models import Product
from storefront.catalog.operations import slugify
from storefront.plugin_api import Attribute, ProductType, Value
from storefront.web import money

ATTRIBUTE = "attribute-"
TITLE_LENGTH, SUMMARY_LENGTH, DESCRIPTION_LENGTH, FACT_LENGTH = 80, 200, 5000, 120


@dataclass(slots=True)
class Parsed:
    """The fields that could be read, and a sentence for each that couldn't."""

    fields: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def parse(
    given: Mapping[str, str], product_type: ProductType, categories: frozenset[str], currency: str
) -> Parsed:
    """Read a product form; ``categories`` are the slugs that it may name."""
    parsed = Parsed()
    _text(parsed, given, "title", TITLE_LENGTH, required=True)
    _text(parsed, given, "summary", SUMMARY_LENGTH)
    _text(parsed, given, "description", DESCRIPTION_LENGTH)
    if "title" in parsed.fields and not slugify(parsed.fields["title"]):
        parsed.errors["title"] = "Use some Latin letters or digits: the product's address is made of them."
    _price(parsed, given, currency)
    if given.get("category") in categories:
        parsed.fields["category"] = given["category"]
    else:
        parsed.errors["category"] = "Choose a category."
    parsed.fields["attributes"] = dict(_attributes(parsed, given, product_type))
    return parsed


def values_of(product: Product, currency: str) -> dict[str, str]:
    """The form's texts for a product, as a merchant would type them."""
    texts = {name: str(getattr(product, name)) for name in ("title", "summary", "description", "category")}
    attributes = {f"{ATTRIBUTE}{key}": str(value) for key, value in product.attributes.items()}
    return {**texts, "price": plain(int(product.price), currency), **attributes}


def plain(amount: int, currency: str) -> str:
    """``123450, "EUR"`` -> ``1234.50``: what :func:`storefront.web.money.parse` reads."""
    precision = get_currency_precision(currency)
    major, minor = divmod(amount, 10**precision)
    return f"{major}.{minor:0{precision}d}" if precision else str(major)


def said(attribute: Attribute, value: Value) -> str:
    """An attribute's value as people read it."""
    return attribute.choices.get(str(value), f"{value} {attribute.unit}".strip())


def _text(parsed: Parsed, given: Mapping[str, str], name: str, longest: int, required: bool = False) -> None:
    text = given.get(name, "").replace("\r\n", "\n").strip()
    if required and not text:
        parsed.errors[name] = f"A product needs a {name}."
    elif len(text) > longest:
        parsed.errors[name] = f"At most {longest} characters; these are {len(text)}."
    else:
        parsed.fields[name] = text


def _price(parsed: Parsed, given: Mapping[str, str], currency: str) -> None:
    try:
        parsed.fields["price"] = money.parse(given.get("price", ""), currency)
    except ValueError as error:
        sentence = str(error)
        parsed.errors["price"] = sentence[:1].upper() + sentence[1:] + "."


def _attributes(
    parsed: Parsed, given: Mapping[str, str], product_type: ProductType
) -> list[tuple[str, Value]]:
    found: list[tuple[str, Value]] = []
    for attribute in product_type.attributes:
        text = given.get(ATTRIBUTE + attribute.key, "").strip()
        if not text:
            continue
        if attribute.choices and text not in attribute.choices:
            parsed.errors[ATTRIBUTE + attribute.key] = "Choose one of the list."
        elif len(text) > FACT_LENGTH:
            parsed.errors[ATTRIBUTE + attribute.key] = f"At most {FACT_LENGTH} characters."
        else:
            whole = not attribute.choices and re.fullmatch(r"[0-9]{1,9}", text)
            found.append((attribute.key, int(text) if whole else text))
    return found
