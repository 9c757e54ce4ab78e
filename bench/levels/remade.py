"""``python -m bench.levels.remade MODEL FOLDER``: our levels once more, by the plans of the run before.

Nothing is searched or looked at here, so that what making them takes can be measured apart from the pictures.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bench.levels.opened import opened
from renderd.pipeline.levels.build import made
from renderd.pipeline.levels.model import Model
from renderd.pipeline.levels.search import Plan
from renderd.pipeline.textures import Choice
from storefront.plugin_api import Recipe

APART = 0.05
"""How far the bytes of both runs may lie apart."""


def main() -> None:
    """Make the levels; raises ValueError if they aren't about those of the run before.

    A rung is made from whichever finer one is there, so that triangles may differ a little.
    """
    model, folder = Path(sys.argv[1]), Path(sys.argv[2])
    plans = {name: plan(told) for name, told in json.loads((folder / "plans.json").read_text()).items()}
    for name, built in made(Model.of(*opened(model), Recipe()), plans).items():
        before = (folder / f"{name}.glb").stat().st_size
        if abs(len(built.glb) - before) > APART * before:
            raise ValueError(f"{model.stem}: {name} had {before} bytes, and now has {len(built.glb)}")


def plan(told: dict[str, object]) -> Plan:
    """A plan as it was written down."""
    images = told["images"]
    assert isinstance(images, dict)
    choices = {int(index): Choice(**choice) for index, choice in images.items()}
    return Plan(float(str(told["rung"])), choices, 0.0)


if __name__ == "__main__":
    main()
