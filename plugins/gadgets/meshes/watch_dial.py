"""Dial, markers and hands of a watch, in millimetres; heights are above the dial, which lies in z = 0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from plugins.gadgets.meshes.lettering import ribbon, write
from plugins.gadgets.meshes.parts import disc, plate, turned_part
from renderd.modelling.curves import fillet
from renderd.modelling.mesh import Mesh, merge

HANDS = ("hand-hour", "hand-minute", "hand-second")
REST = {"hand-hour": 304.8, "hand-minute": 57.6, "hand-second": 216.0}
"""Degrees clockwise from twelve at 10:09:36, the time that watches are pictured with."""


@dataclass(frozen=True, slots=True)
class Face:
    """What lies on a dial: printed strokes, polished metal, and what glows."""

    print: Mesh
    metal: Mesh
    lume: Mesh


@dataclass(frozen=True, slots=True)
class Hand:
    """A hand at twelve o'clock, its pivot at the origin: metal, and what glows on it."""

    metal: Mesh
    lume: Mesh | None = None


def around(mesh: Mesh, hours: tuple[int, ...], radius: float) -> Mesh:
    """Copies at these hours, at a distance from the middle, turned with the dial."""
    return merge(*[mesh.moved(y=radius).turned("z", -30 * hour) for hour in hours])


def minute_track(radius: float, length: float = 0.9, width: float = 0.14) -> Mesh:
    """Sixty strokes ending at ``radius``, each fifth stronger."""
    strokes = []
    for minute in range(60):
        strong = 1.9 if minute % 5 == 0 else 1.0
        stroke = ribbon(np.array([(0.0, radius - length), (0.0, radius - width)]), width * strong)
        strokes.append(stroke.turned("z", -6 * minute))
    return merge(*strokes).moved(z=0.04)


def baton(width: float, length: float, height: float) -> Mesh:
    """An applied marker with a ridge along its back, lying along Y."""
    half = width / 2
    roof = [
        (-half, 0),
        (half, 0),
        (half, height * 0.45),
        (half * 0.3, height),
        (-half * 0.3, height),
        (-half, height * 0.45),
    ]
    return plate(roof, length, bevel=0.1, segments=1).turned("x", 90)


def pip(radius: float, height: float) -> tuple[Mesh, Mesh]:
    """A round marker: its metal cup and what glows in it."""
    cup = turned_part([(radius * 0.8, height), (radius, height * 0.8), (radius, 0.0)], 24)
    return cup, turned_part([(0, height), (radius * 0.5, height * 0.97), (radius * 0.84, height * 0.86)], 24)


def lettered(name: str, line: str, radius: float) -> Mesh:
    """The name above the middle and a second line below it."""
    upper = write(name, 1.25, 0.13, 0.42).moved(y=radius * 0.42)
    lower = write(line, 0.72, 0.15, 0.42).moved(y=-radius * 0.42)
    return merge(upper, lower).moved(z=0.04)


def dress_face(name: str, radius: float) -> Face:
    """Twelve batons, two of them at noon, and a fine track."""
    reach = radius - 4.2
    slim = baton(0.8, 3.8, 0.5)
    metal = merge(
        around(slim, (1, 2, 4, 5, 7, 8, 10, 11), reach),
        around(baton(1.15, 3.8, 0.55), (3, 6, 9), reach),
        around(merge(slim.moved(x=-0.75), slim.moved(x=0.75)), (12,), reach),
    )
    dots = around(disc(0.22, 0.05, 10), tuple(range(12)), radius - 1.6)
    return Face(merge(minute_track(radius - 1.0, 0.7, 0.1), lettered(name, "AUTOMATIC", radius)), metal, dots)


def dive_face(name: str, radius: float) -> Face:
    """Round markers, bars at the quarters and a triangle at noon, all glowing."""
    reach = radius - 3.4
    cup, glow = pip(1.25, 0.5)
    bar, bar_glow = _bar(1.5, 3.4, 0.5)
    outline = np.array([(-1.9, 1.5), (1.9, 1.5), (0.0, -2.1)])
    triangle = plate(fillet(outline[::-1], 0.3, 2, closed=True), 0.5, bevel=0.1, segments=1).moved(z=0.25)
    inner = plate(fillet(outline[::-1] * 0.68, 0.2, 2, closed=True), 0.1).moved(y=0.1, z=0.5)
    hours = (1, 2, 4, 5, 7, 8, 10, 11)
    metal = merge(around(cup, hours, reach), around(bar, (3, 6, 9), reach), triangle.moved(y=reach))
    lume = merge(around(glow, hours, reach), around(bar_glow, (3, 6, 9), reach), inner.moved(y=reach))
    return Face(merge(minute_track(radius - 0.9, 0.7), lettered(name, "300 M", radius)), metal, lume)


