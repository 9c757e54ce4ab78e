"""Remarks on size, unit, axes and place."""

from __future__ import annotations

import math
from collections.abc import Iterator

from renderd.pipeline.bounds import Bounds
from renderd.pipeline.intake import (
    EQUAL,
    HUGE,
    METRES,
    NEAR,
    SAID,
    SMALLEST,
    Size,
    Stated,
    Taken,
    misfit,
)
from renderd.pipeline.manifest import Remark
from renderd.pipeline.near import distance, is_far
from renderd.pipeline.report.words import length, rounded, sides

UNITS = {"m": "metres", "cm": "centimetres", "mm": "millimetres", "in": "inches"}
FORMATS = {"glb": "glTF", "gltf": "glTF", "usdz": "USDZ", "obj": "OBJ", "stl": "STL", "ply": "PLY"}
SIDES = ("width", "height", "depth")


def on_size(bounds: Bounds, taken: Taken) -> Iterator[Remark]:
    """Remarks on how the file was understood, and on what became of its size."""
    yield from on_unit(bounds, taken)
    yield from on_up(taken)
    yield from on_extremes(bounds, taken)
    yield from on_stated(bounds, taken)
    yield from on_place(bounds)


def on_unit(bounds: Bounds, taken: Taken) -> Iterator[Remark]:
    """A question where the unit is a guess; a warning where the file's own was overruled."""
    raw, kind = rounded(max(taken.size)), FORMATS[taken.format]
    if not taken.unit_sure:
        yield Remark(
            "unit-unsure",
            "error",
            f"The {kind} file has a longest side of {raw}, and it is not sure what that means. We took it for"
            f" {UNITS[taken.unit]}: {sides(bounds.size)}.",
            "Say how large the product is.",
        )
    elif taken.format in SAID and taken.unit != "m" and taken.asked.unit == "auto":
        yield Remark(
            "unit-changed",
            "warning",
            f"The file says that it is {raw} m long. By the product's stated size these are"
            f" {UNITS[taken.unit]}, so it was made {sides(bounds.size)}.",
            "Check the size. Export in metres to be sure.",
        )


def on_up(taken: Taken) -> Iterator[Remark]:
    """A question where the up-axis is a guess."""
    if not taken.up_sure:
        yield Remark(
            "up-unsure",
            "error",
            f"It is not sure which way is up. We took {taken.up.upper()}.",
            "Look at the picture, and say which way is up if it lies on its back.",
        )


def on_extremes(bounds: Bounds, taken: Taken) -> Iterator[Remark]:
    """A warning about a size that no product has, unless somebody said that it is right."""
    longest = max(bounds.size)
    if SMALLEST <= longest <= HUGE or taken.asked.unit != "auto" or fits(bounds, taken.asked.size):
        return
    yield Remark(
        "very-large" if longest > HUGE else "very-small",
        "warning",
        f"The model's longest side is {length(longest)}.",
        "Check the size: the file may count in another unit.",
    )


def fits(bounds: Bounds, stated: Stated) -> bool:
    """Whether the model has about the stated size."""
    return misfit(bounds.size, stated, "m", "y") <= NEAR


def on_stated(bounds: Bounds, taken: Taken) -> Iterator[Remark]:
    """A warning for a model that is not as large as the product, with the side and a likely reason."""
    off = best_turn(bounds.size, taken.asked.size)
    wrong = [(name, have, want) for name, have, want in off if abs(math.log(have / want)) > EQUAL]
    if not wrong:
        return
    said = [f"{name} {length(have)} instead of {length(want)}" for name, have, want in wrong]
    yield Remark(
        "size-mismatch",
        "warning",
        f"The model is not as large as the product: {', '.join(said)}.",
        reason(bounds.size, taken),
    )


def best_turn(size: Size, stated: Stated) -> list[tuple[str, float, float]]:
    """(side, model's, product's) in metres for each stated side; width and depth as they fit better."""
    turns = [size, (size[2], size[1], size[0])]
    pairs = [
        [(name, max(have, 1e-9), want) for name, have, want in zip(SIDES, turn, stated, strict=True) if want]
        for turn in turns
    ]
    return min(pairs, key=lambda found: max((abs(math.log(h / w)) for _, h, w in found), default=0.0))


def reason(size: Size, taken: Taken) -> str:
    """What is likely wrong with a model of another size than the product's."""
    for up in ("y", "z"):
        for unit in METRES:
            # The size in metres is ours; as though the file had counted otherwise.
            other = tuple(side / taken.metres for side in size)
            changed = unit != taken.unit or up == "z"
            if changed and misfit((other[0], other[1], other[2]), taken.asked.size, unit, up) <= EQUAL:
                how = [f"the unit {UNITS[unit]}"] if unit != taken.unit else []
                how += ["another up-axis"] if up == "z" else []
                return f"It fits with {' and '.join(how)}: change size and up-axis, or correct the facts."
    return "Scale the model to its real size, or correct the product's facts."


def on_place(bounds: Bounds) -> Iterator[Remark]:
    """A note if the model does not stand on the floor at the origin."""
    if is_far(bounds):
        yield Remark(
            "far-off",
            "note",
            f"The model lies {length(distance(bounds))} from the origin. It was moved there.",
            "Nothing must be done.",
        )
        return
    longest = max(bounds.size) or 1.0
    middle = max(abs(bounds.min[0] + bounds.max[0]), abs(bounds.min[2] + bounds.max[2])) / 2
    if abs(bounds.min[1]) > longest / 50 or middle > longest / 4:
        yield Remark(
            "off-centre",
            "note",
            "The model does not stand on the floor at the origin.",
            "Centre it on X and Z and put its foot on Y = 0, so that it stands on the floor in a room.",
        )
