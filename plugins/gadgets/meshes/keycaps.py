"""Keycaps in millimetres, drawn flat: x to the right, y to the back, z up from the plate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from plugins.gadgets.meshes.lettering import write
from renderd.modelling.curves import rounded_rectangle
from renderd.modelling.mesh import Array, Mesh
from renderd.modelling.sweeps import loft

UNIT = 19.05
DISH = 0.55
PROFILES = ((9.9, 8.0), (9.6, 7.0), (8.6, 4.0), (8.2, 0.0), (8.6, -4.0), (8.6, -5.0))
"""Height of the top and its tilt towards the typist in degrees, from the back row to the front row."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key: its label, width in units, the middle of its foot, and the row that shapes it."""

    label: str
    units: float
    x: float
    y: float
    row: int

    @property
    def slot(self) -> str:
        """The material of its cap: accents, outer keys, or letters."""
        if self.label in ("ESC", "ENTER"):
            return "caps-accent"
        outer = len(self.label) > 1 or (self.label and self.label in "~<>^_")
        return "caps-outer" if outer else "caps"

    def top(self, x: Array, y: Array) -> Array:
        """Height of the dished top above the plate, at places relative to the middle of the key."""
        height, tilt = PROFILES[self.row]
        half = (self.units * UNIT - 6.0) / 2
        # Only small caps cradle a finger; long ones are straight.
        dish = DISH * (1 - np.clip(x / half, -1, 1) ** 2) if self.units < 1.4 else 0.0
        return np.asarray(height + np.tan(np.radians(tilt)) * y - dish)


def laid_out(rows: Sequence[str], units: float) -> Iterator[Key]:
    """Keys of rows such as ``"TAB:1.5 Q +0.25 W"``: label and width in units; ``+`` leaves a gap."""
    for number, row in enumerate(rows):
        x = -units / 2
        y = ((len(rows) - 1) / 2 - number) * UNIT
        for token in row.split(" "):
            label, _, width = token.partition(":")
            if label.startswith("+"):
                x += float(label)
                continue
            size = float(width or 1)
            yield Key(label, size, (x + size / 2) * UNIT, y, number + len(PROFILES) - len(rows))
            x += size


def cap(key: Key) -> Mesh:
    """The cap: flared to its foot, rounded at its edges, dished on top."""
    width, depth = key.units * UNIT - 1.0, UNIT - 1.0
    rings = [_ring(width, depth, 1.0, 1.6), _ring(width - 0.5, depth - 0.5, 1.2, 2.6)]
    for inset, sink in ((4.9, 0.9), (5.3, 0.3), (6.0, 0.0), (9.5, 0.0), (14.0, 0.0)):
        ring = _ring(width - inset, depth - inset * 0.88, 2.2, 0.0)
        ring[:, 1] += 0.6
        ring[:, 2] = key.top(ring[:, 0], ring[:, 1]) - sink
        rings.append(ring)
    return loft(rings, crease=55.0).moved(key.x, key.y)


def legend(key: Key) -> Mesh | None:
    """The label, lying on the dished top; None for a key without one."""
    if not key.label:
        return None
    height = 4.0 if len(key.label) == 1 else 2.5 if len(key.label) == 2 else 1.9
    flat = write(key.label, height, 0.14, 0.28)
    x, y = flat.positions[:, 0], flat.positions[:, 1] + 0.6
    positions = np.column_stack([x, y, key.top(x, y) + 0.12])
    return Mesh(positions, flat.normals, flat.uvs, flat.indices).moved(key.x, key.y)


def _ring(width: float, depth: float, radius: float, z: float) -> Array:
    outline = rounded_rectangle(max(width, 1.0), max(depth, 1.0), radius, 2)
    return np.column_stack([outline, np.full(len(outline), z)])
