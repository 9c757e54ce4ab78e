"""A line alphabet: letters as flat strokes, for dials and keycaps. Sharp at any distance, no texture.

Glyphs live on a grid 1 high; the baseline is y = 0. Strokes are polylines that get a width.
"""

from __future__ import annotations

import numpy as np

from renderd.modelling.mesh import Array, Mesh, merge

Stroke = list[tuple[float, float]]


def _arc(x: float, y: float, rx: float, ry: float, start: float, end: float, steps: int = 8) -> Stroke:
    """Points on an ellipse about (x, y) from one angle to another, degrees counter-clockwise from +x."""
    angles = np.radians(np.linspace(start, end, steps + 1))
    return [(x + rx * float(np.cos(a)), y + ry * float(np.sin(a))) for a in angles]


_BOWL = [(0.0, 1.0), *_arc(0.32, 0.77, 0.28, 0.23, 90, -90), (0.0, 0.54)]
_ROUND = _arc(0.36, 0.5, 0.36, 0.5, 0, 360, 16)
_S = [*_arc(0.29, 0.76, 0.27, 0.24, 40, 250, 7), *_arc(0.3, 0.26, 0.29, 0.26, 80, -145, 8)]

GLYPHS: dict[str, tuple[float, list[Stroke]]] = {
    " ": (0.3, []),
    "A": (0.72, [[(0, 0), (0.36, 1)], [(0.36, 1), (0.72, 0)], [(0.13, 0.33), (0.59, 0.33)]]),
    "B": (0.6, [[(0, 0), (0, 1)], _BOWL, [(0, 0.54), *_arc(0.33, 0.27, 0.28, 0.27, 90, -90), (0, 0)]]),
    "C": (0.68, [_arc(0.38, 0.5, 0.38, 0.5, 48, 312, 12)]),
    "D": (0.68, [[(0, 0), (0, 1)], [(0, 1), (0.22, 1), *_arc(0.22, 0.5, 0.46, 0.5, 90, -90, 10), (0, 0)]]),
    "E": (0.5, [[(0, 0), (0, 1)], [(0, 1), (0.5, 1)], [(0, 0.52), (0.42, 0.52)], [(0, 0), (0.5, 0)]]),
    "F": (0.48, [[(0, 0), (0, 1)], [(0, 1), (0.48, 1)], [(0, 0.5), (0.4, 0.5)]]),
    "G": (0.72, [_arc(0.38, 0.5, 0.38, 0.5, 48, 350, 13), [(0.42, 0.42), (0.75, 0.42)]]),
    "H": (0.64, [[(0, 0), (0, 1)], [(0.64, 0), (0.64, 1)], [(0, 0.52), (0.64, 0.52)]]),
    "I": (0.0, [[(0, 0), (0, 1)]]),
    "J": (0.4, [[(0.4, 1), (0.4, 0.25), *_arc(0.18, 0.25, 0.22, 0.25, 0, -160, 6)]]),
    "K": (0.6, [[(0, 0), (0, 1)], [(0, 0.36), (0.58, 1)], [(0.2, 0.58), (0.62, 0)]]),
    "L": (0.46, [[(0, 1), (0, 0)], [(0, 0), (0.46, 0)]]),
    "M": (0.8, [[(0, 0), (0, 1)], [(0, 1), (0.4, 0.28)], [(0.4, 0.28), (0.8, 1)], [(0.8, 1), (0.8, 0)]]),
    "N": (0.66, [[(0, 0), (0, 1)], [(0, 1), (0.66, 0)], [(0.66, 0), (0.66, 1)]]),
    "O": (0.72, [_ROUND]),
    "P": (0.58, [[(0, 0), (0, 1)], _BOWL]),
    "Q": (0.74, [_ROUND, [(0.46, 0.22), (0.72, -0.06)]]),
    "R": (0.6, [[(0, 0), (0, 1)], _BOWL, [(0.3, 0.54), (0.6, 0)]]),
    "S": (0.58, [_S]),
    "T": (0.62, [[(0, 1), (0.62, 1)], [(0.31, 1), (0.31, 0)]]),
    "U": (0.64, [[(0, 1), (0, 0.32), *_arc(0.32, 0.32, 0.32, 0.32, 180, 360), (0.64, 1)]]),
    "V": (0.68, [[(0, 1), (0.34, 0)], [(0.34, 0), (0.68, 1)]]),
    "W": (
        0.96,
        [[(0, 1), (0.24, 0)], [(0.24, 0), (0.48, 0.8)], [(0.48, 0.8), (0.72, 0)], [(0.72, 0), (0.96, 1)]],
    ),
    "X": (0.64, [[(0, 0), (0.64, 1)], [(0, 1), (0.64, 0)]]),
    "Y": (0.66, [[(0, 1), (0.33, 0.48)], [(0.66, 1), (0.33, 0.48)], [(0.33, 0.48), (0.33, 0)]]),
    "Z": (0.6, [[(0, 1), (0.6, 1)], [(0.6, 1), (0, 0)], [(0, 0), (0.6, 0)]]),
    "0": (0.6, [_arc(0.3, 0.5, 0.3, 0.5, 0, 360, 16)]),
    "1": (0.26, [[(0, 0.8), (0.26, 1)], [(0.26, 1), (0.26, 0)]]),
    "2": (0.56, [[*_arc(0.28, 0.72, 0.28, 0.28, 165, -30, 8), (0.0, 0.0)], [(0, 0), (0.58, 0)]]),
    "3": (0.56, [_arc(0.27, 0.76, 0.25, 0.24, 150, -90, 9), _arc(0.27, 0.26, 0.29, 0.26, 90, -150, 9)]),
    "4": (0.62, [[(0.46, 0), (0.46, 1)], [(0.46, 1), (0, 0.28)], [(0, 0.28), (0.62, 0.28)]]),
    "5": (0.56, [[(0.5, 1), (0.1, 1)], [(0.1, 1), (0.05, 0.55)], _arc(0.27, 0.32, 0.3, 0.32, 132, -145, 9)]),
    "6": (0.6, [_arc(0.3, 0.31, 0.3, 0.31, 0, 360, 14), [(0.02, 0.4), (0.14, 0.72), (0.4, 1.0)]]),
    "7": (0.54, [[(0, 1), (0.54, 1)], [(0.54, 1), (0.16, 0)]]),
    "8": (0.58, [_arc(0.29, 0.76, 0.25, 0.24, 0, 360, 12), _arc(0.29, 0.26, 0.29, 0.26, 0, 360, 14)]),
    "9": (0.6, [_arc(0.3, 0.69, 0.3, 0.31, 0, 360, 14), [(0.58, 0.6), (0.46, 0.28), (0.2, 0.0)]]),
    "-": (0.36, [[(0, 0.45), (0.36, 0.45)]]),
    "=": (0.44, [[(0, 0.34), (0.44, 0.34)], [(0, 0.6), (0.44, 0.6)]]),
    "[": (0.22, [[(0.22, 1.05), (0, 1.05), (0, -0.05), (0.22, -0.05)]]),
    "]": (0.22, [[(0, 1.05), (0.22, 1.05), (0.22, -0.05), (0, -0.05)]]),
    ";": (0.1, [[(0.06, 0.62), (0.06, 0.66)], [(0.08, 0.12), (0.0, -0.14)]]),
    "'": (0.0, [[(0, 0.7), (0, 1)]]),
    ",": (0.1, [[(0.08, 0.1), (0.0, -0.16)]]),
    ".": (0.0, [[(0, 0.0), (0, 0.05)]]),
    "/": (0.42, [[(0, -0.05), (0.42, 1.05)]]),
    "\\": (0.42, [[(0, 1.05), (0.42, -0.05)]]),
    "~": (
        0.5,
        [[(0, 0.42), *_arc(0.13, 0.46, 0.12, 0.12, 160, 30, 4), *_arc(0.37, 0.5, 0.12, 0.12, 210, 340, 4)]],
    ),
    "<": (0.5, [[(0.5, 0.5), (0, 0.5)], [(0.22, 0.74), (0, 0.5)], [(0, 0.5), (0.22, 0.26)]]),
    ">": (0.5, [[(0, 0.5), (0.5, 0.5)], [(0.28, 0.74), (0.5, 0.5)], [(0.5, 0.5), (0.28, 0.26)]]),
    "^": (0.5, [[(0.25, 0.15), (0.25, 0.85)], [(0.03, 0.6), (0.25, 0.85)], [(0.25, 0.85), (0.47, 0.6)]]),
    "_": (0.5, [[(0.25, 0.85), (0.25, 0.15)], [(0.03, 0.4), (0.25, 0.15)], [(0.25, 0.15), (0.47, 0.4)]]),
}
"""Advance width and strokes; ``< > ^ _`` are the four arrows."""


