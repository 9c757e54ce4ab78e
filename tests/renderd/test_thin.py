"""Fewer triangles: morphed ones too, and never more than a level may have."""

from __future__ import annotations

import numpy as np

from renderd.pipeline.document import Array
from renderd.pipeline.geometry import Geometry, sized
from renderd.pipeline.levels.shapes import HARDEST, Shapes
from renderd.pipeline.morph import stored_targets
from renderd.pipeline.part import Part
from renderd.pipeline.thin import forced, held_values, simplify_part
from tests.renderd.models import model, sheet


def part(moves: list[Array], bump: float = 0.0) -> Part:
    """A sheet of 3,200 triangles, a metre wide, whose vertices morph targets move."""
    shape = sheet(40, bump=bump)
    targets = tuple({"POSITION": move.astype(np.float32)} for move in moves)
    indices = np.asarray(shape.indices, np.uint32).ravel()
    return sized(Part(indices, {"POSITION": shape.positions.astype(np.float32)}, frozenset(), targets))


def hill(height: float, at: float) -> Array:
    """A move of vertices up to ``height``, as a hill around x = ``at``."""
    positions = sheet(40, bump=0.0).positions
    lift = np.zeros_like(positions)
    lift[:, 1] = height * np.exp(-(((positions[:, 0] - at) * 8) ** 2))
    return lift


def scattered(count: int) -> Geometry:
    """Triangles that share no vertex."""
    places = np.random.default_rng(1).random((count * 3, 3), np.float32)
    piece = sized(Part(np.arange(count * 3, dtype=np.uint32), {"POSITION": places}, frozenset()))
    return Geometry({0: [piece]}, {0: 1}, {0: 1.0}, 1.0)


def test_a_morphed_part_gets_fewer_triangles() -> None:
    assert simplify_part(part([hill(0.2, 0.0)]), 0.01, 1.0).count < 800


def test_triangles_stay_where_a_target_bends_the_surface() -> None:
    moved, still = (simplify_part(part([hill(height, 0.0)]), 0.01, 1.0).count for height in (0.2, 0.0))
    assert moved > 2 * still


def test_no_more_values_are_held_than_the_library_takes() -> None:
    values, weights = held_values(part([hill(0.1, at) for at in np.linspace(-0.5, 0.5, 60)]))
    assert values.shape[1] == len(weights) <= 32


def test_many_targets_keep_the_lengths_of_their_moves() -> None:
    one = hill(0.1, 0.2)
    values, _ = held_values(part([one * k for k in range(1, 9)]))
    length = np.linalg.norm(one, axis=1) * np.sqrt(sum(k * k for k in range(1, 9)))
    assert np.allclose(np.linalg.norm(values, axis=1), length, atol=1e-4)


def test_targets_are_stored_in_steps_of_the_grid() -> None:
    (stored,) = stored_targets(part([hill(0.1, 0.0)]), 0.01, False)
    assert stored["POSITION"].dtype.name == "int8"
    assert stored["POSITION"].max() == 10


def test_loose_triangles_are_held_to_a_limit() -> None:
    assert 0 < forced(scattered(900), 100).triangles <= 100


def test_some_rung_keeps_to_any_limit() -> None:
    shapes = Shapes(model(), scattered(900), 200)
    assert shapes.at(shapes.first_within(200)).triangles <= 200
    assert 0 < shapes.at(HARDEST).triangles <= 200 // 32


def test_points_are_held_to_a_limit() -> None:
    places = {"POSITION": np.eye(3, dtype=np.float32)}
    cloud = Part(np.arange(900, dtype=np.uint32), places, frozenset(), mode=0)
    made = forced(Geometry({0: [cloud]}, {0: 1}, {0: 1.0}, 1.0), 100)
    assert len(made.meshes[0][0].indices) <= 100
