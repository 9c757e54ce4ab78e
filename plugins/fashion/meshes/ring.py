"""Models of the rings: slots metal, stone; nodes claws and bezel. Upright, the stone on top, facing +Z."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from plugins.fashion.meshes.surfaces import smoothstep, tube, unit
from renderd.modelling.curves import fillet, spline
from renderd.modelling.mesh import Array, Mesh, merge
from renderd.modelling.scene import Model
from renderd.modelling.shapes import grid_surface
from renderd.modelling.sweeps import lathe

INNER = 0.0172 / 2
"""Inner radius of size 54 (its round in millimetres), metres."""

LEAN = 24.0
"""Degrees that the ring leans forward."""


@dataclass(frozen=True)
class Setting:
    """A ring; metres. ``shoulder`` is the band's breadth by the stone, ``accents`` small stones a side."""

    stone: float
    seat: float
    breadth: float
    shoulder: float
    thick: float
    accents: int = 0
    halo: int = 0


VESPER = Setting(stone=0.0064, seat=0.0027, breadth=0.0021, shoulder=0.0016, thick=0.0017)
AURELIA = Setting(
    stone=0.0058, seat=0.0028, breadth=0.0022, shoulder=0.0027, thick=0.0018, accents=5, halo=16
)


def vesper_ring() -> bytes:
    """The Vesper: one stone."""
    return _ring("Vesper ring", VESPER, "#f4d08a", "#eef4fa")


def aurelia_ring() -> bytes:
    """The Aurelia: a wreath of small stones."""
    return _ring("Aurelia ring", AURELIA, "#e6e3dd", "#2c4fb0")


def _ring(title: str, ring: Setting, metal: str, stone: str) -> bytes:
    model = Model(title)
    model.material("metal", metal, roughness=0.14, metalness=1.0)
    # A raster renderer has no light paths inside a gem: a part of metalness lets each facet mirror the room.
    model.material(
        "stone", stone, roughness=0.02, metalness=0.55, clearcoat=1.0, clearcoat_roughness=0.0, ior=1.77
    )
    model.material(
        "accents", "#f4f8fc", roughness=0.02, metalness=0.6, clearcoat=1.0, clearcoat_roughness=0.0
    )
    model.node("ring")
    model.node("claws", parent="ring")
    model.node("bezel", parent="ring", hidden=True)
    parts = list(_parts(ring))
    low, high = merge(*[_leaning(mesh) for mesh, _, _ in parts]).bounds
    for mesh, material, node in parts:
        model.add(_leaning(mesh).moved(0, -low[1], -(low[2] + high[2]) / 2), material, node)
    return model.to_glb()


def _parts(ring: Setting) -> Iterator[tuple[Mesh, str, str]]:
    yield _band(ring), "metal", "ring"
    yield _gallery(ring), "metal", "ring"
    yield brilliant(ring.stone).moved(0, _seat_height(ring), 0), "stone", "ring"
    yield _claws(ring), "metal", "claws"
    yield _bezel(ring), "metal", "bezel"
    for mesh, material in (*_halo(ring), *_shoulders(ring)):
        yield mesh, material, "ring"


def _leaning(mesh: Mesh) -> Mesh:
    """Turned as a jeweller's stand holds it, the stone a little towards the eye."""
    return mesh.turned("x", LEAN)


