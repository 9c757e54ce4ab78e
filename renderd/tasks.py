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


def inspect(order: Mapping[str, Any], progress: Progress) -> Any:
    """What there is to say of ``source`` (docs/manifest.md), read by ``recipe`` and ``intake``."""
    from renderd.pipeline.inspect import inspect as look
    from renderd.pipeline.intake import intake_of

    intake = intake_of(order.get("intake", {}))
    return look(Path(order["source"]), recipe_of(order["recipe"]), progress, intake)


def picture(order: Mapping[str, Any], progress: Progress) -> None:
    """Write the picture, or the folder of pictures, ``out`` of ``source``, taken as ``shot`` says."""
    from renderd.pipeline.intake import intake_of
    from renderd.pipeline.pictures.shot import Shot, write_pictures

    intake, recipe = intake_of(order.get("intake", {})), recipe_of(order["recipe"])
    write_pictures(Path(order["source"]), Path(order["out"]), Shot(**order["shot"]), recipe, progress, intake)


def turntable(order: Mapping[str, Any], progress: Progress) -> None:
    """Write the turntable of the GLB ``source`` into ``out``, first seen by its manifest's ``camera``."""
    from renderd.pipeline.camera import Camera
    from renderd.pipeline.document import Document
    from renderd.pipeline.pictures import write_turntable

    place = order["camera"]
    camera = Camera(tuple(place["position"]), tuple(place["target"]), place["fov"])
    write_turntable(
        Document.load_glb(Path(order["source"]).read_bytes()), camera, Path(order["out"]), progress
    )


def configuration(order: Mapping[str, Any], progress: Progress) -> None:
    """Write the picture and the USDZ of the GLB ``source`` under ``effects`` into ``out/folder``."""
    from renderd.pipeline.document import Document
    from renderd.pipeline.pictures import write_configuration

    document = Document.load_glb(Path(order["source"]).read_bytes())
    write_configuration(document, order["effects"], order["folder"], Path(order["out"]), progress)


def recipe_of(described: Mapping[str, Any]) -> Recipe:
    """The recipe that ``dataclasses.asdict`` and JSON have made a mapping of."""
    levels = tuple(Level(**level) for level in described["levels"])
    return Recipe(**{**described, "levels": levels})


TASKS: Mapping[str, Task] = {
    "convert": convert,
    "inspect": inspect,
    "picture": picture,
    "turntable": turntable,
    "configuration": configuration,
}
"""Every task."""
