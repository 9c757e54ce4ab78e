"""Models of the court sneakers: slots upper, sole, accent, laces; nodes laces and straps."""

from __future__ import annotations

import numpy as np

from plugins.fashion.meshes import lacing
from plugins.fashion.meshes.hides import calf
from plugins.fashion.meshes.last import Knots, Last, both_sides
from plugins.fashion.meshes.surfaces import between, line_on, panel, stitches, through, tube
from renderd.modelling.fabrics import canvas
from renderd.modelling.mesh import Mesh, merge
from renderd.modelling.scene import Model
from renderd.modelling.shapes import Surface

Colours = tuple[str, str, str]
"""Of upper, sole and heel tab."""

OUTER = (
    (0.0, 0.046),
    (0.18, 0.041),
    (0.42, 0.0395),
    (0.62, 0.0505),
    (0.76, 0.0555),
    (0.9, 0.055),
    (1.0, 0.050),
)
INNER = (
    (0.0, 0.046),
    (0.18, 0.040),
    (0.42, 0.0345),
    (0.62, 0.0460),
    (0.76, 0.0525),
    (0.9, 0.0565),
    (1.0, 0.054),
)
OPENING = ((0.03, 0.034), (0.2, 0.035), (0.34, 0.030), (0.44, 0.0235), (0.56, 0.0215), (0.70, 0.0190))
SOLE_TOP = ((0.0, 0.031), (0.3, 0.029), (0.6, 0.0265), (0.85, 0.028), (1.0, 0.034))
SOLE_BOTTOM = ((0.0, 0.0025), (0.10, 0.0), (0.68, 0.0), (0.86, 0.0035), (1.0, 0.0115))

LOW = Last(
    length=0.288,
    outer=OUTER,
    inner=INNER,
    opening=OPENING,
    rim_height=(
        (0.03, 0.099),
        (0.12, 0.086),
        (0.24, 0.077),
        (0.35, 0.087),
        (0.43, 0.102),
        (0.55, 0.087),
        (0.70, 0.066),
    ),
    sole_top=SOLE_TOP,
    sole_bottom=SOLE_BOTTOM,
    throat=0.69,
)
HIGH = Last(
    length=0.288,
    outer=OUTER,
    inner=INNER,
    opening=OPENING,
    rim_height=(
        (0.03, 0.143),
        (0.12, 0.136),
        (0.24, 0.133),
        (0.35, 0.141),
        (0.43, 0.146),
        (0.55, 0.102),
        (0.70, 0.066),
    ),
    sole_top=SOLE_TOP,
    sole_bottom=SOLE_BOTTOM,
    throat=0.69,
    collar=0.006,
)
CUP = (
    (-0.001, 1.0), (0.0022, 1.0), (0.0034, 0.975), (0.0038, 0.93), (0.0039, 0.84), (0.0031, 0.825),
    (0.0031, 0.79), (0.0040, 0.775), (0.0044, 0.5), (0.0046, 0.16), (0.0042, 0.06), (0.0026, 0.012),
    (0.0, 0.0),
)  # fmt: skip
WALL = through([(height, out) for out, height in reversed(CUP[2:])])


def marlow_sneaker() -> bytes:
    """The low Marlow: a court shoe of pebbled calf."""
    return _sneaker("Marlow sneaker", LOW, 6, (0.47, 0.56), ("#f1eee6", "#efe9db", "#2f5143"))


def marlow_high_sneaker() -> bytes:
    """The high Marlow: a padded shaft over the ankle, seven pairs of eyelets."""
    return _sneaker("Marlow High sneaker", HIGH, 7, (0.45, 0.545), ("#9a5b2c", "#b27a45", "#23304d"))


def _sneaker(title: str, last: Last, pairs: int, straps: tuple[float, ...], colours: Colours) -> bytes:
    model = Model(title)
    _materials(model, colours)
    model.node("shoe")
    model.node("laces", parent="shoe")
    model.node("straps", parent="shoe", hidden=True)
    for mesh in (last.upper(), *_panels(last)):
        model.add(mesh, "upper", "shoe")
    model.add(lacing.tongue(last), "upper", "shoe")
    model.add(last.rim_roll(), "lining", "shoe")
    model.add(last.lining(), "lining", "shoe")
    _add_sole(model, last)
    _add_accents(model, last)
    model.add(merge(*_seams(last)), "thread", "shoe")
    model.add(lacing.eyelets(last, pairs), "metal", "laces")
    model.add(lacing.laces(last, pairs), "laces", "laces")
    model.add(lacing.straps(last, straps), "upper", "straps")
    model.add(lacing.strap_seams(last, straps), "thread", "straps")
    return model.to_glb()


