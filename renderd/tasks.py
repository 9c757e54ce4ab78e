"""What can be done in the sandbox, by name. A task takes its order (JSON) and returns JSON.

Each imports what it needs itself: a task must not wait for the libraries of another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from storefront.plugin_api import Level, Recipe

Progress = Callable[[str, float], None]
"""(stage, share of all work done, 0 to 1); what it raises ends the work."""

Task = Callable[[Mapping[str, Any], Progress], Any]
"""(order, progress) -> result; raises ModelError for a model that can't be used."""


def convert(order: Mapping[str, Any], progress: Progress) -> None:
    """Convert ``source`` into the folder ``out`` by ``recipe`` and ``intake`` (a Recipe, an Intake)."""
    from renderd.pipeline import convert as run
    from renderd.pipeline.intake import intake_of

    intake = intake_of(order.get("intake", {}))
    run(Path(order["source"]), Path(order["out"]), recipe_of(order["recipe"]), progress, intake)


def recipe_of(described: Mapping[str, Any]) -> Recipe:
    """The recipe that ``dataclasses.asdict`` and JSON have made a mapping of."""
    levels = tuple(Level(**level) for level in described["levels"])
    return Recipe(**{**described, "levels": levels})


TASKS: Mapping[str, Task] = {"convert": convert}
"""Every task."""
