"""What a tool needs for a look, read off its results."""

from __future__ import annotations

import pytest

from bench.levels.curve import bytes_at, frontier

POINTS = [(0.1, 1000), (0.3, 10), (0.2, 5000)]


def test_what_another_result_beats_is_left_out() -> None:
    assert frontier(POINTS) == [(0.1, 1000), (0.3, 10)]


def test_between_results_the_logarithm_is_linear() -> None:
    size, reached = bytes_at(POINTS, 0.2)
    assert (round(size), reached) == (100, True)


@pytest.mark.parametrize(("difference", "expected"), [(0.05, (1000.0, False)), (0.9, (10.0, True))])
def test_beyond_the_results_the_nearest_counts(difference: float, expected: tuple[float, bool]) -> None:
    assert bytes_at(POINTS, difference) == expected