def _materials(model: Model, colours: Colours) -> None:
    upper, sole, accent = colours
    model.material("upper", upper, maps=calf(seed=4))
    model.material("lining", "#d9cdb8", roughness=0.95)
    model.material("sole", sole, roughness=0.62)
    model.material("accent", accent, maps=calf(seed=9))
    model.material("laces", "#efe7d6", maps=canvas(seed=3, size=256, threads=24, tile=0.02))
    model.material("thread", "#e9e2d2", roughness=0.8)
    model.material("metal", "#cfc9bd", roughness=0.3, metalness=1.0)


TOE_CAP = (
    [(0.37, 0.0), (0.44, 0.0), (0.5, 0.0), (0.56, 0.0), (0.63, 0.0)],
    [(0.385, 0.30), (0.44, 0.50), (0.5, 0.60), (0.56, 0.50), (0.615, 0.30)],
)
EYESTAY = (
    [(0.215, 0.74), (0.255, 0.67), (0.31, 0.69), (0.37, 0.76), (0.43, 0.82), (0.5, 0.84),
     (0.57, 0.82), (0.63, 0.76), (0.69, 0.69), (0.745, 0.67), (0.785, 0.74)],
    [(k, 0.985) for k in (0.205, 0.255, 0.31, 0.37, 0.43, 0.5, 0.57, 0.63, 0.69, 0.745, 0.795)],
)  # fmt: skip
QUARTER = (
    [(0.03, 0.0), (0.10, 0.0), (0.17, 0.0), (0.235, 0.0)],
    [(0.035, 0.62), (0.10, 0.55), (0.165, 0.40), (0.225, 0.12)],
)
HEEL = (
    [(-0.052, 0.58), (-0.025, 0.55), (0.0, 0.54), (0.025, 0.55), (0.052, 0.58)],
    [(-0.036, 0.95), (-0.02, 0.965), (0.0, 0.97), (0.02, 0.965), (0.036, 0.95)],
)
SLASHES = tuple(
    ([(start, 0.10), (start + 0.026, 0.62)], [(start + 0.0125, 0.09), (start + 0.0365, 0.60)])
    for start in (0.232, 0.256)
)


def _panels(last: Last) -> list[Mesh]:
    return [
        panel(last, between(*TOE_CAP), 0.0016, 56, 18),
        panel(last, between(*EYESTAY), 0.0018, 110, 10),
        both_sides(last, QUARTER, 0.0014, 36, 14),
    ]


def _add_accents(model: Model, last: Last) -> None:
    model.add(panel(last, between(*HEEL), 0.0024, 36, 16), "accent", "shoe")
    for slash in SLASHES:
        model.add(both_sides(last, slash, 0.0013, 20, 6), "accent", "shoe")


def _add_sole(model: Model, last: Last) -> None:
    model.add(last.sole(CUP, well=0.012), "sole", "shoe")
    u = np.linspace(0, 1, 121)[:-1]
    model.add(tube(last.sole_ring(u, 0.0044, 0.34), 0.0009, 6, closed=True), "accent", "shoe")


def _seams(last: Last) -> list[Mesh]:
    wall = last.on_sole(WALL)
    round_sole = [(k / 24, 0.808) for k in range(25)]
    lines: list[tuple[Surface, Knots, float]] = [(wall, round_sole, 0.0002)]
    for knots, inset, lift in (
        (TOE_CAP[1], -0.035, 0.0016),
        (QUARTER[1], -0.035, 0.0014),
        (EYESTAY[0], 0.035, 0.0018),
    ):
        outer = [(a, b + inset) for a, b in knots]
        lines.append((last, outer, lift))
        if knots is QUARTER[1]:
            lines.append((last, [(1 - a, b) for a, b in outer], lift))
    lines += [
        (last, [(a * 0.93, b - 0.03) for a, b in HEEL[1]], 0.0024),
        (last, [(a * 0.95, b + 0.03) for a, b in HEEL[0]], 0.0024),
    ]
    return [stitches(*line_on(surface, knots, 200, lift), pitch=0.0034) for surface, knots, lift in lines]
