"""Products as merchants export them: metres and y up here, any unit and axis in the file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import trimesh

from renderd.pipeline.document import Array
from renderd.pipeline.intake import METRES

Z_UP = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
"""(x, y, z) with y up is (x, -z, y) with z up."""


def joined(parts: Sequence[trimesh.Trimesh]) -> trimesh.Trimesh:
    return trimesh.util.concatenate(list(parts))


def block(low: Sequence[float], high: Sequence[float]) -> trimesh.Trimesh:
    """A box between two corners."""
    return trimesh.creation.box(bounds=[low, high])


def sofa() -> trimesh.Trimesh:
    """2.2 m wide, 0.83 m high, 0.92 m deep, on four feet, about the origin."""
    feet = [block((x, 0, z), (x + 0.06, 0.15, z + 0.06)) for x in (-1.05, 0.99) for z in (-0.42, 0.36)]
    body = block((-1.1, 0.15, -0.46), (1.1, 0.42, 0.46))
    back = block((-1.1, 0.42, -0.46), (1.1, 0.83, -0.24))
    return joined([*feet, body, back])


def watch() -> trimesh.Trimesh:
    """A case of 42 mm, 11 mm thick, lying on its back."""
    case = trimesh.creation.cylinder(0.021, 0.011, sections=64)
    case.apply_transform(trimesh.transformations.rotation_matrix(-np.pi / 2, (1, 0, 0)))
    case.apply_translation((0, 0.0055, 0))
    return case


def vase() -> trimesh.Trimesh:
    """0.3 m high and 0.16 m across, round about its upright axis, on the floor."""
    outline = [(0, 0), (0.05, 0), (0.08, 0.12), (0.03, 0.25), (0.05, 0.3)]
    turned = trimesh.creation.revolve(outline, sections=48)
    turned.apply_transform(trimesh.transformations.rotation_matrix(-np.pi / 2, (1, 0, 0)))
    return turned


def exported(mesh: trimesh.Trimesh, unit: str, up: str) -> trimesh.Trimesh:
    """The mesh as a program that counts in ``unit`` with ``up`` upwards has it."""
    turn: Array = Z_UP if up == "z" else np.eye(3)
    return trimesh.Trimesh(mesh.vertices @ turn.T / METRES[unit], mesh.faces, process=False)


def written(path: Path, mesh: trimesh.Trimesh, comment: str = "") -> Path:
    """A file of the kind that the path's ending says, with a comment at its head."""
    data = mesh.export(file_type=path.suffix[1:])
    text = data.encode() if isinstance(data, str) else bytes(data)
    if comment and path.suffix == ".obj":
        text = f"# {comment}\n".encode() + text
    elif comment and path.suffix == ".stl":
        text = comment.encode().ljust(80, b"\0") + text[80:]
    elif comment:
        text = text.replace(b"element vertex", f"comment {comment}\nelement vertex".encode(), 1)
    path.write_bytes(text)
    return path
