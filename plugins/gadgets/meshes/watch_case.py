"""The metal of a watch, in millimetres: face to +Z, twelve o'clock to +Y, z = 0 in the middle of the band."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from plugins.gadgets.meshes.lettering import ribbon, write
from plugins.gadgets.meshes.parts import Track, disc, plate, ring, toothed, turned_part
from renderd.modelling.curves import circle, fillet, spline
from renderd.modelling.mesh import Array, Mesh, merge
from renderd.modelling.sweeps import loft, sweep


@dataclass(frozen=True, slots=True)
class Case:
    """``radius`` and ``half`` height of the band, ``bezel`` width, dome of the glass, ``strap`` width: mm."""

    radius: float
    half: float
    bezel: float
    dome: float
    strap: float
    crown: float
    kind: Literal["slim", "dive"] = "slim"

    @property
    def glass(self) -> float:
        """Radius of the glass."""
        return self.radius - self.bezel

    @property
    def dial(self) -> float:
        """Height of the dial."""
        return self.half - 0.7

    @property
    def rim(self) -> float:
        """Height where the glass begins."""
        return self.half + (2.2 if self.kind == "dive" else 1.1)

    @property
    def bar(self) -> tuple[float, float]:
        """(y, z) of the spring bar that holds the strap."""
        return self.radius + 2.7, -0.5 * self.half


def band(case: Case) -> Mesh:
    """The middle of the case, hollow."""
    r, h, inner = case.radius, case.half, case.radius * 0.8
    section = [(inner, -h), (r - 1.7, -h), (r, -h + 1.7), (r, h - 1.1), (r - 0.7, h), (case.glass, h)]
    return ring(fillet([*section, (case.glass, h - 1.6), (inner, h - 2.2)], 0.4, 2, closed=True), 84)


def slim_bezel(case: Case) -> Mesh:
    """A polished ring that rises towards the glass."""
    r, h, g = case.radius, case.half, case.glass
    section = [
        (r - 0.7, h - 0.2),
        (r - 0.9, h + 0.5),
        (g + 0.5, case.rim + 0.25),
        (g, case.rim + 0.1),
        (g, h - 0.4),
    ]
    return ring(fillet(section, 0.22, 3, closed=True), 84)


def rehaut(case: Case) -> Mesh:
    """The sloping ring between glass and dial."""
    g = case.glass
    return ring([(g + 0.1, case.rim), (g - 0.7, case.dial), (g + 0.1, case.dial)], 96)


def dive_bezel(case: Case) -> Mesh:
    """A ring with a coin edge, to be turned with wet fingers."""
    r, h, g = case.radius, case.half, case.glass
    edge = [
        (r - 0.6, h + 0.1),
        (r + 0.2, h + 0.3),
        (r + 0.5, h + 0.9),
        (r + 0.5, h + 1.9),
        (r - 0.2, h + 2.5),
    ]
    section = np.array(
        [*edge, (r - 0.8, h + 2.6), (r - 0.8, h + 2.2), (g, h + 1.8), (g, h - 0.4), (r - 0.6, h - 0.4)]
    )
    rings = []
    for angle, notch in zip(
        np.linspace(0, 2 * np.pi, 192, endpoint=False), np.tile([0, 0, 1, 1], 48), strict=True
    ):
        radius = section[:, 0] - 0.45 * notch * (section[:, 0] > r + 0.1)
        rings.append(np.column_stack([radius * np.cos(angle), radius * np.sin(angle), section[:, 1]]))
    return loft([*rings, rings[0]], capped=False).outward()


def insert(case: Case) -> Mesh:
    """The ceramic ring on the bezel, sloping to the glass."""
    r, h, g = case.radius, case.half, case.glass
    return ring([(r - 0.75, h + 2.2), (r - 0.75, h + 2.55), (g + 0.05, h + 2.15), (g + 0.05, h + 1.7)], 96)


def insert_marks(case: Case) -> Mesh:
    """Sixty minutes on the ceramic ring: numbers, strokes, and a line a minute to the quarter."""
    numbers = [_on_insert(case, write(str(10 * k), 1.9, 0.15), 60 * k) for k in range(1, 6)]
    strokes = [_on_insert(case, _stroke(2.0, 0.55), 30 * k) for k in range(1, 12, 2)]
    minutes = [_on_insert(case, _stroke(1.1, 0.22), 6 * k) for k in range(1, 15) if k % 5]
    pointer = ribbon(np.array([(-1.0, 1.0), (1.0, 1.0), (0.0, -0.9), (-1.0, 1.0)]), 0.32)
    return merge(*numbers, *strokes, *minutes, _on_insert(case, pointer, 0))


def insert_pip(case: Case) -> Mesh:
    """The pearl at zero, which glows."""
    return _on_insert(case, disc(0.5, 0.05, 16), 0)


def _stroke(length: float, width: float) -> Mesh:
    return ribbon(np.array([(0.0, -length / 2 + width / 2), (0.0, length / 2 - width / 2)]), width)


def _on_insert(case: Case, mark: Mesh, degrees: float) -> Mesh:
    """A flat mark on the slope of the insert, upright seen from the rim."""
    outer, inner = case.radius - 0.75, case.glass + 0.05
    slope = float(np.degrees(np.arctan2(0.4, outer - inner)))
    height = case.half + 2.35 + 0.05
    return mark.turned("x", slope).moved(y=(outer + inner) / 2, z=height).turned("z", -degrees)


def crystal(case: Case) -> Mesh:
    """The domed glass."""
    angle = np.linspace(np.pi / 2, 0, 10)
    profile = np.column_stack([case.glass * np.sin(angle), case.rim - 0.1 + case.dome * np.cos(angle)])
    profile[-1, 0] = 0.0
    return turned_part(profile, 64, crease=60.0)


def crown(case: Case) -> Mesh:
    """The crown at three o'clock, and its tube."""
    size = case.crown
    knob = plate(toothed(size, 26, 0.22), size * 1.15, bevel=0.3, segments=2)
    button = turned_part(
        [(0, 0.35), (size * 0.5, 0.3), (size * 0.78, 0.0), (size * 0.78, -0.3), (0, -0.3)], 40
    )
    tube = turned_part([(0, 1.5), (size * 0.6, 1.5), (size * 0.6, -1.5), (0, -1.5)], 32)
    at = case.radius + size * 0.6 + 0.5
    whole = merge(knob, button.moved(z=size * 0.57), tube.moved(z=-size * 0.6))
    return whole.turned("y", 90).moved(x=at)


