"""Model of the running shoe: four colourways as material variants; nodes laces and quick-laces."""

from __future__ import annotations

import numpy as np

from plugins.fashion.meshes import lacing
from plugins.fashion.meshes.hides import calf, mesh_knit
from plugins.fashion.meshes.last import Last, both_sides
from plugins.fashion.meshes.surfaces import between, line_on, panel, ribbon, stitches, unit
from renderd.modelling.curves import spline
from renderd.modelling.fabrics import canvas
from renderd.modelling.mesh import Mesh, merge
from renderd.modelling.scene import Model

SHAPE = Last(
    length=0.292,
    outer=(
        (0.0, 0.045),
        (0.18, 0.041),
        (0.42, 0.0395),
        (0.62, 0.0495),
        (0.76, 0.0535),
        (0.9, 0.051),
        (1.0, 0.044),
    ),
    inner=(
        (0.0, 0.045),
        (0.18, 0.040),
        (0.42, 0.0345),
        (0.62, 0.0455),
        (0.76, 0.0510),
        (0.9, 0.054),
        (1.0, 0.050),
    ),
    opening=((0.03, 0.030), (0.2, 0.034), (0.34, 0.030), (0.44, 0.0225), (0.56, 0.0200), (0.70, 0.0170)),
    rim_height=(
        (0.03, 0.122),
        (0.10, 0.098),
        (0.24, 0.086),
        (0.35, 0.097),
        (0.43, 0.112),
        (0.55, 0.094),
        (0.70, 0.070),
    ),
    sole_top=((0.0, 0.050), (0.12, 0.0445), (0.35, 0.040), (0.6, 0.0335), (0.85, 0.032), (1.0, 0.0405)),
    sole_bottom=((0.0, 0.0085), (0.12, 0.001), (0.22, 0.0), (0.66, 0.0), (0.84, 0.0055), (1.0, 0.019)),
    throat=0.69,
    collar=0.006,
)
FOAM = (
    (-0.002, 1.0), (0.0014, 1.0), (0.003, 0.97), (0.0040, 0.90), (0.0044, 0.76), (0.0040, 0.64),
    (0.0028, 0.55), (0.0030, 0.49), (0.0058, 0.42), (0.0078, 0.30), (0.0080, 0.20), (0.0068, 0.135),
)  # fmt: skip
TREAD = ((0.0066, 0.14), (0.0078, 0.12), (0.0074, 0.05), (0.0056, 0.01), (0.002, 0.0))
BUMPER = (
    [(0.36, 0.0), (0.42, 0.0), (0.5, 0.0), (0.58, 0.0), (0.64, 0.0)],
    [(0.365, 0.08), (0.42, 0.26), (0.5, 0.36), (0.58, 0.26), (0.635, 0.08)],
)
COUNTER = (
    [(-0.15, 0.0), (-0.08, 0.0), (0.0, 0.0), (0.08, 0.0), (0.15, 0.0)],
    [(-0.148, 0.10), (-0.075, 0.40), (0.0, 0.62), (0.075, 0.40), (0.148, 0.10)],
)
FEATHERS = (
    (
        [(0.075, 0.47), (0.13, 0.53), (0.18, 0.62), (0.228, 0.74)],
        [(0.075, 0.50), (0.125, 0.62), (0.17, 0.72), (0.219, 0.82)],
    ),
    (
        [(0.09, 0.36), (0.17, 0.37), (0.24, 0.45), (0.288, 0.60)],
        [(0.09, 0.39), (0.165, 0.46), (0.226, 0.55), (0.276, 0.70)],
    ),
    (
        [(0.11, 0.25), (0.20, 0.21), (0.28, 0.26), (0.338, 0.42)],
        [(0.11, 0.28), (0.20, 0.30), (0.27, 0.36), (0.327, 0.51)],
    ),
)
"""A tern's wing: three quills that spread towards the laces."""
THROAT = (
    [(0.205, 0.80), (0.255, 0.76), (0.31, 0.77), (0.37, 0.81), (0.43, 0.85), (0.5, 0.87),
     (0.57, 0.85), (0.63, 0.81), (0.69, 0.77), (0.745, 0.76), (0.795, 0.80)],
    [(k, 0.985) for k in (0.205, 0.255, 0.31, 0.37, 0.43, 0.5, 0.57, 0.63, 0.69, 0.745, 0.795)],
)  # fmt: skip
PAIRS = 6
COLOURS = {
    "Dune": ("#d9c7a6", "#f3ede0", "#c06a3e", "#efe5d0", "#6b5a48"),
    "Harbour": ("#31577d", "#eef2f4", "#e8b13c", "#dfe8ee", "#23303d"),
    "Ember": ("#e0573a", "#f6efe6", "#2b2f3a", "#f7e3d3", "#2b2f3a"),
    "Night": ("#26282c", "#3a3d42", "#c9f04a", "#1d1e21", "#18191b"),
}
"""Each colourway's knit, foam, overlays, laces and tread."""
SLOTS = ("upper", "sole", "accent", "laces", "outsole")


