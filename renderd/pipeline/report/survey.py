"""What there is to say of a source in numbers: counts, places, and the memory that it takes on a phone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from renderd.pipeline.document import COMPONENTS, SHAPES, Array, Document, Json
from renderd.pipeline.headers import image_size
from renderd.pipeline.materials import primitive_materials, texture_slots
from renderd.pipeline.scene import Draw, draws, hidden_nodes, world_matrices

MIPS = 4 / 3
"""A texture's mip levels take a third more."""

TEXEL = 4
"""Bytes of a texel once it is decoded for the graphics chip."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """One primitive in its place: ``low`` and ``high`` (3,) bound it in metres, about."""

    node: int
    name: str
    mesh: int
    primitive: Json
    triangles: int
    low: Array
    high: Array
    hidden: bool

    @property
    def size(self) -> float:
        """Its longest side in metres."""
        return float((self.high - self.low).max())


@dataclass(frozen=True, slots=True)
class Survey:
    """A document in numbers. ``textures`` are (width, height) by image, ``memory`` is in bytes on a phone.

    ``triangles`` and ``draws`` count what is drawn, instances included.
    """

    document: Document
    pieces: tuple[Piece, ...]
    textures: dict[int, tuple[int, int]]
    geometry_bytes: int

    @property
    def triangles(self) -> int:
        """Triangles drawn."""
        return sum(piece.triangles for piece in self.pieces if not piece.hidden)

    @property
    def draws(self) -> int:
        """Draw calls: one for each primitive of each node."""
        return len({(p.node, id(p.primitive)) for p in self.pieces if not p.hidden})

    @property
    def texture_bytes(self) -> int:
        """Memory of all textures, decoded and with their mip levels."""
        return round(sum(width * height for width, height in self.textures.values()) * TEXEL * MIPS)

    @property
    def memory(self) -> int:
        """Bytes on a phone's graphics chip."""
        return self.geometry_bytes + self.texture_bytes

    @property
    def largest(self) -> int:
        """The longest side of a texture in pixels; 0 without textures."""
        return max((max(size) for size in self.textures.values()), default=0)

    def material(self, piece: Piece) -> Json:
        """What a piece wears; an empty one if the file gives it none."""
        index = piece.primitive.get("material")
        found: Json = {} if index is None else self.document.json["materials"][index]
        return found


def survey(document: Document) -> Survey:
    """Count what ``document`` draws, and measure its textures by their headers."""
    hidden, worlds = hidden_nodes(document), world_matrices(document)
    pieces = tuple(
        piece(document, draw, draw.node in hidden, worlds) for draw in draws(document, hidden=True)
    )
    return Survey(document, pieces, texture_sizes(document), geometry_bytes(document, pieces))


def piece(document: Document, draw: Draw, hidden: bool, worlds: dict[int, Array]) -> Piece:
    """A draw with its box: that of its accessor in its place, of a skinned one about its joints."""
    accessor = document.json["accessors"][draw.primitive["attributes"]["POSITION"]]
    world = draw.world if draw.skin is None else joint_matrix(document, draw, worlds)
    low, high = accessor.get("min"), accessor.get("max")
    if low is None or high is None or accessor.get("normalized"):
        values = document.accessor(draw.primitive["attributes"]["POSITION"])
        low, high = values.min(axis=0), values.max(axis=0)
    corners = np.array(list(product(*zip(low, high, strict=True))), float)
    placed = corners @ world[:3, :3].T + world[:3, 3]
    count = triangle_count(document, draw.primitive)
    bounds = (placed.min(axis=0), placed.max(axis=0))
    return Piece(draw.node, draw.name, draw.mesh, draw.primitive, count, *bounds, hidden)


def joint_matrix(document: Document, draw: Draw, worlds: dict[int, Array]) -> Array:
    """Where the first joint takes a skinned mesh."""
    skin = document.json["skins"][draw.skin]
    world = worlds.get(skin["joints"][0], np.eye(4))
    if "inverseBindMatrices" not in skin:
        return world
    moved: Array = world @ document.accessor(skin["inverseBindMatrices"])[0].astype(float)
    return moved


def triangle_count(document: Document, primitive: Json) -> int:
    """Triangles of a list, strip or fan; 0 for points and lines."""
    accessors, mode = document.json["accessors"], primitive.get("mode", 4)
    count = int(accessors[primitive.get("indices", primitive["attributes"]["POSITION"])]["count"])
    return count // 3 if mode == 4 else max(0, count - 2) if mode in (5, 6) else 0


def texture_sizes(document: Document) -> dict[int, tuple[int, int]]:
    """Width and height of each image that a material shows."""
    used = {
        document.texture_image(info["index"])
        for material in document.items("materials")
        for _, info in texture_slots(material)
    }
    return {
        index: image_size(document.views[document.json["images"][index]["bufferView"]], f"image {index}")
        for index in sorted(index for index in used if index is not None)
    }


def geometry_bytes(document: Document, pieces: tuple[Piece, ...]) -> int:
    """Bytes of all vertices and indices that are drawn, each once."""
    used: set[int] = set()
    for one in {id(p.primitive): p.primitive for p in pieces}.values():
        used.update(one["attributes"].values())
        used.update(index for target in one.get("targets", []) for index in target.values())
        if "indices" in one:
            used.add(one["indices"])
    return sum(accessor_bytes(document.json["accessors"][index]) for index in used)


def accessor_bytes(accessor: Json) -> int:
    """Bytes of an accessor's elements, each padded to four as graphics chips want it."""
    width = int(np.prod(SHAPES[accessor["type"]], dtype=int))
    size = width * np.dtype(COMPONENTS[accessor["componentType"]]).itemsize
    padded = size if accessor["type"] == "SCALAR" else size + -size % 4
    return int(accessor["count"]) * padded


def worn(survey: Survey) -> dict[int, list[Piece]]:
    """The pieces that can wear each material, variants included."""
    found: dict[int, list[Piece]] = {}
    for one in survey.pieces:
        for material in primitive_materials(one.primitive):
            found.setdefault(material, []).append(one)
    return found
