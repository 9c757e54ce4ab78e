"""The shop in Chromium: the quick path, the plain one, and what every page must be."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from storefront.catalog import operations as catalog
from storefront.registry import Registry
from storefront.web.context import shop
from tests.browser.judging import PHONE, faults
from tests.browser.serving import complaints, served
from tests.conftest import publish_snapshot
from tests.storefront.chairs import seats_only, stock

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/c/seats",
    "/c/chair?wood=oak",
    "/search?q=chair",
    "/search?q=zeppelin",
    "/search?q=fjrod",
    "/search?q=" + "x" * 100,
    "/delivery",
    "/p/fjord",
    "/p/fjord?legs=steel&fabric=velvet&width=61",
    "/cart",
    "/nowhere",
)


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Chairs only."""
    return seats_only()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where a shop with three chairs is served; two of them have a picture."""
    stock(app)
    for slug in ("fjord", "strand"):
        catalog.publish_media(slug, "asset", "renditions/chair/", _manifest())
    publish_snapshot(app)
    with served(app) as address:
        yield address


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A desktop browser that must end without a complaint of its own."""
    yield from _open(chromium, address, width=1440)


@pytest.fixture
def plain(chromium: Browser, address: str) -> Iterator[Page]:
    """A phone's browser without JavaScript."""
    yield from _open(chromium, address, width=390, scripts=False)


def _open(chromium: Browser, address: str, width: int, *, scripts: bool = True) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=address,
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
        reduced_motion="reduce",
    )
    page = context.new_page()
    told = complaints(page)
    yield page
    context.close()
    # A page that answers 404 is a line in the console, and meant.
    assert [text for text in told if "404 (NOT FOUND)" not in text] == []


def _manifest() -> dict[str, object]:
    images = []
    for side in (1200, 480):
        picture = io.BytesIO()
        Image.new("RGBA", (side, side), (120, 90, 60, 255)).save(picture, "WEBP")
        name = f"poster-{side}.webp"
        shop().objects.put_stream(f"renditions/chair/{name}", io.BytesIO(picture.getvalue()), "image/webp")
        images.append({"path": name, "type": "image/webp", "width": side, "height": side, "bytes": 0})
    level = {"path": "level.glb", "bytes": 90_000, "wire_bytes": 48_000, "triangles": 900, "texture": 256}
    return {
        "levels": {"preview": level, "standard": level, "high": level},
        "poster": {"width": 1200, "height": 1200, "images": images},
        "camera": {"position": [1.9, 1.4, 3.1], "target": [0.0, 0.4, 0.0], "fov": 30.0},
        "bounds": {"min": [-0.3, 0.0, -0.3], "max": [0.3, 0.8, 0.3]},
        "nodes": [],
        "materials": [],
        "variants": [],
    }


def _total(page: Page) -> str:
    return page.locator(".total dd").inner_text()


# --- configuring --------------------------------------------------------------------------------


def test_it_works(page: Page) -> None:
    page.goto("/p/fjord")
    page.evaluate("document.addEventListener('configured', (e) => { window.told = e.detail.announce; })")
    page.get_by_role("radio", name=re.compile("Moss")).check(force=True)
    expect(page).to_have_url(re.compile(r"/p/fjord\?fabric=moss$"))
    expect(page.locator(".total dd")).to_have_text("€440")
    expect(page.locator("#configuration [role=status]")).to_have_text("Fabric: Moss, +€40. Total €440.")
    assert page.evaluate("window.told") == "Fabric: Moss, +€40. Total €440."


def test_the_focus_stays_on_the_choice(page: Page) -> None:
    page.goto("/p/fjord")
    page.locator("#o-fabric-stone").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".total dd")).to_have_text("€440")
    expect(page.locator("#o-fabric-moss")).to_be_focused()


def test_the_slider_moves_the_number_and_the_price(page: Page) -> None:
    page.goto("/p/fjord")
    page.get_by_role("slider", name="Width, slider").focus()
    for _step in range(2):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".total dd")).to_have_text("€430")
    expect(page.locator("#o-width")).to_have_value("70")


def test_back_steps_through_the_choices(page: Page) -> None:
    page.goto("/p/fjord")
    page.evaluate("window.same = true")
    page.get_by_role("radio", name=re.compile("Moss")).check(force=True)
    expect(page.locator(".total dd")).to_have_text("€440")
    page.get_by_label("Name plate").press_sequentially("ANNA")
    expect(page.locator(".total dd")).to_have_text("€446")
    page.go_back()
    expect(page.locator(".total dd")).to_have_text("€440")
    expect(page.get_by_label("Name plate")).to_have_value("")
    page.go_back()
    expect(page.locator(".total dd")).to_have_text("€400")
    expect(page.locator("#o-fabric-stone")).to_be_checked()
    assert page.evaluate("window.same")