def field_face(name: str, radius: float) -> Face:
    """Twelve upright numerals, a railway track, and small glowing wedges."""
    reach = radius - 4.4
    numerals = []
    for hour in range(1, 13):
        angle = np.radians(30 * hour)
        numerals.append(
            write(str(hour), 3.0, 0.16, 0.2).moved(reach * np.sin(angle), reach * np.cos(angle), 0.04)
        )
    rail = merge(minute_track(radius - 0.9, 0.8), _circle(radius - 1.7), _circle(radius - 0.9))
    wedge = plate([(-0.45, 0.5), (0.0, -0.5), (0.45, 0.5)], 0.25).moved(z=0.12)
    name_only = write(name, 1.15, 0.13, 0.42).moved(y=radius * 0.3, z=0.04)
    hands_wound = write("HAND WOUND", 0.66, 0.15, 0.42).moved(y=-radius * 0.3, z=0.04)
    lume = around(wedge, tuple(range(12)), radius - 2.4)
    cap = turned_part([(0, 0.12), (0.4, 0.1), (0.5, 0)], 16)
    return Face(merge(*numerals, rail, name_only, hands_wound), cap, lume)


FACES: dict[str, Callable[[str, float], Face]] = {"dress": dress_face, "dive": dive_face, "field": field_face}


def hands(style: str, reach: float) -> dict[str, Hand]:
    """The three hands by node name; ``reach`` is the length of the longest."""
    shapes = {"dress": _dauphine, "dive": _sword, "field": _syringe}[style]
    return {
        "hand-hour": shapes(reach * 0.62, 1.25),
        "hand-minute": shapes(reach * 0.92, 1.0),
        "hand-second": Hand(_second(reach, style)),
    }


def cap() -> Mesh:
    """The polished cap over the pivot."""
    return turned_part([(0, 0.35), (0.5, 0.3), (0.75, 0.1), (0.75, -0.3), (0, -0.3)], 24)


def _dauphine(length: float, width: float) -> Hand:
    outline = [(0.0, -length * 0.17), (width, 0.0), (0.14, length), (-0.14, length), (-width, 0.0)]
    return Hand(merge(plate(outline, 0.3, bevel=0.1, segments=1), _hub(0.95)))


def _sword(length: float, width: float) -> Hand:
    w = width * 1.15
    outline = [(0.42, 0), (0.42, length * 0.22), (w, length * 0.68), (0.1, length)]
    whole = [(0.42, -length * 0.14), *outline, *[(-x, y) for x, y in outline[::-1]], (-0.42, -length * 0.14)]
    inner = [(0.12, length * 0.26), (w * 0.66, length * 0.66), (0.08, length * 0.9)]
    glow = plate([*inner, *[(-x, y) for x, y in inner[::-1]]], 0.06).moved(z=0.18)
    return Hand(merge(plate(whole, 0.3, bevel=0.07, segments=1), _hub(1.15)), glow)


def _syringe(length: float, width: float) -> Hand:
    w = width * 0.78
    half = [
        (0.32, -length * 0.16),
        (0.32, length * 0.3),
        (w, length * 0.36),
        (w, length * 0.74),
        (0.13, length * 0.8),
        (0.13, length),
    ]
    whole = [*half, *[(-x, y) for x, y in half[::-1]]]
    inner = [(w * 0.62, length * 0.4), (w * 0.62, length * 0.71)]
    glow = plate([*inner, *[(-x, y) for x, y in inner[::-1]]], 0.06).moved(z=0.18)
    return Hand(merge(plate(whole, 0.3, bevel=0.07, segments=1), _hub(1.05)), glow)


def _second(length: float, style: str) -> Mesh:
    thin = 0.13 if style == "dress" else 0.17
    outline = [(thin * 2.2, -length * 0.28), (thin, 0.0), (thin * 0.5, length)]
    needle = plate([*outline, *[(-x, y) for x, y in outline[::-1]]], 0.18, bevel=0.04, segments=1)
    if style == "dress":
        return merge(needle, _hub(0.7))
    dot = turned_part([(0, 0.14), (0.75, 0.1), (0.8, -0.1), (0, -0.1)], 24)
    return merge(needle, _hub(0.8), dot.moved(y=length * 0.66))


def _hub(radius: float) -> Mesh:
    return turned_part([(0, 0.16), (radius - 0.1, 0.16), (radius, 0.06), (radius, -0.16), (0, -0.16)], 24)


def _bar(width: float, length: float, height: float) -> tuple[Mesh, Mesh]:
    outline = np.array([(-width, -length), (width, -length), (width, length), (-width, length)]) / 2
    metal = plate(fillet(outline, 0.25, 2, closed=True), height, bevel=0.1, segments=1).moved(z=height / 2)
    glow = plate(fillet(outline * [0.66, 0.84], 0.2, 2, closed=True), 0.1).moved(z=height)
    return metal, glow


def _circle(radius: float) -> Mesh:
    angle = np.linspace(0, 2 * np.pi, 97)
    return ribbon(radius * np.stack([np.sin(-angle), np.cos(angle)], axis=1), 0.1).moved(z=0.04)
