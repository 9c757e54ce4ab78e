"""The turntable of pictures, where 3D can't be shown or would cost too much."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.viewer.viewer_page import Viewer, listen

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
SHOWN = "viewer => viewer.querySelector('.pv-turn-stage img').src.split('/').pop().split('.')[0]"
DECODED = "viewer => viewer.dataset.pictures === 'turned'"


@pytest.fixture
def turning(poor: Browser, address: str) -> Iterator[Viewer]:
    """A page without WebGL whose product has a turntable."""
    context = poor.new_context(viewport={"width": 390, "height": 800})
    viewer = Viewer(context.new_page(), address)
    listen(viewer)
    viewer.open(product="turning")
    viewer.page.get_by_role("slider").wait_for()
    yield viewer
    context.close()
    assert viewer.complaints == []


def frames(viewer: Viewer) -> list[str]:
    return sorted({url.rsplit("/", 1)[1] for url in viewer.requests if url.endswith((".avif", ".webp"))})


def drag(viewer: Viewer, pixels: int) -> None:
    box = viewer.page.get_by_role("slider").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    viewer.page.mouse.move(x, y)
    viewer.page.mouse.down()
    viewer.page.mouse.move(x + pixels, y, steps=4)
    viewer.page.mouse.up()


def test_until_it_is_turned_the_poster_stays(turning: Viewer) -> None:
    assert turning.page.get_by_role("img", name="Test piece").is_visible()
    assert turning.page.get_by_text("3D isn’t available in this browser").is_visible()
    assert frames(turning) == []


def test_buttons_turn_it_by_two_frames(turning: Viewer) -> None:
    turning.page.get_by_role("button", name="Turn left").click()
    turning.until(DECODED)
    assert turning.run(SHOWN) == "02"


def test_only_what_is_wanted_is_fetched(turning: Viewer) -> None:
    turning.page.get_by_role("button", name="Turn right").click()
    turning.until(DECODED)
    assert frames(turning) == ["22.avif"]


def test_arrow_keys_turn_it_and_home_returns(turning: Viewer) -> None:
    turning.page.get_by_role("slider").focus()
    turning.page.keyboard.press("ArrowLeft")
    turning.until(DECODED)
    assert turning.run(SHOWN) == "01"
    turning.page.keyboard.press("Home")
    turning.until(f"viewer => ({SHOWN})(viewer) === '00'")


def test_a_drag_across_it_is_half_a_turn(turning: Viewer) -> None:
    width = turning.run("viewer => viewer.querySelector('.pv-turn-stage').clientWidth")
    drag(turning, -width // 4)
    turning.until(f"viewer => ({SHOWN})(viewer) === '03'")


def test_the_view_is_said(turning: Viewer) -> None:
    slider = turning.page.get_by_role("slider")
    assert slider.get_attribute("aria-valuetext") == "Seen from the front right"
    for _ in range(4):
        turning.page.get_by_role("button", name="Turn left").click()
    assert slider.get_attribute("aria-valuetext") == "Seen from the back right"


def test_axe_finds_nothing_and_nothing_sticks_out(turning: Viewer) -> None:
    turning.page.evaluate(AXE.read_text())
    found = turning.page.evaluate("axe.run().then((result) => result.violations.map((found) => found.id))")
    assert found == []
    assert turning.run("() => document.documentElement.scrollWidth") == 390


def test_a_browser_without_avif_gets_webp(turning: Viewer) -> None:
    turning.page.route("**/*.avif", lambda route: route.fulfill(body=b"what?", content_type="image/avif"))
    turning.page.get_by_role("button", name="Turn left").click()
    turning.until(DECODED)
    assert turning.run("viewer => viewer.querySelector('.pv-turn-stage img').src").endswith("02.webp")


SAVING = "Object.defineProperty(navigator, 'connection', {value: {saveData: true, effectiveType: '4g'}})"


def test_who_saves_data_turns_pictures_and_may_still_load_3d(viewer: Viewer) -> None:
    viewer.page.add_init_script(SAVING)
    viewer.open(product="turning", start="idle")
    viewer.page.get_by_role("button", name="Turn left").click()
    viewer.until(DECODED)
    assert frames(viewer) == ["02.avif"]
    viewer.page.get_by_role("button", name="Load 3D").click()
    viewer.wait("data-state=live")
    assert not viewer.page.get_by_role("slider").is_visible()


def test_after_a_lost_context_pictures_take_over_until_3d_is_wanted_again(viewer: Viewer) -> None:
    viewer.show(product="turning")
    viewer.run("viewer => viewer.three.renderer.forceContextLoss()")
    viewer.page.get_by_role("slider").wait_for()
    viewer.page.get_by_role("button", name="Turn left").click()
    viewer.until(DECODED)
    viewer.page.get_by_role("button", name="Try again").click()
    viewer.wait("data-state=live")
    assert not viewer.page.get_by_role("slider").is_visible()
