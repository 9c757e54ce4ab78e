"""Keyboard, words, motion, and browsers that can't."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.viewer.viewer_page import STILL, Viewer, listen

pytestmark = pytest.mark.browser
YAW = """viewer => {
  const { x, z } = viewer.three.camera.position;
  return Math.round(Math.atan2(x, z) * 18000 / Math.PI) / 100;
}"""
DISTANCE = "viewer => viewer.three.camera.position.length()"
AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"


def focus(viewer):
    viewer.page.get_by_role("application").focus()


def turned(viewer, condition):
    """Wait until the yaw, in degrees, meets a condition in JavaScript's words."""
    viewer.until(f"viewer => {{ const yaw = ({YAW})(viewer); return {condition}; }}")


def test_arrow_keys_turn_and_home_returns(viewer):
    viewer.show()
    focus(viewer)
    start = viewer.run(YAW)
    viewer.page.keyboard.press("ArrowRight")
    turned(viewer, f"Math.abs(yaw - {start - 22.5}) < 0.1")
    viewer.page.keyboard.press("Home")
    turned(viewer, f"yaw === {start}")


def test_the_view_is_said(viewer):
    viewer.show()
    focus(viewer)
    viewer.page.keyboard.press("ArrowLeft")
    viewer.page.get_by_text("Seen from the front right").wait_for(state="attached")


def test_reduced_motion_jumps_in_one_frame(viewer):
    viewer.show()
    frames = viewer.run(
        """viewer => new Promise((resolve) => {
             const count = () => viewer.three.renderer.info.render.frame, before = count();
             viewer.querySelector(".pv-button").click();
             setTimeout(() => resolve(count() - before), 400); })"""
    )
    assert frames == 1


def test_still_means_no_frames(viewer):
    viewer.show()
    viewer.rest()
    assert viewer.run(STILL)


def test_a_drag_turns_it(viewer):
    viewer.show()
    start = viewer.run(YAW)
    box = viewer.page.get_by_role("application").bounding_box()
    assert box
    viewer.page.mouse.move(box["x"] + 240, box["y"] + 200)
    viewer.page.mouse.down()
    viewer.page.mouse.move(box["x"] + 160, box["y"] + 200)
    viewer.page.mouse.up()
    turned(viewer, f"yaw > {start + 20}")


def test_the_wheel_scrolls_the_page_until_the_viewer_is_taken(viewer):
    viewer.show()
    viewer.page.mouse.move(240, 300)
    viewer.page.mouse.wheel(0, 100)
    viewer.until("() => scrollY >= 100")
    focus(viewer)
    scrolled, before = viewer.run("() => scrollY"), viewer.run(DISTANCE)
    viewer.page.mouse.wheel(0, 100)
    viewer.until(f"viewer => ({DISTANCE})(viewer) !== {before}")
    assert viewer.run("() => scrollY") == scrolled


def test_full_screen_and_back_keeps_the_focus_on_its_button(viewer):
    viewer.show()
    viewer.page.get_by_role("button", name="Full screen").click()
    viewer.wait("data-full")
    viewer.page.get_by_role("button", name="Leave full screen").click()
    viewer.page.get_by_role("button", name="Full screen", exact=True).wait_for()
    assert viewer.run("() => document.activeElement.getAttribute('aria-label')") == "Full screen"


@pytest.mark.parametrize("options", [{"viewport": {"width": 390, "height": 800}, "color_scheme": "dark"}])
def test_axe_finds_nothing_on_a_phone(viewer, options):
    viewer.show()
    viewer.page.get_by_role("button", name="Show dimensions").click()
    viewer.page.evaluate(AXE.read_text())
    found = viewer.page.evaluate("axe.run().then((result) => result.violations.map((found) => found.id))")
    assert found == []
    assert viewer.run("() => document.documentElement.scrollWidth") == 390


def test_without_webgl_the_poster_stays_and_says_why(poor, address):
    page = poor.new_page()
    viewer = Viewer(page, address)
    listen(viewer)
    viewer.open()
    page.get_by_text("3D isn’t available in this browser").wait_for()
    shown = page.get_by_role("img", name="Test piece").is_visible()
    page.close()
    assert shown
    assert viewer.complaints == []
