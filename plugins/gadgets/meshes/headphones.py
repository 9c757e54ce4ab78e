"""The headphones, standing on their cups. In millimetres: y up, a cup's outside to +z until it is hung."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from plugins.gadgets.headphones import CUSHIONS, SHELLS
from plugins.gadgets.meshes.lettering import write
from plugins.gadgets.meshes.parts import Track, metres, turned_part
from renderd.modelling.curves import circle, ellipse, spline
from renderd.modelling.fabrics import canvas, leather
from renderd.modelling.mesh import Array, Mesh, merge
from renderd.modelling.scene import Model
from renderd.modelling.shapes import rounded_box
from renderd.modelling.sweeps import loft, sweep
from renderd.modelling.textures import powder_coat

EAR = 57.0
"""Distance of a cup's rim from the middle."""


@dataclass(frozen=True, slots=True)
class Headphones:
    """Size of a cup (width, height, roundness), the kind of band, and the look of the default choices."""

    name: str
    width: float
    height: float
    exponent: float
    rods: bool
    shell: str
    cushion: str
    pads: str
    cups: str

    @property
    def centre(self) -> float:
        """Height of a cup's middle when it stands on the floor."""
        return self.height / 2 + 1.0

    def oval(self, share: float, z: float, count: int = 56) -> Array:
        """The outline of a cup, scaled, as a ring at a height above its rim."""
        outline = ellipse(self.width * share, self.height * share, count, self.exponent)
        return np.column_stack([outline, np.full(count, z)])


HUSH = Headphones("Hush", 74.0, 90.0, 2.5, False, "chalk", "tan", "leather", "closed")
REVERIE = Headphones("Reverie", 88.0, 96.0, 2.1, True, "graphite", "stone", "knit", "open")


def hush() -> bytes:
    """Closed headphones in chalk with tan leather."""
    return build(HUSH).to_glb()


def reverie() -> bytes:
    """Open studio headphones in graphite with stone knit and a steel band."""
    return build(REVERIE).to_glb()


def build(kind: Headphones) -> Model:
    """The whole headphones; cushions, cup ends and the microphone are chosen by node."""
    model = Model(kind.name)
    _materials(model, kind)
    model.node("headphones")
    _both(model, kind, "headphones", "shell", _cup(kind))
    _both(model, kind, "headphones", "metal", merge(_rim(kind), _yoke(kind)))
    _both(model, kind, "headphones", "baffle", _baffle(kind))
    _both(model, kind, "headphones", "shell", _hinge(kind))
    for side, letter in ((1, "R"), (-1, "L")):
        _put(model, _letter(kind, letter, side), "mark", "headphones")
    (_rod_band if kind.rods else _soft_band)(model, kind)
    for pads, material in (("leather", "cushion"), ("knit", "knit")):
        node = model.node(f"pads-{pads}", parent="headphones", hidden=pads != kind.pads)
        _both(model, kind, node, material, _pad(kind))
    for cups, end in _ends().items():
        model.node(f"caps-{cups}", parent="headphones", hidden=cups != kind.cups)
        end(model, kind)
    _microphone(model, kind)
    return model


def _materials(model: Model, kind: Headphones) -> None:
    shell, cushion = SHELLS[kind.shell], CUSHIONS[kind.cushion]
    model.material("shell", shell.color or "", shell.roughness, shell.metalness)
    model.material("metal", "#c6c8ca", 0.22, 1.0)
    model.material("cushion", cushion, maps=leather(512, 6, 64, 0.05, 0.5), normal_scale=0.7)
    model.material("knit", cushion, maps=canvas(512, 4, 36, 0.03))
    model.material("baffle", "#2a2a2c", maps=canvas(256, 4, 32, 0.02))
    model.material("mesh", "#45474b", 0.4, 0.9)
    model.material("dark", "#0d0d0e", maps=powder_coat(256, 4, 0.02, 0.8))
    model.material("mark", "#d9653f", 0.6)
    model.material(
        "foam", "#151516", maps=powder_coat(256, 8, 0.03, 0.95), tile_metres=0.012, normal_scale=3.0
    )


def _put(model: Model, mesh: Mesh, material: str, node: str) -> None:
    model.add(metres(mesh), material, node)


def _hung(kind: Headphones, cup: Mesh, side: int = 1) -> Mesh:
    """A part of a cup in its place at the right (1) or, mirrored, at the left (-1)."""
    right = cup.turned("y", 90).turned("z", -3.0).moved(x=EAR, y=kind.centre)
    return right if side > 0 else right.scaled(-1, 1, 1)


