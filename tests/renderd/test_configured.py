"""Configured documents: painted, shown, stretched and dressed as the viewer does it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from renderd.pipeline.bounds import measure
from renderd.pipeline.configured import configured
from renderd.pipeline.document import ARRAY_BUFFER, Document
from renderd.pipeline.scene import draws, world_normals, world_positions
from tests.renderd.poster_models import add_mesh, empty, painted

BAR = np.array([[x, y, z] for x in (-1.0, -0.5, 0.5, 1.0) for y in (0, 1) for z in (0, 1)], np.float32)
FACES = np.array([[0, 1, 2], [5, 9, 13], [10, 14, 15]])


def bar(**node: Any) -> Document:
    """Points at x = -1, -0.5, 0.5 and 1 m in a node named "frame", painted "cloth" in red."""
    document = empty({"name": "cloth", **painted((1, 0, 0))}, {"name": "wood", **painted((0, 1, 0))})
    add_mesh(document, BAR, FACES, 0, normals=np.tile([0.6, 0.8, 0.0], (len(BAR), 1)))
    document.json["nodes"][0] |= {"name": "frame", **node}
    return document


def grow(metres: float, axis: str = "x", keep: float = 0.4, node: str = "frame") -> dict[str, Any]:
    return {"kind": "stretch", "node": node, "axis": axis, "grow": metres, "keep": keep}


def paint(slot: str, **look: Any) -> dict[str, Any]:
    return {"kind": "paint", "slot": slot, "material": look}


def columns(document: Document, axis: int = 0) -> list[float]:
    """The coordinates of the first thing drawn, each once."""
    return list(np.unique(world_positions(document, next(draws(document)))[:, axis].round(4)))


def test_stretch_moves_ends_rigidly_and_scales_the_middle() -> None:
    # From ±0.6 m on all moves by 0.6 m; between them all is scaled by 2.
    assert columns(configured(bar(), [grow(1.2)])) == [-1.6, -1.0, 1.0, 1.6]


def test_stretch_upwards_keeps_the_foot() -> None:
    assert columns(configured(bar(), [grow(1.0, "y", 0.0)]), 1) == [0.0, 2.0]


def test_two_stretches_add_up() -> None:
    box = measure(configured(bar(), [grow(1.0), grow(1.0, "y")]))
    assert (*box.min, *box.max) == pytest.approx((-1.5, 0, 0, 1.5, 2, 1), abs=1e-5)


def test_normals_follow_the_stretched_middle_only() -> None:
    document = configured(bar(), [grow(1.2)])
    normals = world_normals(document, next(draws(document)))
    assert normals is not None
    assert normals[[0, 4]] == pytest.approx(np.array([[0.6, 0.8, 0], [0.351, 0.936, 0]]), abs=1e-3)


def test_stretch_is_in_the_frame_of_the_named_node() -> None:
    turned = bar(rotation=[0, 2**-0.5, 0, 2**-0.5])  # its x points to the world's -z
    assert columns(configured(turned, [grow(1.0)]), 2) == [-1.5, -0.9167, 0.9167, 1.5]


def test_stretch_leaves_other_nodes_of_the_same_mesh_alone() -> None:
    document = bar()
    document.json["scenes"][0]["nodes"].append(document.add("nodes", {"name": "other", "mesh": 0}))
    spans = [
        np.ptp(world_positions(made, draw)[:, 0])
        for made in [configured(document, [grow(1.0)])]
        for draw in draws(made)
    ]
    assert spans == pytest.approx([3.0, 2.0])


def test_stretch_reads_quantised_children() -> None:
    document = bar()
    primitive = document.json["meshes"][0]["primitives"][0]
    steps = np.rint(BAR * 100).astype(np.int16)
    primitive["attributes"] = {"POSITION": document.add_accessor(steps, ARRAY_BUFFER, bounds=True)}
    document.json["nodes"] = [
        {"name": "frame", "children": [1]},
        {"mesh": 0, "scale": [0.01, 0.01, 0.01]},
    ]
    assert columns(configured(document, [grow(1.2)])) == [-1.6, -1.0, 1.0, 1.6]


def test_instances_move_as_wholes() -> None:
    document = bar()
    places = document.add_accessor(np.array([[-1, 0, 0], [1, 0, 0]], np.float32))
    document.json["nodes"][0]["extensions"] = {
        "EXT_mesh_gpu_instancing": {"attributes": {"TRANSLATION": places}}
    }
    wider = [world_positions(made, d) for made in [configured(document, [grow(1.0)])] for d in draws(made)]
    assert [points[:, 0].mean() for points in wider] == pytest.approx([-1.5, 1.5])


def test_paint_replaces_factors_by_the_name_of_the_material() -> None:
    cloth, wood = configured(bar(), [paint("cloth", color="#0000ff", roughness=0.2)]).items("materials")
    assert cloth["pbrMetallicRoughness"] == {
        "baseColorFactor": [0, 0, 1, 1],
        "metallicFactor": 0.0,
        "roughnessFactor": 0.2,
    }
    assert wood["pbrMetallicRoughness"]["baseColorFactor"] == [0, 1, 0, 1]


def test_paint_gives_sheen_and_clearcoat() -> None:
    material = configured(bar(), [paint("cloth", sheen="#ffffff", clearcoat=0.5)]).items("materials")[0]
    assert material["extensions"] == {
        "KHR_materials_clearcoat": {"clearcoatFactor": 0.5},
        "KHR_materials_sheen": {"sheenRoughnessFactor": 0.5, "sheenColorFactor": [1, 1, 1]},
    }


def test_show_hides_the_others() -> None:
    document = bar()
    add_mesh(document, BAR, FACES, 1)
    document.json["nodes"][1]["name"] = "legs"
    shown = configured(document, [{"kind": "show", "node": "legs", "hides": ["frame"]}])
    assert [draw.name for draw in draws(shown)] == ["legs"]


def test_a_later_choice_shows_again_what_an_earlier_one_hid() -> None:
    effects = [
        {"kind": "show", "node": "", "hides": ["frame"]},
        {"kind": "show", "node": "frame", "hides": []},
    ]
    assert len(list(draws(configured(bar(), effects)))) == 1


def test_variant_changes_the_material_and_paint_goes_over_it() -> None:
    document = bar()
    document.json["extensions"] = {"KHR_materials_variants": {"variants": [{"name": "Navy"}]}}
    document.json["meshes"][0]["primitives"][0]["extensions"] = {
        "KHR_materials_variants": {"mappings": [{"material": 1, "variants": [0]}]}
    }
    made = configured(document, [{"kind": "variant", "name": "Navy"}, paint("wood", color="#ffffff")])
    worn = made.items("materials")[next(draws(made)).material or 0]
    assert worn["pbrMetallicRoughness"]["baseColorFactor"] == [1, 1, 1, 1]


def test_the_document_itself_stays_as_it_is() -> None:
    document = bar()
    before = document.to_glb()
    configured(
        document,
        [grow(1.0), paint("cloth", color="#0000ff"), {"kind": "show", "node": "", "hides": ["frame"]}],
    )
    assert document.to_glb() == before


def test_names_that_the_model_lacks_change_nothing() -> None:
    document = bar()
    effects = [grow(1.0, node="arm"), paint("silk", color="#0000ff"), {"kind": "variant", "name": "Navy"}]
    assert configured(document, effects).to_glb() == document.to_glb()


def test_a_colour_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="'red', expected #rrggbb"):
        configured(bar(), [paint("cloth", color="red")])
