"""Animations whose keys follow on one another, and whose channels move something, once each."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from renderd.pipeline.document import Array, Document, Json
from renderd.pipeline.mend.bounds import stated, unbound

PATHS = {"translation", "rotation", "scale", "weights"}
INTERPOLATIONS = {"LINEAR", "STEP", "CUBICSPLINE"}
OFF = 5e-3
"""How far a rotation may be from length 1: integers are as far off by rounding."""

STEP = 1e-6
"""Seconds between the two keys of a jump, at least."""


def mend_animations(document: Document) -> Iterator[str]:
    """Mend all animations; yields what was wrong."""
    found: set[str] = set()
    for animation in document.items("animations"):
        kept = [channel for channel in animation["channels"] if works(document, animation, channel)]
        single = list({aim(channel): channel for channel in reversed(kept)}.values())[::-1]
        # A pointer's channel is left for the one who says so to the merchant.
        others = [c for c in animation["channels"] if c["target"]["path"] == "pointer"]
        if len(single) + len(others) < len(animation["channels"]):
            found.add("animations that move nothing, or one thing twice")
        animation["channels"] = single + others
        found |= set(mend_samplers(document, animation))
    yield from sorted(found)


def aim(channel: Json) -> tuple[int | None, str]:
    """What a channel moves."""
    return channel["target"].get("node"), channel["target"]["path"]


def works(document: Document, animation: Json, channel: Json) -> bool:
    """Whether a channel moves what there is, with as many values as it needs."""
    node, path = aim(channel)
    sampler = animation["samplers"][channel["sampler"]]
    accessors = document.items("accessors")
    keys = accessors[sampler["input"]]["count"]
    cubic = sampler.get("interpolation") == "CUBICSPLINE"
    if path not in PATHS or (cubic and keys < 2):
        return False
    if path != "weights" or node is None:
        return True
    mesh = document.items("nodes")[node].get("mesh")
    targets = [] if mesh is None else document.items("meshes")[mesh]["primitives"][0].get("targets", [])
    return bool(targets) and accessors[sampler["output"]]["count"] == keys * len(targets) * (
        3 if cubic else 1
    )


def mend_samplers(document: Document, animation: Json) -> Iterator[str]:
    """Mend the samplers that channels use; yields what was wrong."""
    paths = {c["sampler"]: aim(c)[1] for c in animation["channels"] if aim(c)[1] in PATHS}
    for number in sorted(paths):
        sampler = animation["samplers"][number]
        unbound(document.json["accessors"][sampler["output"]])
        if sampler.get("interpolation", "LINEAR") not in INTERPOLATIONS:
            yield "animations of an unknown interpolation"
            del sampler["interpolation"]
        if mend_times(document, sampler):
            yield "key times that do not grow"
        if paths[number] == "rotation" and mend_turns(document, sampler):
            yield "animated rotations that are not of length 1"


def mend_times(document: Document, sampler: Json) -> bool:
    """Put the keys of a sampler in the order of their times, and state the times' bounds; whether it had to.

    Two keys at one time are a jump: the second comes as soon after the first as numbers can say.
    """
    times = document.accessor(sampler["input"]).astype(np.float32)
    order = np.argsort(times, kind="stable")
    grown = np.maximum(times[order], 0)
    if (np.diff(grown) <= 0).any():
        # Without the steps the times may stand still, and with them they grow by one at least.
        steps = np.arange(len(grown)) * max(STEP, 2 * float(np.spacing(grown[-1])))
        grown = (np.maximum.accumulate(grown - steps) + steps).astype(np.float32)
    changed = not np.array_equal(grown, times)
    if not changed and stated(document.json["accessors"][sampler["input"]]) == (
        float(times[0]),
        float(times[-1]),
    ):
        return False
    sampler["input"] = document.add_accessor(grown, bounds=True)
    if not np.array_equal(order, np.arange(len(order))):
        values = document.raw_accessor(sampler["output"])
        grouped = values.reshape(len(order), -1, *values.shape[1:])[order].reshape(values.shape)
        replace_output(document, sampler, grouped)
    return changed


def mend_turns(document: Document, sampler: Json) -> bool:
    """Give animated rotations their length of 1; whether one had another."""
    values = document.accessor(sampler["output"])
    cubic = sampler.get("interpolation") == "CUBICSPLINE"
    # Of a spline's three values the middle one is the rotation, the others are its tangents.
    keys = values[1::3] if cubic else values
    length = np.linalg.norm(keys.astype(float), axis=1, keepdims=True)
    if np.abs(length - 1).max() <= OFF:
        return False
    made: Array = values.astype(np.float32).copy()
    turns = np.where(length > 0, keys / np.where(length > 0, length, 1), (0, 0, 0, 1))
    made[slice(1, None, 3) if cubic else slice(None)] = turns
    sampler["output"] = document.add_accessor(made)
    return True


def replace_output(document: Document, sampler: Json, values: Array) -> None:
    """Give a sampler other values of the same kind."""
    normalized = bool(document.json["accessors"][sampler["output"]].get("normalized"))
    sampler["output"] = document.add_accessor(np.ascontiguousarray(values), normalized=normalized)
