"""Shelving: rows that stack, a cabinet for the lowest."""

from __future__ import annotations

from plugins.furniture.meshes import parts
from renderd.modelling import Mesh, Model, circle, merge, powder_coat, rounded_box, sweep, tapered_leg

WIDTH, DEPTH, ROW, FOOT, BOARD = 0.90, 0.34, 0.36, 0.14, 0.022
"""Metres; a row is the height from one board's top to the next."""

ROWS = 6


def rung_shelf() -> bytes:
    """Open shelving, 90 x 34 cm, up to six rows; each row is a node, so that a choice can stack them."""
    model = Model("Rung shelf")
    parts.wood_with_variants(model)
    parts.black_steel(model)
    model.material("lacquer", "#46584c", maps=powder_coat(roughness=0.42))
    model.node("shelf")
    model.node("rack", "shelf")
    model.node("foot", "rack")
    leg = tapered_leg(FOOT, 0.017, 0.012, 0.012, 0.012).moved(WIDTH / 2 - 0.05, 0, DEPTH / 2 - 0.05)
    model.add(merge(parts.four(leg), plank(0)), "wood", "foot")
    for row in range(1, ROWS + 1):
        node = model.node(f"row-{row}", "rack", hidden=row > 4)
        model.add(plank(row), "wood", node)
        model.add(ladders(row), "steel", node)
    cabinet(model)
    return model.to_glb()


def level(row: int) -> float:
    """The height of a board's top."""
    return FOOT + BOARD + row * ROW


def plank(row: int) -> Mesh:
    """A board; each shows another stretch of grain."""
    flat = rounded_box(WIDTH, BOARD, DEPTH, 0.004, 3)
    return flat.mapped(offset=(0.31 * row, 0.17 * row)).moved(y=level(row) - BOARD / 2)


def ladders(row: int) -> Mesh:
    """The two steel ladders between a board and the one below it, with a rung half-way."""
    low, high = level(row - 1), level(row) - BOARD
    z = DEPTH / 2 - 0.03
    post = rounded_box(0.016, high - low, 0.016, 0.003).moved(y=(low + high) / 2)
    middle = (low + high) / 2
    rung = sweep([(0, middle, -z), (0, middle, z)], circle(0.005, 12))
    side = merge(post.moved(z=z), post.moved(z=-z), rung).moved(x=WIDTH / 2 - 0.03)
    return parts.both_sides(side)


def cabinet(model: Model) -> None:
    """The node ``cabinet``: two lacquered doors and a back that close the lowest row."""
    node = model.node("cabinet", "rack", hidden=False)
    height = ROW - BOARD
    y = level(0) + height / 2
    side = rounded_box(0.016, height, DEPTH - 0.02, 0.002)
    back = rounded_box(WIDTH - 0.02, height, 0.010, 0.002).moved(y=y, z=-DEPTH / 2 + 0.018)
    door = rounded_box(WIDTH / 2 - 0.012, height - 0.006, 0.018, 0.004, 3)
    doors = parts.both_sides(door.moved(WIDTH / 4 - 0.0045, y, DEPTH / 2 - 0.014))
    model.add(merge(parts.both_sides(side.moved(WIDTH / 2 - 0.012, y)), back, doors), "lacquer", node)
    knob = sweep(
        [(0.03, y + 0.08, DEPTH / 2 - 0.008), (0.03, y + 0.08, DEPTH / 2 + 0.020)],
        circle(0.011, 24),
        bevel=0.004,
    )
    model.add(parts.both_sides(knob), "wood", node)
