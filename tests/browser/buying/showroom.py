"""A shop whose chairs stand on their page in 3D: the piece of the viewer's tests, as a plugin sells it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from flask import Flask
from PIL import Image, ImageDraw

from storefront.catalog import operations as catalog
from storefront.plugin_api import Choice, Material, Paint, Pick, Plugin, Show
from storefront.registry import GROUP, Registry, build
from storefront.web.context import shop
from tests.browser.viewer.viewer_models import BOUNDS, CAMERA, piece
from tests.conftest import publish_snapshot
from tests.storefront import chairs

BASE = "renditions/fjord/0123/"


def _painted(choice: Choice) -> Choice:
    return replace(choice, effects=(Paint("fabric", Material(choice.swatch)),))


FABRIC = replace(chairs.FABRIC, choices=tuple(map(_painted, chairs.FABRIC.choices)))
LEGS = Pick(
    "legs",
    "Legs",
    (
        Choice("oak", "Oak", (Show("legs oak"),)),
        Choice("steel", "Steel", (Show("legs steel"),), surcharge=2500),
    ),
)
CHAIR = replace(chairs.CHAIR, options=(FABRIC, LEGS, chairs.WIDTH, chairs.PLATE))
SEATS = Plugin("seats", "Seats", "To sit on.", (CHAIR,))


@cache
def registry_of_seats() -> Registry:
    """A registry that knows no plugin but this one."""
    return build([(EntryPoint("seats", "storefront:plugin", GROUP), SEATS)])


def furnish(app: Flask, folder: Path) -> None:
    """Three chairs on sale, one of them with a model. ``folder`` is for scratch."""
    chairs.stock(app)
    catalog.publish_media("fjord", "asset", BASE, _manifest(folder))
    publish_snapshot(app)


def _manifest(folder: Path) -> Mapping[str, Any]:
    size = piece().write(folder / "piece.glb")
    _store("piece.glb", (folder / "piece.glb").read_bytes(), "model/gltf-binary")
    level = {"path": "piece.glb", "bytes": size, "wire_bytes": size, "triangles": 60, "texture": 0}
    return {
        "levels": dict.fromkeys(("preview", "standard", "high"), level),
        "poster": {"width": 480, "height": 480, "images": [_poster()]},
        "camera": CAMERA,
        "bounds": BOUNDS,
        "nodes": ["piece", "body", "legs oak", "legs steel"],
        "materials": ["fabric", "oak", "steel", "navy"],
        "variants": ["Navy"],
    }


def _poster() -> Mapping[str, Any]:
    picture, data = Image.new("RGBA", (480, 480)), io.BytesIO()
    ImageDraw.Draw(picture).rectangle((90, 140, 390, 340), "#b8b2a7")
    picture.save(data, "WEBP")
    _store("poster.webp", data.getvalue(), "image/webp")
    size = len(data.getvalue())
    return {"path": "poster.webp", "type": "image/webp", "width": 480, "height": 480, "bytes": size}


def _store(path: str, data: bytes, kind: str) -> None:
    shop().objects.put_stream(BASE + path, io.BytesIO(data), kind)
