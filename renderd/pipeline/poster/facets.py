"""The triangles that rays meet: their corners' values mixed, and the axes in which their textures grow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from renderd.pipeline.poster.geometry import Ints
from renderd.pipeline.poster.pyramid import Floats
from renderd.pipeline.poster.vectors import dot


@dataclass(frozen=True, slots=True)
class Facets:
    """The triangles that n rays met: corners (n, 3), their weights, and unit normals that face the eye."""

    corners: Ints
    weights: Floats
    edges: Floats
    normals: Floats
    front: Floats


def uv_axes(facets: Facets, corners: Floats) -> tuple[Floats, Floats]:
    """For both sets of uvs, (2, n, 3) each: where u grows and where v shrinks, in the plane of the normal."""
    first, second = corners[:, :, 1] - corners[:, :, 0], corners[:, :, 2] - corners[:, :, 0]
    area = first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]
    factor = (1 / np.where(np.abs(area) > 1e-20, area, np.inf))[..., None]
    one, two = facets.edges[None, :, 0], facets.edges[None, :, 1]
    along = (one * second[..., 1:] - two * first[..., 1:]) * factor
    across = (one * second[..., :1] - two * first[..., :1]) * factor
    return _flattened(along, facets.normals), _flattened(across, facets.normals)


def put_given(along: Floats, across: Floats, facets: Facets, corners: Floats) -> None:
    """Put the model's own tangents (n, 3 corners, 4) in place of the reckoned ones, where it has some."""
    given = blend(corners, facets.weights)
    here = dot(given[:, :3], given[:, :3]) > 1e-6
    tangent, normal = given[here, :3], facets.normals[here]
    along[:, here] = tangent * facets.front[here, None]
    across[:, here] = np.cross(normal, tangent) * np.sign(given[here, 3:])


def _flattened(axes: Floats, normals: Floats) -> Floats:
    """The axes (2, n, 3) without their part along the normals."""
    normal = np.broadcast_to(normals, axes.shape)
    return np.asarray(axes - normal * dot(axes, normal)[..., None], np.float32)


def blend(values: Floats, weights: Floats) -> Floats:
    return np.asarray(np.einsum("nkc,nk->nc", values, weights), np.float32)
