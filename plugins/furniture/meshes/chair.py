"""Chairs: an upholstered tub, a lounge chair with a wooden frame, a dining chair."""

from __future__ import annotations

import numpy as np

from plugins.furniture.meshes import parts
from renderd.modelling import (
    Array,
    Mesh,
    Model,
    Puff,
    along,
    bent,
    boucle,
    circle,
    curve_lengths,
    cushion,
    ellipse,
    fillet,
    lathe,
    leather,
    loft,
    merge,
    piping,
    rounded_box,
    rounded_rectangle,
    spline,
    sweep,
    tapered_leg,
)


def alma_armchair() -> bytes:
    """A tub chair in boucle, 78 x 76 x 72 cm, on four turned legs."""
    model = Model("Alma armchair")
    parts.fabric(model, "fabric", "#e6dccb", boucle(seed=21))
    parts.wood_with_variants(model)
    parts.black_steel(model)
    model.node("chair")
    model.node("seat", "chair")
    model.add(
        merge(tub(), pad(d_shape(0.60, 0.62), 0.17, 0.055, 0.02).moved(y=0.28, z=0.055)), "fabric", "seat"
    )
    model.add(pad(d_shape(0.66, 0.64), 0.18, 0.03, 0.0).moved(y=0.13, z=0.02), "fabric", "seat")
    model.node("legs", "chair")
    leg = tapered_leg(0.17, 0.020, 0.013, 0.02, 0.02)
    model.add(parts.four(leg.moved(0.25, 0, 0.24)), "wood", "legs")
    model.node("swivel", "chair", hidden=True)
    model.add(swivel(), "steel", "swivel")
    return model.to_glb()


def lind_lounge_chair() -> bytes:
    """An easy chair, 70 x 78 x 80 cm: a light wooden frame that carries two leather cushions."""
    model = Model("Lind lounge chair")
    parts.fabric(model, "leather", "#9a6238", leather(seed=31))
    parts.wood_with_variants(model)
    model.node("chair")
    model.node("frame", "chair")
    model.add(merge(*lounge_side(), lounge_rails(), lounge_back()), "wood", "frame")
    model.node("cushions", "chair")
    model.add(lounge_cushions(), "leather", "cushions")
    return model.to_glb()


def kvist_dining_chair() -> bytes:
    """A dining chair, 49 x 51 x 79 cm: a bent backrest on legs that run through, and an upholstered seat."""
    model = Model("Kvist dining chair")
    parts.fabric(model, "leather", "#2f3c52", leather(seed=41))
    parts.wood_with_variants(model)
    model.node("chair")
    model.node("frame", "chair")
    model.add(merge(dining_legs(), dining_rails(), dining_back()), "wood", "frame")
    model.node("seat", "chair")
    outline = ellipse(0.47, 0.44, 64, 3.6)
    model.add(pad(outline, 0.055, 0.022, 0.008).moved(y=0.415, z=0.015), "leather", "seat")
    return model.to_glb()


def pad(outline: Array, height: float, edge: float, crown: float) -> Mesh:
    """A cushion over an outline (n, 2) in XZ, standing on y = 0: round edges, its middle ``crown`` higher."""
    extent = float(np.abs(outline).max())
    angle = np.linspace(0, np.pi / 2, 6)
    under = [((extent - edge * (1 - np.sin(a))) / extent, edge * (1 - np.cos(a))) for a in angle]
    over = [(size, height - crown - y) for size, y in under[::-1]]
    shares = np.linspace(1, 0, 8)[1:]
    swell = [(over[-1][0] * s, height - crown * s**2.2) for s in shares]
    rings = [*under, *over, *swell]
    sections = [
        np.column_stack([outline[:, 0] * s, np.full(len(outline), y), outline[:, 1] * s]) for s, y in rings
    ]
    return loft(sections).mapped()


