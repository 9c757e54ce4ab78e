"""Looks as a visitor meets them: cards that turn, the cart's pictures, the way into the room."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from storefront.assets.models import Job
from storefront.registry import Registry
from storefront.web.context import shop
from tests.browser.serving import complaints, served
from tests.storefront.looking import BASE, finish, lights_only, manifest, stock, store

pytestmark = pytest.mark.browser
HAS_QUICK_LOOK = """const known = DOMTokenList.prototype.supports;
DOMTokenList.prototype.supports = function (token) { return token === "ar" || known.call(this, token); };"""
ANDROID = "Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 Chrome/156.0 Mobile Safari/537.36"


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Lamps only."""
    return lights_only()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where a shop with one lamp is served, its pictures and its turntable made."""
    stock(app)
    for image in manifest()["poster"]["images"]:
        picture(image["path"])
    paths = [f"turntable/{number:02}.avif" for number in range(24)]
    for path in paths:
        picture(path)
    told = {"width": 8, "height": 8, "images": [{"type": "image/avif", "paths": paths}]}
    store("turntable.json", told)
    with served(app) as address:
        yield address


@pytest.fixture
def options() -> dict[str, Any]:
    """How the browser is set; a test may parametrise it."""
    return {}


@pytest.fixture
def page(chromium: Browser, address: str, options: dict[str, Any]) -> Iterator[Page]:
    """A browser that must end without a complaint."""
    context = chromium.new_context(base_url=address, **options)
    page = context.new_page()
    told = complaints(page)
    yield page
    context.close()
    assert told == []


def picture(path: str) -> None:
    file = io.BytesIO()
    kind = path.rpartition(".")[2]
    Image.new("RGB", (8, 8), (200, 120, 40)).save(file, "JPEG" if kind == "jpg" else kind.upper())
    file.seek(0)
    shop().objects.put_stream(BASE + path, file, f"image/{kind}")


def finish_all() -> None:
    """Do what a renderer does."""
    for job in Job.scan():
        if job.kind == "configuration":
            key = job.subject.rpartition("/")[2]
            for name in ("a.avif", "b.avif", "c.jpg"):
                picture(f"configurations/{key}/{name}")
            finish(key)


def test_a_card_turns_with_the_mouse_and_rests_without_it(page: Page) -> None:
    page.goto("/c/lamp")
    box = page.locator(".card .ground").bounding_box()
    assert box
    page.mouse.move(box["x"] + 5, box["y"] + 20)
    expect(page.locator(".card .frame")).to_have_attribute("src", f"/assets/{BASE}turntable/02.avif")
    page.mouse.move(box["x"] + box["width"] - 5, box["y"] + 20)
    expect(page.locator(".card .frame")).to_have_attribute("src", f"/assets/{BASE}turntable/21.avif")
    page.mouse.move(2, 2)
    expect(page.locator(".card .frame")).to_have_count(0)


@pytest.mark.parametrize("options", [{"reduced_motion": "reduce"}, {"has_touch": True, "is_mobile": True}])
def test_a_card_stays_still_for_who_wants_or_needs_it(page: Page, options: dict[str, Any]) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/c/lamp")
    page.get_by_role("link", name="Lamp", exact=True).hover()
    page.wait_for_timeout(400)
    assert not any("turntable" in url or "cards.js" in url for url in asked)


def test_the_picture_in_the_cart_comes_when_it_is_made(page: Page) -> None:
    page.goto("/p/lamp?shade=moss")
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_text("is in your cart").wait_for()
    page.goto("/cart")
    expect(page.locator(".line img")).to_have_attribute("src", f"/assets/{BASE}poster/a.avif")
    finish_all()
    page.locator(".line img[src*=configurations]").wait_for()
    expect(page.locator(".line [hx-get*=picture]")).to_have_count(0)


def test_a_desktop_isnt_offered_what_it_cant_do(page: Page) -> None:
    page.goto("/p/lamp")
    expect(page.get_by_text("View in your room").first).to_be_hidden()


def test_a_phone_with_quick_look_stands_the_configuration_in_the_room(page: Page) -> None:
    page.add_init_script(HAS_QUICK_LOOK)
    page.goto("/p/lamp?shade=moss")
    page.get_by_role("button", name="View in your room").click()
    page.get_by_text("Getting Lamp ready").wait_for()
    finish_all()
    link = page.get_by_role("link", name="View in your room")
    expect(link).to_have_attribute("rel", "ar")
    expect(link.locator("> img")).to_have_count(1)
    assert "configurations" in str(link.get_attribute("href"))


@pytest.mark.parametrize("options", [{"user_agent": ANDROID, "viewport": {"width": 390, "height": 800}}])
def test_a_phone_with_scene_viewer_gets_its_link(page: Page, options: dict[str, Any]) -> None:
    page.goto("/p/lamp")
    link = page.get_by_role("link", name="View in your room")
    expect(link).to_have_count(1)
    assert str(link.get_attribute("href")).startswith("intent://arvr.google.com/scene-viewer/1.2?file=http")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
