"""A product's item stays small, however many names its model has."""

from __future__ import annotations

import json
from typing import Any

from storefront.catalog.media import kept
from storefront.catalog.snapshot.views import Media
from storefront.plugin_api import Choice, Material, Paint, Pick, ProductType, Show, Variant

ITEM = 400_000

SOFA = ProductType(
    "sofa",
    "Sofa",
    "Sofas",
    options=(
        Pick("wood", "Wood", (Choice("oak", "Oak", (Paint("frame-wood", Material("#aa8855")),)),)),
        Pick("legs", "Legs", (Choice("oak", "Oak", (Show("legs-oak"),)),)),
        Pick("colour", "Colour", (Choice("navy", "Navy", (Variant("Navy"),)),)),
    ),
)


def manifest(count: int) -> dict[str, Any]:
    """A manifest of a model with ``count`` names of each kind, those that options address at the end."""
    return {
        "nodes": [*(f"bolt {number} of the frame" for number in range(count)), "legs-oak"],
        "materials": [*(f"steel {number}" for number in range(count)), "frame-wood"],
        "variants": [*(f"colourway {number}" for number in range(count)), "Navy"],
        "animations": [f"turn {number}" for number in range(count)],
        "extensions": ["KHR_materials_sheen"],
        "report": [{"code": "no-normals", "message": f"part {number}"} for number in range(count)],
        "bounds": {"min": [0, 0, 0], "max": [1, 1, 1]},
    }


def test_ordinary_names_are_all_kept() -> None:
    assert kept(manifest(50), [SOFA]) == manifest(50)


def test_tens_of_thousands_of_names_fit_into_an_item() -> None:
    assert len(json.dumps(kept(manifest(50_000), [SOFA]))) < ITEM / 4


def test_what_options_address_is_kept_of_many_names() -> None:
    found = kept(manifest(50_000), [SOFA])
    assert (found["nodes"], found["materials"]) == (["legs-oak"], ["frame-wood"])
    assert found["variants"][:2] == ["Navy", "colourway 0"]


def test_the_rest_of_a_manifest_stays() -> None:
    assert kept(manifest(50_000), [SOFA])["bounds"] == manifest(1)["bounds"]


def test_a_manifest_without_names_is_kept() -> None:
    assert kept({}, [SOFA]) == {"report": []}


def test_a_model_published_before_has_no_exports() -> None:
    images = [{"path": "poster.webp", "type": "image/webp", "width": 1200, "height": 1200, "bytes": 9}]
    media = Media("base/", {**manifest(1), "schema": "asset-manifest/1", "poster": {"images": images}})
    assert (media.usdz, media.plain) == ("", "")


def test_pages_show_no_picture_on_white() -> None:
    made = ("avif", "webp", "jpeg")
    images = [{"path": kind, "type": f"image/{kind}", "width": 9, "height": 9, "bytes": 9} for kind in made]
    media = Media("base/", {"poster": {"images": images}})
    assert [picture.type for picture in media.pictures] == ["image/avif", "image/webp"]