def d_shape(width: float, depth: float) -> Array:
    """(64, 2): a seat's outline, round at the back, nearly straight in front."""
    half, rear = width / 2, -depth / 2
    corners = [
        (0.0, depth / 2), (half * 0.72, depth / 2 - 0.004), (half * 0.97, depth / 2 - 0.06),
        (half, 0.02), (half * 0.86, rear * 0.66), (half * 0.45, rear * 0.95), (0.0, rear),
    ]  # fmt: skip
    mirror = [(-x, z) for x, z in corners[-2:0:-1]]
    return spline([*corners, *mirror], 64, closed=True)


def swivel() -> Mesh:
    """A round foot with a column, in place of the legs."""
    foot = [(0, 0), (0.23, 0), (0.23, 0.010), (0.04, 0.024), (0.028, 0.05), (0.028, 0.15), (0, 0.15)]
    return lathe(fillet(foot, 0.008), 64)


def tub() -> Mesh:
    """The shell of the tub chair: a wall around the seat, high behind, low at the arms."""
    plan = spline(
        [(0.325, 0.33), (0.335, 0.10), (0.315, -0.13), (0.19, -0.29), (0.0, -0.325)],
        28,
    )
    path = np.concatenate([plan, (plan * np.array([-1, 1]))[-2::-1]])
    # Points crowd towards the ends, which close along a quarter circle, as cloth over an arm's front.
    share = np.sin(np.linspace(-np.pi / 2, np.pi / 2, 65))
    path = along(path, (share + 1) / 2 * curve_lengths(path)[-1])
    rise = 0.43 + 0.17 * np.cos(share * np.pi / 2) ** 1.6
    closing = np.sqrt(np.clip(1 - (np.clip(np.abs(share) - 0.93, 0, 1) / 0.07) ** 2, 0.0, 1))
    sections = [
        wall(path, k, 0.10 * max(c, 0.02), 0.17 - 0.05 * c, 0.08 + h + 0.04 * c)
        for k, (c, h) in enumerate(zip(closing, rise, strict=True))
    ]
    return loft(sections).mapped()


def wall(path: Array, index: int, thickness: float, low: float, high: float) -> Array:
    """(36, 3): the cross-section of the tub's wall at a point of its plan; it leans outwards."""
    ahead = path[min(index + 1, len(path) - 1)] - path[max(index - 1, 0)]
    outward = np.array([ahead[1], -ahead[0]]) / np.linalg.norm(ahead)
    outward = outward if outward @ path[index] > 0 else -outward
    section = ellipse(thickness, high - low, 36, 3.2)
    y = section[:, 1] + (low + high) / 2
    away = section[:, 0] + 0.06 * (y - 0.12) - 0.012
    across = path[index] + away[:, None] * outward
    return np.column_stack([across[:, 0], y, across[:, 1]])


def lounge_side() -> list[Mesh]:
    """Legs and armrests, both sides."""
    front = tapered_leg(0.558, 0.019, 0.013, 0.0, 0.03, bevel=0.003).moved(0.325, 0, 0.29)
    rear = tapered_leg(0.536, 0.019, 0.013, 0.0, -0.07, bevel=0.003).moved(0.325, 0, -0.26)
    path = spline(
        [(0.322, 0.535, -0.37), (0.325, 0.548, -0.15), (0.325, 0.562, 0.15), (0.320, 0.565, 0.36)], 24
    )
    widths = 0.62 + 0.38 * np.sin(np.linspace(0.35, 2.6, 24)) ** 0.8
    arm = sweep(path, rounded_rectangle(0.060, 0.022, 0.009, 4), widths, bevel=0.008)
    return [parts.both_sides(mesh) for mesh in (front, rear, arm)]


