"""Polygons of any shape become triangles that cover them once."""

from __future__ import annotations

import numpy as np
import pytest

from renderd.pipeline.document import Array
from renderd.pipeline.polygons import cut

DART = [(0, 0), (4, 0), (4, 3), (2, 1), (0, 3)]
COMB = [(0, 0), (9, 0), *[(x, 5 if x % 2 else 1) for x in range(9, -1, -1)]]
RING = [(0, 0), (9, 0), (9, 9), (0, 9), (0, 0), (3, 3), (3, 6), (6, 6), (6, 3), (3, 3)]
"""A square with a hole, to which a cut leads."""


def fan(count: int) -> Array:
    return np.array([(0, corner, corner + 1) for corner in range(1, count - 1)])


def areas(points: Array, triangles: Array) -> Array:
    a, b, c = (points[triangles[:, corner], :2] for corner in range(3))
    doubled: Array = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    return doubled / 2


def standing(outline: list[tuple[int, int]]) -> Array:
    return np.array([(x, y, 0) for x, y in outline], float)


@pytest.mark.parametrize("first", range(5))
@pytest.mark.parametrize("outline", [DART, COMB, RING], ids=["dart", "comb", "ring"])
def test_no_triangle_turns_the_other_way(outline: list[tuple[int, int]], first: int) -> None:
    points = standing(outline[first:] + outline[:first])
    found = areas(points, cut(points, fan(len(points)), np.zeros(len(points) - 2, int)))
    assert found.min() >= 0
    assert found.sum() == pytest.approx(areas(points, fan(len(points))).sum())


def test_a_polygon_that_bulges_stays_a_fan() -> None:
    points = standing([(0, 0), (2, 0), (3, 2), (1, 3), (-1, 2)])
    assert np.array_equal(cut(points, fan(5), np.zeros(3, int)), fan(5))


def test_only_the_polygon_that_needs_it_is_cut() -> None:
    points = np.concatenate([standing([(0, 0), (1, 0), (1, 1), (0, 1)]), standing(DART[3:] + DART[:3])])
    corners = np.concatenate([fan(4), fan(5) + 4])
    found = cut(points, corners, np.array([0, 0, 1, 1, 1]))
    assert np.array_equal(found[:2], corners[:2])
    assert areas(points, found).min() > 0


def test_a_polygon_may_lie_any_way() -> None:
    points = standing(DART[2:] + DART[:2])[:, [1, 2, 0]] * (1, 1, -1)
    found = cut(points, fan(5), np.zeros(3, int))
    assert np.all(areas(points[:, [0, 2]], found) * np.sign(areas(points[:, [0, 2]], fan(5)).sum()) > 0)


def test_a_polygon_that_crosses_itself_ends() -> None:
    points = standing([(0, 0), (4, 4), (4, 0), (0, 4), (2, 9), (1, -9)])
    assert len(cut(points, fan(6), np.zeros(4, int))) == 4