def write(text: str, height: float, weight: float = 0.12, spacing: float = 0.26) -> Mesh:
    """The text in capitals, flat in XY, facing +Z, its box centred on the origin.

    ``height`` in metres; ``weight`` (the stroke) and ``spacing`` are shares of it. At least one glyph
    of the text must have strokes.
    """
    strokes, x = [], 0.0
    for letter in text.upper():
        width, lines = GLYPHS[letter]
        strokes += [np.array(line) + np.array([x, 0.0]) for line in lines]
        x += width + spacing
    mesh = merge(*[ribbon(stroke, weight) for stroke in strokes])
    middle = np.array([(x - spacing) / 2, 0.5, 0.0])
    return Mesh((mesh.positions - middle) * height, mesh.normals, mesh.uvs * height, mesh.indices)


def ribbon(line: Array, width: float) -> Mesh:
    """A flat stroke (n, 2) of even width in XY, facing +Z, half a width longer at open ends."""
    points = np.asarray(line, dtype=np.float64)
    moves = np.linalg.norm(np.diff(points, axis=0), axis=1) > 1e-6
    points = points[np.concatenate([[True], moves])]
    if not np.allclose(points[0], points[-1]):
        points[0] += _toward(points[1], points[0]) * width / 2
        points[-1] += _toward(points[-2], points[-1]) * width / 2
    side = _sides(points) * width / 2
    flat = np.concatenate([points + side, points - side])
    count = len(points)
    left = np.arange(count - 1)
    faces = np.concatenate(
        [
            np.stack([left, left + count, left + count + 1], axis=1),
            np.stack([left, left + count + 1, left + 1], axis=1),
        ]
    )
    positions = np.column_stack([flat, np.zeros(len(flat))])
    return Mesh(positions, np.tile([0.0, 0.0, 1.0], (len(flat), 1)), flat, faces)


def _sides(points: Array) -> Array:
    """(n, 2): to the left at each point, longer at a bend so that the stroke keeps its width."""
    steps = np.diff(points, axis=0)
    steps /= np.linalg.norm(steps, axis=1, keepdims=True)
    left = np.column_stack([-steps[:, 1], steps[:, 0]])
    closed = np.allclose(points[0], points[-1])
    before = np.concatenate([left[-1:] if closed else left[:1], left])
    after = np.concatenate([left, left[:1] if closed else left[-1:]])
    mean = before + after
    square = np.maximum(np.einsum("ij,ij->i", mean, mean), 1.2)[:, None]
    return np.asarray(2 * mean / square)


def _toward(start: Array, end: Array) -> Array:
    return np.asarray((end - start) / np.linalg.norm(end - start))
