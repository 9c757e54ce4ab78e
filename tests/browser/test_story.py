"""The whole story, as people do it, on files that nobody here made.

A merchant uploads a model in the browser; the worker renders it; a shopper sees it in 3D, turns it,
chooses another variant where it has some, and puts it in the cart.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from storefront.embedded.process import free_port
from storefront.seeding import MERCHANT
from tests.browser.judging import faults
from tests.browser.serving import complaints

pytestmark = pytest.mark.browser

SAMPLES = Path(__file__).parents[3] / "shared" / "models"
VARIANTS = {"GlamVelvetSofa": "Navy", "SheenChair": "Peacock Velvet", "MaterialsVariantsShoe": "beach"}
# Variants, transparency, moving parts, metal, plain: ``python -m bench outputs`` shows every sample.
NAMES = (*VARIANTS, "AlphaBlendModeTest", "MorphPrimitivesTest", "BoomBoxWithAxes", "WaterBottle")
MODELS = [SAMPLES / f"{name}.glb" for name in NAMES]
DESK = (
    "/account",
    "/merchant",
    "/merchant/products/new",
    "/merchant/products/new?type=lamp",
)
PREVIEW_BYTES, STANDARD_BYTES, HIGH_BYTES = 300_000, 5_000_000, 15_000_000
PATIENCE = 180_000
"""Milliseconds."""


@dataclass(frozen=True)
class Shop:
    """A running shop."""

    url: str
    password: str


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    data, port = tmp_path_factory.mktemp("shop"), free_port()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("STOREFRONT_")}
    command = (sys.executable, "-m", "storefront", "--no-seed", "--port", str(port), "--data", str(data))
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(url)
        yield Shop(url, (data / "demo_password").read_text())
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the shop isn't ready")


@pytest.fixture
def page(rich: Browser, shop: Shop) -> Iterator[Page]:
    """A browser that must end without an error of the page's own."""
    context = rich.new_context(
        base_url=shop.url, viewport={"width": 900, "height": 800}, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    told = complaints(page, ["error"])
    yield page
    context.close()
    assert told == []


def sign_in(page: Page, shop: Shop) -> None:
    page.goto("/account/sign-in")
    page.fill("#email", MERCHANT)
    page.fill("#password", shop.password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sell(page: Page, model: Path) -> str:
    """Make a product, upload the model in the browser, publish it; the address of its page."""
    page.goto("/merchant/products/new?type=lamp")
    page.fill("#title", model.stem)
    page.fill("#price", "199")
    page.get_by_role("button", name="Save as draft").click()
    page.set_input_files("#file", model)
    page.get_by_role("button", name="Upload", exact=True).click()
    page.get_by_role("button", name="Publish").click()
    return str(page.get_by_role("link", name="See it in the shop").get_attribute("href"))


def open_when_sold(page: Page, address: str) -> None:
    """Open the product's page as soon as the catalog's snapshot holds it: within 5 s."""
    deadline = time.monotonic() + 10
    while page.request.get(address).status != 200:
        assert time.monotonic() < deadline, "the product didn't reach the shop"
        time.sleep(0.2)
    page.goto(address)


def wait_for_level(page: Page, level: str) -> None:
    page.wait_for_selector(f"[data-levels][data-level={level}]", timeout=PATIENCE)


def picture(page: Page) -> str:
    """What the viewer shows now, as a data URL."""
    return str(page.locator("[data-levels]").evaluate("viewer => viewer.snapshot()"))


def wait_for_another_picture(page: Page, before: str) -> None:
    deadline = time.monotonic() + 20
    while picture(page) == before:
        assert time.monotonic() < deadline, "the picture didn't change"
        page.wait_for_timeout(100)


def sizes(page: Page) -> dict[str, int]:
    """Level -> bytes on the wire, as the server really sends them."""
    levels = json.loads(str(page.locator("[data-levels]").get_attribute("data-levels")))
    found = {}
    for name, level in levels.items():
        request = urllib.request.Request(
            page.url.partition("/p/")[0] + level["url"], headers={"Accept-Encoding": "br"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            found[name] = len(answer.read())
    return found


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample models are not beside this checkout")
@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.stem)
def test_a_file_that_nobody_here_made_becomes_a_product_in_the_cart(
    page: Page, shop: Shop, model: Path
) -> None:
    sign_in(page, shop)
    open_when_sold(page, sell(page, model))
    wait_for_level(page, "standard")
    wire = sizes(page)
    assert wire["preview"] <= PREVIEW_BYTES
    assert wire["standard"] <= STANDARD_BYTES
    assert wire["high"] <= HIGH_BYTES
    before = picture(page)
    page.get_by_role("application").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    wait_for_another_picture(page, before)
    for _ in range(8):
        page.keyboard.press("+")
    wait_for_level(page, "high")
    if variant := VARIANTS.get(model.stem):
        _choose(page, variant)
    page.get_by_role("button", name="Add to cart").click()
    expect(page.locator("#added")).not_to_be_empty()
    page.goto("/cart")
    expect(page.get_by_text(model.stem).first).to_be_visible()
    if variant:
        expect(page.get_by_text(variant, exact=False).first).to_be_visible()


def _choose(page: Page, variant: str) -> None:
    before = picture(page)
    page.locator(f'input[name=variant][value="{variant}"]').check(force=True)
    page.wait_for_url(f"**variant={variant.split()[0]}*")
    wait_for_another_picture(page, before)


def test_the_desk_is_accessible_and_fits(page: Page, shop: Shop) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, shop)
    for path in DESK:
        page.goto(path)
        assert (path, faults(page)) == (path, [])
