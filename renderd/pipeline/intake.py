"""What a model's numbers mean: the length of its unit, and which of its axes is up.

glTF and USDZ say both. OBJ, STL and PLY say neither, so they are asked in turn: the merchant, the
product's stated size, the comments in the file, the recipe, and what sizes products have. What stays
open is guessed, and marked as a guess, so that the shop can ask.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storefront.plugin_api import LENGTHS

METRES = LENGTHS
"""Metres in a unit."""

UNITS = (*METRES, "auto")
UPS = ("y", "z", "auto")

SMALLEST, LARGEST = 0.01, 5.0
"""Metres: the longest side of what shops sell."""

HUGE = 10.0
"""Metres: a file that says it counts in metres is believed up to this."""

SAID = frozenset(("glb", "gltf", "usdz"))
"""Formats whose documents are in metres with y up."""

FIRST = {"obj": ("m", "cm", "mm", "in"), "stl": ("mm", "cm", "in", "m"), "ply": ("m", "mm", "cm", "in")}
"""Units by how usual they are in a format."""

HABIT = {"obj": 1.0, "stl": -0.6}
"""Which way is up by custom, on the scale of :func:`renderd.pipeline.orientation.lean`."""

EQUAL, NEAR, ALIKE = math.log(1.1), math.log(1.25), math.log(1.5)
"""Misfits up to which a size is the stated one, is it but for another edition, or may be it."""

CLEAR = math.log(1.04)
"""How much worse than twice the better misfit the other up-axis' must be, to be ruled out."""

Size = tuple[float, float, float]
Stated = tuple[float | None, float | None, float | None]


@dataclass(frozen=True, slots=True)
class Intake:
    """What the shop knows of a model before it is opened.

    ``unit`` (m, cm, mm, in) and ``up`` (y, z) are the merchant's answers, or "auto"; ``size`` is the
    product's stated width, height and depth in metres, each None where nobody stated it.
    """

    unit: str = "auto"
    up: str = "auto"
    size: Stated = (None, None, None)

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"the unit is {self.unit!r}; expected one of {', '.join(UNITS)}")
        if self.up not in UPS:
            raise ValueError(f"the up-axis is {self.up!r}; expected one of {', '.join(UPS)}")
        if len(self.size) != 3 or not all(
            side is None or (math.isfinite(side) and side > 0) for side in self.size
        ):
            raise ValueError("the stated size is width, height and depth: lengths above 0, or None")


UNKNOWN = Intake()
"""Nobody has said anything."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a file shows: its format, its size along x, y and z in its own unit, what its comments say
    ("" if nothing), and how it stands (:func:`renderd.pipeline.orientation.lean`).
    """

    format: str
    size: Size
    unit: str = ""
    up: str = ""
    lean: float = 0.0


@dataclass(frozen=True, slots=True)
class Taken:
    """How a file was understood. What is not sure, the merchant is asked. ``size`` is the file's own."""

    unit: str = "m"
    up: str = "y"
    unit_sure: bool = True
    up_sure: bool = True
    size: Size = (0.0, 0.0, 0.0)
    format: str = "glb"
    asked: Intake = UNKNOWN

    @property
    def metres(self) -> float:
        """Metres in one unit of the file."""
        return METRES[self.unit]

    @property
    def sure(self) -> bool:
        """Whether nothing is left to ask."""
        return self.unit_sure and self.up_sure


def decide(found: Found, recipe_unit: str, intake: Intake) -> Taken:
    """How to read a file; ``recipe_unit`` is what files of this product type count in, or "auto"."""
    unit, unit_sure = unit_of(found, recipe_unit, intake)
    up, up_sure = up_of(found, unit, intake)
    return Taken(unit, up, unit_sure, up_sure, found.size, found.format, intake)


def unit_of(found: Found, recipe_unit: str, intake: Intake) -> tuple[str, bool]:
    """The unit, and whether it is sure."""
    if intake.unit != "auto":
        return intake.unit, True
    stated = stated_unit(found, intake)
    if found.format in SAID:
        return said_unit(found, stated)
    if stated:
        return stated[0], stated[1] <= NEAR
    possible = plausible(found)
    for known in (found.unit, recipe_unit):
        if known in METRES:
            return known, known in possible
    return (possible or list(FIRST[found.format]))[0], len(possible) == 1


def stated_unit(found: Found, intake: Intake) -> tuple[str, float] | None:
    """The unit in which the model has about the stated size, and the misfit; None if there is none."""
    ups = ("y", "z") if intake.up == "auto" else (intake.up,)
    fits = [(min(misfit(found.size, intake.size, unit, up) for up in ups), unit) for unit in METRES]
    worst, unit = min(fits)
    return (unit, worst) if worst <= ALIKE else None


def said_unit(found: Found, stated: tuple[str, float] | None) -> tuple[str, bool]:
    """The unit of a file whose format says metres, which authors get wrong."""
    if stated and stated[1] <= NEAR:
        return stated[0], stated[0] == "m" or stated[1] <= EQUAL
    return "m", SMALLEST / 2 <= max(found.size) <= HUGE


def plausible(found: Found) -> list[str]:
    """The units in which the longest side is that of a product, the most usual first."""
    longest = max(found.size)
    # Nobody counts a whole product in fractions of an inch.
    usual = [unit for unit in FIRST[found.format] if unit != "in" or longest >= 1]
    return [unit for unit in usual if SMALLEST <= longest * METRES[unit] <= LARGEST]


def up_of(found: Found, unit: str, intake: Intake) -> tuple[str, bool]:
    """The axis that is up, and whether it is sure."""
    if intake.up != "auto":
        return intake.up, True
    fits = {up: misfit(found.size, intake.size, unit, up) for up in ("y", "z")}
    up, other = ("y", "z") if fits["y"] <= fits["z"] else ("z", "y")
    if found.format in SAID:
        return ("z", False) if fits["z"] <= EQUAL and fits["y"] > NEAR else ("y", True)
    if fits[up] <= EQUAL and fits[other] > 2 * fits[up] + CLEAR:
        return up, True
    if found.up:
        return found.up, True
    lean = found.lean + HABIT.get(found.format, 0.0)
    return ("y" if lean >= 0 else "z"), abs(lean) >= 1


def misfit(size: Size, stated: Stated, unit: str, up: str) -> float:
    """How far the model's size is from the stated one: the greatest |log| of a ratio of sides.

    Width and depth may be swapped: products stand either way. Infinite if no side is stated.
    """
    x, y, z = (side * METRES[unit] for side in size)
    wide, high, deep = (x, y, z) if up == "y" else (x, z, y)
    return min(farthest((wide, high, deep), stated), farthest((deep, high, wide), stated))


def farthest(size: Size, stated: Stated) -> float:
    """The greatest |log| of a side's ratio to the stated one."""
    pairs = [(have, want) for have, want in zip(size, stated, strict=True) if want]
    if not pairs:
        return math.inf
    return max(abs(math.log(have / want)) if have > 0 else math.inf for have, want in pairs)


def intake_of(described: Mapping[str, Any]) -> Intake:
    """The intake that ``dataclasses.asdict`` and JSON have made a mapping of; an empty one says nothing."""
    size = described.get("size") or (None, None, None)
    return Intake(described.get("unit", "auto"), described.get("up", "auto"), tuple(size))
