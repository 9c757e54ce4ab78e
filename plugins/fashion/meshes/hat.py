"""Models of the hats: slots hat, band; nodes bow, feather. The front is +Z, the bow sits on the +X side."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from plugins.fashion.meshes.hides import soft_felt, straw
from plugins.fashion.meshes.surfaces import (
    normal_at,
    panel,
    raised,
    smoothstep,
    stitches,
    through,
    tube,
    unit,
)
from renderd.modelling.curves import spline
from renderd.modelling.fabrics import weave
from renderd.modelling.mesh import Array, Mesh, grid, merge
from renderd.modelling.noise import Maps
from renderd.modelling.scene import Model

HEAD_WIDE, HEAD_LONG = 0.160, 0.196
"""Outer breadth and length of a crown for a head of 57 cm, metres."""
ROUND = 21 * 0.036
"""Metres of straw once around: whole repeats, so that no seam shows."""


@dataclass(frozen=True)
class Block:
    """The shape of a hat: ``brim`` width, crown height, how deep it is dented, how the brim bends; metres."""

    brim: float
    crown: float
    dent: float
    pinch: float
    snap: float
    curl: float
    thick: float
    woven: bool = False

    def brim_height(self, angle: Array, out: Array) -> Array:
        """How high the brim is at a direction (0 is +X, a quarter is the front) and share of its width."""
        front = np.clip(np.sin(angle), 0, 1) ** 1.5
        rear = np.clip(-np.sin(angle), 0, 1) ** 1.2
        sides = np.abs(np.cos(angle)) ** 2
        bend = out**1.6
        return np.asarray(
            bend * (self.curl * (0.55 * sides + rear) - self.snap * front) + 0.002 * out * np.cos(3 * angle)
        )

    def shell(self, u: Array, v: Array) -> Array:
        """(…, 3): the upper face; ``u`` around against the clock, ``v`` from brim edge to top."""
        angle = -2 * np.pi * u
        on_brim = np.clip(v / 0.34, 0, 1)
        up = np.clip((v - 0.34) / 0.66, 0, 1)
        out = (1 - on_brim) * self.brim
        radius, height = self._crown(up)
        x = np.cos(angle) * (HEAD_WIDE / 2 * radius + out)
        z = np.sin(angle) * (HEAD_LONG / 2 * radius + out * 0.98)
        y = height + self.brim_height(angle, 1 - on_brim)
        return self._dented(np.stack([x, y, z], axis=-1), up)

    def laid(self, mesh: Mesh) -> Mesh:
        """The shell with its cloth: flat from six sides for felt, in rings around the head for straw."""
        if not self.woven:
            return mesh.mapped()
        share = (-np.arctan2(mesh.positions[:, 2], mesh.positions[:, 0]) / (2 * np.pi)) % 1.0
        last = (share < 1e-6) & (mesh.uvs[:, 0] > 0.01)
        return replace(mesh, uvs=np.stack([np.where(last, 1.0, share) * ROUND, mesh.uvs[:, 1]], axis=1))

    def _crown(self, up: Array) -> tuple[Array, Array]:
        radius = through(
            [(0, 1.0), (0.04, 0.985), (0.5, 0.93), (0.66, 0.89), (0.76, 0.80), (0.86, 0.62), (1, 0.0)]
        )(up)
        height = through(
            [(0, 0.0), (0.05, 0.012), (0.5, 0.70), (0.66, 0.90), (0.76, 0.965), (0.86, 0.99), (1, 1.0)]
        )(up)
        return radius, height * self.crown

    def _dented(self, points: Array, up: Array) -> Array:
        """The teardrop in the top and a pinch at both sides of the front."""
        x, y, z = points[..., 0], points[..., 1], points[..., 2]
        top = smoothstep(0.55, 0.95, y / self.crown)
        along = (z + 0.012) / (HEAD_LONG * 0.36)
        breadth = 0.030 + 0.010 * np.clip(-along, -1, 1)
        bowl = np.exp(-((x / breadth) ** 2) * 1.1) * np.exp(-(np.abs(along) ** 3.2))
        lower = self.dent * bowl * top
        tilt = 0.006 * top * np.clip(z / 0.09, -1, 1)
        reach = np.exp(-(((z - 0.056) / 0.030) ** 2)) * np.exp(-(((y - self.crown * 0.86) / 0.034) ** 2))
        squeeze = self.pinch * reach * smoothstep(0.008, 0.03, np.abs(x)) * (up > 0)
        return np.stack([x - np.sign(x) * squeeze, y - lower + tilt, z], axis=-1)


FEDORA = Block(brim=0.064, crown=0.118, dent=0.030, pinch=0.017, snap=0.016, curl=0.020, thick=0.0024)
PALMA = Block(
    brim=0.092, crown=0.104, dent=0.024, pinch=0.012, snap=0.010, curl=0.004, thick=0.0020, woven=True
)


def alder_fedora() -> bytes:
    """The Alder: wool felt, snapped brim."""
    return _hat("Alder fedora", FEDORA, "#b98d5e", soft_felt(seed=3), "#46301f")


def palma_straw_hat() -> bytes:
    """The Palma: twilled straw, a wide flat brim."""
    return _hat("Palma straw hat", PALMA, "#e6d7b8", straw(seed=2), "#232222")


def _hat(title: str, block: Block, colour: str, maps: Maps, band: str) -> bytes:
    model = Model(title)
    model.material("hat", colour, maps=maps)
    model.material("band", band, maps=weave(seed=4, size=256, threads=48, tile=0.028, contrast=0.1))
    model.material("sweatband", "#8a5a33", roughness=0.55)
    model.material("quill", "#efe3cd", roughness=0.5)
    model.material("feather", "#6e4526", roughness=0.75, double_sided=True)
    model.material("feather-tip", "#2c2420", roughness=0.7, double_sided=True)
    model.material("thread", colour, roughness=0.8)
    model.node("crown")
    model.node("bow", parent="crown")
    model.node("feather", parent="crown", hidden=True)
    lift = _lowest(block)
    for mesh, material, node in _parts(block):
        model.add(mesh.moved(0, -lift, 0), material, node)
    return model.to_glb()


def _parts(block: Block) -> list[tuple[Mesh, str, str]]:
    parts = [(merge(*_shell(block)), "hat", "crown"), (_sweatband(block), "sweatband", "crown")]
    parts += [(_band(block), "band", "crown"), (_brim_seam(block), "thread", "crown")]
    parts += [(merge(*_bow(block)), "band", "bow")]
    parts += [(mesh, material, "feather") for mesh, material in _feather(block)]
    return parts


def _lowest(block: Block) -> float:
    u = np.linspace(0, 1, 200)
    return float(raised(block.shell, u, np.full_like(u, 0.0), -block.thick)[:, 1].min())


def _shell(block: Block) -> list[Mesh]:
    """Outside, inside and the rolled edge."""
    u, v = np.meshgrid(np.linspace(0, 1, 145), _rows(), indexing="ij")
    outside = block.shell(u, v)
    inner = raised(block.shell, u, v, -block.thick)
    edge = (outside[:, 0] + inner[:, 0]) / 2
    return [
        block.laid(grid(outside, 60.0)),
        block.laid(grid(inner, 60.0).flipped()),
        tube(edge[:-1], block.thick * 0.62, 8, closed=True),
    ]


def _rows() -> Array:
    """Steps of ``v``: fine where brim and crown meet."""
    return np.concatenate(
        [np.linspace(0, 0.30, 10), np.linspace(0.32, 0.40, 9), np.linspace(0.43, 0.995, 34), [1.0]]
    )


def _sweatband(block: Block) -> Mesh:
    u, v = np.meshgrid(np.linspace(0, 1, 97), np.linspace(0.345, 0.50, 6), indexing="ij")
    return grid(raised(block.shell, u, v, -block.thick - 0.0012)).flipped()


def _band(block: Block) -> Mesh:
    """A grosgrain ribbon around the foot of the crown."""
    u, b = np.meshgrid(
        np.linspace(0, 1, 145), np.array([0, 0.02, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 0.98, 1.0]), indexing="ij"
    )
    height = 0.0016 * np.sqrt(np.clip(1 - (2 * np.abs(b - 0.5)) ** 16, 0, 1)) + 0.0002
    return grid(raised(block.shell, u, 0.356 + b * 0.172, height), 60.0)


def _brim_seam(block: Block) -> Mesh:
    u = np.linspace(0, 1, 300)
    v = np.full_like(u, 0.022)
    return stitches(raised(block.shell, u, v, 0.0), normal_at(block.shell, u, v), 0.0046, 0.0005)


def _bow(block: Block) -> list[Mesh]:
    """A flat bow on the wearer's left side: two folds and a keeper."""
    at, middle = 0.985, 0.442
    leaves = []
    for sign, reach in ((1.0, 0.062), (-1.0, 0.062)):
        region = _bow_leaf(at, middle, sign * reach)
        leaves.append(panel(block.shell, region, 0.0042, 20, 12, rim=0.05))
    keeper = _bow_keeper(at, middle)
    return [*leaves, panel(block.shell, keeper, 0.0062, 12, 14, rim=0.05)]