def guards(case: Case) -> Mesh:
    """Two shoulders that keep the crown from knocks."""
    size = case.crown
    shoulder = [(-3.0, -2.6), (0.2, -2.6), (1.9, -1.2), (1.9, 0.6), (-3.0, 3.2)]
    solid = plate(fillet(shoulder, 0.9, 4, closed=True), case.half * 1.3, bevel=0.5)
    upper = solid.turned("z", 8).moved(x=case.radius - 0.1, y=size + 2.0)
    return merge(upper, upper.scaled(1, -1, 1))


def lugs(case: Case) -> Mesh:
    """Four horns that carry the strap."""
    horn = _horn(case)
    pair = merge(horn, horn.scaled(-1, 1, 1))
    return merge(pair, pair.scaled(1, -1, 1))


def _horn(case: Case) -> Mesh:
    r, h = case.radius, case.half
    line = spline([(r * 0.7, 0.3 * h), (r, 0.12 * h), (r + 2.6, -0.36 * h), (r + 4.7, -h * 0.95)], 11)
    t = np.linspace(0, 1, 11)
    ending = np.sqrt(np.clip(1 - np.clip((t - 0.8) / 0.21, 0, 1) ** 2, 0.02, 1))
    widths = (3.0 - 0.9 * t) * ending
    depths = (1.7 * h - (1.7 * h - 2.6) * t**0.7) * ending
    # The track's outside is to its left; the horn leads from the case outwards, so it is symmetrical.
    return Track(line).band(widths, depths, 0.28).moved(x=case.strap / 2 + 1.45)


