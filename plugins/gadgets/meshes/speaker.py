"""The speakers: a round one for the table, and a bookshelf cabinet. Drawn in millimetres, y up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from plugins.gadgets.meshes.lettering import write
from plugins.gadgets.meshes.parts import bead, metres, plate, toothed, turned_part
from plugins.gadgets.speaker import CABINETS, GRILLES
from renderd.modelling.curves import fillet, rounded_rectangle
from renderd.modelling.fabrics import leather, weave
from renderd.modelling.mesh import Mesh, merge
from renderd.modelling.scene import Model
from renderd.modelling.shapes import rounded_box
from renderd.modelling.sweeps import lathe, loft, sweep
from renderd.modelling.textures import Species, wood

STAINABLE = Species("#fffaf2", "#b09c84", rings=7, contrast=0.6, pores=0.6, roughness=0.5)
"""A veneer with hardly a colour of its own: the cabinet's material stains it."""

LIFT = 15.0
"""Height of the feet."""


@dataclass(frozen=True, slots=True)
class Look:
    """The default choices that a speaker is sold with."""

    cabinet: str
    grille: str
    feet: str


def cove() -> bytes:
    """A round table speaker in oat and oak."""
    return build_cove().to_glb()


def linden() -> bytes:
    """A bookshelf speaker in charcoal and walnut, on brass cones."""
    return build_linden().to_glb()


def build_cove() -> Model:
    """Fabric all round, a turned top with one knob, a leather loop to carry it by."""
    model = _model("Cove", Look("oak", "oat", "soft"))
    model.node("speaker")
    _put(model, _drum(74.0, LIFT + 10.0, LIFT + 146.0), "grille", "speaker")
    _put(
        model,
        _turned_wood([(0, 0), (72, 0), (77, 4), (77, 12), (75, 15), (0, 15)], LIFT),
        "cabinet",
        "speaker",
    )
    rim = [(0, 0), (75, 0), (77, 3), (77, 11), (72, 16), (41, 16), (38, 12.5), (0, 12.5)]
    _put(model, _turned_wood(rim, LIFT + 144.0), "cabinet", "speaker")
    knob = merge(_knob(27.0, 13.0), _pointer(27.0, 13.0))
    _put(model, knob.turned("x", -90).moved(y=LIFT + 156.0), "brass", "speaker")
    _put(model, _ring_of_lights(33.0).turned("x", -90).moved(y=LIFT + 157.0), "light", "speaker")
    _put(model, _loop().moved(y=LIFT + 142.0), "leather", "speaker")
    rivet = turned_part([(0, 1.6), (2.6, 1.1), (3.2, 0)], 24).turned("y", 90)
    _put(model, rivet.moved(90.0, LIFT + 105.0), "brass", "speaker")
    _feet(model, [(57 * np.sin(a), 57 * np.cos(a)) for a in np.radians([60, 180, 300])], "soft", 60.0)
    return model


def build_linden() -> Model:
    """A veneered cabinet, its front covered with cloth below a wooden strip with the knob."""
    model = _model("Linden", Look("walnut", "charcoal", "brass"))
    width, height, depth, strip = 196.0, 320.0, 236.0, 52.0
    middle = LIFT + height / 2
    model.node("speaker")
    _put(model, _cabinet(width, height, depth).moved(y=middle), "cabinet", "speaker")
    cloth = rounded_box(width - 22, height - strip - 18, 14, 5.5, 4).mapped("y")
    _put(model, cloth.moved(y=LIFT + (height - strip) / 2 + 3, z=depth / 2 - 1.0), "grille", "speaker")
    front = depth / 2 - 4.0
    knob = merge(_knob(15.0, 15.0), _pointer(15.0, 15.0)).moved(
        width / 2 - 34, LIFT + height - strip / 2 - 4, front
    )
    name = write("LINDEN", 8.5, 0.13, 0.5).moved(-width / 2 + 50, LIFT + height - strip / 2 - 4, front + 0.3)
    _put(model, merge(knob, name, _trim(width - 22, LIFT + height - strip - 0.5, front)), "brass", "speaker")
    light = turned_part([(0, 0.8), (1.4, 0.5), (1.6, 0)], 20)
    _put(model, light.moved(width / 2 - 62, LIFT + height - strip / 2 - 4, front), "light", "speaker")
    _put(model, _back_panel(width, height).moved(y=middle, z=-depth / 2), "plastic", "speaker")
    corners = [(sx * (width / 2 - 18), sz * (depth / 2 - 16)) for sx in (-1, 1) for sz in (-1, 1)]
    _feet(model, corners, "brass", 11.0)
    return model


def _model(name: str, look: Look) -> Model:
    model = Model(name)
    model.material(
        "cabinet", CABINETS[look.cabinet], maps=wood(STAINABLE, 4, 512, (0.36, 0.09)), metalness=0.0
    )
    model.material("grille", GRILLES[look.grille], maps=weave(512, 8, 40, 0.05, 0.2), metalness=0.0)
    model.material("brass", "#c9a15a", 0.24, 1.0)
    model.material("leather", "#9a5f36", maps=leather(256, 4, 40, 0.03), metalness=0.0)
    model.material("thread", "#eadfca", 0.8)
    model.material("light", "#ffffff", 0.5, emissive="#fff0cf")
    model.material("plastic", "#1b1b1d", 0.6)
    model.material("rubber", "#19191a", 0.85)
    return model


