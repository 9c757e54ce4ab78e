"""What moves survives in every level: animations, skins and morph targets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from renderd.pipeline.bounds import measure
from renderd.pipeline.document import Array, Document
from renderd.pipeline.scene import local_matrix
from tests.renderd.models import (
    attribute,
    first_primitive,
    levels_of,
    model,
    primitive,
    sheet,
    through,
    write,
)

LEVELS = ("preview", "standard", "high")


def animated() -> Document:
    """A model whose node moves in all ways of glTF, and whose morph targets are sparse."""
    document, shape = model(), sheet(4)
    lift = np.zeros((len(shape.positions), 3), np.float32)
    target = attribute(document, lift, bounds=True)
    where = document.add_view(np.array([3], np.uint16).tobytes())
    what = document.add_view(np.array([0, 0.5, 0], np.float32).tobytes())
    document.json["accessors"][target] |= {
        "max": [0, 0.5, 0],
        "sparse": {
            "count": 1,
            "indices": {"bufferView": where, "componentType": 5123},
            "values": {"bufferView": what},
        },
    }
    mesh = document.add(
        "meshes", {"primitives": [primitive(document, shape, targets=[{"POSITION": target}])]}
    )
    node = document.add("nodes", {"name": "mover", "mesh": mesh, "translation": [3, 0, 0]})
    document.json["scenes"][0]["nodes"].append(node)
    times = document.add_accessor(np.array([0, 1, 2], np.float32), bounds=True)
    values = {
        ("translation", "STEP"): np.arange(9).reshape(3, 3),
        ("rotation", "LINEAR"): np.array([[0, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, 0]]),
        ("scale", "CUBICSPLINE"): np.arange(27).reshape(9, 3) / 9,
        ("weights", "LINEAR"): np.array([0, 0.5, 1]),
    }
    samplers, channels = [], []
    for number, ((path, way), output) in enumerate(values.items()):
        stored = document.add_accessor(np.asarray(output, np.float32))
        samplers.append({"input": times, "output": stored, "interpolation": way})
        channels.append({"sampler": number, "target": {"node": node, "path": path}})
    document.add("animations", {"name": "open", "samplers": samplers, "channels": channels})
    return document


@pytest.fixture(scope="module")
def moving(tmp_path_factory: pytest.TempPathFactory) -> tuple[Document, dict[str, Document]]:
    """The model that moves, and its levels."""
    path = write(tmp_path_factory.mktemp("moving") / "model.glb", animated())
    return animated(), levels_of(path)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("path", ["translation", "rotation", "scale", "weights"])
def test_an_animation_survives(moving: tuple[Document, dict[str, Document]], path: str, level: str) -> None:
    before, after = (curve(document, path) for document in (moving[0], moving[1][level]))
    assert after[:2] == before[:2]
    assert np.allclose(after[2], before[2], atol=1e-6)
    assert np.allclose(after[3], before[3], atol=1e-6)


def curve(document: Document, path: str) -> tuple[str, str, Array, Array]:
    """Node, interpolation, times and values of the channel of a path."""
    (animation,) = document.json["animations"]
    channel = next(c for c in animation["channels"] if c["target"]["path"] == path)
    sampler = animation["samplers"][channel["sampler"]]
    name = document.json["nodes"][channel["target"]["node"]]["name"]
    way = sampler.get("interpolation", "LINEAR")
    return name, way, document.accessor(sampler["input"]), document.accessor(sampler["output"])


@pytest.mark.parametrize("level", LEVELS)
def test_a_sparse_morph_target_survives(moving: tuple[Document, dict[str, Document]], level: str) -> None:
    document = moving[1][level]
    part = next(part for mesh in document.json["meshes"] for part in mesh["primitives"] if "targets" in part)
    moved = document.accessor(part["targets"][0]["POSITION"])
    assert (moved[:, 1].max(), np.count_nonzero(moved)) == (pytest.approx(0.5, abs=1e-3), 1)


def test_an_animated_node_survives(tmp_path: Path) -> None:
    source = model()
    times = source.add_accessor(np.array([0, 1], np.float32), bounds=True)
    places = source.add_accessor(np.array([[0, 0, 0], [0, 1, 0]], np.float32))
    sampler = {"input": times, "output": places}
    channel = {"sampler": 0, "target": {"node": 0, "path": "translation"}}
    source.add("animations", {"name": "rise", "samplers": [sampler], "channels": [channel]})
    document = through(tmp_path, source)
    animation = document.json["animations"][0]
    target = document.json["nodes"][animation["channels"][0]["target"]["node"]]
    assert (animation["name"], target["name"]) == ("rise", "top")
    assert document.accessor(animation["samplers"][0]["output"]).tolist() == [[0, 0, 0], [0, 1, 0]]


def test_a_skin_survives(tmp_path: Path) -> None:
    source, count = model(), len(sheet().positions)
    attributes = first_primitive(source)["attributes"]
    attributes["JOINTS_0"] = attribute(source, np.zeros((count, 4), np.uint8))
    attributes["WEIGHTS_0"] = attribute(source, np.tile([1.0, 0, 0, 0], (count, 1)))
    joint = source.add("nodes", {"name": "bone", "translation": [0.0, 1.0, 0.0]})
    source.json["scenes"][0]["nodes"].append(joint)
    source.add("skins", {"joints": [joint]})
    source.json["nodes"][0]["skin"] = 0
    document = through(tmp_path, source)
    assert document.json["nodes"][document.json["skins"][0]["joints"][0]]["name"] == "bone"
    assert measure(document).min[1] == pytest.approx(0.9, abs=5e-3)


def test_morph_targets_stay_in_step(tmp_path: Path) -> None:
    source, shape = model(), sheet()
    lift = np.zeros_like(shape.positions)
    lift[:, 1] = shape.positions[:, 0]
    mesh = source.json["meshes"][0]
    mesh["primitives"][0]["targets"] = [{"POSITION": attribute(source, lift, bounds=True)}]
    mesh |= {"weights": [0.5], "extras": {"targetNames": ["lift"], "secret": 1}}
    document = through(tmp_path, source)
    part = first_primitive(document)
    positions = document.accessor(part["attributes"]["POSITION"])
    moved = document.accessor(part["targets"][0]["POSITION"])
    (holder,) = (node for node in document.json["nodes"] if "mesh" in node)
    step, left = holder["scale"][0], holder["translation"][0]
    assert moved[:, 1] * step == pytest.approx(positions[:, 0] * step + left, abs=step)
    assert document.json["meshes"][0]["extras"] == {"targetNames": ["lift"]}


def test_animations_never_aim_at_the_node_that_holds_the_grid(tmp_path: Path) -> None:
    document = through(tmp_path, model())
    (child,) = document.json["nodes"][0]["children"]
    assert "name" not in document.json["nodes"][child]
    assert local_matrix(document.json["nodes"][0]).tolist() == np.eye(4).tolist()
