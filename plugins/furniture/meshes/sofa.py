"""Sofas: an upholstered frame, loose cushions, and three kinds of legs to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from plugins.furniture.meshes import parts
from renderd.modelling import (
    Maps,
    Mesh,
    Model,
    Puff,
    boucle,
    cushion,
    fillet,
    lathe,
    merge,
    pillow,
    piping,
    rounded_box,
    tapered_leg,
    velvet,
    weave,
)

THICK = 0.19
"""A seat cushion's height in metres."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The measures of a sofa in metres; ``seats`` cushions share the room between the arms."""

    width: float
    depth: float
    height: float
    floor: float
    seat: float
    arm: float
    arm_height: float
    arm_radius: float
    back: float
    seats: int
    puff: Puff
    back_puff: Puff
    edge: float
    piped: bool
    slim_legs: bool

    @property
    def inner(self) -> float:
        """The room between the arms."""
        return self.width - 2 * self.arm

    @property
    def seat_depth(self) -> float:
        """The depth of a seat cushion, from the back to a little before the arms' front."""
        return self.depth - self.back - 0.01 - self.arm_radius * 0.3


FJORD = Plan(
    width=2.20, depth=0.92, height=0.80, floor=0.15, seat=0.44, arm=0.13, arm_height=0.60, arm_radius=0.045,
    back=0.20, seats=2, puff=Puff(0.030, 0.008, 0.006, 3), back_puff=Puff(0.035, 0.008, 0.010, 5), edge=0.035,
    piped=True, slim_legs=True,
)  # fmt: skip

HARBOUR = Plan(
    width=2.20, depth=1.02, height=0.76, floor=0.06, seat=0.43, arm=0.24, arm_height=0.60, arm_radius=0.115,
    back=0.26, seats=2, puff=Puff(0.045, 0.012, 0.008, 11), back_puff=Puff(0.055, 0.012, 0.012, 13),
    edge=0.075, piped=False, slim_legs=False,
)  # fmt: skip


def fjord_sofa() -> bytes:
    """A light three-seater with piped cushions on splayed legs."""
    return build("Fjord sofa", FJORD, weave(seed=4), "#8c9a86", "#c9b79a")


def harbour_sofa() -> bytes:
    """A deep, round lounge sofa close to the floor."""
    return build("Harbour sofa", HARBOUR, boucle(seed=8), "#e6dccb", "#a5583c")


def build(name: str, plan: Plan, cloth: Maps, color: str, accent: str) -> bytes:
    """The GLB of a sofa with every option's node: three kinds of legs, two chaises and a footstool."""
    model = Model(name)
    parts.fabric(model, "fabric", color, cloth)
    parts.fabric(model, "accent", accent, velvet(seed=2), sheen="#6b5f52")
    parts.oak(model)
    parts.walnut(model)
    parts.black_steel(model)
    model.node("sofa")
    model.node("body", "sofa")
    model.add(frame(plan), "fabric", "body")
    model.add(merge(*seats(plan), *backs(plan)), "fabric", "body")
    model.add(throws(plan), "accent", "body")
    legs(model, plan, "body", "legs", places(plan))
    chaise(model, plan, "right", 1)
    chaise(model, plan, "left", -1)
    footstool(model, plan)
    return model.to_glb()


def frame(plan: Plan) -> Mesh:
    """The upholstered shell: base, arms and back."""
    # The base's front lies behind the curve of the arms, or a corner would look out between them.
    depth = plan.depth - 0.02 - plan.arm_radius * 0.7
    arm_height = plan.arm_height - plan.floor
    arm = cushion(plan.arm, arm_height, plan.depth, plan.arm_radius, Puff(0.008, 0.005, 0.002, 9), 8, 5)
    back_height = plan.height - plan.floor - 0.07
    back = cushion(plan.inner + 0.06, back_height, plan.back, plan.arm_radius, Puff(0.008, 0.005, 0.0), 10, 5)
    return merge(
        base(plan, plan.inner + 0.04, depth).moved(z=(depth - plan.depth) / 2 + 0.01),
        parts.both_sides(arm.moved((plan.width - plan.arm) / 2, plan.floor + arm_height / 2)),
        back.moved(y=plan.floor + back_height / 2, z=-(plan.depth - plan.back) / 2),
    )


def base(plan: Plan, width: float, depth: float) -> Mesh:
    """The box under the cushions; round sofas lift it with the curve of their arms."""
    low = plan.floor + max(0.0, plan.arm_radius - 0.05) * 0.6
    height = plan.seat - THICK - low
    return rounded_box(width, height, depth, 0.022, 3, 8).moved(y=low + height / 2)


def seats(plan: Plan) -> list[Mesh]:
    """The seat cushions."""
    width = plan.inner / plan.seats
    y, z = plan.seat - THICK / 2, (plan.seat_depth - plan.depth) / 2 + plan.back
    return [
        piped(plan, (width - 0.004, THICK, plan.seat_depth), plan.puff, k).moved(x, y, z)
        for k, x in enumerate(middles(plan, width))
    ]


