"""What scripts/build_static.mjs leaves in static/vendor."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest

from tests.browser.viewer.viewer_harness import STATIC

VENDOR = STATIC / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text())


@pytest.mark.parametrize("name", MANIFEST)
def test_each_file_is_what_the_manifest_says(name):
    made = MANIFEST[name]
    data = (VENDOR / made["file"]).read_bytes()
    digest = base64.b64encode(hashlib.sha384(data).digest()).decode()
    assert (made["bytes"], made["integrity"]) == (len(data), f"sha384-{digest}")


def test_the_viewer_stays_lean():
    wire = {name: made["brotli"] for name, made in MANIFEST.items()}
    assert wire["product-viewer.js"] <= 140_000
    assert wire["viewer-loader.js"] <= 1_500
    assert wire["environment.bin"] <= 32_000


def test_licences_lie_beside_the_code():
    assert all((VENDOR / f"{name}.LICENSE.txt").stat().st_size > 100 for name in ("three", "htmx"))
