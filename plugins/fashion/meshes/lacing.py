"""What closes a shoe: tongue, eyelets, laces with a bow, straps, a toggle. Metres, on a ``Last``."""

from __future__ import annotations

import numpy as np

from plugins.fashion.meshes.last import Last
from plugins.fashion.meshes.surfaces import arc, line_on, normal_at, panel, ribbon, stitches, tube, unit
from renderd.modelling.curves import circle, rounded_rectangle, spline
from renderd.modelling.mesh import Array, Mesh, merge
from renderd.modelling.shapes import Surface
from renderd.modelling.sweeps import loft, sweep

EYELET_HEIGHT = 0.935


def tongue(last: Last, above: float = 0.024, width: float = 0.058) -> Mesh:
    """A padded tongue from under the vamp to ``above`` metres over the top of the throat."""
    line = _throat_line(last, above)
    ahead = unit(np.gradient(line, axis=0))
    across = np.array([0.0, 0.0, 1.0])
    up = unit(np.cross(ahead, across))
    share = np.linspace(0, 1, len(line))
    outline = rounded_rectangle(2.0, 2.0, 0.95, 5)
    rings = []
    for point, lift, s in zip(line, up, share, strict=True):
        half = (
            width
            / 2
            * (0.55 + 0.45 * s)
            * np.sqrt(np.clip(1 - ((s - 0.84) / 0.165) ** 2, 0.05, 1) if s > 0.84 else 1)
        )
        thick = 0.0032 if s < 0.55 else 0.0032 + 0.0016 * np.sin((s - 0.55) / 0.45 * np.pi) ** 0.8
        x, y = outline[:, 0] * half, outline[:, 1] * thick - 9.0 * (outline[:, 0] * half) ** 2
        rings.append(point + x[:, None] * across + y[:, None] * lift)
    return loft(rings)


def eyelet_pairs(last: Last, count: int) -> tuple[Array, Array, Array]:
    """(count, 3) each: outer eyelets, inner ones and the normal between them, from the toe up."""
    tops = np.linspace(last.throat - 0.035, 0.425, count)
    u = last.u_of_rim(tops)
    v = np.full(count, EYELET_HEIGHT)
    outer, inner = last(u, v), last(1 - u, v)
    up = unit(normal_at(last, u, v) + normal_at(last, 1 - u, v))
    return outer, inner, up


def eyelets(last: Last, count: int, radius: float = 0.0029) -> Mesh:
    """Metal rings around the holes."""
    tops = np.linspace(last.throat - 0.035, 0.425, count)
    outer = last.u_of_rim(tops)
    return merge(*[_eyelet(last, float(u), radius) for u in (*outer, *(1 - outer))])


def laces(last: Last, count: int, width: float = 0.0062) -> Mesh:
    """Crossed flat laces and a bow."""
    outer, inner, up = eyelet_pairs(last, count)
    parts = [_bar(outer[0], inner[0], up[0], width, 0.004)]
    for k in range(count - 1):
        parts.append(_bar(outer[k], inner[k + 1], up[k], width, 0.0075))
        parts.append(_bar(inner[k], outer[k + 1], up[k], width, 0.0055))
    return merge(*parts, bow(outer[-1], inner[-1], up[-1], width))


def quick_laces(last: Last, count: int, radius: float = 0.0014) -> tuple[Mesh, Mesh]:
    """Round elastic cord in a zigzag, and the toggle that holds it."""
    outer, inner, up = eyelet_pairs(last, count)
    parts = [tube(_span(outer[0], inner[0], up[0], 0.006), radius, 8)]
    for k in range(count - 1):
        parts.append(tube(_span(outer[k], inner[k + 1], up[k], 0.0095), radius, 8))
        parts.append(tube(_span(inner[k], outer[k + 1], up[k], 0.0075), radius, 8))
    middle = (outer[-1] + inner[-1]) / 2 + up[-1] * 0.013
    for end in (outer[-1], inner[-1]):
        parts.append(tube(arc(end, (end + middle) / 2 + up[-1] * 0.004, middle), radius, 8))
    ahead = unit(outer[0] + inner[0] - outer[-1] - inner[-1])
    tail = arc(middle, middle + ahead * 0.03 + up[-1] * 0.006, middle + ahead * 0.05 - up[-1] * 0.002)
    parts.append(tube(tail, radius, 8, bevel=radius))
    barrel = np.linspace(middle - ahead * 0.010, middle + ahead * 0.012, 9)
    toggle = sweep(
        barrel, circle(0.0056, 16), [1, 1, 1, 0.8, 0.8, 1, 1, 1, 1], bevel=0.0016, up=tuple(up[-1])
    )
    return merge(*parts), toggle


def bow(outer: Array, inner: Array, up: Array, width: float) -> Mesh:
    """A knot with two loops and two ends that fall to the sides."""
    middle = (outer + inner) / 2 + up * 0.0105
    ahead = np.array([1.0, 0.0, 0.0]) - up * up[0]
    parts = [_bar(outer, middle, up, width, 0.004), _bar(inner, middle, up, width, 0.004)]
    for side in (1.0, -1.0):
        across = np.array([0.0, 0.0, side])
        loop = middle + _falling(across, ahead, up, _LOOP)
        parts.append(_curled(loop, width))
        parts.append(_curled(middle + _falling(across, ahead, up, _END), width))
    knot = [middle - ahead * 0.006, middle + up * 0.003, middle + ahead * 0.006]
    return merge(*parts, _thick_knot(np.array(knot), up, width))