def tern_runner() -> bytes:
    """The Tern: knit upper on sculpted foam."""
    model = Model("Tern running shoe")
    _materials(model)
    model.node("shoe")
    model.node("laces", parent="shoe")
    model.node("quick-laces", parent="shoe", hidden=True)
    model.add(SHAPE.upper(), "upper", "shoe")
    model.add(lacing.tongue(SHAPE, 0.022), "upper", "shoe")
    model.add(SHAPE.rim_roll(), "lining", "shoe")
    model.add(SHAPE.lining(), "lining", "shoe")
    model.add(SHAPE.sole(FOAM, well=0.012), "sole", "shoe")
    model.add(SHAPE.sole(TREAD), "outsole", "shoe")
    model.add(merge(*_overlays()), "accent", "shoe")
    model.add(merge(*_seams()), "thread", "shoe")
    model.add(lacing.laces(SHAPE, PAIRS, 0.0056), "laces", "laces")
    cord, toggle = lacing.quick_laces(SHAPE, PAIRS)
    model.add(cord, "laces", "quick-laces")
    model.add(toggle, "toggle", "quick-laces")
    return model.to_glb()


def _materials(model: Model) -> None:
    looks = {
        "upper": {"maps": mesh_knit(seed=3)},
        "sole": {"roughness": 0.72},
        "accent": {"maps": calf(seed=9, roughness=0.5, relief=0.5)},
        "laces": {"maps": canvas(seed=3, size=256, threads=24, tile=0.02)},
        "outsole": {"roughness": 0.8},
    }
    model.material("lining", "#3a3b3e", roughness=0.95)
    model.material("thread", "#efe9dc", roughness=0.8)
    model.material("toggle", "#26272a", roughness=0.4)
    for name, colours in COLOURS.items():
        swap = {}
        for slot, colour in zip(SLOTS, colours, strict=True):
            own = slot if name == "Dune" else f"{slot}-{name.lower()}"
            swap[slot] = model.material(own, colour, **looks[slot])  # type: ignore[arg-type]
        model.variant(name, swap)


def _overlays() -> list[Mesh]:
    return [
        panel(SHAPE, between(*BUMPER), 0.0018, 56, 14),
        panel(SHAPE, between(*COUNTER), 0.0018, 56, 18),
        panel(SHAPE, between(*THROAT), 0.0015, 110, 8),
        *[both_sides(SHAPE, feather, 0.0015, 44, 8) for feather in FEATHERS],
        _pull_tab(),
    ]


def _pull_tab() -> Mesh:
    """A loop of tape at the back of the collar."""
    back = SHAPE.rim(np.zeros(1))[0]
    points = np.array(
        [[0.010, -0.012, 0], [0.008, 0.006, 0], [0.0, 0.014, 0], [-0.008, 0.004, 0], [-0.009, -0.018, 0]]
    )
    line = spline(back + points, 24)
    return ribbon(line, unit(line - back + np.array([0.0, 0.006, 0.0])), 0.011, 0.0016)


def _seams() -> list[Mesh]:
    edge = [(a, b + 0.03) for a, b in THROAT[0]]
    counter = [(a * 0.97, b - 0.03) for a, b in COUNTER[1]]
    lines = [(SHAPE, edge, 0.0015), (SHAPE, counter, 0.0018)]
    return [stitches(*line_on(surface, knots, 200, lift), pitch=0.0036) for surface, knots, lift in lines]
