"""Models that lie far from their origin, as exports of whole buildings leave them.

Graphics chips and rays count in 32 bits: many sizes away from the origin they tear surfaces apart. In a
room the product would be out of sight.
"""

from __future__ import annotations

from math import hypot

from renderd.pipeline.bounds import Bounds, measure
from renderd.pipeline.document import Document
from renderd.pipeline.scene import scene_roots

FAR = 100.0
"""Sizes of the model from which it is far: a lamp's ceiling is ten of the lamp's away."""


def distance(bounds: Bounds) -> float:
    """How far the foot of a model is from the origin, in metres."""
    x, y, z = foot(bounds)
    return hypot(x, y, z)


def is_far(bounds: Bounds) -> bool:
    """Whether a model is so far from the origin that it can't be meant."""
    return distance(bounds) > FAR * max(bounds.size) > 0


def bring_near(document: Document, bounds: Bounds) -> Bounds:
    """Let a model that lies far off stand on the floor at the origin, in place; returns its bounds then."""
    if not is_far(bounds):
        return bounds
    back = [-side for side in foot(bounds)]
    root = document.add("nodes", {"translation": back, "children": list(scene_roots(document))})
    if not document.items("scenes"):
        document.add("scenes", {})
    document.items("scenes")[document.json.get("scene", 0)]["nodes"] = [root]
    return measure(document)


def foot(bounds: Bounds) -> tuple[float, float, float]:
    """The middle of the underside."""
    (x, y, z), (to_x, _, to_z) = bounds.min, bounds.max
    return ((x + to_x) / 2, y, (z + to_z) / 2)