def _bow_leaf(at: float, middle: float, reach: float):  # type: ignore[no-untyped-def]
    def region(a: Array, b: Array) -> Array:
        notch = 0.22 * (1 - np.abs(2 * b - 1)) * smoothstep(0.6, 1.0, a)
        half = 0.056 + 0.024 * a
        return np.stack([at + reach * (a - notch * a), middle + (b - 0.5) * 2 * half], axis=-1)

    return region


def _bow_keeper(at: float, middle: float):  # type: ignore[no-untyped-def]
    def region(a: Array, b: Array) -> Array:
        return np.stack([at + (a - 0.5) * 0.017, middle + (b - 0.5) * 0.165], axis=-1)

    return region


def _feather(block: Block) -> list[tuple[Mesh, str]]:
    """A feather tucked into the band on the wearer's left, sweeping back."""
    root = raised(block.shell, np.array([0.965]), np.array([0.49]), 0.0004)[0]
    sweep = [[-0.001, 0, 0.002], [-0.0008, 0.012, -0.003], [0.006, 0.056, -0.027], [0.012, 0.094, -0.063]]
    line = spline(root + np.array(sweep), 40)
    quill = tube(line, 0.0009 * (1 - 0.75 * np.linspace(0, 1, 40)), 8)
    share = np.linspace(0, 1, 40)
    width = 0.030 * np.sin(np.clip((share - 0.16) / 0.84, 0, 1) ** 0.75 * np.pi) ** 0.8 + 0.0012
    normals = np.tile(unit(np.array([1.0, -0.15, 0.25])), (40, 1))
    vane = _vane(line, normals, width)
    return [(quill, "quill"), (vane[0], "feather"), (vane[1], "feather-tip")]


def _vane(line: Array, normals: Array, width: Array) -> tuple[Mesh, Mesh]:
    """The feather's blade with slanted barbs, and its dark tip."""
    ahead = unit(np.gradient(line, axis=0))
    side = np.cross(normals, ahead)
    b = np.linspace(-1, 1, 9)
    barbs = 0.008 * np.abs(b)[None, :, None] * ahead[:, None]
    cup = 0.0022 * (b**2)[None, :, None] * normals[:, None]
    ragged = 1 - 0.10 * (np.arange(len(line)) % 4 == 0)
    points = (
        line[:, None] + side[:, None] * (b[None] * (width * ragged)[:, None] / 2)[..., None] + barbs - cup
    )
    return grid(points[6:31], 60.0), grid(points[30:], 60.0)
