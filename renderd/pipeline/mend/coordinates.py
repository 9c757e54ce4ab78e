"""Texture coordinates for parts whose textures ask for some that are not there."""

from __future__ import annotations

from renderd.pipeline.document import Document, Json
from renderd.pipeline.materials import primitive_materials, texture_sets


def fill_coordinates(document: Document) -> None:
    """Give each primitive the sets that its materials read: zeros, which is what graphics chips make of none.

    The merchant is told of what is missing before, so that this comes after the survey.
    """
    read = [texture_sets(material) for material in document.items("materials")]
    for mesh in document.items("meshes"):
        for primitive in mesh["primitives"]:
            wanted = set().union(*(read[index] for index in primitive_materials(primitive)))
            for number in range(max(wanted, default=-1) + 1):
                add_zeros(document, primitive, f"TEXCOORD_{number}")


def add_zeros(document: Document, primitive: Json, name: str) -> None:
    """Add a set of coordinates unless it is there."""
    attributes = primitive["attributes"]
    if name not in attributes:
        count = document.json["accessors"][attributes["POSITION"]]["count"]
        # An accessor without a view is zeros, and takes no memory (glTF 2.0, §3.6.2.2).
        zeros = {"componentType": 5126, "count": count, "type": "VEC2"}
        attributes[name] = document.add("accessors", zeros)
