"""A shop with one lamp: painted by its options, with a published model whose files are none."""

from __future__ import annotations

import io
import json
from functools import cache
from importlib.metadata import EntryPoint
from typing import Any

from flask import Flask

from storefront.catalog import operations as catalog
from storefront.plugin_api import Choice, Material, Paint, Pick, Plugin, ProductType, Text
from storefront.registry import GROUP, Registry, build
from storefront.web.context import shop
from tests.conftest import publish_snapshot
from tests.storefront.chairs import receive

BASE = "renditions/lamp/0123/"
SHADE = Pick(
    "shade",
    "Shade",
    (
        Choice("white", "White", (Paint("shade", Material("#ffffff")),)),
        Choice("moss", "Moss", (Paint("shade", Material("#5d6b4a")),)),
    ),
)
LAMP = ProductType("lamp", "Lamp", "Lamps", options=(SHADE, Text("plate", "Name plate", max_length=8)))
LIGHTS = Plugin("lights", "Lights", "To see by.", (LAMP,))


@cache
def lights_only() -> Registry:
    """A registry that knows no plugin but this one."""
    return build([(EntryPoint("lights", "storefront:plugin", GROUP), LIGHTS)])


def image(path: str, kind: str, side: int) -> dict[str, Any]:
    return {"path": path, "type": kind, "width": side, "height": side, "bytes": 1}


def images(folder: str) -> list[dict[str, Any]]:
    sizes = (("a.avif", "image/avif", 1200), ("b.avif", "image/avif", 480), ("c.jpg", "image/jpeg", 1200))
    return [image(f"{folder}/{name}", kind, side) for name, kind, side in sizes]


def manifest() -> dict[str, Any]:
    level = {"path": "standard/x.glb", "bytes": 1, "wire_bytes": 1, "triangles": 1, "texture": 1}
    return {
        "schema": "asset-manifest/2",
        "levels": {"standard": {**level, "difference": 0.0}},
        "poster": {"width": 1200, "height": 1200, "images": images("poster")},
        "plain": {"path": "plain/x.glb", "bytes": 1},
        "usdz": {"path": "usdz/x.usdz", "bytes": 1},
        "camera": {"position": [0, 0, 1], "target": [0, 0, 0], "fov": 30},
        "bounds": {"min": [0, 0, 0], "max": [0.2, 0.4, 0.2]},
        "nodes": [],
        "materials": ["shade"],
        "variants": [],
        "animations": [],
        "extensions": [],
        "report": [],
    }


def stock(app: Flask) -> None:
    """Put the lamp on sale, a thousand of it."""
    catalog.ensure_categories(shop().registry)
    catalog.create_product(
        slug="lamp", title="Lamp", product_type="lamp", category="lamp", price=9000, currency="EUR"
    )
    catalog.publish_media("lamp", "asset", BASE, manifest())
    receive("lamp", 1000)
    publish_snapshot(app)


def store(path: str, told: dict[str, Any]) -> None:
    """Put a JSON file beside the renditions."""
    shop().objects.put_stream(BASE + path, io.BytesIO(json.dumps(told).encode()), "application/json")


def finish(key: str) -> None:
    """Do what a renderer does for the look ``key``."""
    folder = f"configurations/{key}"
    models = {
        name: {"path": f"{folder}/m.{end}", "bytes": 1} for name, end in (("usdz", "usdz"), ("plain", "glb"))
    }
    told = {"width": 1200, "height": 1200, "images": images(folder), **models}
    store(f"{folder}/picture.json", told)