def brilliant(diameter: float) -> Mesh:
    """A round brilliant, its girdle at y = 0: 57 facets in the proportions of Tolkowsky (1919)."""
    r = diameter / 2
    girdle, crown, depth = 0.02 * r, 0.324 * r, 0.862 * r
    eight = np.arange(8) * np.pi / 4
    table = _circle(0.53 * r, eight, crown + girdle)
    star = _circle(0.74 * r, eight + np.pi / 8, crown * 0.62 + girdle)
    rim, low = (_circle(r, np.arange(16) * np.pi / 8, y) for y in (girdle, -girdle))
    mid = _circle(0.42 * r, eight + np.pi / 8, -depth * 0.62)
    culet, middle = np.array([0.0, -depth, 0.0]), np.array([0.0, crown + girdle, 0.0])
    faces: list[list[Array]] = []
    for k in range(8):
        n, a, b, c = (k + 1) % 8, 2 * k, 2 * k + 1, (2 * k + 2) % 16
        before = (k - 1) % 8
        faces += [[middle, table[k], table[n]], [table[k], star[k], table[n]]]
        faces += [[star[before], rim[a], star[k]], [star[before], star[k], table[k]]]
        faces += [[star[k], rim[a], rim[b]], [star[k], rim[b], rim[c]]]
        faces += [
            [rim[a], low[a], low[b]],
            [rim[a], low[b], rim[b]],
            [rim[b], low[b], low[c]],
            [rim[b], low[c], rim[c]],
        ]
        faces += [
            [low[a], mid[k], low[b]],
            [low[b], mid[k], low[c]],
            [low[a], mid[before], mid[k]],
            [mid[before], culet, mid[k]],
        ]
    return _faceted(np.array(faces))


def _circle(radius: float, angle: Array, y: float) -> Array:
    return np.stack([radius * np.cos(angle), np.full_like(angle, y), radius * np.sin(angle)], axis=1)


def _faceted(corners: Array) -> Mesh:
    """Triangles (t, 3, 3) about the Y axis as a mesh of flat faces that look outwards."""
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    inward = np.einsum("ij,ij->i", facing, corners.mean(axis=1)) < 0
    corners = np.where(inward[:, None, None], corners[:, ::-1], corners)
    normals = unit(np.where(inward[:, None], -facing, facing))
    count = len(corners) * 3
    return Mesh(
        corners.reshape(-1, 3),
        np.repeat(normals, 3, axis=0),
        np.zeros((count, 2)),
        np.arange(count).reshape(-1, 3),
    )


def _seat_height(ring: Setting) -> float:
    """The girdle's height over the ring's middle."""
    return INNER + ring.thick + ring.seat


def _band(ring: Setting) -> Mesh:
    """The hoop: rounded inside and out, its breadth changing towards the stone."""

    def surface(a: Array, b: Array) -> Array:
        around, turn = a * 2 * np.pi, b * 2 * np.pi
        near = smoothstep(0.55, 0.98, np.cos(around))
        half = (ring.breadth + (ring.shoulder - ring.breadth) * near) / 2
        thick = ring.thick * (1 + 0.16 * near)
        c, s = np.cos(turn), np.sin(turn)
        out = np.sign(c) * np.abs(c) ** 0.8 * thick / 2
        side = np.sign(s) * np.abs(s) ** 0.72 * half
        radius = INNER + thick / 2 + out
        return np.stack([radius * np.sin(around), radius * np.cos(around), side], axis=-1)

    return grid_surface(surface, 160, 28, crease=80.0).outward()


def _gallery(ring: Setting) -> Mesh:
    """The basket under the stone: two rings and four ribs from the band."""
    top = _seat_height(ring)
    base = INNER + ring.thick * 0.9
    parts = []
    for share, radius in ((0.18, 0.30), (0.62, 0.40)):
        y = base + (top - base) * share
        parts.append(_hoop(radius * ring.stone, y, 0.00034))
    for k in range(4):
        angle = np.pi / 4 + k * np.pi / 2
        out = np.array([np.cos(angle), 0, np.sin(angle)])
        points = [
            out * 0.0006 + [0, base - 0.0004, 0],
            out * ring.stone * 0.31 + [0, base + (top - base) * 0.22, 0],
            out * ring.stone * 0.41 + [0, base + (top - base) * 0.66, 0],
        ]
        parts.append(tube(spline(np.array(points), 14), 0.0004, 10, bevel=0.0002))
    return merge(*parts)


def _hoop(radius: float, y: float, wire: float) -> Mesh:
    return tube(_circle(radius, np.linspace(0, 2 * np.pi, 49)[:-1], y), wire, 10, closed=True)


