"""Resizing and turning a document: everything that it draws, at rest and in motion, moves as one."""

from __future__ import annotations

import numpy as np
import pytest

from renderd.pipeline.axes import UPRIGHT, settle
from renderd.pipeline.document import Array, Document
from renderd.pipeline.scene import draws, world_normals, world_positions
from tests.renderd.models import attribute, extend, model, sheet

TURN = [0.18, 0.36, 0.54, 0.74]


def rigged() -> Document:
    """A morphing, skinned, instanced and animated sheet under a crooked parent."""
    document = model(sheet(4))
    count = len(sheet(4).positions)
    primitive = document.json["meshes"][0]["primitives"][0]
    primitive["targets"] = [{"POSITION": attribute(document, sheet(4).positions[::-1] * 0.3, bounds=True)}]
    primitive["attributes"]["JOINTS_0"] = attribute(
        document, np.tile([0, 1, 0, 0], (count, 1)).astype(np.uint8)
    )
    primitive["attributes"]["WEIGHTS_0"] = attribute(document, np.tile([0.75, 0.25, 0, 0], (count, 1)))
    document.json["meshes"][0]["weights"] = [0.5]
    bones = [
        document.add("nodes", {"name": "a", "rotation": TURN, "scale": [1, 2, 3]}),
        document.add("nodes", {"name": "b", "matrix": [1, 0, 0, 0, 0, 0, 2, 0, 0, -1, 0, 0, 4, 5, 6, 1]}),
    ]
    bind = np.tile(np.eye(4), (2, 1, 1))
    bind[:, 3, :3] = [[1, 2, 3], [0, -1, 0]]
    document.add("skins", {"joints": bones, "inverseBindMatrices": attribute(document, bind.reshape(2, 16))})
    document.json["nodes"][0]["skin"] = 0
    other = {"mesh": 0, "translation": [0.1, 0.2, 0.3], "scale": [1, 2, 1]}
    document.json["nodes"][bones[0]]["children"] = [document.add("nodes", other)]
    places = {
        "TRANSLATION": [[0, 0, 0], [1, 2, 3]],
        "ROTATION": [[0, 0, 0, 1], TURN],
        "SCALE": [[1, 1, 1], [1, 2, 3]],
    }
    instanced = {
        "EXT_mesh_gpu_instancing": {
            "attributes": {k: attribute(document, np.array(v, float)) for k, v in places.items()}
        }
    }
    group = document.add("nodes", {"mesh": 0, "rotation": TURN, "extensions": instanced})
    extend(document, "EXT_mesh_gpu_instancing")
    document.json["scenes"][0]["nodes"] += [*bones, group]
    return document


def whole(factor: float, up: str) -> Array:
    turn: Array = UPRIGHT if up == "z" else np.eye(3)
    return turn * factor


@pytest.mark.parametrize(("factor", "up"), [(0.01, "y"), (1.0, "z"), (0.0254, "z")])
def test_positions_move_as_one(factor: float, up: str) -> None:
    document = rigged()
    before = [world_positions(document, draw) for draw in draws(document)]
    settle(document, factor, up)
    for old, draw in zip(before, draws(document), strict=True):
        np.testing.assert_allclose(world_positions(document, draw), old @ whole(factor, up).T, atol=1e-5)


def test_normals_turn_along() -> None:
    document = rigged()
    before = [world_normals(document, draw) for draw in draws(document)]
    settle(document, 0.01, "z")
    for old, draw in zip(before, draws(document), strict=True):
        assert old is not None
        np.testing.assert_allclose(world_normals(document, draw), old @ UPRIGHT.T, atol=1e-5)


@pytest.mark.parametrize(
    ("path", "values"), [("translation", [[1.0, 2, 3]]), ("rotation", [TURN]), ("scale", [[1.0, 2, 3]])]
)
def test_animations_move_along(path: str, values: list[list[float]]) -> None:
    document = model(sheet(4))
    times, output = attribute(document, np.array([0.0])), attribute(document, np.array(values))
    channel = {"sampler": 0, "target": {"node": 0, "path": path}}
    document.add("animations", {"samplers": [{"input": times, "output": output}], "channels": [channel]})
    before = world_positions(posed(document), next(draws(posed(document))))
    settle(document, 0.01, "z")
    after = world_positions(posed(document), next(draws(posed(document))))
    np.testing.assert_allclose(after, before @ whole(0.01, "z").T, atol=1e-6)


def posed(document: Document) -> Document:
    """The document with its animation's first frame in its nodes."""
    still = document.copy()
    animation = still.json["animations"][0]
    channel = animation["channels"][0]
    values = still.accessor(animation["samplers"][channel["sampler"]]["output"])[0]
    still.json["nodes"][channel["target"]["node"]][channel["target"]["path"]] = values.tolist()
    return still


def test_a_volume_keeps_its_looks() -> None:
    volume = {"thicknessFactor": 2.0, "attenuationDistance": 50.0}
    document = model(sheet(4), {"extensions": {"KHR_materials_volume": volume}})
    settle(document, 0.01, "y")
    assert volume == {"thicknessFactor": 0.02, "attenuationDistance": 0.5}


def test_a_document_that_is_right_is_left_alone() -> None:
    document = rigged()
    before = document.to_glb()
    settle(document, 1.0, "y")
    assert document.to_glb() == before
