"""The demo planter, modelled by code; a merchant's own models come from a modelling program."""

from renderd.modelling import OAK, Mesh, Model, merge, powder_coat, rounded_box, wood

LENGTH, DEPTH, HEIGHT, FOOT, WALL = 0.8, 0.36, 0.40, 0.05, 0.024


def long_planter() -> bytes:
    """A trough of 80 cm on four feet, with one body for each material, as GLB."""
    model = Model("Long planter")
    model.material("larch", "#c99b69", maps=wood(OAK))
    model.material("steel", "#8a4b2a", maps=powder_coat(roughness=0.8))
    model.material("soil", "#3a2a20", roughness=1.0)
    model.material("feet", "#1d1d1f", roughness=0.6)
    model.node("planter")
    model.node("body-larch", "planter")
    model.add(walls(rows=4), "larch", "body-larch")
    model.node("body-steel", "planter")
    model.add(walls(rows=1), "steel", "body-steel")
    model.add(rounded_box(LENGTH - 0.03, 0.3, DEPTH - 0.03, 0.01).moved(y=FOOT + 0.19), "soil", "planter")
    model.add(feet(), "feet", "planter")
    return model.to_glb()


def walls(rows: int) -> Mesh:
    """Four walls of so many boards, one above the other."""
    height = HEIGHT / rows
    boards = []
    for row in range(rows):
        middle = FOOT + (row + 0.5) * height
        for side in (-1, 1):
            long = rounded_box(LENGTH, height - 0.004, WALL, 0.004)
            boards.append(long.moved(y=middle, z=side * (DEPTH - WALL) / 2))
            short = rounded_box(WALL, height - 0.004, DEPTH - 2 * WALL, 0.004)
            boards.append(short.moved(x=side * (LENGTH - WALL) / 2, y=middle))
    return merge(*boards)


def feet() -> Mesh:
    """Four cubes under the corners."""
    foot = rounded_box(0.06, FOOT, 0.06, 0.006)
    corners = [(x, z) for x in (-1, 1) for z in (-1, 1)]
    return merge(*(foot.moved(x * (LENGTH / 2 - 0.06), FOOT / 2, z * (DEPTH / 2 - 0.06)) for x, z in corners))
