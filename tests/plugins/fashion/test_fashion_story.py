from __future__ import annotations

from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from tests.plugins.fashion.atelier import PRODUCTS

SLOT = files("plugins.fashion").joinpath("templates", "fashion", "_story.html")


def test_the_story_names_the_product() -> None:
    page = Environment(autoescape=True, undefined=StrictUndefined).from_string(SLOT.read_text("utf-8"))
    assert f"How your {PRODUCTS[0].title} is made" in page.render(product=PRODUCTS[0])
