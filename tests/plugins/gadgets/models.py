"""The models of the category, made once for all tests: their bytes and what a viewer could address."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from plugins.gadgets import plugin
from renderd.pipeline.document import Document
from renderd.pipeline.scene import draws, triangles, world_matrices, world_positions
from storefront.plugin_api import ProductType, SeedProduct

PRODUCTS = tuple(plugin.seed())
TYPES = {product_type.name: product_type for product_type in plugin.product_types}


@dataclass(frozen=True)
class Made:
    """A product with its type and its model."""

    product: SeedProduct
    type: ProductType
    data: bytes
    document: Document

    def node(self, name: str) -> dict[str, Any]:
        return next(node for node in self.document.json["nodes"] if node.get("name") == name)

    def material(self, name: str) -> dict[str, Any]:
        return next(look for look in self.document.json["materials"] if look["name"] == name)

    def hidden(self) -> frozenset[str]:
        """Names of the nodes that are not shown at first."""
        return frozenset(node["name"] for node in self.document.json["nodes"] if _is_hidden(node))

    def shown_bounds(self) -> np.ndarray[Any, Any]:
        """(2, 3) in metres: the box around what is shown at first."""
        points = np.concatenate([world_positions(self.document, draw) for draw in draws(self.document)])
        return np.array([points.min(axis=0), points.max(axis=0)])

    def triangle_count(self) -> int:
        """Of all that can be shown."""
        meshes = (primitive for mesh in self.document.json["meshes"] for primitive in mesh["primitives"])
        return sum(len(triangles(self.document, primitive)) for primitive in meshes)

    def world(self, name: str) -> np.ndarray[Any, Any]:
        """The matrix of a node."""
        index = self.document.json["nodes"].index(self.node(name))
        return np.asarray(world_matrices(self.document)[index])


@cache
def made(slug: str) -> Made:
    product = next(product for product in PRODUCTS if product.slug == slug)
    data = make(product)
    return Made(product, TYPES[product.product_type], data, Document.load_glb(data))


def make(product: SeedProduct) -> bytes:
    module, function = product.model.split(":")
    data: bytes = getattr(import_module(module), function)()
    return data


def _is_hidden(node: dict[str, Any]) -> bool:
    return node.get("extensions", {}).get("KHR_node_visibility", {}).get("visible") is False
