"""STL and PLY through trimesh, once a look at the header has shown that the file is whole."""

from __future__ import annotations

import io
import logging
import struct
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from renderd.pipeline.document import Array, Document
from renderd.pipeline.errors import ModelError
from renderd.pipeline.ply import check_ply
from renderd.pipeline.surfaces import METRES, Surface, linear, to_document

if TYPE_CHECKING:
    from trimesh import Trimesh

# trimesh trips over broken files rather than refusing them; these are all the ways in which it does.
READER_ERRORS = (
    *(ArithmeticError, AttributeError, EOFError, ImportError, LookupError, MemoryError, NameError, OSError),
    *(RecursionError, TypeError, ValueError, struct.error),
)

# Its log would print the tracebacks of errors that are handled here.
logging.getLogger("trimesh").addHandler(logging.NullHandler())

MOST_FACES = 20_000_000


def is_binary_stl(data: memoryview) -> bool:
    """Whether the length is just what a binary STL of the stated number of triangles has."""
    return len(data) >= 84 and len(data) == 84 + 50 * int(struct.unpack_from("<I", data, 80)[0])


def is_text_stl(data: memoryview) -> bool:
    """Whether the file begins as a text STL does."""
    head = bytes(data[:4096]).lstrip().lower()
    return head.startswith(b"solid") and (b"facet" in head or b"endsolid" in head)


def check_stl(data: memoryview) -> None:
    """Raise ModelError for what looks like a binary STL, but has another length than it says."""
    head = bytes(data[:80]).rstrip(b"\0 ")
    if len(data) < 84 or len(data) % 50 != 84 % 50 or not head.isascii() or b"\n" in head:
        return
    stated, there = int(struct.unpack_from("<I", data, 80)[0]), (len(data) - 84) // 50
    raise ModelError(f"the STL says that it has {stated} triangles, but {there} are there: is it cut off?")


def read_scan(data: memoryview, kind: str, unit: str) -> Document:
    """Read a whole STL or PLY (``kind``) that counts in ``unit``; raises ModelError."""
    # A third of the memory that all our modules take, for two kinds of file.
    import trimesh

    if kind == "ply":
        check_ply(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scene = trimesh.load_scene(io.BytesIO(data), file_type=kind, process=False)
            surfaces = [surface_of(mesh, METRES[unit]) for mesh in scene.geometry.values() if faces_in(mesh)]
    except READER_ERRORS as error:
        raise ModelError(f"the {kind.upper()} file can't be read: {error or type(error).__name__}") from error
    count = sum(len(surface.faces) for surface in surfaces)
    if count > MOST_FACES:
        raise ModelError(f"the model has {count} triangles; at most {MOST_FACES} are read")
    return to_document({"": surfaces}, {})


def faces_in(mesh: Any) -> int:
    """How many faces a thing has that trimesh read; clouds and paths have none."""
    return len(getattr(mesh, "faces", ()))


def surface_of(mesh: Trimesh, scale: float) -> Surface:
    """What trimesh read, in metres, with the normals and colours that the file itself held."""
    from trimesh.visual import ColorVisuals

    visual = mesh.visual
    if isinstance(visual, ColorVisuals) and visual.kind == "face":
        return in_faces_colors(mesh, visual.face_colors, scale)
    colors = None
    if isinstance(visual, ColorVisuals) and visual.kind == "vertex":
        colors = linear_of(visual.vertex_colors)
    uv = getattr(visual, "uv", None)
    return Surface(
        np.asarray(mesh.faces, np.int64),
        np.asarray(mesh.vertices, float) * scale,
        normals=stored_normals(mesh),
        uv=None if uv is None else np.asarray(uv, float),
        colors=colors,
    )


def in_faces_colors(mesh: Trimesh, shades: Array, scale: float) -> Surface:
    """Triangles in a colour each, which therefore have corners of their own."""
    corners = np.asarray(mesh.faces, np.int64)
    return Surface(
        np.arange(corners.size).reshape(-1, 3),
        np.asarray(mesh.vertices, float)[corners.ravel()] * scale,
        colors=np.repeat(linear_of(shades), 3, axis=0),
    )


def linear_of(shades: Array) -> Array:
    """Linear RGBA (n, 4) from 0 to 1 of colours in bytes."""
    values = np.asarray(shades, float) / 255
    return np.concatenate([linear(values[:, :3]), values[:, 3:]], axis=1)


def stored_normals(mesh: Trimesh) -> Array | None:
    """Unit normals (n, 3) of a PLY's vertices; trimesh reads them, but only puts them aside."""
    vertex = mesh.metadata.get("_ply_raw", {}).get("vertex", {})
    names = ("nx", "ny", "nz")
    if not set(names) <= set(vertex.get("properties", ())):
        return None
    normals = np.stack([np.asarray(vertex["data"][name], float).ravel() for name in names], axis=1)
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    if len(normals) != len(mesh.vertices) or not (length > 0).all():
        return None
    unit: Array = normals / length
    return unit
