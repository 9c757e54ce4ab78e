"""Arithmetic on many vectors of three, column by column, as NumPy is quick at."""

from __future__ import annotations

import numpy as np

from renderd.pipeline.poster.pyramid import Floats


def dot(first: Floats, second: Floats) -> Floats:
    """Scalar products (n,)."""
    return np.asarray(np.einsum("...i,...i->...", first, second))


def unit(vectors: Floats) -> Floats:
    """The vectors at length 1; those without a length stay."""
    return np.asarray(vectors / np.maximum(np.sqrt(dot(vectors, vectors)), 1e-20)[..., None])


def largest(vectors: Floats) -> Floats:
    """Greatest component of each, (n, 1)."""
    return np.maximum(np.maximum(vectors[:, :1], vectors[:, 1:2]), vectors[:, 2:3])


def smallest(vectors: Floats) -> Floats:
    """Least component of each, (n, 1)."""
    return np.minimum(np.minimum(vectors[:, :1], vectors[:, 1:2]), vectors[:, 2:3])


def mean(vectors: Floats) -> Floats:
    """Mean of the three components, (n,)."""
    return np.asarray((vectors[:, 0] + vectors[:, 1] + vectors[:, 2]) * (1 / 3))