def _claws(ring: Setting) -> Mesh:
    """Six claws that bend over the girdle."""
    return merge(*[_claw(ring, k * np.pi / 3 + np.pi / 6) for k in range(6)])


def _claw(ring: Setting, angle: float) -> Mesh:
    top, r = _seat_height(ring), ring.stone / 2
    base = INNER + ring.thick * 0.9
    out = np.array([np.cos(angle), 0, np.sin(angle)])
    points = [
        out * r * 0.42 + [0, base, 0],
        out * r * 0.80 + [0, top - r * 0.55, 0],
        out * r * 1.06 + [0, top + r * 0.02, 0],
        out * r * 0.98 + [0, top + r * 0.2, 0],
        out * r * 0.86 + [0, top + r * 0.27, 0],
    ]
    thick = 0.00036 * (1 + 0.25 * smoothstep(0.7, 0.95, np.linspace(0, 1, 22)))
    return tube(spline(np.array(points), 22), thick, 10, bevel=0.0004)


def _bezel(ring: Setting) -> Mesh:
    """A collar around the girdle, tapering to the band."""
    top, r = _seat_height(ring), ring.stone / 2
    base = INNER + ring.thick * 0.85
    inside = [(r * 0.93, top + r * 0.16), (r * 0.98, top), (r * 0.80, top - r * 0.4), (r * 0.40, base)]
    outside = [(r * 0.50, base), (r * 1.02, top - r * 0.32), (r * 1.15, top), (r * 1.13, top + r * 0.19)]
    corners = fillet([*outside, *inside], r * 0.08, 4, closed=True)
    return lathe(np.concatenate([corners, corners[:1]]), 64)


def _halo(ring: Setting) -> list[tuple[Mesh, str]]:
    """Small stones around the large one, in a scalloped plate."""
    if not ring.halo:
        return []
    size = 0.00118
    radius = ring.stone / 2 + size * 0.62
    y = _seat_height(ring) + 0.0001
    angle = np.arange(ring.halo) * 2 * np.pi / ring.halo
    small = brilliant(size)
    stones = merge(*[small.moved(*place) for place in _circle(radius, angle, y)])
    cups = merge(*[_cup(size).moved(*place) for place in _circle(radius, angle, y)])
    beads = merge(
        *[
            _bead(0.00017).moved(*place)
            for place in _circle(radius + size * 0.42, angle + np.pi / ring.halo, y + 0.00012)
        ]
    )
    return [(stones, "accents"), (merge(cups, beads), "metal")]


def _shoulders(ring: Setting) -> list[tuple[Mesh, str]]:
    """A row of small stones down both shoulders, with beads between them."""
    if not ring.accents:
        return []
    stones, beads = [], []
    for side in (-1.0, 1.0):
        for k in range(ring.accents):
            turn = side * (27.0 + 8.6 * k)
            size = 0.00135 - 0.00006 * k
            height = INNER + ring.thick * 1.08 - 0.00004 * k
            stones.append(brilliant(size).moved(0, height, 0).turned("z", -turn))
            beads.append(_cup(size).moved(0, height, 0).turned("z", -turn))
            for z in (-0.00062, 0.00062):
                beads.append(_bead(0.00019).moved(0, height + 0.0001, z).turned("z", -(turn + side * 4.3)))
    return [(merge(*stones), "accents"), (merge(*beads), "metal")]


def _cup(size: float) -> Mesh:
    """The metal that holds a small stone: a collar just below its girdle."""
    r = size / 2
    return lathe(
        [
            (r * 0.4, -r * 1.1),
            (r * 1.10, -r * 0.5),
            (r * 1.20, -r * 0.02),
            (r * 1.12, r * 0.08),
            (r * 0.98, r * 0.03),
        ],
        20,
    )


def _bead(radius: float) -> Mesh:
    turn = np.linspace(-np.pi / 2, np.pi / 2, 7)
    return lathe(np.stack([radius * np.cos(turn), radius * np.sin(turn)], axis=1), 10)
