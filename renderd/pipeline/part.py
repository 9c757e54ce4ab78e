"""One primitive, taken apart."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from renderd.pipeline.document import Array


@dataclass(frozen=True, slots=True)
class Part:
    """One primitive: flat uint32 ``indices`` and per-vertex arrays (stored types, padded or strided away).

    ``mode`` is glTF's: 4 for triangles (strips and fans are unrolled), 0–3 for points and lines.
    Per vertex, where known: ``locked`` is 1 for those that stay in their place, ``sizes`` the longest side,
    in metres of the mesh, of the connected piece of surface that the vertex belongs to.
    """

    indices: Array
    attributes: dict[str, Array]
    normalized: frozenset[str]
    targets: tuple[dict[str, Array], ...] = ()
    mode: int = 4
    locked: Array = field(default_factory=lambda: np.empty(0, np.uint8))
    sizes: Array = field(default_factory=lambda: np.empty(0, np.float32))

    @property
    def count(self) -> int:
        """Triangles of the part; 0 for points and lines."""
        return len(self.indices) // 3 if self.mode == 4 else 0

    @property
    def positions(self) -> Array:
        """Positions in the space of the mesh, shape (n, 3) float32."""
        return self.float("POSITION")

    def float(self, name: str) -> Array:
        """Values of an attribute as float32, scaled where it is normalized."""
        values = self.attributes[name]
        if name not in self.normalized:
            return values.astype(np.float32, copy=False)
        scaled: Array = np.maximum(values.astype(np.float32) / np.float32(np.iinfo(values.dtype).max), -1)
        return scaled
