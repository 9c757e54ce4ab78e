"""Skin weights: each vertex's sum to 1, and no joint moves it twice."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from renderd.pipeline.document import ARRAY_BUFFER, Array, Document, Json

OFF = 1e-6
"""How far a sum of floats may be from 1."""

MOST_SETS = 2
"""Sets of four joints that are kept of a vertex: engines read no more."""

Told = dict[tuple[int, ...], tuple[Json, str]]
"""The attributes made of accessors before, and what was wrong with these: primitives share them."""


def mend_weights(document: Document, attributes: Json, told: Told) -> str:
    """Mend the weights of a primitive's vertices; returns what was wrong, "" if nothing."""
    kept = [number for number in range(MOST_SETS) if f"JOINTS_{number}" in attributes]
    sets = kept if kept == list(range(len(kept))) else []
    names = [f"{kind}_{number}" for number in sets for kind in ("JOINTS", "WEIGHTS")]
    for name in [name for name in attributes if name.startswith(("JOINTS_", "WEIGHTS_"))]:
        if name not in names:
            del attributes[name]
    if not sets:
        return ""
    key = tuple(attributes[name] for name in names)
    if key not in told:
        told[key] = remade(document, attributes, sets)
    attributes |= told[key][0]
    return told[key][1]


def remade(document: Document, attributes: Json, sets: list[int]) -> tuple[Json, str]:
    """The attributes that must be others, and what was wrong."""
    joints = np.concatenate([document.accessor(attributes[f"JOINTS_{n}"]) for n in sets], axis=1)
    weights = np.concatenate([document.accessor(attributes[f"WEIGHTS_{n}"]) for n in sets], axis=1)
    if is_sound(joints, weights):
        return {}, ""
    joints, weights = mended(joints, weights.astype(float))
    found: Json = {}
    for number in sets:
        columns = slice(4 * number, 4 * number + 4)
        found[f"JOINTS_{number}"] = document.add_accessor(
            np.ascontiguousarray(joints[:, columns]), ARRAY_BUFFER
        )
        found[f"WEIGHTS_{number}"] = document.add_accessor(
            weights[:, columns].astype(np.float32), ARRAY_BUFFER
        )
    return found, "skin weights that do not sum to 1"


def is_sound(joints: Array, weights: Array) -> bool:
    """Whether nothing must be done."""
    if weights.min() < 0 or np.abs(weights.sum(axis=1, dtype=float) - 1).max() > OFF:
        return False
    return not any(twice(joints, weights, a, b).any() for a, b in combinations(range(joints.shape[1]), 2))


def twice(joints: Array, weights: Array, first: int, second: int) -> Array:
    """The vertices (n,) that two columns both move with the same joint."""
    found: Array = (
        (joints[:, first] == joints[:, second]) & (weights[:, first] > 0) & (weights[:, second] > 0)
    )
    return found


def mended(joints: Array, weights: Array) -> tuple[Array, Array]:
    """Joints and weights (n, k) as they should be; a vertex without weights goes with its first joint."""
    joints, weights = joints.astype(np.uint16), np.maximum(weights, 0)
    for first, second in combinations(range(joints.shape[1]), 2):
        rows = twice(joints, weights, first, second)
        weights[rows, first] += weights[rows, second]
        weights[rows, second] = 0
    total = weights.sum(axis=1, keepdims=True)
    weights[total[:, 0] <= 0, 0] = 1
    weights /= np.where(total > 0, total, 1)
    joints[weights == 0] = 0
    return joints, weights
