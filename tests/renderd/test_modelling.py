from __future__ import annotations

import numpy as np
import pytest
import trimesh

from renderd.modelling import (
    Mesh,
    Puff,
    bent,
    circle,
    curve_lengths,
    cushion,
    ellipse,
    extrude,
    fillet,
    grid_surface,
    lathe,
    loft,
    merge,
    mirrored,
    pillow,
    piping,
    rounded_box,
    rounded_rectangle,
    spline,
    sweep,
    tapered_leg,
)

L_SHAPE = [(0.0, 0.0), (1.0, 0.0), (1.0, 0.2), (0.2, 0.2), (0.2, 1.0), (0.0, 1.0)]
SOLIDS = {
    "rounded_box": rounded_box(1.0, 0.5, 0.3, 0.05),
    "cushion": cushion(0.8, 0.2, 0.7),
    "piping": piping(0.8, 0.2, 0.7),
    "pillow": pillow(0.5, 0.4, 0.15),
    "lathe": lathe(fillet([(0, 0), (0.1, 0), (0.08, 0.2), (0, 0.2)], 0.01)),
    "sweep": sweep(fillet([(0, 0, 0), (0, 1, 0), (1, 1, 0)], 0.2, 8), circle(0.05), bevel=0.05),
    "loop": sweep(fillet([(0, 0, 0), (0, 1, 0), (1, 1, 0.4)], 0.1, closed=True), circle(0.02), closed=True),
    "extrude": extrude(rounded_rectangle(1.0, 0.6, 0.1), 0.03, 0.005),
    "extruded L": extrude(fillet(L_SHAPE, 0.03, closed=True), 0.03, 0.005),
    "leg": tapered_leg(0.4, 0.02, 0.012, 0.05, 0.05),
    "loft": loft([np.insert(circle(r), 1, y, axis=1) for r, y in ((0.1, 0), (0.2, 0.3), (0.1, 0.5))]),
}
each_solid = pytest.mark.parametrize("mesh", SOLIDS.values(), ids=SOLIDS.keys())


def solid(mesh: Mesh) -> trimesh.Trimesh:
    found = trimesh.Trimesh(np.round(mesh.positions, 6), mesh.indices)
    found.merge_vertices(merge_tex=True, merge_norm=True)
    found.update_faces(found.nondegenerate_faces())
    return found


def facing(mesh: Mesh) -> np.ndarray:
    a, b, c = (mesh.positions[mesh.indices[:, k]] for k in range(3))
    return np.cross(b - a, c - a)


@each_solid
def test_a_solid_encloses_a_volume_from_outside(mesh: Mesh) -> None:
    a, b, c = (mesh.positions[mesh.indices[:, k]] for k in range(3))
    assert float(np.einsum("ij,ij->", a, np.cross(b, c))) > 0


@each_solid
def test_a_solid_has_no_hole(mesh: Mesh) -> None:
    edges = solid(mesh).faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    there = np.unique(edges, axis=0, return_counts=True)
    back = np.unique(edges[:, ::-1], axis=0, return_counts=True)
    assert all(np.array_equal(one, other) for one, other in zip(there, back, strict=True))


@each_solid
def test_normals_are_unit_vectors_on_the_side_of_their_faces(mesh: Mesh) -> None:
    assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1.0)
    assert (np.einsum("ij,ij->i", facing(mesh), mesh.normals[mesh.indices].mean(axis=1)) > 0).all()


def test_a_box_has_its_size() -> None:
    assert np.allclose(rounded_box(1.0, 0.5, 0.3, 0.05).size, (1.0, 0.5, 0.3))


def test_a_cushion_swells_to_its_size_and_no_further() -> None:
    size = cushion(0.8, 0.2, 0.7, puff=Puff(0.03, 0.01, 0.0)).size
    assert np.allclose(size, (0.8, 0.2, 0.7), atol=0.001)


def test_an_extruded_plate_has_the_volume_of_its_outline() -> None:
    plate = extrude(ellipse(1.0, 0.6, 96), 0.02)
    assert solid(plate).volume == pytest.approx(np.pi * 0.5 * 0.3 * 0.02, rel=0.01)


def test_a_leg_stands_on_the_floor() -> None:
    low, high = tapered_leg(0.4, 0.02, 0.012, 0.05, 0.05).bounds
    assert (low[1], high[1]) == (0.0, 0.4)


def test_texture_coordinates_are_metres() -> None:
    board = rounded_box(2.0, 0.03, 0.9, 0.002)
    top = board.normals[:, 1] > 0.99
    assert np.ptp(board.uvs[top], axis=0) == pytest.approx((2.0, 0.9), abs=0.01)


def test_the_grain_of_a_board_follows_the_axis_asked_for() -> None:
    board = rounded_box(2.0, 0.03, 0.9, 0.002, along="z")
    top = board.normals[:, 1] > 0.99
    assert np.ptp(board.uvs[top], axis=0) == pytest.approx((0.9, 2.0), abs=0.01)


def test_a_tube_is_as_long_in_u_as_its_path() -> None:
    path = spline([(0, 0, 0), (0.5, 0.5, 0), (1, 0, 0)], 64)
    tube = sweep(path, circle(0.01), bevel=0.0)
    inner = np.ptp(tube.uvs[:, 0]) - 2 * 0.01
    assert inner == pytest.approx(curve_lengths(path)[-1], rel=0.02)


def test_shading_is_smooth_over_a_seam_of_the_texture() -> None:
    ball = lathe(np.column_stack([np.cos(t := np.linspace(-np.pi / 2, np.pi / 2, 17)), np.sin(t)]))
    assert np.allclose(ball.normals, ball.positions, atol=0.03)


def test_shading_breaks_at_a_sharp_edge() -> None:
    tin = lathe([(0, 0), (0.1, 0), (0.1, 0.2), (0, 0.2)])
    flat = np.abs(tin.normals[:, 1])
    assert np.all((flat < 0.01) | (flat > 0.99))


def test_a_mirror_image_still_looks_outwards() -> None:
    leg = tapered_leg(0.4, 0.02, 0.012).moved(x=0.3)
    image = mirrored(leg)
    assert image.bounds[1][0] < 0
    assert (np.einsum("ij,ij->i", facing(image), image.normals[image.indices].mean(axis=1)) > 0).all()


def test_merging_keeps_all_triangles() -> None:
    one, two = rounded_box(1, 1, 1), tapered_leg(0.4, 0.02, 0.01)
    assert len(merge(one, two).indices) == len(one.indices) + len(two.indices)


def test_a_bent_board_follows_the_arc() -> None:
    board = bent(rounded_box(1.0, 0.1, 0.02, 0.002, divisions=32), 0.5)
    assert board.size[0] == pytest.approx(2 * 0.51 * np.sin(1.0), rel=0.02)


def test_a_surface_is_seen_from_where_its_directions_point() -> None:
    floor = grid_surface(lambda a, b: np.stack([b, np.zeros_like(a), a], axis=-1), 4, 4)
    assert np.allclose(floor.normals, (0, 1, 0))


def test_a_fillet_keeps_the_ends_of_a_line() -> None:
    line = fillet([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)], 0.2)
    assert line[0].tolist() == [0.0, 0.0]
    assert line[-1].tolist() == [1.0, 1.0]


def test_a_spline_passes_through_its_points() -> None:
    points = np.array([(0.0, 0.0), (1.0, 0.5), (2.0, 0.0), (2.5, -1.0)])
    line = spline(points, 400)
    assert all(np.linalg.norm(line - point, axis=1).min() < 0.01 for point in points)