def _both(model: Model, kind: Headphones, node: str, material: str, cup: Mesh) -> None:
    _put(model, _hung(kind, cup, 1), material, node)
    _put(model, _hung(kind, cup, -1), material, node)


def _cup(kind: Headphones) -> Mesh:
    """The bowl, from the rim to the seat of its end."""
    steps = (
        (0.9, -2),
        (0.97, -2),
        (1.0, -0.6),
        (1.0, 9),
        (0.985, 13),
        (0.94, 17.5),
        (0.88, 20),
        (0.83, 20.6),
    )
    rings = [kind.oval(share, z) for share, z in (*steps, (0.82, 20.2), (0.82, 17.5), (0.4, 17.5))]
    return loft(rings, crease=35.0)


def _rim(kind: Headphones) -> Mesh:
    """A thin bright ring around the end of the cup."""
    path = kind.oval(0.835, 20.7, 72)
    return sweep(path, circle(0.9, 8), closed=True, up=(0, 0, 1))


def _baffle(kind: Headphones) -> Mesh:
    """The cloth before the driver, seen inside the cushion."""
    return loft([kind.oval(0.7, -3.0), kind.oval(0.35, -4.0), kind.oval(0.05, -4.4)], capped=False).outward()


def _pad(kind: Headphones) -> Mesh:
    """The cushion: a fat ring that narrows towards the ear, with a seam behind."""
    path = kind.oval(1.0, 0.0, 64)
    mid = path * [(kind.width - 25) / kind.width, (kind.height - 25) / kind.height, 0] + [0, 0, -12.5]
    ring = sweep(mid, ellipse(24.0, 22.0, 20, 2.7), closed=True, up=(0, 0, 1))
    seam = sweep(kind.oval(0.95, -2.6, 64), circle(1.0, 6), closed=True, up=(0, 0, 1))
    return merge(ring, seam)


def _closed_end(model: Model, kind: Headphones) -> None:
    """A softly domed plate with a turned button in its middle."""
    steps = ((0.815, 19.0), (0.8, 20.4), (0.72, 21.4), (0.5, 22.6), (0.28, 23.1), (0.27, 22.6), (0.25, 22.5))
    _both(model, kind, "caps-closed", "shell", loft([kind.oval(share, z) for share, z in steps], crease=25.0))
    ring = sweep(kind.oval(0.272, 22.9, 48), circle(0.55, 8), closed=True, up=(0, 0, 1))
    _both(model, kind, "caps-closed", "metal", ring)


def _open_end(model: Model, kind: Headphones) -> None:
    """A grille of rings and curved ribs over dark cloth."""
    cloth = loft([kind.oval(0.8, 18.4), kind.oval(0.4, 20.0), kind.oval(0.05, 20.4)], capped=False).outward()
    _both(model, kind, "caps-open", "dark", cloth)
    rings = [
        sweep(kind.oval(share, _dome(share), 56), circle(0.75, 6), closed=True, up=(0, 0, 1))
        for share in (0.8, 0.66, 0.52, 0.38, 0.24)
    ]
    ribs = [_rib(kind, angle) for angle in range(0, 360, 15)]
    hub = turned_part([(0, 24.2), (5, 23.9), (6.5, 22.6), (6.5, 20), (0, 20)], 36)
    _both(model, kind, "caps-open", "mesh", merge(*rings, *ribs))
    _both(model, kind, "caps-open", "metal", hub)


def _ends() -> dict[str, Callable[[Model, Headphones], None]]:
    return {"closed": _closed_end, "open": _open_end}


def _dome(share: float) -> float:
    return 23.4 - 3.6 * share**2 / 0.66


def _rib(kind: Headphones, degrees: float) -> Mesh:
    """A rib from the hub to the rim, swinging by a quarter of a turn's sixth."""
    shares = np.linspace(0.1, 0.81, 9)
    angle = np.radians(degrees + 34 * (shares - 0.1))
    x = kind.width / 2 * shares * np.cos(angle)
    y = kind.height / 2 * shares * np.sin(angle)
    return sweep(np.column_stack([x, y, [_dome(float(s)) for s in shares]]), circle(0.75, 6), up=(0, 0, 1))


def _yoke(kind: Headphones) -> Mesh:
    """A fork over the upper half of the cup, with pivots at its ends."""
    angle = np.linspace(-4, 184, 40)
    a, b = kind.width / 2 + 3.4, kind.height / 2 + 6.0
    line = np.column_stack([b * np.sin(np.radians(angle)), a * np.cos(np.radians(angle))])
    # Track.band lies in the YZ plane with its width along x: turned, it lies around the cup.
    fork = Track(line).band(np.full(40, 7.5), np.full(40, 2.8), 0.4).turned("y", -90).moved(z=6.0)
    pin = turned_part([(0, 2.2), (3.4, 2.0), (4.2, 1.2), (4.2, -3.0), (0, -3.0)], 28)
    pivots = [pin.turned("y", side * 90).moved(x=side * (a + 1.0), y=0, z=6.0) for side in (-1, 1)]
    return merge(fork, *pivots)


