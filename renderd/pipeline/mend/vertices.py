"""Normals and tangents of length 1, weights that sum to 1, and sets of attributes without gaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile

import numpy as np

from renderd.pipeline.creases import face_normals, unit_or_up
from renderd.pipeline.document import ARRAY_BUFFER, Array, Document, Json
from renderd.pipeline.mend.weights import Told, mend_weights
from renderd.pipeline.scene import triangles
from renderd.pipeline.tangents import gather

OFF = 2e-3
"""How far a length may be from 1: rounding to bytes adds as much again as the validator allows."""

OFF_BYTES = 8e-3
"""The same for lengths of integers, which rounding has made uneven already."""

PORTION = 1 << 18
"""Vectors that are looked at together: a scan has millions."""

BASES = ("NORMAL", "TANGENT")
NUMBERED = ("TEXCOORD", "COLOR")
MOST_SETS = 16
"""Sets of texture coordinates that a texture can ask for."""


def mend_vertices(document: Document) -> Iterator[str]:
    """Mend the attributes of all primitives; yields what was wrong."""
    seen = Seen()
    bound: Told = {}
    found: set[str] = set()
    for mesh in document.items("meshes"):
        for primitive in mesh["primitives"]:
            found |= {*mend_primitive(document, primitive, seen)}
            found.add(mend_weights(document, primitive["attributes"], bound))
    yield from sorted(found - {""})


@dataclass(slots=True)
class Seen:
    """What is known of accessors, since primitives share them: whether they hold unit vectors, and what was
    made of those that don't, by all that it was made from; None where nothing could be.
    """

    sound: dict[int, bool] = field(default_factory=dict)
    made: dict[tuple[int, ...], int | None] = field(default_factory=dict)


def mend_primitive(document: Document, primitive: Json, seen: Seen) -> Iterator[str]:
    """Mend one primitive; yields what was wrong."""
    attributes = primitive["attributes"]
    for name in [name for name in BASES if name in attributes]:
        index = attributes[name]
        if index not in seen.sound:
            seen.sound[index] = are_unit(document, index)
        if not seen.sound[index]:
            yield f"{name.lower()}s that are not of length 1"
            renew(document, primitive, name, seen)
    if "TANGENT" in attributes and "NORMAL" not in attributes:
        del attributes["TANGENT"]
    for name in misnumbered(attributes):
        yield "numbered attributes with a gap"
        del attributes[name]
    for target in primitive.get("targets", []):
        for name in target.keys() - attributes.keys():
            del target[name]


def are_unit(document: Document, index: int) -> bool:
    """Whether all vectors of an accessor have length 1, and a tangent's fourth number is 1 or -1."""
    accessor = document.json["accessors"][index]
    off = OFF if accessor["componentType"] == 5126 else OFF_BYTES
    # Looked at in portions, so that an integer accessor is not turned into floats as a whole.
    values = document.raw_accessor(index)
    scale = np.float32(1 if values.dtype.kind == "f" else np.iinfo(values.dtype).max)
    for start in range(0, len(values), PORTION):
        rows = values[start : start + PORTION].astype(np.float32) / scale
        squares = np.einsum("ij,ij->i", rows[:, :3], rows[:, :3])
        if np.abs(squares - 1).max() > 2 * off:
            return False
        if rows.shape[1] == 4 and np.abs(np.abs(rows[:, 3]) - 1).max() > off:
            return False
    return True


def renew(document: Document, primitive: Json, name: str, seen: Seen) -> None:
    """Give a primitive unit vectors; none at all where too little is known of them."""
    attributes = primitive["attributes"]
    key = (attributes[name], attributes["POSITION"], primitive.get("indices", -1), primitive.get("mode", 4))
    if key not in seen.made:
        seen.made[key] = remade(document, primitive, name)
    made = seen.made[key]
    # Without them viewers light the faces themselves, and derive tangents from the texture coordinates.
    attributes |= {} if made is None else {name: made}
    if made is None:
        del attributes[name]


def remade(document: Document, primitive: Json, name: str) -> int | None:
    """The accessor of unit vectors in place of others; None if they say too little."""
    values = document.accessor(primitive["attributes"][name]).astype(np.float32)
    length = np.linalg.norm(values[:, :3], axis=1, keepdims=True)
    empty = length[:, 0] < 1e-6
    hands = values[:, 3:]
    if empty.all() or (name == "TANGENT" and (empty.any() or hands.shape[1] != 1 or not hands.all())):
        return None
    unit = values[:, :3] / np.maximum(length, 1e-6)
    if empty.any():
        unit[empty] = smooth(document, primitive)[empty]
    made = np.concatenate([unit, np.sign(hands)], axis=1).astype(np.float32)
    return document.add_accessor(made, ARRAY_BUFFER)


def smooth(document: Document, primitive: Json) -> Array:
    """A unit normal for each vertex, the mean of its triangles by their size; upwards where there is none."""
    positions = document.accessor(primitive["attributes"]["POSITION"]).astype(float)
    faces = triangles(document, primitive).astype(np.int64)
    return unit_or_up(gather(face_normals(positions, faces), faces, len(positions)))


def misnumbered(attributes: Json) -> list[str]:
    """Sets whose number is none, and colours that don't follow on the set before: viewers read the first."""
    found = []
    for kind in NUMBERED:
        named = sorted(name for name in attributes if name.startswith(f"{kind}_"))
        proper = [f"{kind}_{number}" for number in range(MOST_SETS)]
        if kind == "COLOR":
            proper = list(takewhile(lambda name: name in attributes, proper))
        found += [name for name in named if name not in proper]
    return found
