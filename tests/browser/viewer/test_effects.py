"""What the choices of a selection do to the model."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

RED = {"kind": "paint", "slot": "fabric", "material": {"color": "#c01020", "roughness": None}}
LACQUER = {
    "kind": "paint",
    "slot": "fabric",
    "material": {"color": "#c01020", "clearcoat": 1.0, "sheen": "#ffffff"},
}
NAVY = {"kind": "variant", "name": "Navy"}
STEEL = {"kind": "show", "node": "legs steel", "hides": ["legs oak"]}
NO_LEGS = {"kind": "show", "node": "", "hides": ["legs oak", "legs steel"]}
WIDER = {"kind": "stretch", "node": "body", "axis": "x", "grow": 0.4, "keep": 0.1}
TALLER = {"kind": "stretch", "node": "piece", "axis": "y", "grow": 0.1, "keep": 0.05}
SET = "(viewer, effects) => { viewer.effects = effects; }"
SIZE = "viewer => Object.values(viewer.size).map((metres) => Math.round(metres * 1000))"
IS_SEEN = "(viewer, name) => viewer.three.model.nodes.get(name)[0].visible"


def test_paint_changes_the_colour_and_back(viewer):
    viewer.show()
    grey = viewer.colour()
    viewer.run(SET, [RED])
    red = viewer.colour()
    viewer.run(SET, [])
    assert red[0] > 2 * red[1]
    assert viewer.colour() == grey


def test_the_first_frame_wears_the_selection(viewer):
    viewer.show(effects=[RED])
    assert viewer.colour()[0] > 2 * viewer.colour()[1]


def test_lacquer_and_sheen_come_to_a_material_that_had_none(viewer):
    viewer.show(effects=[RED])
    matt = viewer.colour()
    viewer.run(SET, [LACQUER])
    assert viewer.colour() != matt


def test_a_variant_dresses_the_model_and_back(viewer):
    viewer.show()
    grey = viewer.colour()
    viewer.run(SET, [NAVY])
    viewer.until_colour(lambda now: now[2] > 2 * now[0])
    viewer.run(SET, [])
    viewer.until_colour(lambda now: now == grey)


def test_the_page_event_repaints(viewer):
    viewer.show()
    viewer.run(
        "(_, effects) => document.body.dispatchEvent(new CustomEvent('configured', {detail: {effects}}))",
        [RED],
    )
    assert viewer.colour()[0] > 2 * viewer.colour()[1]


def test_show_hides_the_other_choices(viewer):
    viewer.show(effects=[STEEL])
    assert [viewer.run(IS_SEEN, name) for name in ("legs steel", "legs oak")] == [True, False]


def test_a_choice_that_shows_nothing_hides_them_all_and_the_size_follows(viewer):
    viewer.show(effects=[NO_LEGS])
    assert viewer.run(SIZE) == [800, 400, 400]


def test_stretch_grows_the_size(viewer):
    viewer.show(effects=[STEEL, WIDER, TALLER])
    assert viewer.run(SIZE) == [1200, 700, 400]


def test_stretch_is_taken_back(viewer):
    viewer.show(effects=[WIDER])
    viewer.run(SET, [])
    assert viewer.run(SIZE) == [800, 600, 400]


def test_what_is_kept_moves_rigidly_about_the_middle(viewer):
    viewer.show(effects=[{**WIDER, "node": "legs oak", "keep": 0.11}])
    places = viewer.run(
        """viewer => { const xs = viewer.three.model.nodes.get("legs oak")[0].children
             .flatMap((mesh) => [mesh.geometry.boundingBox.min.x, mesh.geometry.boundingBox.max.x]);
           return xs.map((x) => Math.round(x * 1000)); }"""
    )
    assert places == [-550, -450, 450, 550]


def test_dimensions_say_what_the_stretched_piece_measures(viewer):
    viewer.show(effects=[WIDER])
    viewer.page.get_by_role("button", name="Show dimensions").click()
    viewer.page.locator(".pv-length", has_text="120 cm 47.2 in").wait_for()
    assert "width 120 cm, depth 40 cm, height 60 cm" in viewer.page.locator(".pv-live").inner_text()


def test_a_viewer_of_a_plugin_is_told_level_and_text(viewer):
    viewer.show(product="clock", effects=[{"kind": "text", "option": "engraving", "value": "ANNA"}])
    assert viewer.run("viewer => viewer.dataset.seen") == "standard true"
    assert viewer.run("viewer => viewer.dataset.text") == "engraving=ANNA"
    assert viewer.run("viewer => viewer.dataset.frames") is None


@pytest.mark.parametrize("options", [{"reduced_motion": "no-preference"}])
def test_a_viewer_of_a_plugin_moves_where_motion_is_welcome(viewer, options):
    viewer.show(product="clock")
    viewer.until("viewer => Number(viewer.dataset.frames) > 1")
