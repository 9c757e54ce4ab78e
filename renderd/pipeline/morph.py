"""Morph targets in few bytes: whole steps of the grid on which the positions lie, and short normals.

KHR_mesh_quantization has bytes and shorts for what a target adds, under the same node as the positions.
"""

from __future__ import annotations

import numpy as np

from renderd.pipeline.document import ARRAY_BUFFER, Array, Document, Json
from renderd.pipeline.part import Part

MOST = 32767
"""The largest number of steps that a target can move a vertex."""


def furthest(parts: list[Part]) -> float:
    """The furthest that any target moves a vertex along an axis, in metres."""
    moves = [target["POSITION"] for part in parts for target in part.targets if "POSITION" in target]
    return max((float(np.abs(move).max()) for move in moves if move.size), default=0.0)


def stored_targets(part: Part, step: float, whole: bool) -> tuple[dict[str, Array], ...]:
    """The targets of a part as they are to be stored: places in whole numbers of ``step`` metres.

    Of a ``whole`` mesh they are metres, rounded to the step.
    """
    return tuple(
        {name: stored_move(name, values, step, whole) for name, values in target.items()}
        for target in part.targets
    )


def stored_move(name: str, values: Array, step: float, whole: bool) -> Array:
    """What a target adds to an attribute, as it is to be stored."""
    if name == "POSITION":
        return rounded(values, step) if whole else shortest(np.rint(values / step))
    if name in ("NORMAL", "TANGENT"):
        # Normalized numbers end at 1, and a normal that turns round moves by 2.
        return np.rint(values * 127).astype(np.int8) if small(values) else rounded(values, 1 / 128)
    return values


def small(values: Array) -> bool:
    """Whether values lie between -1 and 1."""
    return bool((np.abs(values) <= 1).all())


def shortest(steps: Array) -> Array:
    """Whole numbers in the shortest type that holds them."""
    limit = float(np.abs(steps).max()) if steps.size else 0.0
    return steps.astype(np.int8 if limit <= 127 else np.int16)


def rounded(values: Array, step: float) -> Array:
    """Values to the nearest multiple of ``step``, float32."""
    near: Array = (np.rint(values / step) * step).astype(np.float32)
    return near


def add_target(document: Document, target: dict[str, Array]) -> Json:
    """Store a target; what it doesn't move is an accessor without bytes (glTF 2.0, §3.6.2.2)."""
    found: Json = {}
    for name, values in sorted(target.items()):
        normalized = name in ("NORMAL", "TANGENT") and values.dtype.kind == "i"
        bounds = name == "POSITION"
        found[name] = document.add_accessor(values, ARRAY_BUFFER, normalized=normalized, bounds=bounds)
        if not values.any():
            del document.json["accessors"][found[name]]["bufferView"]
    return found