def backs(plan: Plan) -> list[Mesh]:
    """The back cushions: they lean, and rise a little above the frame."""
    width = plan.inner / plan.seats
    height = plan.height - plan.seat + 0.02
    depth = 0.17 if plan.piped else 0.21
    z = -plan.depth / 2 + plan.back + depth / 2 - 0.02
    flat = [piped(plan, (width - 0.012, depth, height), plan.back_puff, 10 + k) for k in range(plan.seats)]
    return [
        mesh.turned("x", 90).turned("x", -11).moved(x, plan.seat + height / 2 - 0.02, z + 0.015)
        for mesh, x in zip(flat, middles(plan, width), strict=True)
    ]


def piped(plan: Plan, size: tuple[float, float, float], puff: Puff, seed: int) -> Mesh:
    """A cushion of its own folds, with cords on its edges if the plan has them."""
    own = Puff(puff.top, puff.side, puff.folds, puff.seed + seed)
    body = cushion(*size, radius=plan.edge, puff=own, divisions=11)
    if not plan.piped:
        return body
    cords = [piping(*size, radius=plan.edge, puff=own, cord=0.0045, level=level) for level in (1, -1)]
    return merge(body, *cords)


def middles(plan: Plan, width: float) -> list[float]:
    """The x of each cushion's middle."""
    return [(k - (plan.seats - 1) / 2) * width for k in range(plan.seats)]


def throws(plan: Plan) -> Mesh:
    """Two loose pillows in the corners."""
    z = -plan.depth / 2 + plan.back + 0.27
    large = pillow(0.42, 0.42, 0.16, seed=4).turned("z", 6).turned("x", -24).turned("y", -16)
    small = pillow(0.50, 0.30, 0.14, seed=6).turned("z", -4).turned("x", -26).turned("y", 14)
    x = plan.inner / 2
    return merge(
        large.moved(x - 0.29, plan.seat + 0.175, z), small.moved(-x + 0.30, plan.seat + 0.13, z + 0.03)
    )


def places(plan: Plan) -> tuple[float, float]:
    """How far the legs stand from the middle in x and z: within the ends that a stretch keeps rigid."""
    inset = 0.09 if plan.slim_legs else 0.12
    return plan.width / 2 - inset, plan.depth / 2 - inset


def legs(model: Model, plan: Plan, parent: str, prefix: str, place: tuple[float, float]) -> None:
    """The nodes ``<prefix>-oak``, ``-walnut`` and ``-steel``; the steel frame has a middle leg."""
    x, z = place
    for material in ("oak", "walnut"):
        node = model.node(f"{prefix}-{material}", parent, hidden=material != "oak")
        model.add(parts.four(wooden_leg(plan).moved(x, 0, z)), material, node)
    node = model.node(f"{prefix}-steel", parent, hidden=True)
    sled = parts.flat_bar(
        [(0, plan.floor, z), (0, 0.004, z), (0, 0.004, -z), (0, plan.floor, -z)], 0.030, 0.008, closed=False
    )
    model.add(merge(sled, parts.both_sides(sled.moved(x - 0.02))), "steel", node)


def wooden_leg(plan: Plan) -> Mesh:
    """A leg at the origin, leaning outwards to +x and +z; low sofas stand on turned feet."""
    if plan.slim_legs:
        return tapered_leg(plan.floor + 0.02, 0.021, 0.012, 0.025, 0.025, 18)
    foot = [(0.0, 0.0), (0.030, 0.0), (0.038, plan.floor + 0.01), (0.0, plan.floor + 0.01)]
    return lathe(fillet(foot, 0.006), 32)


def chaise(model: Model, plan: Plan, side: str, sign: int) -> None:
    """A long seat before the outer cushion: the body stretches it together with that cushion."""
    node = model.node(f"chaise-{side}", "body", hidden=True)
    width, depth = plan.inner / plan.seats, 0.62
    x, z = sign * (plan.inner - width) / 2, plan.depth / 2 + depth / 2 - 0.01
    top = piped(plan, (width - 0.004, THICK, depth + 0.02), plan.puff, 30).moved(y=plan.seat - THICK / 2)
    model.add(merge(base(plan, width - 0.01, depth), top).moved(x, 0, z), "fabric", node)
    front = block(plan).moved(width / 2 - 0.09, 0, depth / 2 - 0.09)
    model.add(parts.both_sides(front).moved(x, 0, z), "steel", node)


def footstool(model: Model, plan: Plan) -> None:
    """An ottoman that stands in front, in the sofa's own cloth."""
    node = model.node("footstool", "sofa", hidden=True)
    width, depth, thick = 0.70, 0.55, 0.15
    x, z = 0.35, plan.depth / 2 + depth / 2 + 0.28
    top = piped(plan, (width, thick, depth), plan.puff, 40).moved(y=plan.seat - THICK + thick / 2)
    model.add(merge(base(plan, width - 0.02, depth - 0.02), top).moved(x, 0, z), "fabric", node)
    feet = parts.four(block(plan).moved(width / 2 - 0.09, 0, depth / 2 - 0.09))
    model.add(feet.moved(x, 0, z), "steel", node)


def block(plan: Plan) -> Mesh:
    """A black foot that goes with any legs."""
    return rounded_box(0.045, plan.floor + 0.04, 0.045, 0.005).moved(y=plan.floor / 2 + 0.02)
