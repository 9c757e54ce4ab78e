"""What can be done in the sandbox, by name. A task takes its order (JSON) and returns JSON.

Each imports what it needs itself: a task must not wait for the libraries of another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storefront.plugin_api import Level, Recipe

if TYPE_CHECKING:
    from renderd.pipeline.camera import Camera
    from renderd.pipeline.pictures import Drawn

Progress = Callable[[str, float], None]
"""(stage, share of all work done, 0 to 1); what it raises ends the work."""

Task = Callable[[Mapping[str, Any], Progress], Any]
"""(order, progress) -> result; raises ModelError for a model that can't be used."""


def convert(order: Mapping[str, Any], progress: Progress) -> None:
    """Convert ``source`` into the folder ``out`` by ``recipe`` and ``intake`` (a Recipe, an Intake)."""
    from renderd.pipeline.convert import convert as run
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


def views(order: Mapping[str, Any], progress: Progress) -> Any:
    """How the job ``kind`` sees the GLB ``source`` (``renderd.pipeline.pictures.Views``, as JSON); writes
    into ``model`` what it sees."""
    from renderd.pipeline.document import Document
    from renderd.pipeline.pictures import prepare

    progress("looking", 0.0)
    camera = camera_of(order["camera"]) if order["kind"] == "turntable" else None
    document = Document.load_glb(Path(order["source"]).read_bytes())
    return asdict(prepare(document, order.get("effects", ()), camera, Path(order["model"])))


def poster(order: Mapping[str, Any], progress: Progress) -> Any:
    """Write the poster that is ``drawn`` into the folder ``out``; its pictures, as a manifest lists them."""
    from renderd.pipeline.pictures import Drawn
    from renderd.pipeline.pictures.files import described
    from renderd.pipeline.poster import encode

    progress("poster", 0.0)
    out = Path(order["out"])
    out.mkdir()
    return [described(file, out) for file in encode(Drawn(Path(order["drawn"])).frame(0), "poster", out)]


def turntable(order: Mapping[str, Any], progress: Progress) -> None:
    """Write the turntable of the GLB ``source`` into ``out``, first seen by its manifest's ``camera``."""
    from renderd.pipeline.document import Document
    from renderd.pipeline.pictures import write_turntable

    document, out = Document.load_glb(Path(order["source"]).read_bytes()), Path(order["out"])
    write_turntable(document, camera_of(order["camera"]), out, progress, drawn=drawn(order))


def configuration(order: Mapping[str, Any], progress: Progress) -> None:
    """Write the picture and the USDZ of the GLB ``source`` under ``effects`` into ``out/folder``."""
    from renderd.pipeline.document import Document
    from renderd.pipeline.pictures import write_configuration

    document, out = Document.load_glb(Path(order["source"]).read_bytes()), Path(order["out"])
    write_configuration(document, order["effects"], order["folder"], out, progress, drawn=drawn(order))


def camera_of(place: Mapping[str, Any]) -> Camera:
    """The camera that a manifest describes."""
    from renderd.pipeline.camera import Camera

    return Camera(tuple(place["position"]), tuple(place["target"]), place["fov"])


def drawn(order: Mapping[str, Any]) -> Drawn | None:
    """The frames in the order's folder ``drawn``, where somebody else has drawn them."""
    from renderd.pipeline.pictures import Drawn

    return Drawn(Path(order["drawn"])) if "drawn" in order else None


def recipe_of(described: Mapping[str, Any]) -> Recipe:
    """The recipe that ``dataclasses.asdict`` and JSON have made a mapping of."""
    levels = tuple(Level(**level) for level in described["levels"])
    return Recipe(**{**described, "levels": levels})


TASKS: Mapping[str, Task] = {
    "convert": convert,
    "inspect": inspect,
    "picture": picture,
    "views": views,
    "poster": poster,
    "turntable": turntable,
    "configuration": configuration,
}
"""Every task."""
