"""Texture coordinates as a program needs them that knows no KHR_texture_transform.

Where all textures of a material that read one set of coordinates move it alike, the move goes into the
coordinates. Where they differ the transforms stay, and the coordinates are at least of ordinary size.
"""

from __future__ import annotations

import numpy as np

from renderd.pipeline.coordinates import readers
from renderd.pipeline.document import ARRAY_BUFFER, Array, Document, Json
from renderd.pipeline.materials import TRANSFORM, moved

MOST_SETS = 4
SMALL = 0.1
"""Coordinates of which every texture takes less than this share are beyond ordinary size."""

NEUTRAL: Json = {"offset": [0.0, 0.0], "rotation": 0.0, "scale": [1.0, 1.0]}


def bake_transforms(document: Document) -> None:
    """Put moves into coordinates, in place, for a document whose primitives wear one material each."""
    for material in range(len(document.items("materials"))):
        for number in range(MOST_SETS):
            infos = readers(document, material, number)
            changes = [{key: moved(info).get(key, NEUTRAL[key]) for key in NEUTRAL} for info in infos]
            if not infos or all(change == NEUTRAL for change in changes):
                continue
            common = changes[0] if all(change == changes[0] for change in changes) else scaling(changes)
            if common is None:
                continue
            for info, change in zip(infos, changes, strict=True):
                rewrite(info, number, None if change == common else remaining(change, common))
            move_coordinates(document, material, f"TEXCOORD_{number}", common)


def scaling(changes: list[Json]) -> Json | None:
    """The plain scaling that coordinates want which all ``changes`` shrink, as those of whole numbers."""
    largest = max(abs(side) for change in changes for side in change["scale"])
    return {**NEUTRAL, "scale": [largest, largest]} if 0 < largest < SMALL else None


def remaining(change: Json, common: Json) -> Json:
    """What is left of a change after a plain scaling of the coordinates."""
    return {**change, "scale": [a / b for a, b in zip(change["scale"], common["scale"], strict=True)]}


def rewrite(info: Json, number: int, change: Json | None) -> None:
    """Let a texture read the set ``number``, moved by ``change`` or not at all."""
    info["texCoord"] = number
    extensions = {name: value for name, value in info.pop("extensions", {}).items() if name != TRANSFORM}
    if change is not None:
        extensions[TRANSFORM] = change
    if extensions:
        info["extensions"] = extensions


def move_coordinates(document: Document, material: int, name: str, change: Json) -> None:
    """Move a set of coordinates of all primitives that wear a material; equal ones are made once."""
    made: dict[int, int] = {}
    for mesh in document.items("meshes"):
        for primitive in mesh["primitives"]:
            attributes = primitive["attributes"]
            if primitive.get("material") != material or name not in attributes:
                continue
            index = attributes[name]
            if index not in made:
                values = transformed(document.accessor(index).astype(float), change)
                made[index] = document.add_accessor(values.astype(np.float32), ARRAY_BUFFER)
            attributes[name] = made[index]


def transformed(uv: Array, change: Json) -> Array:
    """Coordinates (n, 2) as KHR_texture_transform moves them: scaled, turned, offset."""
    angle = change["rotation"]
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    made: Array = (uv * change["scale"]) @ turn + change["offset"]
    return made
