"""Models of the weekend bags: slots body, trim, hardware; nodes bag, strap-leather, strap-webbing, tag."""

from __future__ import annotations

from functools import partial

import numpy as np

from plugins.fashion.meshes.hides import calf
from plugins.fashion.meshes.surfaces import (
    arc,
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
from renderd.modelling.curves import circle, fillet, rounded_rectangle, spline
from renderd.modelling.fabrics import leather, weave
from renderd.modelling.mesh import Array, Mesh, merge, mirrored
from renderd.modelling.noise import Maps
from renderd.modelling.scene import Model
from renderd.modelling.shapes import grid_surface, rounded_box
from renderd.modelling.sweeps import extrude, loft, sweep

LENGTH, HEIGHT, DEPTH = 0.5, 0.285, 0.245
HANDLE_X, HANDLE_RISE, BAND = 0.098, 0.125, 0.032
SQUARENESS = 3.4
BASE, TOP = 0.006, 0.006


def body(u: Array, v: Array) -> Array:
    """(…, 3): the bag's skin; ``u`` from end to end along x, ``v`` once around from the zip over the front.

    A superellipse that swells in the middle and sinks a little along the top.
    """
    x = (0.5 - u) * LENGTH
    angle = np.pi / 2 - 2 * np.pi * v
    c, s = np.cos(angle), np.sin(angle)
    inward = 1 - 0.030 * smoothstep(0.6, 1.0, np.abs(2 * u - 1)) ** 2
    belly = 1 + 0.035 * np.cos((u - 0.5) * np.pi) * np.clip(1 - s * s, 0, 1)
    z = np.sign(c) * np.abs(c) ** (2 / SQUARENESS) * DEPTH / 2 * inward * belly
    y = np.sign(s) * np.abs(s) ** (2 / SQUARENESS) * HEIGHT / 2 * inward
    z = z * (1 - 0.10 * smoothstep(-0.2, 1.0, y / (HEIGHT / 2)))
    sag = 0.010 * np.cos((u - 0.5) * np.pi) ** 2 * smoothstep(0.5, 1.0, y / (HEIGHT / 2))
    folds = (
        0.0016
        * np.sin(u * 23 + np.sin(v * 6 * np.pi) * 1.6)
        * np.sin(v * 10 * np.pi + 1.3)
        * np.cos((u - 0.5) * np.pi)
    )
    y = np.maximum(y - sag, -HEIGHT / 2) + HEIGHT / 2 + BASE
    return np.stack([x, y, z + folds * np.sign(c)], axis=-1)


def holm_weekender() -> bytes:
    """The canvas Holm."""
    canvas = weave(seed=5, threads=96, tile=0.1, contrast=0.16)
    return _weekender("Holm weekender", canvas, ("#6b6a48", "#a8672f"), strap=False)


def holm_leather_weekender() -> bytes:
    """The Holm in leather all over."""
    hide = leather(seed=6, grain=64, tile=0.16, roughness=0.5)
    return _weekender("Holm leather weekender", hide, ("#9b5231", "#5f3420"), strap=True)


def _weekender(title: str, maps: Maps, colours: tuple[str, str], strap: bool) -> bytes:
    model = Model(title)
    model.material("body", colours[0], maps=maps, normal_scale=0.8)
    model.material("trim", colours[1], maps=calf(seed=5, roughness=0.45))
    model.material("hardware", "#dcb873", roughness=0.28, metalness=1.0)
    model.material("thread", "#d9c7a3", roughness=0.8)
    model.material("tape", "#2e2a26", roughness=0.9)
    model.material("webbing", "#cdbb96", maps=weave(seed=8, size=256, threads=32, tile=0.03))
    model.node("bag")
    model.node("strap-leather", parent="bag", hidden=not strap)
    model.node("strap-webbing", parent="bag", hidden=True)
    model.node("tag", parent="bag", hidden=True)
    model.add(grid_surface(body, 48, 84), "body", "bag")
    model.add(merge(*[_end(sign) for sign in (1.0, -1.0)]), "body", "bag")
    _add_trim(model)
    _add_zip(model)
    _add_handles(model)
    _add_strap(model, "strap-leather", "trim", 0.034, pad=True)
    _add_strap(model, "strap-webbing", "webbing", 0.036, pad=False)
    _add_tag(model)
    return model.to_glb()


def _end(sign: float) -> Mesh:
    """An end wall, slightly swollen."""
    v = np.linspace(0, 1, 97)[:-1]
    rim = body(np.full_like(v, 0.5 - sign / 2), v)
    centre = rim.mean(axis=0)
    rings = [
        centre + (rim - centre) * share + [sign * 0.014 * (1 - share**2), 0, 0]
        for share in (1, 0.9, 0.72, 0.5, 0.25, 0.06)
    ]
    return loft(rings, crease=60.0).mapped("z")


def _add_trim(model: Model) -> None:
    """Piping at both ends, a leather base, corners and their seams."""
    v = np.linspace(0, 1, 97)[:-1]
    for u in (0.004, 0.996):
        ring = raised(body, np.full_like(v, u), v, 0.001)
        model.add(tube(ring, 0.0042, 10, closed=True), "trim", "bag")
    base = between(
        [(0.012, 0.343), (0.25, 0.353), (0.5, 0.356), (0.75, 0.353), (0.988, 0.343)],
        [
            (k, 1.0 - w)
            for k, w in ((0.012, 0.343), (0.25, 0.353), (0.5, 0.356), (0.75, 0.353), (0.988, 0.343))
        ],
    )
    model.add(panel(body, base, 0.0022, 48, 30, rim=0.006), "trim", "bag")
    for flank in (0.0, 1.0):
        edge = [
            (k, abs(flank - w))
            for k, w in ((0.02, 0.349), (0.25, 0.359), (0.5, 0.362), (0.75, 0.359), (0.98, 0.349))
        ]
        model.add(stitches(*line_on(body, edge, 260, 0.0022), pitch=0.0052, thread=0.0007), "thread", "bag")
    feet = [(x, z) for x in (-0.19, 0.19) for z in (-0.055, 0.055)]
    dome = sweep([[0, 0, 0], [0, 0.004, 0], [0, 0.008, 0]], circle(0.009, 20), bevel=0.0035)
    model.add(merge(*[dome.moved(x, 0, z) for x, z in feet]), "hardware", "bag")


def _add_zip(model: Model) -> None:
    """Tape, teeth, a leather tab at each end and the puller."""
    tape = between(
        [(0.05, -0.022), (0.5, -0.022), (0.95, -0.022)], [(0.05, 0.022), (0.5, 0.022), (0.95, 0.022)]
    )
    model.add(panel(body, tape, 0.0014, 40, 8), "tape", "bag")
    u = np.linspace(0.06, 0.94, 120)
    for side in (-1.0, 1.0):
        row = raised(body, u, np.full_like(u, side * 0.0035), 0.0018)
        across = np.tile([0.0, 1.0, 0.0], (len(u), 1))
        model.add(stitches(row, across, pitch=0.0034, thread=0.0019), "hardware", "bag")
    for start, end in ((0.018, 0.075), (0.925, 0.982)):
        tab = between([(start, -0.026), (end, -0.026)], [(start, 0.026), (end, 0.026)])
        model.add(panel(body, tab, 0.0026, 16, 10), "trim", "bag")
    at = raised(body, np.array([0.10]), np.zeros(1), 0.004)[0]
    model.add(rounded_box(0.016, 0.006, 0.010, 0.002).moved(*at), "hardware", "bag")
    pull = ribbon(
        at
        + np.array([[0.004, 0.003, 0], [0.012, 0.002, 0.012], [0.018, -0.008, 0.032], [0.02, -0.02, 0.05]]),
        np.tile([0.3, 0.9, 0.4], (4, 1)),
        0.012,
        0.003,
    )
    model.add(pull, "trim", "bag")


def _handle_line(x: float) -> tuple[Array, Array]:
    """Path and normals of one half of the front handle: from under the base up the front at ``x``."""
    u = np.full(40, 0.5 - x / LENGTH)
    v = np.linspace(0.385, 0.150, 40)
    return raised(body, u, v, 0.0034), normal_at(body, u, v)


def _add_handles(model: Model) -> None:
    front, grips, seams, rivets = [], [], [], []
    for x in (-HANDLE_X, HANDLE_X):
        path, normals = _handle_line(x)
        front.append(ribbon(path, normals, BAND, 0.0032))
        for side in (-1, 1):
            across = np.cross(normals, unit(np.gradient(path, axis=0)))
            seams.append(
                stitches(
                    path + normals * 0.0017 + side * across * (BAND / 2 - 0.004), normals, 0.0048, 0.0006
                )
            )
        rivets.append(_rivet(path[-4] + normals[-4] * 0.002, normals[-4]))
    grip, padded = _grip()
    grips += [grip, padded]
    for part, material in (
        (merge(*front, *grips), "trim"),
        (merge(*seams), "thread"),
        (merge(*rivets), "hardware"),
    ):
        model.add(merge(part, mirrored(part, "z")), material, "bag")


def _grip() -> tuple[Mesh, Mesh]:
    """The free arch of the handle and its padded middle."""
    (left, ln), (right, _) = _handle_line(-HANDLE_X), _handle_line(HANDLE_X)
    top = left[-1][1] + HANDLE_RISE
    z = left[-1][2]
    points = [
        *left[-8::4],
        [-HANDLE_X * 0.985, top - 0.088, z + 0.002],
        [-HANDLE_X * 0.78, top - 0.022, z - 0.012],
        [0, top, z - 0.018],
        [HANDLE_X * 0.78, top - 0.022, z - 0.012],
        [HANDLE_X * 0.985, top - 0.088, z + 0.002],
        *right[-4:-9:-4],
    ]
    line = spline(np.array(points), 80)
    from_end = 0.5 - np.abs(np.linspace(-0.5, 0.5, 80))
    share = smoothstep(0.02, 0.16, from_end)[:, None]
    normals = unit(np.array([0.0, 0.25, 1.0]) * share + ln[-4] * (1 - share))
    width = BAND - 0.008 * smoothstep(0.12, 0.3, from_end)
    wrap = ribbon(line[25:55], normals[25:55], 0.0275, 0.017, corner=8)
    return ribbon(line, normals, width, 0.0036), wrap


def _rivet(at: Array, normal: Array) -> Mesh:
    line = at + normal * np.array([-0.001, 0.0008, 0.0022])[:, None]
    return sweep(line, circle(0.0052, 16), bevel=0.0016)


def _ring(at: Array, width: float, height: float, turn: float) -> Mesh:
    """A D of wire, standing in YZ, turned about Y."""
    outline = rounded_rectangle(width, height, height * 0.42, 6)
    path = np.column_stack([np.zeros(len(outline)), outline[:, 1], outline[:, 0]])
    return tube(path, 0.0023, 8, closed=True).turned("y", turn).moved(*at)


def _add_strap(model: Model, node: str, material: str, width: float, pad: bool) -> None:
    """A strap from end to end that falls in front of the bag, with its rings."""
    high = BASE + HEIGHT * 0.80
    for sign in (1.0, -1.0):
        end = np.array([sign * (LENGTH / 2 + 0.016), high, 0.0])
        anchor = ribbon(
            arc(
                end - [sign * 0.004, 0.055, 0],
                end - [sign * 0.0, 0.02, 0],
                shifted(end, sign * 0.006, 0.004, 0),
            ),
            np.tile([sign, 0.2, 0], (16, 1)),
            0.03,
            0.003,
        )
        model.add(anchor, "trim", node)
        model.add(_ring(shifted(end, sign * 0.006, 0.010, 0), 0.042, 0.026, 0.0), "hardware", node)
    half = LENGTH / 2 + 0.022
    knots = np.array(
        [
            [-half, high + 0.018, 0.004],
            [-half - 0.006, high + 0.004, 0.05],
            [-half * 0.86, high - 0.085, DEPTH / 2 + 0.034],
            [-half * 0.45, high - 0.165, DEPTH / 2 + 0.026],
            [0, high - 0.19, DEPTH / 2 + 0.024],
        ]
    )
    line = spline(np.concatenate([knots, (knots * [-1, 1, 1])[-2::-1]]), 90)
    normals = unit(line * np.array([1.0, 0, 1.0]) - np.array([0, 0, 0.02])) + np.array([0, 0.25, 0])
    model.add(ribbon(line, normals, width, 0.003), material, node)
    if pad:
        share = np.abs(np.linspace(-1, 1, 31))
        model.add(
            ribbon(line[30:61], normals[30:61], 0.056 - 0.018 * share**3, 0.011, corner=6), "trim", node
        )


def _add_tag(model: Model) -> None:
    """A leather tag on a loop around the handle's root."""
    path, normals = _handle_line(HANDLE_X)
    root = path[-2] + normals[-2] * 0.004
    outline = fillet(
        [(-0.021, -0.036), (0.021, -0.036), (0.021, 0.028), (0.009, 0.042), (-0.009, 0.042), (-0.021, 0.028)],
        0.007,
        4,
        closed=True,
    )
    plate = extrude(outline, 0.0036, 0.0012)
    window = extrude(rounded_rectangle(0.028, 0.04, 0.004), 0.0012, 0.0004).moved(0, -0.008, 0.0019)
    hang = partial(_hung, root=root)
    model.add(hang(plate), "trim", "tag")
    model.add(hang(window), "body", "tag")
    loop = spline(
        root
        + np.array(
            [
                [0.019, 0.006, -0.004],
                [0.012, 0.010, 0.010],
                [0.004, -0.006, 0.020],
                [0.006, -0.020, 0.026],
                [0.014, -0.004, 0.016],
                [0.021, 0.008, -0.003],
            ]
        ),
        30,
    )
    model.add(ribbon(loop, np.tile([0.0, 0.3, 1.0], (30, 1)), 0.006, 0.0022), "trim", "tag")


def _hung(mesh: Mesh, root: Array) -> Mesh:
    return mesh.turned("z", -9).turned("x", -4).moved(*(shifted(root, 0.006, -0.058, 0.026)))
