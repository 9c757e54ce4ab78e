"""Model of the tote: slots leather, accent; nodes handles-short, handles-long, tassel."""

from __future__ import annotations

import numpy as np

from plugins.fashion.meshes.hides import calf
from plugins.fashion.meshes.surfaces import (
    between,
    line_on,
    normal_at,
    panel,
    raised,
    ribbon,
    shifted,
    smoothstep,
    stitches,
    tube,
    unit,
)
from renderd.modelling.curves import circle, spline
from renderd.modelling.mesh import Array, Mesh, grid, merge, mirrored
from renderd.modelling.scene import Model
from renderd.modelling.shapes import grid_surface
from renderd.modelling.sweeps import lathe, sweep

HEIGHT = 0.305
WIDE_TOP, WIDE_FOOT = 0.435, 0.345
DEEP_TOP, DEEP_FOOT = 0.118, 0.150
THICK = 0.0028
FOOT = 0.004
HANDLE_X = 0.085


def wall(u: Array, v: Array) -> Array:
    """(…, 3): the outside; ``u`` once around from the left over the front, ``v`` from foot to rim."""
    angle = np.pi - 2 * np.pi * u
    c, s = np.cos(angle), np.sin(angle)
    square = 2 / (5.5 - 1.5 * v)
    wide = WIDE_FOOT + (WIDE_TOP - WIDE_FOOT) * v**0.9
    deep = DEEP_FOOT + (DEEP_TOP - DEEP_FOOT) * v
    x = np.sign(c) * np.abs(c) ** square * wide / 2
    z = np.sign(s) * np.abs(s) ** square * deep / 2
    # The gussets fold inwards towards the rim, as a soft bag's sides do.
    fold = 0.026 * smoothstep(0.25, 1.0, v) * np.exp(-((z / 0.02) ** 2)) * smoothstep(0.5, 0.95, np.abs(c))
    slump = 0.005 * np.sin(v * np.pi) * np.cos(np.clip(x / wide, -0.5, 0.5) * np.pi)
    dip = 0.010 * smoothstep(0.7, 1.0, v) * np.cos(np.clip(x / wide, -0.5, 0.5) * np.pi) ** 2
    y = FOOT + v * HEIGHT - dip
    return np.stack([x - np.sign(c) * fold, y, z + np.sign(s) * slump], axis=-1)


def linnet_tote() -> bytes:
    """The Linnet: four pieces of thick leather with painted edges."""
    model = Model("Linnet tote")
    hide = calf(seed=12, tile=0.13, roughness=0.5, relief=1.5)
    model.material("leather", "#b0703c", maps=hide)
    model.material("lining", "#cbb597", roughness=0.95)
    model.material("accent", "#5a3320", roughness=0.42)
    model.material("thread", "#e3d4b4", roughness=0.8)
    model.material("metal", "#e6c98c", roughness=0.26, metalness=1.0)
    model.node("bag")
    model.node("handles-short", parent="bag")
    model.node("handles-long", parent="bag", hidden=True)
    model.node("tassel", parent="bag", hidden=True)
    model.add(merge(grid_surface(wall, 128, 36), _foot(), *_patches()), "leather", "bag")
    model.add(_inside(), "lining", "bag")
    model.add(_edges(), "accent", "bag")
    model.add(merge(*_seams()), "thread", "bag")
    _add_handles(model, "handles-short", 0.105)
    _add_handles(model, "handles-long", 0.225)
    _add_tassel(model)
    return model.to_glb()


def _foot() -> Mesh:
    """The bottom, and a welt around it."""
    u = np.linspace(0, 1, 129)
    rim = wall(u, np.zeros_like(u))
    middle = np.zeros(3)
    rings = [middle + (rim - middle) * [share, 0, share] for share in (1.0, 0.97, 0.5, 0.02)]
    floor = grid(np.stack(rings, axis=1), 60.0)
    return floor if floor.normals[:, 1].mean() < 0 else floor.flipped()


def _inside() -> Mesh:
    """Suede on the inner side and on the floor."""
    u, v = np.meshgrid(np.linspace(0, 1, 97), np.linspace(0, 1, 15), indexing="ij")
    skin = raised(wall, u, v, -THICK)
    floor = np.repeat(np.array([[[0.0, FOOT + 0.004, 0.0]]]), len(skin), axis=0)
    return grid(np.concatenate([floor, skin], axis=1)).flipped()


def _edges() -> Mesh:
    """The painted rim, and the welted side seams."""
    u = np.linspace(0, 1, 161)[:-1]
    rim = (wall(u, np.ones_like(u)) + raised(wall, u, np.ones_like(u), -THICK)) / 2
    parts = [tube(rim, THICK * 0.62, 8, closed=True)]
    foot = raised(wall, u, np.full_like(u, 0.012), 0.0006)
    parts.append(tube(foot, 0.0022, 8, closed=True))
    v = np.linspace(0.02, 0.995, 40)
    for seam in (0.105, 0.395, 0.605, 0.895):
        parts.append(tube(raised(wall, np.full_like(v, seam), v, 0.0004), 0.0017, 8))
    return merge(*parts)


def _patches() -> list[Mesh]:
    """A reinforcement along the rim, front and back."""
    shapes = []
    for start in (0.112, 0.612):
        lower = [(start, 0.90), (start + 0.138, 0.885), (start + 0.276, 0.90)]
        upper = [(start, 0.985), (start + 0.138, 0.985), (start + 0.276, 0.985)]
        shapes.append(panel(wall, between(lower, upper), 0.0014, 56, 8))
    return shapes


