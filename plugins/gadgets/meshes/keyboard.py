"""The keyboards: sculpted caps in rows, a milled case, a knob, and a cable. Drawn in millimetres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from plugins.gadgets.keyboard import CASES, COLOURWAYS
from plugins.gadgets.meshes.keycaps import UNIT, cap, laid_out, legend
from plugins.gadgets.meshes.parts import disc, metres, plate, toothed, turned_part
from renderd.modelling.curves import circle, rounded_rectangle, spline
from renderd.modelling.fabrics import weave
from renderd.modelling.mesh import Array, Mesh, merge
from renderd.modelling.scene import Model
from renderd.modelling.shapes import rounded_box
from renderd.modelling.sweeps import loft, sweep
from renderd.modelling.textures import powder_coat

RIM = 9.0
TILT = 6.0
"""Degrees that the case rises towards the back."""

SIXTY = (
    "~ 1 2 3 4 5 6 7 8 9 0 - = BACK:2",
    "TAB:1.5 Q W E R T Y U I O P [ ] \\:1.5",
    "CAPS:1.75 A S D F G H J K L ; ' ENTER:2.25",
    "SHIFT:2.25 Z X C V B N M , . / SHIFT:2.75",
    "CTRL:1.25 META:1.25 ALT:1.25 :6.25 ALT:1.25 FN:1.25 META:1.25 CTRL:1.25",
)
SEVENTY_FIVE = (
    "ESC +0.25 F1 F2 F3 F4 +0.25 F5 F6 F7 F8 +0.25 F9 F10 F11 F12 +0.25 DEL",
    "~ 1 2 3 4 5 6 7 8 9 0 - = BACK:2 HOME",
    "TAB:1.5 Q W E R T Y U I O P [ ] \\:1.5 PGUP",
    "CAPS:1.75 A S D F G H J K L ; ' ENTER:2.25 PGDN",
    "SHIFT:2.25 Z X C V B N M , . / SHIFT:1.75 ^ END",
    "CTRL:1.25 META:1.25 ALT:1.25 :6.25 ALT FN CTRL < _ >",
)


@dataclass(frozen=True, slots=True)
class Keyboard:
    """A keyboard as it is sold: rows of keys, room for a knob, and the look of its default choices."""

    name: str
    rows: tuple[str, ...]
    units: float
    knob: bool
    case: str
    caps: str
    cable: str


TENOR = Keyboard("Tenor 75", SEVENTY_FIVE, 16.0, True, "silver", "linen", "coiled")
PICCOLO = Keyboard("Piccolo 60", SIXTY, 15.0, False, "pine", "matcha", "straight")


def tenor_75() -> bytes:
    """A 75 % keyboard with a knob, silver and linen, with a coiled cable."""
    return build(TENOR).to_glb()


def piccolo_60() -> bytes:
    """A 60 % keyboard in pine and matcha."""
    return build(PICCOLO).to_glb()


@dataclass(frozen=True, slots=True)
class Frame:
    """The case in its own, tilted plane: width and depth in mm, ``lift`` of the plate's middle."""

    width: float
    depth: float

    @property
    def lift(self) -> float:
        return self.depth / 2 * float(np.sin(np.radians(TILT))) + 9.0

    def floor(self, y: Array, height: float = 0.0) -> Array:
        """Where (z) the tilted plane meets a level ``height`` mm above the floor."""
        angle = np.radians(TILT)
        return np.asarray((height - self.lift - y * np.sin(angle)) / np.cos(angle))


def build(board: Keyboard) -> Model:
    """The whole keyboard, its case rising to the back, both cables behind it."""
    model = Model(board.name)
    _materials(model, board)
    frame = Frame(board.units * UNIT + 2 * RIM, len(board.rows) * UNIT + 2 * RIM)
    model.node("keyboard", translation=(0.0, frame.lift / 1000, 0.0), rotation=("x", TILT))
    model.node("case", parent="keyboard")
    _put(model, _shell(frame), "case", "case")
    _put(model, _well(frame), "plate", "case")
    _put(model, _feet(frame), "rubber", "case")
    _keys(model, board)
    if board.knob:
        _knob(model, board)
    _cables(model, board, frame)
    return model


def _materials(model: Model, board: Keyboard) -> None:
    way, case = COLOURWAYS[board.caps], CASES[board.case]
    model.material("case", case.color or "", case.roughness, case.metalness)
    plastic = powder_coat(256, 9, 0.008, 0.62)
    model.material("caps", way.letters, maps=plastic)
    model.material("caps-outer", way.outer, maps=plastic)
    model.material("caps-accent", way.accent, maps=plastic)
    model.material("legend", way.legend, 0.7)
    model.material("plate", "#1c1d1f", 0.6)
    model.material("knob", "#c9a45c", 0.25, 1.0)
    model.material("cable", way.cable, maps=weave(256, 3, 16, 0.006))
    model.material("plug", "#b9bbbd", 0.25, 1.0)
    model.material("rubber", "#19191a", 0.85)


def _put(model: Model, mesh: Mesh, material: str, node: str) -> None:
    """A mesh that was drawn flat, z up."""
    model.add(metres(mesh.turned("x", -90)), material, node)