def bars(case: Case) -> Mesh:
    """The spring bars between the lugs."""
    y, z = case.bar
    half = case.strap / 2 + 0.6
    return merge(*[sweep([(-half, s * y, z), (half, s * y, z)], circle(0.7, 12)) for s in (-1, 1)])


def solid_back(case: Case) -> Mesh:
    """A screwed steel back with a groove around the plate that is engraved."""
    r, h = case.radius * 0.87, case.half
    profile = [(0, h + 1.1), (r - 2.9, h + 1.1), (r - 2.7, h + 0.9), (r - 2.2, h + 0.9), (r - 2.0, h + 1.1)]
    rest = [(r - 0.9, h + 1.1), (r, h + 0.3), (r, h - 0.4), (0, h - 0.4)]
    keys = [disc(0.8, h + 1.13, 12).moved(x=r - 1.4).turned("z", 60 * k) for k in range(6)]
    return merge(turned_part([*profile, *rest], 64), *keys).turned("y", 180)


def engraving_plate(case: Case) -> Mesh:
    """The disc that takes the engraving, facing away from the dial."""
    return disc(case.radius * 0.87 - 3.0, case.half + 1.14, 48).turned("y", 180)


def window_ring(case: Case) -> Mesh:
    """The frame of a glass back."""
    r, h = case.radius * 0.87, case.half
    section = [
        (r - 3.0, h + 0.7),
        (r - 2.2, h + 1.1),
        (r - 0.9, h + 1.1),
        (r, h + 0.3),
        (r, h - 0.4),
        (r - 3.0, h - 0.4),
    ]
    return ring(fillet(section, 0.15, 2, closed=True), 64).turned("y", 180)


def window(case: Case) -> Mesh:
    """The glass of a glass back."""
    return disc(case.radius * 0.87 - 2.9, case.half + 0.75, 48).turned("y", 180)


def movement_plate(case: Case) -> Mesh:
    """The main plate and two bridges, seen from behind."""
    r, z = case.radius * 0.79, case.half - 1.6
    base = turned_part([(0, z), (r, z), (r, z - 0.6), (0, z - 0.6)], 64)
    bridge = plate(_sector(r * 0.93, 0.12, 200, 330), 0.7, bevel=0.12, segments=2).moved(z=z + 0.4)
    cock = plate(_sector(r * 0.93, 0.3, 55, 100), 0.7, bevel=0.12, segments=2).moved(z=z + 0.4)
    return merge(base, bridge, cock).turned("y", 180)


def rotor(case: Case) -> Mesh:
    """The weight that winds an automatic, and the gears beside it."""
    r, z = case.radius * 0.79, case.half - 0.4
    weight = plate(_sector(r * 0.96, 0.66, 8, 172), 0.9, bevel=0.15, segments=2)
    arm = plate(_sector(r * 0.7, 0.1, 40, 140), 0.5, bevel=0.12, segments=2)
    hub = turned_part([(0, 0.5), (1.6, 0.5), (1.9, 0.2), (1.9, -0.6), (0, -0.6)], 32)
    gears = [
        plate(toothed(radius, 20, 0.4), 0.4).moved(x=x * r, y=y * r, z=-0.9)
        for radius, x, y in ((2.6, -0.52, -0.2), (3.4, 0.1, -0.62), (1.9, 0.55, -0.18))
    ]
    return merge(weight, arm, hub, *gears).moved(z=z).turned("y", 180)


def jewels(case: Case) -> Mesh:
    """Rubies in the bridges."""
    r, z = case.radius * 0.79, case.half - 0.9
    stone = turned_part([(0, 0.25), (0.55, 0.18), (0.75, 0), (0, 0)], 16)
    places = ((-0.52, -0.2), (0.1, -0.62), (0.55, -0.18), (0.0, 0.0))
    return merge(*[stone.moved(x * r, y * r, z + (0.8 if x == 0 else 0.05)) for x, y in places]).turned(
        "y", 180
    )


def _sector(outer: float, inner_share: float, start: float, end: float) -> Array:
    """The outline of a piece of a ring, angles in degrees, its corners rounded."""
    angle = np.radians(np.linspace(start, end, 40))
    unit = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return np.concatenate([unit * outer, unit[::-1] * outer * inner_share])