def _seams() -> list[Mesh]:
    seams = []
    for start in (0.112, 0.612):
        for height, level in ((0.0014, 0.908), (0.0014, 0.965)):
            sag = 0.013 if level < 0.95 else 0.0
            knots = [(start + 0.004, level), (start + 0.138, level - sag), (start + 0.272, level)]
            seams.append(line_on(wall, knots, 200, height))
    for seam in (0.112, 0.388, 0.612, 0.888):
        seams.append(line_on(wall, [(seam, 0.03), (seam, 0.5), (seam, 0.88)], 120, 0.0))
    return [stitches(*seam, pitch=0.0046, thread=0.0006) for seam in seams]


def _root(x: float) -> tuple[Array, Array]:
    """A handle's tab on the front at ``x``: path upwards and normals."""
    us = np.linspace(0.11, 0.39, 200)
    u = np.full(24, np.interp(x, wall(us, np.full_like(us, 0.8))[:, 0], us))
    v = np.linspace(0.70, 0.985, 24)
    return raised(wall, u, v, 0.0030), normal_at(wall, u, v)


def _add_handles(model: Model, node: str, rise: float) -> None:
    (left, ln), (right, rn) = _root(-HANDLE_X), _root(HANDLE_X)
    left_foot, right_foot = (
        path[[-6, -1]] + normals[[-6, -1]] * 0.004 for path, normals in ((left, ln), (right, rn))
    )
    top, z = left[-1][1] + rise, left_foot[-1][2]
    lean = np.array([0.0, 0.0, min(rise, 0.15) * 0.16])
    arch = [
        *left_foot,
        [-HANDLE_X * 0.96, top - rise * 0.45, z],
        [-HANDLE_X * 0.66, top - rise * 0.11, z],
        [0, top, z],
        [HANDLE_X * 0.66, top - rise * 0.11, z],
        [HANDLE_X * 0.96, top - rise * 0.45, z],
        *right_foot[::-1],
    ]
    line = spline(np.array(arch), 84)
    line = line - lean * smoothstep(0, rise, line[:, 1:2] - left[-1][1])
    parts = [tube(line[2:-2], 0.006, 14)]
    seams, studs = [], []
    for path, normals in ((left, ln), (right, rn)):
        width = 0.024 - 0.010 * smoothstep(0.55, 1.0, np.linspace(0, 1, 24))
        round_end = np.sqrt(np.clip(1 - ((0.14 - np.linspace(0, 1, 24)) / 0.15).clip(0, 1) ** 2, 0.02, 1))
        parts.append(ribbon(path, normals, width * round_end, 0.0034))
        across = np.cross(normals, unit(np.gradient(path, axis=0)))
        for side in (-1, 1):
            edge = path + normals * 0.0018 + side * across * (width / 2 - 0.0032)[:, None]
            seams.append(stitches(edge[4:-4], normals[4:-4], 0.004, 0.0005))
        stud = path[6] + normals[6] * np.array([0.001, 0.0024, 0.0038])[:, None]
        studs.append(sweep(stud, circle(0.0046, 16), bevel=0.0015))
    for mesh, material in ((merge(*parts), "leather"), (merge(*seams), "thread"), (merge(*studs), "metal")):
        model.add(merge(mesh, mirrored(mesh, "z")), material, node)


def _add_tassel(model: Model) -> None:
    """A tassel of cut leather on a cord around the right handle's root."""
    path, normals = _root(HANDLE_X)
    at = path[-3] + normals[-3] * 0.006
    drop = shifted(at, 0.012, -0.062, 0.012)
    cord = spline(
        np.array(
            [
                shifted(at, -0.010, 0.002, -0.004),
                shifted(at, 0, 0.006, 0.004),
                shifted(at, 0.010, -0.004, 0.004),
                shifted(drop, 0.0, 0.016, 0.0),
                drop,
            ]
        ),
        30,
    )
    model.add(tube(cord, 0.0016, 8), "accent", "tassel")
    head = lathe(
        [
            (0.0, 0.004),
            (0.004, 0.0035),
            (0.0062, 0.0),
            (0.0066, -0.008),
            (0.0070, -0.016),
            (0.0062, -0.0175),
            (0.0, -0.0175),
        ],
        24,
    )
    model.add(head.moved(*drop), "accent", "tassel")
    band = lathe(
        [(0.0064, -0.006), (0.0076, -0.0066), (0.0078, -0.010), (0.0076, -0.0134), (0.0064, -0.014)], 24
    )
    model.add(band.moved(*drop), "metal", "tassel")
    rng = np.random.default_rng(4)
    strips = [_strip(drop, k * 2 * np.pi / 18, float(rng.normal(0, 0.002))) for k in range(18)]
    model.add(merge(*strips), "accent", "tassel")


def _strip(drop: Array, angle: float, swing: float) -> Mesh:
    out = np.array([np.cos(angle), 0.0, np.sin(angle)])
    path = drop + np.array(
        [
            out * 0.0055 + [0, -0.015, 0],
            out * 0.0072 + [0, -0.03, 0],
            out * (0.0088 + swing) + [swing, -0.068, 0],
        ]
    )
    return ribbon(spline(path, 8), np.tile(out, (8, 1)), 0.0026, 0.001, corner=1)
