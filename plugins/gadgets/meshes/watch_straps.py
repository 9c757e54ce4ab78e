"""Straps and bracelets in millimetres: two halves that bend back and leave the case back free."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from plugins.gadgets.meshes.parts import Track, bead, disc
from plugins.gadgets.meshes.watch_case import Case
from renderd.modelling.curves import circle, rounded_rectangle, spline
from renderd.modelling.mesh import Array, Mesh, merge
from renderd.modelling.shapes import rounded_box
from renderd.modelling.sweeps import sweep

POINTS = 30
LINK = 5.2
"""Length of a link of the bracelet."""


@dataclass(frozen=True, slots=True)
class Strap:
    """What a strap is made of, by material name."""

    parts: dict[str, Mesh]


def halves(case: Case) -> tuple[Track, Track]:
    """The lines of the half at twelve and of the half at six; away from the wrist is to their left."""
    y, z = case.bar
    r = case.radius
    bend = [
        (y - 1.5, z + 0.1),
        (y + 0.6, z - 0.2),
        (r + 7.2, z - 3.0),
        (r + 11.3, z - 10.5),
        (r + 12.6, z - 21.0),
    ]
    rest = [(r + 10.8, z - 31.5), (r + 7.4, z - 39.5), (r + 2.2, z - 45.5)]
    line = spline([*bend, *rest], POINTS)
    # Mirrored, the line would have its outside on the right: it is laid from its end.
    return Track(line), Track((line * [-1, 1])[::-1])


def leather_strap(case: Case) -> Strap:
    """Padded leather with stitching, a pin buckle and two keepers."""
    upper, lower = halves(case)
    shape = _Shape(case.strap - 0.5, case.strap - 3.6, 4.4, 2.5)
    stitches = merge(*_stitches(upper, shape, False), *_stitches(lower, shape, True))
    leather = merge(_half(upper, shape, False), _half(lower, shape, True), *_keepers(upper, shape))
    return Strap(
        {
            "leather": leather,
            "thread": stitches,
            "polish": _buckle(upper, shape),
            "hole": _holes(lower, shape),
        }
    )


def rubber_strap(case: Case) -> Strap:
    """Moulded rubber, thick at the lugs, with ribs where it bends."""
    upper, lower = halves(case)
    shape = _Shape(case.strap - 0.3, case.strap - 2.0, 4.8, 3.2)
    ribs = [*_ribs(upper, shape, False), *_ribs(lower, shape, True)]
    rubber = merge(_half(upper, shape, False), _half(lower, shape, True), *_keepers(upper, shape), *ribs)
    return Strap({"rubber": rubber, "polish": _buckle(upper, shape), "hole": _holes(lower, shape)})


def bracelet(case: Case) -> Strap:
    """Three-piece links, polished in the middle, and a folding clasp."""
    brushed, polished = [], []
    for track, reverse in zip(halves(case), (False, True), strict=True):
        for share in np.arange(LINK * 0.62, track.length - 9.5, LINK):
            distance = track.length - share if reverse else share
            width = case.strap - 0.3 - 4.0 * min(1.0, share / track.length * 1.5)
            side = rounded_box(width * 0.3, LINK - 0.25, 2.7, 0.6, 1)
            brushed += [track.place(side, distance, x) for x in (-width * 0.35, width * 0.35)]
            polished.append(track.place(rounded_box(width * 0.385, LINK - 0.25, 3.0, 0.9, 1), distance))
        clasp = rounded_box(case.strap - 3.6, 10.0, 3.4, 1.1, 3)
        brushed.append(track.place(clasp, 5.2 if reverse else track.length - 5.2, lift=0.2))
    return Strap({"case": merge(*brushed).mapped("y"), "polish": merge(*polished)})


@dataclass(frozen=True, slots=True)
class _Shape:
    """Width and thickness at the lugs and at the end."""

    wide: float
    narrow: float
    thick: float
    thin: float

    def width(self, share: Array | float) -> Array:
        """At shares (0 to 1) of the length."""
        return np.asarray(self.wide + (self.narrow - self.wide) * np.clip(np.asarray(share) * 1.6, 0, 1))

    def depth(self, share: Array | float) -> Array:
        """Thick over the first third, as padding is."""
        t = np.clip(np.asarray(share) * 1.5, 0, 1)
        return np.asarray(self.thick + (self.thin - self.thick) * t * t * (3 - 2 * t))


def _half(track: Track, shape: _Shape, tail: bool) -> Mesh:
    share = np.linspace(1, 0, POINTS) if tail else np.linspace(0, 1, POINTS)
    widths, depths = shape.width(share), shape.depth(share)
    if tail:
        # The tail ends in a round point over its last 9 mm.
        left = np.clip((1 - share) * track.length / 9.0, 0.02, 1)
        widths = widths * np.sqrt(1 - (1 - left) ** 2)
    return track.band(widths, depths, 0.38)


def _stitches(track: Track, shape: _Shape, tail: bool) -> list[Mesh]:
    stitch = bead().scaled(0.75, 2.5, 0.6)
    placed = []
    for distance in np.arange(5.0, track.length - (11.0 if tail else 4.0), 3.1):
        share = distance / track.length
        at = track.length - distance if tail else distance
        for side in (-1, 1):
            x = side * (float(shape.width(share)) / 2 - 1.9)
            placed.append(track.place(stitch, at, x, float(shape.depth(share)) / 2))
    return placed


def _ribs(track: Track, shape: _Shape, tail: bool) -> list[Mesh]:
    ribs = []
    for distance in np.arange(8.0, 30.0, 3.6):
        share = distance / track.length
        rib = rounded_box(float(shape.width(share)) * 0.62, 1.7, 1.2, 0.55, 1)
        ribs.append(
            track.place(
                rib, track.length - distance if tail else distance, lift=float(shape.depth(share)) / 2
            )
        )
    return ribs


def _keepers(track: Track, shape: _Shape) -> list[Mesh]:
    loops = []
    for share in (0.74, 0.88):
        width, depth = float(shape.width(share)) + 2.0, float(shape.depth(share)) + 2.4
        path = rounded_rectangle(width, depth, 1.1, 3)
        line = np.column_stack([path[:, 0], np.zeros(len(path)), path[:, 1]])
        loop = sweep(line, rounded_rectangle(1.0, 4.6, 0.4, 1), closed=True, up=(0, 1, 0))
        loops.append(track.place(loop, share * track.length, lift=0.4))
    return loops


def _buckle(track: Track, shape: _Shape) -> Mesh:
    width = shape.narrow + 4.4
    path = rounded_rectangle(width, 11.0, 2.4, 4)
    frame = sweep(np.column_stack([path, np.zeros(len(path))]), circle(1.15, 10), closed=True, up=(0, 0, 1))
    tongue = sweep([(0, -5.4, 0.6), (0, 0, 1.3), (0, 5.8, 1.1)], circle(0.75, 10), bevel=0.5, up=(0, 0, 1))
    return track.place(merge(frame, tongue), track.length + 0.0, lift=0.2)


def _holes(track: Track, shape: _Shape) -> Mesh:
    places = np.arange(14.0, 42.0, 6.0)
    holes = []
    for distance in places:
        lift = float(shape.depth(1 - distance / track.length)) / 2 + 0.05
        holes.append(track.place(disc(0.85, 0.0, 14).scaled(1, 1.3, 1), distance, lift=lift))
    return merge(*holes)
