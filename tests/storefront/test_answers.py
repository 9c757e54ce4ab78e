"""What is known of a model before it is opened."""

from __future__ import annotations

import pytest

from storefront.assets.answers import intake, stated_size
from storefront.plugin_api import Attribute, ProductType, Value

WATCH = ProductType(
    "watch",
    "Watch",
    "Watches",
    attributes=(
        Attribute("diameter", "Diameter", "mm", measures="width"),
        Attribute("thick", "Thickness", "mm", measures="depth"),
        Attribute("weight", "Weight", "g"),
    ),
)


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ({"diameter": 42, "thick": "11,5"}, {"width": 0.042, "depth": 0.0115}),
        ({"diameter": "about 42", "weight": 80}, {}),
        ({"diameter": 0, "thick": ""}, {}),
    ],
)
def test_sides_are_stated_by_attributes_that_measure(
    attributes: dict[str, Value], size: dict[str, float]
) -> None:
    assert stated_size(WATCH, attributes) == size


def test_what_nobody_answered_is_found_out() -> None:
    assert intake(None, "z", WATCH, {"thick": 12}) == {
        "unit": "auto",
        "up": "z",
        "size": [None, None, 0.012],
    }
