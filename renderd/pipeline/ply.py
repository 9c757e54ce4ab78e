"""The gate of PLY files: the header must be one, and the counts in it must fit into the bytes that follow.

After G. Turk, "The PLY Polygon File Format" (1994). A list takes at least the bytes of its length.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from renderd.pipeline.errors import ModelError

MOST_HEADER = 64 << 10
MOST_ELEMENTS, MOST_PROPERTIES = 16, 256
BYTES = {
    **dict.fromkeys(("char", "int8", "uchar", "uint8"), 1),
    **dict.fromkeys(("short", "int16", "ushort", "uint16"), 2),
    **dict.fromkeys(("int", "int32", "uint", "uint32", "float", "float32"), 4),
    **dict.fromkeys(("double", "float64"), 8),
}


@dataclass(slots=True)
class Element:
    """Rows of one kind: how many, and the least bytes of each."""

    name: str
    count: int
    row: int = 0
    properties: int = 0


def check_ply(data: memoryview) -> None:
    """Raise ModelError for a PLY whose header is broken or promises more rows than the file has bytes for."""
    head = bytes(data[:MOST_HEADER])
    end = head.find(b"end_header")
    start = head.find(b"\n", end) + 1
    if end < 0 or start == 0:
        raise ModelError("the PLY file has no end of its header; expected 'end_header'")
    lines = head[:end].decode("ascii", "replace").split("\n")
    ascii_rows = kind_of(lines)
    left = len(data) - start
    for element in elements(lines):
        # In text a number takes a digit and a space at least.
        least = element.count * (2 * element.properties if ascii_rows else element.row)
        if least > left + 1:
            raise ModelError(
                f"the PLY file says that it has {element.count} rows of {element.name[:40]!r},"
                f" but ends after {left} bytes"
            )
        left -= least


def kind_of(lines: list[str]) -> bool:
    """Whether the rows are text; raises ModelError for a format that there is not."""
    found = [line.split() for line in lines if line.startswith("format")]
    if len(found) != 1 or len(found[0]) != 3:
        raise ModelError("the PLY file's header does not say its format once")
    if found[0][1] not in ("ascii", "binary_little_endian", "binary_big_endian"):
        raise ModelError(f"the PLY file is of format {found[0][1][:40]!r}; expected ascii or binary")
    return found[0][1] == "ascii"


def elements(lines: list[str]) -> Iterator[Element]:
    """The elements that the header lists, with all their properties; raises ModelError."""
    found: list[Element] = []
    for line in lines:
        words = line.split()
        if words[:1] == ["element"]:
            if len(words) != 3 or not words[2].isascii() or not words[2].isdigit() or len(words[2]) > 18:
                raise ModelError(f"the PLY file's header has an element that can't be: {line[:60]!r}")
            found.append(Element(words[1], int(words[2])))
        elif words[:1] == ["property"]:
            if not found:
                raise ModelError("the PLY file's header has a property before the first element")
            add(found[-1], words, line)
        if len(found) > MOST_ELEMENTS or (found and found[-1].properties > MOST_PROPERTIES):
            raise ModelError("the PLY file's header has too many elements or properties")
    if not {"vertex", "face"} <= {element.name for element in found}:
        raise ModelError("the PLY file has no faces; expected elements 'vertex' and 'face'")
    if len({element.name for element in found}) < len(found):
        raise ModelError("the PLY file's header has an element twice")
    yield from found


def add(element: Element, words: list[str], line: str) -> None:
    """Count a property in; raises ModelError if its type is unknown."""
    listed = words[1:2] == ["list"]
    types = words[2:4] if listed else words[1:2]
    if len(words) != (5 if listed else 3) or not types or not set(types) <= BYTES.keys():
        raise ModelError(f"the PLY file's header has a property that can't be: {line[:60]!r}")
    element.row += BYTES[types[0]]
    element.properties += 1