def straps(last: Last, tops: tuple[float, ...], width: float = 0.026) -> Mesh:
    """Leather straps over the throat, one at each share of the length in ``tops``, and their seams."""
    return merge(*[panel(_strap(last, top, width), _whole, 0.0028, 56, 12) for top in tops])


def strap_seams(last: Last, tops: tuple[float, ...], width: float = 0.026) -> Mesh:
    """The stitching along the edges of ``straps``."""
    knots = [[(a, edge) for a in np.linspace(0.03, 0.97, 9)] for edge in (0.1, 0.9)]
    lines = [line_on(_strap(last, top, width), line, 160, 0.0028) for top in tops for line in knots]
    return merge(*[stitches(*line, pitch=0.0034) for line in lines])


def _strap(last: Last, top: float, width: float) -> Surface:
    """The upper's sides with a bridge over the throat: a from the outer to the inner end, b backwards."""

    def surface(a: Array, b: Array) -> Array:
        near_end = np.clip((0.07 - np.minimum(a, 1 - a)) / 0.07, 0, 1)
        narrow = np.sqrt(1 - 0.8 * near_end**2)
        u = last.u_of_rim(top + (0.5 - b) * narrow * width / last.length)
        t = np.clip((a - 0.36) / 0.28, 0, 1)[..., None]
        low = 0.55 + 0.425 * np.minimum(np.minimum(a, 1 - a) / 0.36, 1)
        outer, inner = last(u, low), last(1 - u, low)
        lift = 0.05 * (outer - last(u, low - 0.02) + inner - last(1 - u, low - 0.02)) / 0.02
        bridge = outer * (1 - t) + inner * t + 4 * t * (1 - t) * lift
        return np.where((a < 0.36)[..., None], outer, np.where((a > 0.64)[..., None], inner, bridge))

    return surface


def _whole(a: Array, b: Array) -> Array:
    return np.stack([a, b], axis=-1)


_LOOP = np.array(
    [
        [0, 0, 0],
        [0.010, 0.006, 0.007],
        [0.026, 0.010, 0.003],
        [0.037, 0.004, -0.009],
        [0.030, -0.006, -0.013],
        [0.014, -0.004, -0.003],
        [0, 0, 0.001],
    ]
)
_END = np.array(
    [
        [0, 0, 0.002],
        [0.012, 0.007, 0.006],
        [0.026, 0.016, 0.000],
        [0.036, 0.022, -0.012],
        [0.041, 0.026, -0.026],
    ]
)
"""Across, ahead and up, in metres from the knot."""


def _falling(across: Array, ahead: Array, up: Array, points: Array) -> Array:
    return np.asarray(points @ np.stack([across, ahead, up]))


def _curled(points: Array, width: float) -> Mesh:
    line = spline(points, 36)
    middle = line.mean(axis=0) - np.array([0.0, 0.012, 0.0])
    return ribbon(line, unit(line - middle), width * 0.9, 0.0014)


def _thick_knot(points: Array, up: Array, width: float) -> Mesh:
    line = spline(points, 10)
    return ribbon(line, np.repeat(up[None], len(line), axis=0), width * 1.15, 0.0042)


def _span(start: Array, end: Array, up: Array, height: float) -> Array:
    lift = up * height
    points = [start - up * 0.0015, start * 0.86 + end * 0.14 + lift * 0.72, (start + end) / 2 + lift]
    points += [start * 0.14 + end * 0.86 + lift * 0.72, end - up * 0.0015]
    return spline(np.array(points), 22)


def _bar(start: Array, end: Array, up: Array, width: float, height: float) -> Mesh:
    line = _span(start, end, up, height)
    return ribbon(line, np.repeat(up[None], len(line), axis=0), width, 0.0014)


def _eyelet(last: Last, u: float, radius: float) -> Mesh:
    at, high = np.array([u]), np.array([EYELET_HEIGHT])
    centre, up = last(at, high)[0], normal_at(last, at, high)[0]
    side = unit(np.cross(up, [0.3, 1.0, 0.1]))
    turn = np.linspace(0, 2 * np.pi, 17)[:-1, None]
    line = centre + up * 0.0012 + radius * (np.cos(turn) * side + np.sin(turn) * np.cross(up, side))
    return tube(line, 0.0008, 6, closed=True)


def _throat_line(last: Last, above: float) -> Array:
    """(24, 3): the tongue's middle, under the throat and up out of it."""
    tops = np.array([last.throat + 0.03, last.throat - 0.04, last.throat - 0.12, 0.46, 0.41])
    u = last.u_of_rim(np.minimum(tops, last.throat - 0.002))
    outer, inner = last.rim(u), last.rim(1 - u)
    line = (outer + inner) / 2
    line[:, 0] = (tops - 0.5) * last.length
    line[:, 1] += np.array([-0.008, -0.004, -0.002, 0.0, 0.001])
    tip = line[-1] + np.array([-0.75 * above, 0.85 * above, 0.0])
    return spline(np.concatenate([line, tip[None]]), 24)
