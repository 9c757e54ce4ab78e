"""``python -m bench.levels.ours MODEL FOLDER``: our three levels, with the account of a run.

A process of its own, so that its cost can be measured.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import Any

from bench.levels.opened import opened
from renderd.pipeline import difference
from renderd.pipeline.difference import Reference
from renderd.pipeline.levels import build_all, choose, judge, light, likeness
from renderd.pipeline.poster.surface import Subject
from renderd.pipeline.progress import silent
from storefront.plugin_api import Recipe

PICTURES: tuple[tuple[Any, str], ...] = (
    (Reference, "__init__"),
    (Reference, "difference"),
    (Subject, "repainted"),
    (difference, "level_views"),
    (choose, "Subject"),
    (choose, "studio_light"),
    (light, "Subject"),
    (likeness, "unlike"),
    (likeness, "values"),
    (light, "pyramid_of"),
    (light, "studio_light"),
    (judge, "Subject"),
    (judge, "pyramid_of"),
    (choose, "metres_long"),
    (judge, "halvings"),
    (judge, "studio_light"),
)
"""What draws and compares pictures, and what only that needs."""


class Clock:
    """CPU seconds within the functions that it watches; calls of each other count once."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._deep = False

    def watch(self, owner: Any, name: str) -> None:
        """Count a function or method from now on."""
        setattr(owner, name, self._counted(getattr(owner, name)))

    def _counted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def counted(*given: Any, **named: Any) -> Any:
            if self._deep:
                return function(*given, **named)
            self._deep, begun = True, time.process_time()
            try:
                return function(*given, **named)
            finally:
                self._deep = False
                self.seconds += time.process_time() - begun

        return counted


def main() -> None:
    """Make the levels, write them, and print what the comparisons of pictures took."""
    model, folder = Path(sys.argv[1]), Path(sys.argv[2])
    clock = Clock()
    for owner, name in PICTURES:
        clock.watch(owner, name)
    document, bounds = opened(model)
    folder.mkdir(parents=True, exist_ok=True)
    plans = {}
    for name, built in build_all(document, bounds, Recipe(), silent).items():
        (folder / f"{name}.glb").write_bytes(built.glb)
        plans[name] = asdict(built.plan)
    (folder / "plans.json").write_text(json.dumps(plans))
    (folder / "pictures.json").write_text(json.dumps(clock.seconds))


if __name__ == "__main__":
    main()