def lounge_rails() -> Mesh:
    """The seat's rails: two sides that fall to the back, a front, a rear and slats under the cushion."""
    side = rounded_box(0.024, 0.045, 0.64, 0.006, along="z").turned("x", -7).moved(0.318, 0.305, 0.0)
    front = rounded_box(0.62, 0.045, 0.024, 0.006).moved(0, 0.335, 0.275)
    rear = rounded_box(0.62, 0.045, 0.024, 0.006).moved(0, 0.270, -0.275)
    slat = rounded_box(0.62, 0.012, 0.05, 0.004).turned("x", -7)
    slats = [slat.moved(0, 0.318 + 0.123 * z, z) for z in (0.19, 0.07, -0.05, -0.17)]
    return merge(parts.both_sides(side), front, rear, *slats)


def lounge_back() -> Mesh:
    """A leaning ladder behind the back cushion: two posts, a top rail and seven rods."""
    post = sweep([(0.27, -0.05, 0), (0.27, 0.52, 0)], circle(0.015, 16), bevel=0.004)
    top = sweep(
        spline([(-0.285, 0.51, 0.01), (0, 0.52, -0.012), (0.285, 0.51, 0.01)], 20),
        circle(0.016, 16),
        bevel=0.008,
    )
    low = sweep([(-0.275, 0.02, 0), (0.275, 0.02, 0)], circle(0.012, 12))
    rods = [sweep([(x, 0.02, 0), (x, 0.51, -0.008)], circle(0.006, 10)) for x in np.linspace(-0.2, 0.2, 7)]
    ladder = merge(parts.both_sides(post), top, low, *rods)
    return ladder.turned("x", -20).moved(y=0.31, z=-0.235)


def lounge_cushions() -> Mesh:
    """Seat and back, leather with cords."""
    puff = Puff(0.022, 0.006, 0.004, 7)
    size = (0.59, 0.12, 0.58)
    seat = merge(cushion(*size, 0.03, puff), *[piping(*size, 0.03, puff, 0.004, level) for level in (1, -1)])
    size = (0.57, 0.13, 0.50)
    back = merge(cushion(*size, 0.03, puff), *[piping(*size, 0.03, puff, 0.004, level) for level in (1, -1)])
    return merge(
        seat.turned("x", -7).moved(y=0.375, z=0.015),
        back.turned("x", 70).moved(y=0.585, z=-0.225),
    )


def dining_legs() -> Mesh:
    """Front legs up to the seat; rear legs bend back and carry the backrest."""
    front = tapered_leg(0.41, 0.018, 0.012, 0.02, 0.02, bevel=0.003).moved(0.205, 0, 0.20)
    path = spline(
        [(0.215, 0.002, -0.245), (0.198, 0.25, -0.205), (0.190, 0.45, -0.195), (0.180, 0.765, -0.232)], 28
    )
    scale = np.interp(np.linspace(0, 1, 28), [0, 0.5, 1], [0.72, 1.05, 0.72])
    rear = sweep(path, circle(0.0175, 20), scale, bevel=0.004, up=(0, 0, 1))
    return parts.both_sides(merge(front, rear))


def dining_rails() -> Mesh:
    """The frame under the seat."""
    front = rounded_box(0.40, 0.045, 0.02, 0.004).moved(0, 0.392, 0.20)
    rear = rounded_box(0.38, 0.045, 0.02, 0.004).moved(0, 0.392, -0.195)
    side = rounded_box(0.02, 0.045, 0.40, 0.004, along="z").moved(0.197, 0.392, 0.0)
    return merge(front, rear, parts.both_sides(side))


def dining_back() -> Mesh:
    """A bent board that holds the back where it needs it."""
    flat = rounded_box(0.47, 0.125, 0.018, 0.008, 3, 18)
    x, y, z = flat.positions.T
    # The board narrows to its ends, so that its lower edge is a shallow arch.
    narrowed = flat.reshaped(np.column_stack([x, y * (1 - 0.35 * (np.abs(x) / 0.235) ** 2.2), z]))
    curved = bent(narrowed, 0.42).scaled(z=-1)
    return curved.turned("x", -8).moved(y=0.722, z=-0.262)
