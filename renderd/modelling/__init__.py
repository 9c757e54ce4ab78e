"""Parametric modelling: shapes, textures and scenes made by code, for the demo goods of plugins.

Everything that a plugin's ``meshes`` needs can be imported from here. Metres, Y up; the front of a product
looks to +Z, it stands on y = 0 and is centred on x and z.
"""

from renderd.modelling.curves import (
    along,
    circle,
    ellipse,
    fillet,
    resampled,
    rounded_rectangle,
    spline,
)
from renderd.modelling.fabrics import boucle, canvas, felt, knit, leather, suede, velvet, weave
from renderd.modelling.mesh import Array, Axis, Mesh, curve_lengths, grid, merge, mirrored, rotation, shaded
from renderd.modelling.noise import Maps, cells, noise, normal_map, packed
from renderd.modelling.scene import Model
from renderd.modelling.shapes import Puff, cushion, grid_surface, pillow, piping, rounded_box
from renderd.modelling.sweeps import bent, extrude, lathe, loft, ring, sweep, tapered_leg
from renderd.modelling.textures import (
    ASH,
    BEECH,
    BLACK_ASH,
    OAK,
    TEAK,
    WALNUT,
    Species,
    brushed_metal,
    ceramic,
    concrete,
    marble,
    paper,
    powder_coat,
    terrazzo,
    wood,
)

__all__ = [
    "ASH",
    "BEECH",
    "BLACK_ASH",
    "OAK",
    "TEAK",
    "WALNUT",
    "Array",
    "Axis",
    "Maps",
    "Mesh",
    "Model",
    "Puff",
    "Species",
    "along",
    "bent",
    "boucle",
    "brushed_metal",
    "canvas",
    "cells",
    "ceramic",
    "circle",
    "concrete",
    "curve_lengths",
    "cushion",
    "ellipse",
    "extrude",
    "felt",
    "fillet",
    "grid",
    "grid_surface",
    "knit",
    "lathe",
    "leather",
    "loft",
    "marble",
    "merge",
    "mirrored",
    "noise",
    "normal_map",
    "packed",
    "paper",
    "pillow",
    "piping",
    "powder_coat",
    "resampled",
    "ring",
    "rotation",
    "rounded_box",
    "rounded_rectangle",
    "shaded",
    "spline",
    "suede",
    "sweep",
    "tapered_leg",
    "terrazzo",
    "velvet",
    "weave",
    "wood",
]
