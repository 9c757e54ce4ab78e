"""Models of the sunglasses: slots frame, lens; node chain. They stand open, the front to +Z."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from plugins.fashion.meshes.hides import tortoise
from plugins.fashion.meshes.surfaces import ribbon, shifted, smoothstep, through, tube, unit
from renderd.modelling.curves import circle, resampled, spline
from renderd.modelling.mesh import Array, Mesh, curve_lengths, grid, merge, mirrored
from renderd.modelling.noise import Maps
from renderd.modelling.scene import Model
from renderd.modelling.sweeps import sweep

WRAP = 2.1
"""How much the front bends: z falls by this times the square of x in metres."""
STEPS = 112


@dataclass(frozen=True)
class Shape:
    """A frame; metres. ``rim`` and ``brow`` are its breadth below and above the lens."""

    wide: float
    high: float
    bridge: float
    square: float
    rim: float
    brow: float
    lift: float
    depth: float
    hinge_y: float
    bridge_y: float

    def lens_edge(self, angle: Array) -> Array:
        """(…, 2): the lens on the +X side; 0 is outwards, a quarter up."""
        c, s = np.cos(angle), np.sin(angle)
        x = np.sign(c) * np.abs(c) ** (2 / self.square) * self.wide / 2
        y = np.sign(s) * np.abs(s) ** (2 / self.square) * self.high / 2
        narrow = 1 - 0.10 * smoothstep(0, 1, -y / self.high * 2) * (self.square > 2.2)
        y = y + self.lift * smoothstep(-0.3, 1, x / self.wide * 2) * smoothstep(-0.2, 1, y / self.high * 2)
        return np.stack([x * narrow + (self.wide + self.bridge) / 2, y], axis=-1)

    def breadth(self, angle: Array) -> Array:
        """How broad the rim is: most at the brow and towards the hinge."""
        corner = np.exp(-(((angle - 0.45) / 0.42) ** 2))
        return np.asarray(
            self.rim + (self.brow - self.rim) * smoothstep(-0.35, 0.8, np.sin(angle)) + 0.0018 * corner
        )


ROUND = Shape(0.048, 0.0465, 0.021, 2.05, 0.0036, 0.0042, 0.0, 0.0044, 0.0105, 0.0065)
SQUARE = Shape(0.053, 0.0405, 0.018, 3.3, 0.0040, 0.0068, 0.0026, 0.0050, 0.0150, 0.0085)


def solene_sunglasses() -> bytes:
    """The round Solene."""
    return _sunglasses("Solene sunglasses", ROUND, "#cc8a3a", tortoise(seed=5, depth=0.62), "#2c3b31")


def kestrel_sunglasses() -> bytes:
    """The square Kestrel."""
    return _sunglasses("Kestrel sunglasses", SQUARE, "#222429", tortoise(seed=8, depth=0.35), "#2b2e33")


def _sunglasses(title: str, shape: Shape, colour: str, maps: Maps, tint: str) -> bytes:
    model = Model(title)
    model.material("frame", colour, maps=maps, clearcoat=0.7, clearcoat_roughness=0.04)
    model.material("lens", tint, roughness=0.04, alpha=0.86, double_sided=True)
    model.material("metal", "#ebcf95", roughness=0.22, metalness=1.0)
    model.node("glasses")
    model.node("chain", parent="glasses", hidden=True)
    half = merge(_rim(shape), _endpiece(shape), _temple(shape), _pad(shape))
    frame = merge(half, mirrored(half), _bridge(shape))
    lenses = merge(_lens(shape), mirrored(_lens(shape)))
    metal = merge(*_metal(shape))
    foot = float(min(frame.bounds[0, 1], lenses.bounds[0, 1]))
    middle = float(frame.bounds[:, 2].mean())
    parts = [(frame.mapped("x"), "frame", "glasses"), (lenses, "lens", "glasses")]
    parts += [(merge(metal, mirrored(metal)), "metal", "glasses"), (_chain(shape, foot), "metal", "chain")]
    for mesh, material, node in parts:
        model.add(mesh.moved(0, -foot, -middle), material, node)
    return model.to_glb()


def _wrapped(points: Array) -> Array:
    bent = points.copy()
    bent[..., 2] -= WRAP * points[..., 0] ** 2
    return bent


def _ring_of(inner: Array, outer: Array, depth: float, sides: int = 20) -> Mesh:
    """A closed rim between two outlines (n, 2), with softly rounded edges."""
    turn = np.linspace(0, 2 * np.pi, sides + 1)
    a = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** 0.45
    b = np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** 0.45
    centre, half = (inner + outer) / 2, (outer - inner) / 2
    flat = centre[:, None] + half[:, None] * a[None, :, None]
    points = np.concatenate(
        [flat, np.broadcast_to((depth / 2 * b)[None, :, None], (*flat.shape[:2], 1))], axis=2
    )
    points = _wrapped(np.concatenate([points, points[:1]]))
    return grid(points, 60.0).outward()


def _rim(shape: Shape) -> Mesh:
    angle = np.linspace(0, 2 * np.pi, STEPS, endpoint=False)
    inner = shape.lens_edge(angle)
    ahead = np.roll(inner, -1, axis=0) - np.roll(inner, 1, axis=0)
    out = np.stack([ahead[:, 1], -ahead[:, 0]], axis=1)
    out = out / np.linalg.norm(out, axis=1, keepdims=True)
    wrapped_angle = np.where(angle > np.pi, angle - 2 * np.pi, angle)
    return _ring_of(inner, inner + out * shape.breadth(wrapped_angle)[:, None], shape.depth)


def _lens(shape: Shape) -> Mesh:
    angle = np.linspace(0, 2 * np.pi, 97)
    edge = shape.lens_edge(angle)
    centre = edge[:-1].mean(axis=0)
    share = np.sqrt(np.linspace(0, 1, 11))[None, :, None]
    flat = centre + (edge[:, None] - centre) * share * 1.035
    dome = 0.0022 * (1 - share[..., 0] ** 2) * np.ones(flat.shape[:2])
    return grid(_wrapped(np.concatenate([flat, (dome - 0.0008)[..., None]], axis=2)).swapaxes(0, 1), 60.0)


def _bridge(shape: Shape) -> Mesh:
    """The saddle over the nose."""
    reach = shape.bridge / 2 - shape.rim * 0.3
    y = shape.bridge_y
    points = [
        [-reach, y - 0.0022, 0],
        [-reach * 0.6, y + 0.0012, 0.0006],
        [0, y + 0.0026, 0.001],
        [reach * 0.6, y + 0.0012, 0.0006],
        [reach, y - 0.0022, 0],
    ]
    line = _wrapped(spline(np.array(points), 28))
    ends = np.abs(np.linspace(-1, 1, 28))
    return ribbon(
        line, np.tile([0.0, 0.0, 1.0], (28, 1)), 0.0050 + 0.0012 * ends**2, shape.depth * 0.86, corner=8
    )


def _hinge(shape: Shape) -> Array:
    """Where the temple begins."""
    edge = float(shape.lens_edge(np.array([0.4]))[0, 0]) + shape.rim + 0.0018
    return np.array([edge, shape.hinge_y, -WRAP * edge**2 - 0.006])


def _endpiece(shape: Shape) -> Mesh:
    """The corner from the rim round to the hinge."""
    hinge = _hinge(shape)
    back = shape.rim * 0.5 + 0.0008
    start = hinge * [1, 1, 0] + [-back, 0, -WRAP * (hinge[0] - back) ** 2]
    line = spline(
        np.array(
            [
                start,
                shifted(start, back * 0.75, 0, -0.0004),
                shifted(hinge, 0.0006, 0, 0.0035),
                shifted(hinge, 0.0006, 0, -0.001),
            ]
        ),
        24,
    )
    out = np.stack([np.linspace(0, 1, 24) ** 0.8, np.zeros(24), np.linspace(1, 0, 24) ** 0.8], axis=1)
    height = 0.0062 + 0.0088 * smoothstep(0, 0.6, np.linspace(0, 1, 24))
    return ribbon(line, unit(out), height, shape.depth * 0.94, corner=6)


def _temple_line(shape: Shape) -> Array:
    """(64, 3): along the temple to its tip behind the ear; the tip touches the ground with the rim."""
    hinge = _hinge(shape)
    ground = -shape.high / 2 - shape.rim
    x, y, z = hinge
    knots = [
        [x, y, z - 0.0015],
        [x + 0.001, y + 0.0005, z - 0.04],
        [x - 0.001, y, z - 0.085],
        [x - 0.004, y - 0.010, z - 0.112],
        [x - 0.008, ground + 0.0052, z - 0.139],
    ]
    return spline(np.array(knots), 64)


def _temple(shape: Shape) -> Mesh:
    line = _temple_line(shape)
    share = np.linspace(0, 1, 64)
    height = through(
        [(0, 0.0148), (0.25, 0.0095), (0.6, 0.0068), (0.85, 0.0086), (0.95, 0.0080), (1.0, 0.0044)]
    )(share)
    out = np.tile([1.0, 0.0, 0.0], (64, 1))
    return ribbon(line, out, height, 0.0042, corner=6)


def _pad(shape: Shape) -> Mesh:
    """The nose pad, a swelling of the inner rim."""
    edge = shape.lens_edge(np.array([np.pi * 1.12]))[0]
    line = np.array(
        [
            [edge[0] - 0.0020, edge[1] + 0.006, -0.0024],
            [edge[0] - 0.0024, edge[1], -0.0046],
            [edge[0] - 0.0008, edge[1] - 0.006, -0.0030],
        ]
    )
    return tube(
        _wrapped(spline(line, 14)), 0.0021 * np.sin(np.linspace(0.35, np.pi - 0.35, 14)), 10, bevel=0.0006
    )


def _metal(shape: Shape) -> list[Mesh]:
    """Hinge barrels and two pins on the corner of the front."""
    hinge = _hinge(shape)
    barrel = np.array([shifted(hinge, -0.0032, -0.0042, 0.0), shifted(hinge, -0.0032, 0.0042, 0.0)])
    parts = [sweep(resampled(barrel, 12), circle(0.0016, 12), bevel=0.0004)]
    plate = np.array([shifted(hinge, -0.0026, 0, -0.001), shifted(hinge, -0.0023, 0, -0.012)])
    parts.append(ribbon(resampled(plate, 6), np.tile([1.0, 0, 0], (6, 1)), 0.005, 0.001))
    front = np.array([hinge[0] - 0.0036, hinge[1], 0.0])
    face = -WRAP * front[0] ** 2 + shape.depth / 2 - 0.0002
    for dy in (-0.0019, 0.0019):
        pin = np.array([[front[0], front[1] + dy, face - 0.001 + k * 0.0006] for k in range(3)])
        parts.append(sweep(pin, circle(0.00085, 12), bevel=0.0003))
    return parts


def _chain(shape: Shape, ground: float) -> Mesh:
    """A chain from tip to tip that lies behind the glasses."""
    tip = _temple_line(shape)[-4]
    floor = ground + 0.0028
    half: Sequence[Array] = [
        shifted(tip, 0, -0.001, 0.001),
        shifted(tip, 0.0035, 0.0, -0.004),
        np.array([tip[0] + 0.009, floor, tip[2] - 0.010]),
        np.array([tip[0] * 0.84, floor, tip[2] - 0.032]),
        np.array([tip[0] * 0.35, floor, tip[2] - 0.040]),
    ]
    knots = np.array([*half, *[point * [-1, 1, 1] for point in half[::-1]]])
    line = spline(knots, 400)
    count = int(curve_lengths(line)[-1] / 0.0031)
    places = resampled(line, count)
    ahead = unit(np.gradient(places, axis=0))
    links = [_link(places[k], ahead[k], k % 2 == 0) for k in range(count)]
    loops = [_loop(tip), _loop(tip * [-1, 1, 1])]
    return merge(*links, *loops)


def _link(at: Array, ahead: Array, lying: bool) -> Mesh:
    side = unit(np.cross(ahead, [0.0, 1.0, 0.0]))
    across = side if lying else np.cross(side, ahead)
    turn = np.linspace(0, 2 * np.pi, 11)[:-1, None]
    return tube(at + ahead * np.cos(turn) * 0.0021 + across * np.sin(turn) * 0.0012, 0.00042, 5, closed=True)


def _loop(tip: Array) -> Mesh:
    """A ring of silicone around the temple's end."""
    turn = np.linspace(0, 2 * np.pi, 25)[:-1, None]
    return tube(
        tip + np.cos(turn) * np.array([0.0030, 0, 0]) + np.sin(turn) * np.array([0, 0.0046, 0.0028]),
        0.0008,
        8,
        closed=True,
    )
