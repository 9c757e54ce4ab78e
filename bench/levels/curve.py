"""Bytes over picture difference: what a tool needs for the look that we reached."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import exp, log


def frontier(points: Iterable[tuple[float, int]]) -> list[tuple[float, int]]:
    """Of (difference, bytes), those that no other beats in both; difference rises, bytes fall."""
    best: list[tuple[float, int]] = []
    for difference, size in sorted(points):
        if not best or size < best[-1][1]:
            best.append((difference, size))
    return best


def bytes_at(points: Iterable[tuple[float, int]], difference: float) -> tuple[float, bool]:
    """The bytes that a tool needs for a picture difference, and whether it reached that at all.

    Between two of its results, the logarithm of the bytes is linear in the difference. Beyond its finest
    result the finest counts (it would need more), beyond its coarsest the coarsest.
    """
    curve = frontier(points)
    if difference < curve[0][0]:
        return float(curve[0][1]), False
    for (fine, many), (coarse, few) in pairwise(curve):
        if difference < coarse:
            share = (difference - fine) / (coarse - fine)
            return exp(log(many) + share * (log(few) - log(many))), True
    return float(curve[-1][1]), True
