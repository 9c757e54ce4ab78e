"""What only the merchant knows of a model is asked, and what they should know of it is shown."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from storefront.assets import operations as assets
from storefront.assets.models import QUEUED, Asset
from storefront.backoffice.questions import NoAnswer, answer, question
from storefront.backoffice.report import grouped, look
from storefront.catalog import operations as catalog
from storefront.catalog.models import Product
from tests.storefront.desks import draft, kind, merchant, rendered

__all__ = ["draft", "kind", "merchant"]


def manifest(sure: bool = True) -> dict[str, Any]:
    """A sofa of 220 units, taken for millimetres, z up."""
    level = {"path": "m.glb", "bytes": 9, "wire_bytes": 48_000, "triangles": 3200, "texture": 256}
    image = {"path": "p.webp", "type": "image/webp", "width": 480, "height": 480, "bytes": 1}
    return {
        "source": {"unit": 0.001, "up": "z", "sure": sure},
        "levels": {"preview": level | {"difference": 0.06, "memory": 3_400_000}},
        "poster": {"width": 480, "height": 480, "images": [image]},
        "camera": {"position": [1, 1, 3], "target": [0, 0, 0], "fov": 30},
        "bounds": {"min": [-0.11, 0, -0.046], "max": [0.11, 0.083, 0.046]},
        "nodes": [],
        "materials": [],
        "variants": [],
        "report": [{"code": "a", "severity": "warning", "message": "Inside out.", "advice": "Flip it."}],
    }


def made(draft: Product, sure: bool) -> Asset:
    """An upload whose renditions are complete."""
    return rendered(draft, "thing.stl", manifest(sure))


def test_a_guess_is_asked_about_before_it_is_published(merchant: FlaskClient, draft: Product) -> None:
    asset = made(draft, sure=False)
    page = merchant.get(f"/merchant/products/thing?upload={asset.asset_id}").text
    assert "How large is it really?" in page
    assert "2.2 m wide, 92 cm deep, 83 cm high" in page


def test_a_guess_is_not_published_unconfirmed(merchant: FlaskClient, draft: Product) -> None:
    asset = made(draft, sure=False)
    assert merchant.post(f"/merchant/uploads/{asset.asset_id}/publish").status_code == 409
    assert not catalog.find_product("thing").media


def test_a_confirmed_guess_is_published(merchant: FlaskClient, draft: Product) -> None:
    asset = made(draft, sure=False)
    merchant.post(f"/merchant/uploads/{asset.asset_id}/publish", data={"confirmed": "yes"})
    assert catalog.find_product("thing").media


def test_an_answer_renders_again(merchant: FlaskClient, draft: Product) -> None:
    asset = made(draft, sure=False)
    answers = {"unit": "cm", "up": "y"}
    assert merchant.post(f"/merchant/uploads/{asset.asset_id}/answers", data=answers).status_code == 303
    found = assets.find(asset.asset_id)
    assert (found.unit, found.up, found.state) == ("cm", "y", QUEUED)


def test_the_same_file_made_otherwise_is_not_what_the_shop_shows(
    merchant: FlaskClient, draft: Product
) -> None:
    asset = made(draft, sure=True)
    merchant.post(f"/merchant/uploads/{asset.asset_id}/publish")
    merchant.post(f"/merchant/uploads/{asset.asset_id}/answers", data={"unit": "cm", "up": "y"})
    assert "This is the model that the shop shows" not in merchant.get("/merchant/products/thing").text


@pytest.mark.parametrize(("unit", "up"), [("", ""), ("furlong", "y"), ("cm", "sideways")])
def test_other_answers_are_refused(unit: str, up: str) -> None:
    with pytest.raises(NoAnswer):
        answer("a1", unit, up)


def test_each_unit_is_told_in_words() -> None:
    asked = question(Asset("a1"), manifest())
    assert asked
    assert [(a.label, a.chosen) for a in asked.units] == [
        ("220 mm", True),
        ("220 cm", False),
        ("220 m", False),
        ("220 in", False),
    ]
    assert asked.units[3].meaning == "5.59 m wide, 2.34 m deep, 2.11 m high"
    assert [(a.value, a.chosen) for a in asked.ups] == [("z", True), ("y", False)]


def test_the_page_says_what_each_level_lost_and_takes(merchant: FlaskClient, draft: Product) -> None:
    asset = made(draft, sure=True)
    page = merchant.get(f"/merchant/products/thing?upload={asset.asset_id}").text
    for words in ("Hardly differs", "48 kB", "3.4 MB", "8.7 × 3.6 × 3.3 in", "Inside out.", "Flip it."):
        assert words in page


def test_remarks_come_by_severity() -> None:
    report = [
        {"severity": "note", "message": "c"},
        {"severity": "error", "message": "a"},
        {"message": "d"},
        {"severity": "warning", "message": "b"},
    ]
    found = [(g.severity, [n.message for n in g.notes]) for g in grouped(report, ["No legs."])]
    assert found == [("error", ["a"]), ("warning", ["b"]), ("warning", ["No legs."]), ("note", ["c", "d"])]


@pytest.mark.parametrize(
    ("difference", "words"), [(None, ""), (0.0, "Looks the same"), (0.5, "Looks simpler")]
)
def test_differences_in_words(difference: float | None, words: str) -> None:
    assert look(difference) == words
