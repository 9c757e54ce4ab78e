"""Lamps: a floor lamp with a cloth shade on a tripod, a table lamp with a metal dome."""

from __future__ import annotations

import numpy as np

from plugins.furniture.meshes import parts
from renderd.modelling import (
    Mesh,
    Model,
    brushed_metal,
    canvas,
    circle,
    fillet,
    lathe,
    merge,
    powder_coat,
    ring,
    rounded_box,
    spline,
    sweep,
)

GLOW = "#ffd9a8"
"""The colour of a warm bulb, 2700 K."""


def sol_floor_lamp() -> bytes:
    """A floor lamp, 52 cm wide and 152 cm high: a linen shade over three wooden legs."""
    model = Model("Sol floor lamp")
    parts.wood_with_variants(model)
    model.material(
        "shade", "#efe6d6", maps=canvas(seed=3), double_sided=True, emissive=GLOW, emissive_strength=0.22
    )
    model.material("metal", "#dcc08a", maps=brushed_metal(roughness=0.3))
    model.material("bulb", "#fff6e8", emissive=GLOW, emissive_strength=4.0)
    model.node("lamp")
    model.node("stand", "lamp")
    model.add(tripod(), "wood", "stand")
    model.add(joint(), "metal", "stand")
    model.node("head", "stand")
    model.add(drum(), "shade", "head")
    model.add(globe(0.045, 1.30), "bulb", "head")
    return model.to_glb()


def glim_table_lamp() -> bytes:
    """A table lamp, 30 cm wide and 36 cm high: a dome that throws its light down."""
    model = Model("Glim table lamp")
    model.material("shade", "#b5532f", maps=powder_coat(roughness=0.35), clearcoat=0.4, double_sided=True)
    model.material("inside", "#fff4e2", roughness=0.8, emissive=GLOW, emissive_strength=0.7)
    model.material("metal", "#dcc08a", maps=brushed_metal(roughness=0.28))
    model.material("bulb", "#fff6e8", emissive=GLOW, emissive_strength=4.0)
    model.node("lamp")
    model.node("foot", "lamp")
    model.add(stem(), "metal", "foot")
    model.node("head", "lamp")
    outer, inner = dome()
    model.add(outer, "shade", "head")
    model.add(inner, "inside", "head")
    model.add(globe(0.032, 0.235), "bulb", "head")
    return model.to_glb()


def tripod() -> Mesh:
    """Three legs that lean together under the joint."""
    path = [(0.0, 1.16, 0.022), (0.0, 0.0, 0.245)]
    scale = np.linspace(0.85, 1.0, 16)
    leg = sweep(spline(path, 16), circle(0.0145, 20), scale, bevel=0.003, up=(1, 0, 0))
    positions = leg.positions.copy()
    positions[:, 1] = np.maximum(positions[:, 1], 0.0)
    return ring(3, leg.reshaped(positions), start=30)


def joint() -> Mesh:
    """The brass joint with the socket, the spokes that carry the shade, and three stays."""
    body = lathe(
        fillet([(0, 1.115), (0.036, 1.115), (0.036, 1.165), (0.010, 1.185), (0.010, 1.27), (0, 1.27)], 0.004),
        40,
    )
    socket = lathe(fillet([(0, 1.225), (0.020, 1.225), (0.020, 1.275), (0, 1.275)], 0.003), 32)
    spoke = sweep([(0.012, 1.23, 0), (0.19, 1.23, 0), (0.213, 1.252, 0)], circle(0.003, 8))
    stay = sweep([(0, 0.42, 0.0), (0, 0.42, 0.158)], circle(0.004, 10))
    return merge(body, socket, ring(3, spoke), ring(3, stay, start=30))


def drum() -> Mesh:
    """A slightly conical shade with rolled hems."""
    low, high = (0.26, 1.22), (0.215, 1.515)
    cloth = lathe(
        [low, *[tuple(np.array(low) + (np.array(high) - low) * t) for t in np.linspace(0.1, 0.9, 7)], high],
        96,
    )
    hems = [hem(*low), hem(*high)]
    return merge(cloth, *hems)


def hem(radius: float, height: float) -> Mesh:
    """The rolled edge of a shade."""
    turn = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    path = np.column_stack([radius * np.cos(turn), np.full(72, height), radius * np.sin(turn)])
    return sweep(path, circle(0.004, 8), closed=True)


def globe(radius: float, height: float) -> Mesh:
    """A bulb about this height."""
    turn = np.linspace(-np.pi / 2, np.pi / 2, 17)
    return lathe(np.column_stack([radius * np.cos(turn), height + radius * np.sin(turn)]), 32)


def stem() -> Mesh:
    """Foot plate, stem, socket and switch of the table lamp."""
    plate = lathe(fillet([(0, 0), (0.088, 0), (0.088, 0.012), (0.016, 0.020), (0.009, 0.05)], 0.006), 72)
    rod = sweep([(0, 0.03, 0), (0, 0.335, 0)], circle(0.009, 24), bevel=0.003)
    socket = lathe(fillet([(0, 0.268), (0.022, 0.268), (0.022, 0.31), (0.009, 0.318), (0, 0.318)], 0.003), 32)
    finial = globe(0.012, 0.348)
    switch = rounded_box(0.016, 0.010, 0.016, 0.004).moved(0.045, 0.022, 0.03)
    return merge(plate, rod, socket, finial, switch)


def dome() -> tuple[Mesh, Mesh]:
    """The shade's outer skin with its rim, and the white inside."""
    profile = spline(
        [(0.147, 0.20), (0.144, 0.225), (0.125, 0.275), (0.085, 0.317), (0.035, 0.338), (0.009, 0.341)], 36
    )
    outer = lathe(profile, 96).flipped()
    outer = outer if float(outer.normals[:, 1].mean()) > 0 else outer.flipped()
    inner = lathe(profile - np.array([0.002, 0.0025]), 96)
    inner = inner if float(inner.normals[:, 1].mean()) < 0 else inner.flipped()
    return merge(outer, hem(0.146, 0.2005)), inner
