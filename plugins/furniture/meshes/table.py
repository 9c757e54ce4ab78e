"""Tables: solid tops with eased edges on wood or steel."""

from __future__ import annotations

import numpy as np

from plugins.furniture.meshes import parts
from renderd.modelling import (
    Array,
    Mesh,
    Model,
    ellipse,
    extrude,
    fillet,
    grid_surface,
    lathe,
    marble,
    merge,
    rounded_box,
    rounded_rectangle,
    spline,
    tapered_leg,
    terrazzo,
)


def tide_dining_table() -> bytes:
    """A dining table, 200 x 95 x 74 cm, with a boat's slight curve in its long sides."""
    return dining("Tide dining table", boat(2.00, 0.95), 0.028)


def mesa_dining_table() -> bytes:
    """An oval dining table, 200 x 105 x 74 cm."""
    return dining("Mesa dining table", ellipse(2.00, 1.05, 96, 2.7), 0.032, "Walnut")


def dining(name: str, outline: Array, thickness: float, shown: str = "Oak") -> bytes:
    """The GLB of a dining table: a top over the outline, on wooden legs or a steel frame."""
    model = Model(name)
    parts.wood_with_variants(model, shown)
    parts.black_steel(model)
    model.node("table")
    model.node("top", "table")
    model.add(top(outline, thickness).moved(y=0.74), "wood", "top")
    underneath = 0.74 - thickness
    model.node("legs-wood", "table")
    leg = tapered_leg(underneath, 0.032, 0.019, 0.04, 0.04).moved(0.72, 0, 0.27)
    model.add(merge(parts.four(leg), apron(underneath)), "wood", "legs-wood")
    model.node("legs-steel", "table", hidden=True)
    model.add(trestles(underneath), "steel", "legs-steel")
    return model.to_glb()


def pebble_coffee_table() -> bytes:
    """A low table, 110 x 68 x 36 cm, shaped like a stone from the beach, on three thick legs."""
    model = Model("Pebble coffee table")
    parts.wood_with_variants(model)
    model.material("stone", maps=terrazzo(seed=4))
    model.node("table")
    model.node("oval", "table")
    outline = pebble(1.10, 0.68)
    for material, hidden in (("wood", False), ("stone", True)):
        node = model.node(f"top-{material}", "oval", hidden=hidden)
        model.add(top(outline, 0.042, 0.016).moved(y=0.36), material, node)
    model.node("legs", "oval")
    post = lathe(fillet([(0, 0), (0.062, 0), (0.066, 0.32), (0, 0.32)], 0.006), 40)
    model.add(
        merge(*[post.moved(x, 0, z) for x, z in ((-0.30, -0.08), (0.27, -0.14), (0.12, 0.17))]),
        "wood",
        "legs",
    )
    return model.to_glb()


def drum_side_table() -> bytes:
    """A fluted side table, 42 cm wide and 46 cm high, with a stone or wooden top."""
    model = Model("Drum side table")
    parts.wood_with_variants(model)
    model.material("stone", maps=marble(seed=6))
    model.node("table")
    model.node("drum", "table")
    model.add(fluted(0.195, 0.435, 28), "wood", "drum")
    disc = lathe(fillet([(0, 0.432), (0.21, 0.432), (0.21, 0.46), (0, 0.46)], 0.007, 5), 72).mapped()
    for material, hidden in (("stone", False), ("wood", True)):
        node = model.node(f"top-{material}", "table", hidden=hidden)
        model.add(disc, material, node)
    return model.to_glb()


def top(outline: Array, thickness: float, bevel: float = 0.006) -> Mesh:
    """A table top whose upper face lies at y = 0."""
    return extrude(outline, thickness, bevel, 4).turned("x", -90).moved(y=-thickness / 2).mapped()


def boat(width: float, depth: float) -> Array:
    """(n, 2): a rectangle with round corners whose long sides swell by 3 cm."""
    line = rounded_rectangle(width, depth - 0.06, 0.09, 8)
    dense = np.concatenate(
        [
            np.linspace(a, b, 9)[:-1] if np.linalg.norm(b - a) > 0.2 else a[None]
            for a, b in zip(line, np.roll(line, -1, 0), strict=True)
        ]
    )
    swell = 0.03 * np.cos(dense[:, 0] / width * np.pi) * np.sign(dense[:, 1])
    return np.column_stack([dense[:, 0], dense[:, 1] + swell])


def pebble(width: float, depth: float) -> Array:
    """(96, 2): an uneven oval that just fills width x depth."""
    line = spline(
        [
            (0.5, -0.03),
            (0.36, 0.36),
            (0.0, 0.5),
            (-0.37, 0.37),
            (-0.5, 0.02),
            (-0.33, -0.42),
            (0.06, -0.46),
            (0.38, -0.38),
        ],
        96,
        closed=True,
    )
    low, high = line.min(axis=0), line.max(axis=0)
    return np.asarray((line - (low + high) / 2) / (high - low) * np.array([width, depth]))


def apron(height: float) -> Mesh:
    """The frame under a top; it leaves room for knees."""
    long = rounded_box(1.42, 0.07, 0.022, 0.003).moved(0, height - 0.035, 0.27)
    short = rounded_box(0.022, 0.07, 0.52, 0.003, along="z").moved(0.72, height - 0.035, 0)
    return merge(long, long.moved(z=-0.54), parts.both_sides(short))


def trestles(height: float) -> Mesh:
    """Two trapezoid frames of flat steel, and the beam that holds them."""
    y = 0.006
    frame = parts.flat_bar(
        [(0, y, 0.36), (0, height - y, 0.29), (0, height - y, -0.29), (0, y, -0.36)], 0.06, 0.012, closed=True
    )
    beam = rounded_box(1.30, 0.05, 0.03, 0.003).moved(0, height - 0.03, 0)
    return merge(parts.both_sides(frame.moved(0.66)), beam)


def fluted(radius: float, height: float, flutes: int) -> Mesh:
    """A drum with round flutes all around, on a plain plinth."""

    def surface(a: Array, b: Array) -> Array:
        turn = 2 * np.pi * b
        depth = 0.012 * (1 - np.abs(np.sin(turn * flutes / 2)))
        r = radius - depth
        return np.stack([r * np.sin(turn), 0.02 + a * (height - 0.02), r * np.cos(turn)], axis=-1)

    drum = grid_surface(surface, 8, flutes * 10, crease=50).outward()
    plinth = lathe(fillet([(0, 0), (radius - 0.02, 0), (radius - 0.02, 0.03), (0, 0.03)], 0.003), 64)
    floor = lathe([(0, 0.02), (radius - 0.004, 0.02), (radius - 0.004, 0.021), (0, 0.021)], 64)
    return merge(drum, plinth, floor)