def _put(model: Model, mesh: Mesh, material: str, node: str) -> None:
    model.add(metres(mesh), material, node)


def _drum(radius: float, low: float, high: float) -> Mesh:
    """Fabric around a drum that swells slightly; its seam is at the back."""
    height = np.linspace(low, high, 12)
    swell = 2.2 * np.sin(np.linspace(0, np.pi, 12))
    return lathe(np.column_stack([radius + swell, height]), 96).turned("y", 180)


def _turned_wood(profile: Sequence[tuple[float, float]], height: float) -> Mesh:
    """A disc turned from one board: the grain runs straight across it, over the edge and on."""
    turned = lathe(fillet(profile, 2.0, 4), 96).moved(y=height)
    x, y, z = turned.positions.T
    return replace(turned, uvs=np.column_stack([x, y + z]))


def _knob(radius: float, height: float) -> Mesh:
    grip = plate(toothed(radius, 64, 0.5), height - 2, bevel=0.8).moved(z=height / 2)
    face = turned_part([(0, height + 0.3), (radius - 3, height + 0.3), (radius - 1.6, height - 1.2)], 64)
    return merge(grip, face)


def _pointer(radius: float, height: float) -> Mesh:
    return rounded_box(1.6, radius * 0.45, 0.8, 0.35, 2).moved(y=radius * 0.55, z=height + 0.5)


def _ring_of_lights(radius: float) -> Mesh:
    dot = bead().scaled(1.7, 1.7, 0.8)
    return merge(*[dot.moved(y=radius).turned("z", -135 + 30 * k) for k in range(10)])


def _loop() -> Mesh:
    """A leather loop at the right of the top."""
    path = fillet(
        [(70, -6, 0), (84, -2, 0), (93, -30, 0), (92, -58, 0), (86, -66, 0), (79, -40, 0), (76, -8, 0)], 9, 5
    )
    return sweep(path, rounded_rectangle(2.6, 15.0, 1.1, 3), up=(0, 0, 1))


def _cabinet(width: float, height: float, depth: float) -> Mesh:
    """A box whose long edges are round, with a shallow recess all over the front."""
    radius, lip = 16.0, 5.0
    rings = []
    for inset, z in ((6, -0.5), (2, -0.485), (0, -0.46), (0, 0.47), (0.8, 0.49), (2.4, 0.5)):
        rings.append(_outline(width, height, inset, radius, z * depth))
    for inset, z in ((lip, 0.0), (lip + 1.2, -1.2), (lip + 1.2, -4.0)):
        rings.append(_outline(width, height, inset, radius, depth / 2 + z))
    return loft(rings, crease=35.0).mapped("y")


def _outline(
    width: float, height: float, inset: float, radius: float, z: float
) -> list[tuple[float, float, float]]:
    outline = rounded_rectangle(width - 2 * inset, height - 2 * inset, radius - inset * 0.8, 8)
    return [(float(x), float(y), z) for x, y in outline]


def _trim(width: float, y: float, z: float) -> Mesh:
    """A brass line where the cloth meets the wood."""
    return rounded_box(width, 1.6, 2.0, 0.6, 2).moved(y=y, z=z + 0.6)


def _back_panel(width: float, height: float) -> Mesh:
    """Terminals and a port behind."""
    panel = rounded_box(width * 0.62, height * 0.3, 4, 1.5, 3).moved(y=-height * 0.24)
    port = turned_part([(30, -2), (33, 1.5), (36, 2.5), (38, 1.0), (38, -2)], 48).turned("y", 180)
    hole = turned_part([(0, 0.4), (31, 0.4)], 32).turned("y", 180)
    return merge(panel, merge(port, hole).moved(y=height * 0.22))


def _feet(model: Model, places: list[tuple[float, float]], shown: str, pad: float) -> None:
    """Both kinds of feet, as high; ``pad`` is the radius of a soft one (a single pad for a round body)."""
    cone = lathe(
        fillet([(0, 0), (3.2, 0), (4.2, 1.5), (9.5, LIFT - 2), (9.5, LIFT + 1), (0, LIFT + 1)], 1.0, 3), 32
    )
    soft = lathe(fillet([(0, 0), (pad - 2, 0), (pad, 3), (pad - 2, LIFT + 1), (0, LIFT + 1)], 1.5, 3), 48)
    single = pad > 20
    model.node("feet-soft", hidden=shown != "soft")
    _put(model, soft if single else merge(*[soft.moved(x, 0, z) for x, z in places]), "rubber", "feet-soft")
    model.node("feet-brass", hidden=shown != "brass")
    _put(model, merge(*[cone.moved(x, 0, z) for x, z in places]), "brass", "feet-brass")