def test_one_click_mends_what_does_not_go_together(page: Page) -> None:
    page.goto("/p/fjord?legs=steel&fabric=velvet")
    expect(page.get_by_role("button", name="Add to cart")).to_be_disabled()
    page.get_by_role("link", name="Use oak legs").click()
    expect(page.locator("#o-legs-oak")).to_be_checked()
    expect(page.locator("#o-legs-oak")).to_be_focused()
    expect(page.get_by_role("button", name="Add to cart")).to_be_enabled()


def test_an_open_explanation_stays_open(page: Page) -> None:
    page.goto("/p/fjord?legs=steel")
    page.locator("#why-fabric summary").click()
    page.get_by_role("radio", name=re.compile("Moss")).check(force=True)
    expect(page.locator("#o-fabric-moss")).to_have_attribute("checked", "")
    expect(page.locator("#why-fabric")).to_have_attribute("open", "")


def test_a_configuration_can_be_shared(page: Page) -> None:
    page.goto("/p/fjord?fabric=moss&width=70")
    expect(page.locator("#o-fabric-moss")).to_be_checked()
    assert _total(page) == "€470"


# --- buying -------------------------------------------------------------------------------------


def test_adding_stays_on_the_page_and_counts_in_the_header(page: Page) -> None:
    page.goto("/p/fjord")
    page.get_by_label("Quantity").fill("2")
    page.get_by_role("button", name="Add to cart").click()
    expect(page.locator("#added")).to_contain_text("is in your cart")
    expect(page.locator("#me .badge")).to_contain_text("2")
    expect(page).to_have_url(re.compile("/p/fjord$"))


def test_the_cart_changes_in_place(page: Page) -> None:
    page.goto("/p/fjord")
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("link", name="See the cart").click()
    page.get_by_role("button", name="One more of Fjord").click()
    expect(page.locator(".summary .total dd")).to_have_text("€800")
    page.get_by_role("button", name="Remove Fjord").click()
    expect(page.locator("#cart")).to_contain_text("Nothing in here yet")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".summary .total dd")).to_have_text("€800")


def test_a_line_is_edited_where_it_was_made(page: Page) -> None:
    page.goto("/p/fjord")
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("link", name="See the cart").click()
    page.get_by_role("link", name="Edit Fjord").click()
    page.get_by_role("radio", name=re.compile("Moss")).check(force=True)
    expect(page.locator(".total dd")).to_have_text("€440")
    page.get_by_role("button", name="Update the cart").click()
    expect(page.locator(".line")).to_have_count(1)
    expect(page.locator(".line")).to_contain_text("Moss")


def test_all_of_it_works_without_javascript(plain: Page) -> None:
    plain.goto("/p/fjord")
    plain.get_by_role("radio", name=re.compile("Moss")).check(force=True)
    plain.get_by_role("button", name="Show this configuration").click()
    expect(plain).to_have_url(re.compile(r"/p/fjord\?fabric=moss$"))
    plain.get_by_role("button", name="Add to cart").click()
    expect(plain).to_have_url(re.compile("/cart$"))
    plain.get_by_role("button", name="One more of Fjord").click()
    expect(plain.locator(".summary .total dd")).to_have_text("€880")


# --- finding ------------------------------------------------------------------------------------


def test_a_filter_narrows_in_place(page: Page) -> None:
    page.goto("/c/seats")
    page.evaluate("window.same = true")
    page.get_by_label("Oak").check()
    expect(page).to_have_url(re.compile("wood=oak"))
    expect(page.locator(".card")).to_have_count(2)
    page.get_by_role("link", name=re.compile("Wood: Oak")).click()
    expect(page.locator(".card")).to_have_count(3)


def test_on_a_phone_the_filters_lead_to_what_they_left(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/c/seats")
    page.locator(".filters > summary").click()
    page.get_by_label("Oak").check()
    page.get_by_role("link", name="Show 2 pieces").click()
    expect(page.locator(".card").first).to_be_in_viewport()


def test_a_desk_leads_to_a_telephone(page: Page) -> None:
    page.goto("/p/fjord?fabric=moss")
    page.get_by_text("See it in your room").click()
    code = page.get_by_role("img", name="QR code with the address of this page")
    expect(code).to_have_attribute("src", "/p/fjord/phone.svg?fabric=moss")
    expect(code).to_have_js_property("complete", True)
    assert code.evaluate("code => code.naturalWidth") > 0


# --- every page ---------------------------------------------------------------------------------


def test_each_page_is_accessible_and_fits(page: Page) -> None:
    for path in PAGES:
        page.goto(path, wait_until="networkidle")
        assert (path, faults(page)) == (path, [])