def _shell(frame: Frame) -> Mesh:
    """The case: level below, tilted on top, with a well for the keys."""
    well = RIM - 0.8
    rings = [
        _ring(frame, 5.0, 5.0, None, 1.0),
        _ring(frame, 1.6, 7.0, None, 1.3),
        _ring(frame, 0.3, 8.0, None, 2.6),
    ]
    for inset, radius, z in ((0.0, 8.0, 3.6), (0.5, 7.6, 5.0), (1.5, 6.8, 5.5)):
        rings.append(_ring(frame, inset, radius, z))
    for inset, z in ((well - 0.7, 5.5), (well - 0.2, 5.2), (well, 4.5), (well, -0.5)):
        rings.append(_ring(frame, inset, 2.0, z))
    return loft(rings, crease=30.0)


def _ring(frame: Frame, inset: float, radius: float, z: float | None, height: float = 0.0) -> Array:
    """The outline of the case, inset; at ``z`` of its own plane, or ``height`` mm above the floor."""
    outline = rounded_rectangle(frame.width - 2 * inset, frame.depth - 2 * inset, radius, 5)
    level = frame.floor(outline[:, 1], height) if z is None else np.full(len(outline), z)
    return np.column_stack([outline, level])


def _well(frame: Frame) -> Mesh:
    return rounded_box(frame.width - 2 * RIM + 1.4, frame.depth - 2 * RIM + 1.4, 0.6, 0.2, 1)


def _feet(frame: Frame) -> Mesh:
    foot = turned_part([(0, 0.6), (7, 0.6), (7.5, 0), (7.0, -1.0), (0, -1.0)], 24)
    x, y = frame.width / 2 - 20, frame.depth / 2 - 14
    places = [(sx * x, sy * y) for sx in (-1, 1) for sy in (-1, 1)]
    # The feet stand level: they are turned back by the tilt of the case.
    level = foot.turned("x", -TILT)
    return merge(*[level.moved(px, py, float(frame.floor(np.array(py), 1.0))) for px, py in places])


def _keys(model: Model, board: Keyboard) -> None:
    model.node("keys", parent="keyboard")
    for key in laid_out(board.rows, board.units):
        _put(model, cap(key), key.slot, "keys")
        label = legend(key)
        if label:
            _put(model, label, "legend", "keys")


def _knob(model: Model, board: Keyboard) -> None:
    x, y = (board.units / 2 - 0.5) * UNIT, (len(board.rows) / 2 - 0.5) * UNIT
    model.node("knob", parent="keyboard", translation=(x / 1000, 0.0, -y / 1000))
    _put(model, plate(toothed(7.6, 44, 0.28), 11.0, bevel=0.9, segments=3).moved(z=8.0), "knob", "knob")
    _put(model, turned_part([(0, 13.62), (5.2, 13.62), (5.4, 13.5)], 40), "knob", "knob")
    _put(model, disc(0.55, 13.7, 16).moved(y=4.0), "plate", "knob")
    _put(model, turned_part([(8.7, 0.3), (8.7, 1.2), (8.2, 1.6), (0, 1.6)], 40), "plate", "knob")


def _cables(model: Model, board: Keyboard, frame: Frame) -> None:
    """Both cables leave the back at the left and lie behind the case; drawn upright, z to the front."""
    back, x = -frame.depth / 2, -frame.width / 2 + 55
    start = [(x, 11.0, back + 2), (x, 10.5, back - 14), (x + 6, 5.0, back - 26), (x + 26, 2.0, back - 34)]
    run = [(x + 60, 2.0, back - 34), (frame.width / 2 - 66, 2.0, back - 34)]
    end = [(frame.width / 2 - 36, 2.0, back - 34), (frame.width / 2 - 12, 2.2, back - 28)]
    straight = sweep(spline([*start, *run, *end], 90), circle(1.9, 8), bevel=1.0)
    lead = sweep(spline([*start, run[0]], 40), circle(1.9, 8))
    tail = sweep(spline([run[1], *end], 24), circle(1.9, 8), bevel=1.0)
    coil = sweep(_helix(run[0], run[1], 5.6, 4.3), circle(1.9, 7))
    for kind, mesh in (("straight", straight), ("coiled", merge(lead, coil, tail))):
        node = model.node(f"cable-{kind}", hidden=kind != board.cable)
        model.add(metres(mesh), "cable", node)
        model.add(metres(_plugs(start[0], end[-1])), "plug", node)


def _helix(start: tuple[float, ...], end: tuple[float, ...], radius: float, pitch: float) -> Array:
    """A coil along x that begins and ends on its lowest line."""
    turns = round((end[0] - start[0]) / pitch)
    angle = np.linspace(0, 2 * np.pi * turns, turns * 16 + 1)
    x = np.linspace(start[0], end[0], len(angle))
    return np.column_stack([x, start[1] + radius * (1 - np.cos(angle)), start[2] + radius * np.sin(angle)])


def _plugs(socket: tuple[float, ...], end: tuple[float, ...]) -> Mesh:
    shaft = turned_part([(0, -8), (3.0, -8), (3.4, -7), (3.4, 6), (2.6, 8), (0, 8)], 24)
    tip = rounded_box(8.4, 2.6, 7.0, 1.2, 2).moved(z=11.0)
    other = merge(shaft, tip).turned("y", 64).moved(end[0] + 6, 3.4, end[2] + 2)
    return merge(shaft.moved(socket[0], socket[1], socket[2] - 9), other)
