"""Solids that follow a line: sweeps, lofts, lathes, extrusions, legs. Metres, Y up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from renderd.modelling.curves import Points, along, circle
from renderd.modelling.mesh import Array, Faces, Mesh, curve_lengths, grid, merge, rotation, shaded


def loft(sections: Sequence[Points], capped: bool = True, crease: float = 40.0) -> Mesh:
    """The skin over closed rings of points, each (m, 3) with the same m; ``capped`` closes both ends.

    ``u`` runs from the first ring to the last, ``v`` around them. Caps are fans about the ring's middle.
    """
    rings = np.asarray([np.asarray(section, dtype=np.float64) for section in sections])
    rings = np.concatenate([rings, rings[:, :1]], axis=1)
    if not capped:
        return grid(rings, crease)
    middles = [np.repeat(rings[end].mean(axis=0)[None, None], rings.shape[1], axis=1) for end in (0, -1)]
    return grid(np.concatenate([middles[0], rings, middles[1]]), crease).outward()


def sweep(
    path: Points,
    profile: Points,
    scale: float | Sequence[float] | Array = 1.0,
    closed: bool = False,
    bevel: float = 0.0,
    up: Sequence[float] = (0.0, 1.0, 0.0),
    crease: float = 40.0,
) -> Mesh:
    """Carry an outline (m, 2) along a path (n, 3): tubes, piping, straps, curved legs.

    The outline's y points as near to ``up`` as the start of the path allows, and is carried on without
    twist. ``scale`` is a factor, or a factor for each point of the path. ``bevel`` rounds the ends by that
    many metres (the outline's radius makes half a sphere). ``closed`` joins the end to the start.
    """
    line = np.asarray(path, dtype=np.float64)
    factors = np.broadcast_to(np.asarray(scale, dtype=np.float64), (len(line),))
    outline = np.asarray(profile, dtype=np.float64)
    if closed:
        rings = _rings(line, outline, factors, up, closed=True)
        return loft([*rings, rings[0]], capped=False, crease=crease).outward()
    if bevel > 0:
        line, factors = _bevelled(line, factors, bevel, float(np.linalg.norm(outline, axis=1).mean()))
    return loft(list(_rings(line, outline, factors, up, closed=False)), crease=crease)


def lathe(profile: Points, segments: int = 48, crease: float = 35.0) -> Mesh:
    """Turn a profile of (radius, height) pairs about the Y axis.

    Radius 0 at an end closes it. ``u`` runs along the profile, ``v`` around. Round the profile's corners
    with ``fillet``.
    """
    line = np.asarray(profile, dtype=np.float64)
    angle = np.linspace(0, 2 * np.pi, segments + 1)
    angle[-1] = 0.0
    x, z = np.sin(angle) * line[:, :1], np.cos(angle) * line[:, :1]
    y = np.broadcast_to(line[:, 1:], x.shape)
    return grid(np.stack([x, y, z], axis=2), crease).outward()


def extrude(
    outline: Points, depth: float, bevel: float = 0.0, segments: int = 3, crease: float = 40.0
) -> Mesh:
    """A plate with this outline (n, 2) in XY, ``depth`` thick about z = 0, its edges rounded by ``bevel``.

    The outline may be hollow-sided but not cross itself; the bevel must be smaller than its tightest inner
    curve. Texture lies flat on it, ``u`` along x.
    """
    line = np.asarray(outline, dtype=np.float64)
    line = line[::-1] if _area(line) < 0 else line
    bevel = min(bevel, depth / 2)
    angle = np.linspace(0, np.pi / 2, segments + 1) if bevel > 0 else np.zeros(1)
    steps = [(bevel * (1 - np.sin(a)), depth / 2 - bevel * (1 - np.cos(a))) for a in angle]
    half = [_at_depth(_inset(line, inset), z) for inset, z in steps]
    rings = [*[ring * np.array([1, 1, -1]) for ring in half], *half[::-1]]
    side = loft(rings, capped=False, crease=crease).flipped()
    lid = _lid(half[0])
    back = Mesh(lid.positions * np.array([1, 1, -1]), lid.normals, lid.uvs, lid.indices[:, ::-1])
    solid = merge(side, lid, back)
    return shaded(solid.positions, solid.uvs, solid.indices, crease).outward().mapped()


def tapered_leg(
    height: float,
    top: float,
    bottom: float,
    lean_x: float = 0.0,
    lean_z: float = 0.0,
    segments: int = 24,
    bevel: float = 0.004,
) -> Mesh:
    """A round leg from the floor at y = 0 up to ``height``, with radii ``top`` and ``bottom``.

    Its top stands over the origin; its foot is ``lean_x`` and ``lean_z`` metres away.
    """
    t = np.linspace(0, 1, 9)[:, None]
    path = t * np.array([0.0, height, 0.0]) + (1 - t) * np.array([lean_x, 0.0, lean_z])
    scale = bottom / top + (1 - bottom / top) * t[:, 0] ** 0.8
    leg = sweep(path, circle(top, segments), scale, bevel=bevel, up=(0, 0, 1))
    # A leaning tube's end is tilted: flatten it, or the foot would sink into the floor.
    positions = leg.positions.copy()
    positions[:, 1] = np.clip(positions[:, 1], 0.0, height)
    return Mesh(positions, leg.normals, leg.uvs, leg.indices)


def _rings(line: Array, outline: Array, factors: Array, up: Sequence[float], closed: bool) -> Array:
    """(n, m, 3): the outline at each point of the path, in frames carried without twist."""
    sides, ups = _frames(_tangents(line, closed), np.asarray(up, dtype=np.float64), closed)
    x = outline[None, :, :1] * sides[:, None]
    y = outline[None, :, 1:] * ups[:, None]
    return np.asarray(line[:, None] + (x + y) * factors[:, None, None])


def _tangents(line: Array, closed: bool) -> Array:
    if closed:
        ahead = np.roll(line, -1, axis=0) - np.roll(line, 1, axis=0)
    else:
        ahead = np.gradient(line, curve_lengths(line), axis=0)
    return np.asarray(ahead / np.linalg.norm(ahead, axis=1, keepdims=True))


def _frames(tangents: Array, up: Array, closed: bool) -> tuple[Array, Array]:
    """Sides and ups by parallel transport: each is the last one, freed of its part along the tangent."""
    choices = (up / np.linalg.norm(up), np.array([0.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0]))
    upward = next(choice for choice in choices if abs(float(choice @ tangents[0])) < 0.99)
    ups = np.empty_like(tangents)
    for index, tangent in enumerate(tangents):
        upward = upward - tangent * float(upward @ tangent)
        upward = upward / np.linalg.norm(upward)
        ups[index] = upward
    if closed:
        ups = _untwisted(tangents, ups)
    return np.cross(ups, tangents), ups


def _untwisted(tangents: Array, ups: Array) -> Array:
    """A loop's last frame misses its first by an angle: it is spread over the loop."""
    last = ups[-1] - tangents[0] * float(ups[-1] @ tangents[0])
    miss = np.arctan2(float(np.cross(last, ups[0]) @ tangents[0]), float(last @ ups[0]))
    angle = np.linspace(0, miss, len(ups))[:, None]
    return np.asarray(ups * np.cos(angle) + np.cross(tangents, ups) * np.sin(angle))


def _bevelled(line: Array, factors: Array, bevel: float, radius: float) -> tuple[Array, Array]:
    """The path with extra points at both ends, where the outline shrinks along a quarter circle."""
    lengths = curve_lengths(line)
    total = lengths[-1]
    bevel = min(bevel, total / 2.01)
    angle = np.linspace(0, np.pi / 2, 5)
    start = bevel * (1 - np.cos(angle))
    inner = lengths[(lengths > bevel * 1.01) & (lengths < total - bevel * 1.01)]
    distances = np.concatenate([start, inner, total - start[::-1]])
    shrink = np.ones(len(distances))
    shrink[:5] = 1 - np.minimum(bevel / radius, 0.999) * (1 - np.sin(angle))
    shrink[-5:] = shrink[:5][::-1]
    return along(line, distances), np.interp(distances, lengths, factors) * shrink


def _area(outline: Array) -> float:
    x, y = outline[:, 0], outline[:, 1]
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2


def _inset(outline: Array, distance: float) -> Array:
    """The counter-clockwise outline moved inwards along the mean normal of its sides."""
    sides = np.roll(outline, -1, axis=0) - outline
    normal = np.stack([-sides[:, 1], sides[:, 0]], axis=1)
    normal = normal / np.linalg.norm(normal, axis=1, keepdims=True)
    mean = normal + np.roll(normal, 1, axis=0)
    square = np.maximum(np.einsum("ij,ij->i", mean, mean), 0.5)[:, None]
    return np.asarray(outline + mean * (2 * distance / square))


def _at_depth(outline: Array, z: float) -> Array:
    return np.column_stack([outline, np.full(len(outline), z)])


def _lid(ring: Array) -> Mesh:
    faces = _triangulated(ring[:, :2])
    return Mesh(ring, np.tile([0.0, 0.0, 1.0], (len(ring), 1)), ring[:, :2], faces)


def _triangulated(outline: Array) -> Faces:
    """Ear clipping of a simple counter-clockwise polygon (Meisters 1975); the roundest ear goes first."""
    left = list(range(len(outline)))
    faces = []
    while len(left) > 3:
        ears = _ears(outline[left])
        at = int(np.argmax(ears))
        faces.append([left[at - 1], left[at], left[(at + 1) % len(left)]])
        del left[at]
    return np.array([*faces, left], dtype=np.int64)


def _ears(polygon: Array) -> Array:
    """(n,): the size of each corner's triangle, or less than 0 where the corner is no ear."""
    before, after = np.roll(polygon, 1, axis=0), np.roll(polygon, -1, axis=0)
    size = _cross(polygon - before, after - polygon)
    inside = np.ones((len(polygon), len(polygon)), dtype=bool)
    for start, end in ((before, polygon), (polygon, after), (after, before)):
        inside &= _cross((end - start)[:, None], polygon[None] - start[:, None]) > 1e-12
    shape = size / np.maximum(np.einsum("ij,ij->i", after - before, after - before), 1e-12)
    return np.where((size > 0) & ~inside.any(axis=1), shape, np.where(size >= -1e-12, -1.0, -2.0))


def _cross(a: Array, b: Array) -> Array:
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0])


def bent(mesh: Mesh, radius: float) -> Mesh:
    """The mesh bent about a vertical axis at z = -radius, its x along the arc: a curved back."""
    x, y, z = mesh.positions.T
    angle = x / radius
    positions = np.stack([(radius + z) * np.sin(angle), y, (radius + z) * np.cos(angle) - radius], axis=1)
    return mesh.reshaped(positions)


def ring(count: int, mesh: Mesh, start: float = 0.0) -> Mesh:
    """``count`` copies of the mesh, turned evenly about the Y axis, the first by ``start`` degrees."""
    return merge(*[mesh.turned("y", start + 360.0 * k / count) for k in range(count)])


__all__ = ["bent", "extrude", "lathe", "loft", "ring", "rotation", "sweep", "tapered_leg"]
