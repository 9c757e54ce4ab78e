"""Wavefront OBJ, read line by line, so that names of objects and materials and all seams survive.

(trimesh's reader merges and renames objects, and loses texture coordinates when materials differ.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from renderd.pipeline.budgets import MOST_OF
from renderd.pipeline.document import Array, Document
from renderd.pipeline.errors import ModelError
from renderd.pipeline.mapped import Bytes
from renderd.pipeline.mtl import Library, read_library
from renderd.pipeline.polygons import cut
from renderd.pipeline.rules import MOST_NUMBER
from renderd.pipeline.surfaces import METRES, Surface, linear, to_document

MOST_CORNERS, MOST_LIBRARIES, MOST_GROUPS, MOST_NAME = 1024, 64, 20_000, 1024
MOST_MATERIALS = MOST_OF["materials"]

Corner = tuple[int, int, int]
"""Numbers of position, texture coordinate and normal, from 0; -1 where there is none."""


@dataclass(slots=True)
class Group:
    """Faces of one object in one material: each distinct corner once, triangles of these, and how many
    triangles each face has.
    """

    corners: dict[Corner, int] = field(default_factory=dict)
    triangles: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    def add(self, face: list[Corner]) -> None:
        """Add a polygon as a fan of triangles; raises ModelError for one of absurdly many corners."""
        if len(face) > MOST_CORNERS:
            raise ModelError(
                f"a face of the OBJ file has {len(face)} corners; at most {MOST_CORNERS} are read"
            )
        own = [self.corners.setdefault(corner, len(self.corners)) for corner in face]
        for second, third in pairwise(own[1:]):
            self.triangles += (own[0], second, third)
        if len(own) > 2:
            self.sizes.append(len(own) - 2)


@dataclass(slots=True)
class Lines:
    """What the lines of a file have said so far."""

    positions: list[list[float]] = field(default_factory=list)
    coordinates: list[list[float]] = field(default_factory=list)
    normals: list[list[float]] = field(default_factory=list)
    groups: dict[str, dict[str, Group]] = field(default_factory=dict)
    libraries: list[str] = field(default_factory=list)
    name: str = ""
    material: str = ""
    group: Group = field(default_factory=Group)
    materials: set[str] = field(default_factory=set)
    parts: int = 0

    def enter(self) -> None:
        """Go to the group of the current object and material; raises ModelError for too many of them."""
        if len(self.name) > MOST_NAME or len(self.material) > MOST_NAME:
            raise ModelError(f"a name in the OBJ file has more than {MOST_NAME} characters")
        self.materials.add(self.material)
        if len(self.materials) > MOST_MATERIALS:
            raise ModelError(f"the OBJ file uses more than {MOST_MATERIALS} materials")
        own = self.groups.setdefault(self.name, {})
        self.parts += self.material not in own
        if self.parts > MOST_GROUPS:
            raise ModelError(f"the OBJ file has more than {MOST_GROUPS} objects and groups")
        self.group = own.setdefault(self.material, Group())

    def corner(self, word: str) -> Corner:
        """A face's corner: numbers from 1, or from the end if negative."""
        counts = (len(self.positions), len(self.coordinates), len(self.normals))
        numbers = [-1, -1, -1]
        for place, number in enumerate(word.split("/")[:3]):
            if number:
                value = int(number)
                numbers[place] = value - 1 if value > 0 else counts[place] + value
                if not 0 <= numbers[place] < counts[place]:
                    raise ModelError(f"a face of the OBJ file refers to {word!r}, which does not exist")
        return (numbers[0], numbers[1], numbers[2])


def read_obj(data: memoryview | bytes, unit: str, read: Callable[[str], bytes] | None = None) -> Document:
    """Read an OBJ that counts in ``unit``; ``read`` gives the files beside it. Raises ModelError."""
    lines = Lines()
    lines.enter()
    text = bytes(data).decode("utf-8-sig", "replace").replace("\\\r\n", " ").replace("\\\n", " ")
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split(None, 1)
        if len(words) == 2:
            try:
                say(lines, words[0], words[1])
            except ValueError as error:
                raise ModelError(f"line {number} of the OBJ file can't be read: {line[:60]!r}") from error
    library = read_library(material_files(lines.libraries, read) if read else ())
    return document_of(lines, library, METRES[unit], read)


