"""The ladder from the poster to the finest level."""

from __future__ import annotations

import pytest

from tests.browser.viewer.viewer_harness import vendor

pytestmark = pytest.mark.browser
POSE = "viewer => viewer.three.camera.matrixWorld.elements.join()"


def test_it_works(viewer):
    viewer.show()
    assert viewer.run("viewer => viewer.level") == "standard"
    assert viewer.colour()[3] == 255


def test_nothing_heavy_is_fetched_before_the_shopper_wants_3d(viewer):
    viewer.open(start="intent")
    viewer.page.get_by_role("button", name="View in 3D").wait_for()
    assert not any(url.endswith((".glb", vendor("product-viewer.js"))) for url in viewer.requests)


def test_the_button_on_the_poster_starts_it_and_hands_on_the_focus(viewer):
    viewer.open(start="intent")
    viewer.page.get_by_role("button", name="View in 3D").focus()
    viewer.wait("data-state=live")
    assert viewer.run("() => document.activeElement.className") == "pv-stage"


def test_the_camera_stays_where_the_shopper_put_it(viewer):
    held = []
    viewer.page.route("**/standard.glb", lambda route: held.append(route))
    viewer.open()
    viewer.wait("data-level=preview")
    viewer.page.get_by_role("button", name="Turn left").click()
    viewer.page.get_by_role("button", name="Zoom in").click()
    viewer.rest()
    before = viewer.run(POSE)
    held[0].continue_()
    viewer.wait("data-level=standard")
    assert viewer.run(POSE) == before


def test_the_high_level_comes_when_one_looks_closely(viewer):
    viewer.show()
    assert not any(url.endswith("high.glb") for url in viewer.requests)
    for _ in range(3):
        viewer.page.get_by_role("button", name="Zoom in").click()
    viewer.wait("data-level=high")


def test_progress_is_told_in_megabytes_and_the_finest_level_can_be_cancelled(viewer):
    held = []
    viewer.page.route("**/high.glb", lambda route: held.append(route))
    viewer.show()
    for _ in range(3):
        viewer.page.get_by_role("button", name="Zoom in").click()
    viewer.page.get_by_text("Loading finest details · 0.0 MB of 0.0 MB").wait_for()
    viewer.page.get_by_role("button", name="Cancel").click()
    assert viewer.page.locator(".pv-status").is_hidden()
    assert viewer.run("viewer => viewer.level") == "standard"


def test_a_finer_level_that_fails_leaves_the_preview_and_can_be_tried_again(viewer):
    viewer.page.route("**/standard.glb", lambda route: route.fulfill(status=404), times=1)
    viewer.open()
    viewer.page.get_by_role("button", name="Try again").click()
    viewer.wait("data-level=standard")
    assert all("404" in complaint for complaint in viewer.complaints)
    viewer.complaints.clear()


def test_a_lost_context_brings_back_the_poster_and_3d_on_demand(viewer):
    viewer.show()
    viewer.run("viewer => viewer.three.renderer.forceContextLoss()")
    viewer.wait("data-state=failed")
    assert viewer.page.get_by_role("img", name="Test piece").is_visible()
    viewer.page.get_by_role("button", name="Try again").click()
    viewer.wait("data-level=standard")


def test_a_removed_viewer_gives_back_its_context(viewer):
    viewer.show()
    take = "const gl = viewer.three.renderer.getContext(); viewer.remove(); return gl.isContextLost();"
    assert viewer.run(f"viewer => {{ {take} }}")


def test_save_data_asks_first_and_says_the_price(viewer):
    viewer.page.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")
    viewer.open(start="idle")
    viewer.page.get_by_role("button", name="Load 3D (0.0 MB)").wait_for()
    assert not any(url.endswith(".glb") for url in viewer.requests)
