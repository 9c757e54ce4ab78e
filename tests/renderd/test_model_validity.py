"""The Khronos validator finds no error in what we write."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from renderd.pipeline.document import Document
from tests.renderd.models import (
    attribute,
    extend,
    first_primitive,
    glbs_of,
    model,
    picture,
    sheet,
    texture,
    write,
)

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("validator.mjs")

needs_validator = pytest.mark.skipif(
    shutil.which("node") is None or not (ROOT / "node_modules" / "gltf-validator").is_dir(),
    reason="gltf-validator is not installed",
)


def errors(paths: list[Path]) -> str:
    """What the validator calls an error, a line each."""
    command = ["node", str(SCRIPT), *map(str, paths)]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


def everything() -> Document:
    """A model with a skin, morph targets, colours, two sets of coordinates, variants and an animation."""
    document, shape = model(), sheet()
    count = len(shape.positions)
    part = first_primitive(document)
    part["attributes"] |= {
        "TEXCOORD_1": attribute(document, shape.uv * 3),
        "COLOR_0": attribute(document, np.full((count, 3), 0.5)),
        "JOINTS_0": attribute(document, np.zeros((count, 4), np.uint8)),
        "WEIGHTS_0": attribute(document, np.tile([1.0, 0, 0, 0], (count, 1))),
    }
    part["targets"] = [{"POSITION": attribute(document, shape.positions * 0.1, bounds=True)}]
    part["extensions"] = {"KHR_materials_variants": {"mappings": [{"material": 0, "variants": [0]}]}}
    document.json["extensions"] = {"KHR_materials_variants": {"variants": [{"name": "Red"}]}}
    document.json["materials"][0] |= {
        "normalTexture": texture(document, picture()),
        "extensions": {
            "KHR_materials_clearcoat": {"clearcoatNormalTexture": texture(document, picture(seed=2))}
        },
    }
    extend(document, "KHR_materials_variants", "KHR_materials_clearcoat")
    bone = document.add("nodes", {"name": "bone"})
    document.json["scenes"][0]["nodes"].append(bone)
    document.add("skins", {"joints": [bone]})
    document.json["nodes"][0]["skin"] = 0
    times = document.add_accessor(np.array([0, 1], np.float32), bounds=True)
    turns = document.add_accessor(np.array([[0, 0, 0, 1], [0, 1, 0, 0]], np.float32))
    channel = {"sampler": 0, "target": {"node": bone, "path": "rotation"}}
    document.add("animations", {"channels": [channel], "samplers": [{"input": times, "output": turns}]})
    return document


@needs_validator
def test_it_works(tmp_path: Path) -> None:
    paths = []
    for number, document in enumerate((model(), everything())):
        for name, glb in glbs_of(write(tmp_path / "in.glb", document)).items():
            paths.append(tmp_path / f"{number}-{name}.glb")
            paths[-1].write_bytes(glb)
    assert errors(paths) == ""
