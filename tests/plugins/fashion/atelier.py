"""What the tests of the fashion shop share: its types and products, configuring, reading models."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from plugins.fashion import plugin
from storefront.configure import Configuration, Subject, configure
from storefront.plugin_api import ProductType, SeedProduct, Value

TYPES = {product_type.name: product_type for product_type in plugin.product_types}
PRODUCTS = tuple(plugin.seed())
each_product = pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.slug)


def configured(kind: str, price: int = 10_000, **given: Value) -> Configuration:
    """A configuration of a product of this type at ``price`` cents."""
    return _configured(kind, given, price)


def added(kind: str, price: int = 10_000, **given: Value) -> dict[str, int]:
    """The price lines beyond the product's own, by label."""
    return {line.label: line.amount for line in _configured(kind, given, price).lines[1:]}


def clash(kind: str, **given: Value) -> tuple[str, ...]:
    """The option keys of the only problem, or none; its fix must leave no problem."""
    problems = _configured(kind, given).problems
    if not problems:
        return ()
    (problem,) = problems
    assert _configured(kind, {**given, **problem.fix}).problems == ()
    assert problem.message.endswith(".")
    assert problem.fix_label
    return problem.options


def _configured(kind: str, given: Mapping[str, Value], price: int = 10_000) -> Configuration:
    return configure(TYPES[kind], Subject("It", price), given)


def type_of(product: SeedProduct) -> ProductType:
    """The product's type."""
    return TYPES[product.product_type]


def made(product: SeedProduct) -> bytes:
    """The product's GLB, made afresh."""
    module, function = product.model.split(":")
    data: bytes = getattr(import_module(module), function)()
    return data


@cache
def model(slug: str) -> bytes:
    """The GLB of a product, made once a run."""
    return made(next(product for product in PRODUCTS if product.slug == slug))


def document(data: bytes) -> dict[str, Any]:
    """The JSON of a GLB."""
    length = struct.unpack_from("<I", data, 12)[0]
    found: dict[str, Any] = json.loads(data[20 : 20 + length])
    return found


def shown_bounds(gltf: dict[str, Any]) -> npt.NDArray[np.float64]:
    """(2, 3) metres: the box around all nodes that are not hidden; these models place no node."""
    boxes = [
        (accessor["min"], accessor["max"])
        for node in gltf["nodes"]
        if "mesh" in node and "KHR_node_visibility" not in node.get("extensions", {})
        for primitive in gltf["meshes"][node["mesh"]]["primitives"]
        for accessor in [gltf["accessors"][primitive["attributes"]["POSITION"]]]
    ]
    return np.array([np.min([low for low, _ in boxes], axis=0), np.max([high for _, high in boxes], axis=0)])
