"""What several pieces share: their materials, and small parts. Metres."""

from __future__ import annotations

from renderd.modelling import (
    BLACK_ASH,
    OAK,
    WALNUT,
    Axis,
    Maps,
    Mesh,
    Model,
    circle,
    fillet,
    merge,
    mirrored,
    powder_coat,
    rounded_box,
    rounded_rectangle,
    sweep,
    wood,
)

WOODS = {"Oak": OAK, "Walnut": WALNUT, "Black ash": BLACK_ASH}


def oak(model: Model, name: str = "oak", seed: int = 3) -> str:
    """Oiled oak."""
    return model.material(name, maps=wood(OAK, seed))


def walnut(model: Model, name: str = "walnut", seed: int = 5) -> str:
    """Oiled walnut."""
    return model.material(name, maps=wood(WALNUT, seed))


def wood_with_variants(model: Model, shown: str = "Oak") -> str:
    """The material ``wood``, which the options change between the woods (KHR_materials_variants).

    ``shown`` is the wood of the product's default.
    """
    for title, species in WOODS.items():
        maps = wood(species, 3)
        name = model.material("wood" if title == shown else title.lower().replace(" ", "-"), maps=maps)
        model.variant(title, {"wood": name})
    return "wood"


def black_steel(model: Model, name: str = "steel") -> str:
    """Powder-coated steel, nearly black."""
    return model.material(name, "#2b2b2c", maps=powder_coat(roughness=0.5))


def fabric(model: Model, name: str, color: str, maps: Maps, sheen: str | None = None) -> str:
    """Upholstery; ``color`` is that of the product's default swatch."""
    return model.material(name, color, maps=maps, sheen=sheen, sheen_roughness=0.6)


def board(width: float, height: float, depth: float, along: Axis = "x", radius: float = 0.003) -> Mesh:
    """A board standing on y = 0 with eased edges, its grain ``along`` an axis."""
    return rounded_box(width, height, depth, radius, 2, along=along).moved(y=height / 2)


def both_sides(mesh: Mesh) -> Mesh:
    """The mesh and its mirror image across x = 0."""
    return merge(mesh, mirrored(mesh))


def four(mesh: Mesh) -> Mesh:
    """The mesh at all four corners, mirrored in x and z."""
    pair = both_sides(mesh)
    return merge(pair, mirrored(pair, "z"))


def tube(points: list[tuple[float, float, float]], radius: float, bend: float = 0.04) -> Mesh:
    """A bent round tube through the corner points."""
    return sweep(fillet(points, bend, 6), circle(radius, 14), bevel=min(radius * 0.4, 0.003))


def flat_bar(points: list[tuple[float, float, float]], width: float, thickness: float, closed: bool) -> Mesh:
    """A flat bar bent through corner points in the plane YZ; its ``width`` lies along x."""
    path = fillet(points, 0.015, 4, closed=closed)
    return sweep(path, rounded_rectangle(thickness, width, 0.002, 2), closed=closed, up=(1, 0, 0))