def material_files(names: list[str], read: Callable[[str], Bytes]) -> Iterator[Bytes]:
    """The material files of these names; a name with spaces may be several. Raises ModelError."""
    for name in names:
        try:
            yield read(name)
        except ModelError:
            if len(name.split()) < 2:
                raise
            yield from [read(word) for word in name.split()]


def say(lines: Lines, word: str, rest: str) -> None:
    """Take in one line; raises ValueError if its numbers can't be read."""
    if word == "v":
        lines.positions.append([float(x) for x in rest.split()[:7]])
    elif word == "vt":
        lines.coordinates.append([float(x) for x in rest.split()[:2]])
    elif word == "vn":
        lines.normals.append([float(x) for x in rest.split()[:3]])
    elif word == "f":
        corners = rest.split("#")[0].split()
        if len(corners) > MOST_CORNERS:
            raise ModelError(
                f"a face of the OBJ file has {len(corners)} corners; at most {MOST_CORNERS} are read"
            )
        lines.group.add([lines.corner(corner) for corner in corners])
    elif word in ("o", "g"):
        lines.name = rest.strip()
        lines.enter()
    elif word == "usemtl":
        lines.material = rest.strip()
        lines.enter()
    elif word == "mtllib":
        if rest.strip() not in lines.libraries:
            lines.libraries.append(rest.strip())
        if len(lines.libraries) > MOST_LIBRARIES:
            raise ModelError(f"the OBJ file names more than {MOST_LIBRARIES} material files")


def document_of(
    lines: Lines, library: Library, scale: float, read: Callable[[str], bytes] | None
) -> Document:
    """The document of all groups, with the materials and the textures that they use."""
    positions = matrix(lines.positions, 3, "v")
    told = [p[3:6] for p in lines.positions] if all(len(p) >= 6 for p in lines.positions) else []
    shades = matrix(told, 3, "v")
    tables = (
        positions * scale,
        matrix(lines.coordinates, 2, "vt"),
        matrix(lines.normals, 3, "vn"),
        np.pad(linear(from_0_to_1(shades)), ((0, 0), (0, 1)), constant_values=1) if len(shades) else None,
    )
    objects = {
        name: [surface_of(group, material, tables) for material, group in groups.items()]
        for name, groups in lines.groups.items()
    }
    document = to_document(objects, library.materials)
    library.add_textures(document, read)
    return document


def matrix(rows: list[list[float]], width: int, kind: str) -> Array:
    """Rows of numbers as (n, width); raises ModelError if some are short."""
    if any(len(row) < width for row in rows):
        raise ModelError(f"a {kind!r} line of the OBJ file has fewer than {width} numbers")
    values = np.array([row[:width] for row in rows], float).reshape(-1, width)
    if len(values) and not float(np.abs(values).max()) <= MOST_NUMBER:
        raise ModelError(f"a {kind!r} line of the OBJ file holds a number that is not finite or too large")
    return values


def from_0_to_1(shades: Array) -> Array:
    """Colours of vertices, which some programs count up to 255."""
    return np.clip(shades / (255 if shades.max() > 1 else 1), 0, 1)


def surface_of(group: Group, material: str, tables: tuple[Array, Array, Array, Array | None]) -> Surface:
    """The surface of a group, whose corners become vertices."""
    corners = np.array(list(group.corners), np.int64).reshape(-1, 3)
    where, coordinate, normal = corners.T
    positions, coordinates, normals, colors = tables
    return Surface(
        cut(
            positions[where],
            np.array(group.triangles, np.int64).reshape(-1, 3),
            np.repeat(np.arange(len(group.sizes)), group.sizes),
        ),
        positions[where],
        material,
        unit(normals[normal]) if len(normal) and normal.min() >= 0 else None,
        coordinates[coordinate] if len(coordinate) and coordinate.min() >= 0 else None,
        None if colors is None else colors[where],
    )


def unit(vectors: Array) -> Array | None:
    """Vectors of length 1, or None if one of them has no length."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    found: Array | None = vectors / length if (length > 0).all() else None
    return found


def looks_like_obj(data: memoryview) -> bool:
    """Whether the file begins with lines that only an OBJ has."""
    head = bytes(data[:65536])
    if b"\0" in head:
        return False
    lines = head.removeprefix(b"\xef\xbb\xbf").splitlines()
    starts = {words[0] for line in lines if (words := line.split(None, 1))}
    return bool(starts & {b"v", b"mtllib"}) and not starts & {b"{", b"ply", b"solid"}