def _hinge(kind: Headphones) -> Mesh:
    """The block where the fork turns in the band."""
    block = rounded_box(17, 20, 10, 4.0, 4).moved(y=kind.height / 2 + 12.0, z=6.0)
    return merge(block, rounded_box(12, 13, 7, 3, 3).moved(y=kind.height / 2 + 25, z=5.6))


def _arch(kind: Headphones, drop: float = 0.0, reach: float = 1.0) -> Track:
    """The line of the band from left to right, as (y, x); ``drop`` mm inside it, ``reach`` of it."""
    foot, side = kind.centre + kind.height / 2 + 20.0, EAR + 9.0
    angle = np.linspace(0, np.pi, 25)
    over = np.column_stack([foot + 26 + 58 * np.sin(angle), -(side + 3) * np.cos(angle)])
    line = np.array([(foot, -side), (foot + 12, -side - 1.8), *over, (foot + 12, side + 1.8), (foot, side)])
    dense = spline(line, 121)
    keep = round(60 * (1 - reach))
    inner = dense[keep : 121 - keep]
    heading = np.gradient(inner, axis=0)
    heading /= np.linalg.norm(heading, axis=1, keepdims=True)
    return Track(inner + drop * np.column_stack([-heading[:, 1], heading[:, 0]]))


def _banded(track: Track, width: float, depth: float, taper: float = 0.0, radius: float = 0.45) -> Mesh:
    """A band over the head; ``taper`` narrows its ends by a share."""
    t = np.linspace(-1, 1, len(track.line))
    widths = width * (1 - taper * np.abs(t) ** 3)
    ends = np.clip((1 - np.abs(t)) * 12, 0.25, 1) ** 0.5
    return track.band(widths * ends, depth * ends, radius, 4).turned("y", 90)


def _soft_band(model: Model, kind: Headphones) -> None:
    """A moulded band with a padded, stitched cover below."""
    _put(model, _banded(_arch(kind), 30.0, 5.0, 0.42), "shell", "headphones")
    _put(model, _banded(_arch(kind, 2.5, 0.72), 37.0, 14.0, 0.12), "cushion", "headphones")


def _rod_band(model: Model, kind: Headphones) -> None:
    """Two steel rods, and a strap below that carries the weight."""
    rods = [_banded(_arch(kind), 3.6, 3.6, 0.0, 0.5).moved(z=z) for z in (-8.0, 8.0)]
    _put(model, merge(*rods), "metal", "headphones")
    _put(model, _banded(_arch(kind, 14.0, 0.76), 36.0, 3.6, 0.3), "cushion", "headphones")
    ends = [_strap_end(kind, side) for side in (-1, 1)]
    _put(model, merge(*ends), "shell", "headphones")


def _strap_end(kind: Headphones, side: int) -> Mesh:
    y, x = _arch(kind, 8.0, 0.76).line[0]
    return rounded_box(13, 18, 28, 4.0, 4).turned("z", -8).moved(-x, y).scaled(side, 1, 1)


def _letter(kind: Headphones, letter: str, side: int) -> Mesh:
    """The side's letter on the baffle, to be read from the other side."""
    flat = write(letter, 20.0, 0.11).turned("y", -90 * side)
    return flat.moved(x=side * (EAR - 5.0), y=kind.centre)


def _microphone(model: Model, kind: Headphones) -> None:
    """The port on the left cup: closed by a cover, or with an arm to the mouth."""
    cover = turned_part([(0, 1.4), (4.6, 1.2), (5.4, 0.4), (5.4, -2), (0, -2)], 32)
    x, y, z = -(EAR + 8.0), kind.centre - kind.height * 0.36, kind.width * 0.37
    cover = cover.turned("x", 35).turned("y", -20).moved(x, y, z)
    model.node("port-cover", parent="headphones")
    _put(model, cover, "metal", "port-cover")
    model.node("boom", parent="headphones", hidden=True)
    line = spline([(x, y, z), (x + 4, y - 4, z + 12), (x + 18, y - 9, z + 44), (x + 32, y - 10, z + 66)], 36)
    _put(model, sweep(line, circle(1.9, 10), bevel=1.0), "metal", "boom")
    tip = np.array(line[-6:])
    _put(model, sweep(spline(tip, 20), circle(5.0, 24), bevel=4.8), "foam", "boom")
    _put(model, cover, "shell", "boom")
