"""What the comments of an OBJ, MTL, STL or PLY say of units and axes."""

from __future__ import annotations

import re

HEAD = 65536
"""Bytes of a file in which comments are looked for."""

NAMES = {
    "mm": "mm",
    "millimeter": "mm",
    "millimetre": "mm",
    "cm": "cm",
    "centimeter": "cm",
    "centimetre": "cm",
    "m": "m",
    "meter": "m",
    "metre": "m",
    "in": "in",
    "inch": "in",
    "inche": "in",
}
_WORDS = "|".join(sorted(NAMES.keys() - {"in"}, key=len, reverse=True)) + r"|in(?=\s*(?:$|[;,)\]\"'\n]))"

UNIT = re.compile(
    rf"\bunits?\b[\s:=\"'()]*(?:(?:are|is|of|in|scale)\b[\s:=\"'()]*)*({_WORDS})s?\b", re.IGNORECASE
)
"""``File units = millimeters``, ``units: mm``, ``UNITS=mm``, ``unit is (inch)``."""

IN_UNIT = re.compile(
    rf"\b(?:(?:exported|dimensions|coordinates|lengths|all values)\b[^\n]{{0,20}}?\bin)\s+({_WORDS})s?\b",
    re.IGNORECASE | re.MULTILINE,
)
"""``dimensions in millimetres``, ``exported in cm``."""

UP = re.compile(
    r"\b([yz])[\s_-]*(?:axis[\s_-]*)?(?:is[\s_-]*)?up\b"
    r"|\bup[\s_-]*(?:axis|vector|direction)?[\s:=\"'()]*(?:is\s+)?\+?([yz])\b",
    re.IGNORECASE | re.MULTILINE,
)
"""``Y-up``, ``z is up``, ``up axis: Z``, ``UpAxis = Y``."""


def comments(data: memoryview, kind: str) -> str:
    """The comments at the head of a file of this ``kind``; of a binary STL its 80 bytes of header."""
    if kind == "stl":
        text = bytes(data[:256]).decode("latin-1").replace("\0", " ")
        return text.splitlines()[0] if text.lower().startswith("solid") and "\n" in text else text[:80]
    lines = bytes(data[:HEAD]).decode("latin-1").splitlines()
    if kind == "ply":
        return "\n".join(line for line in lines if line.startswith(("comment", "obj_info")))
    return "\n".join(line for line in lines if line.lstrip().startswith("#"))


def libraries(data: memoryview) -> list[str]:
    """The MTL files that the head of an OBJ names."""
    lines = bytes(data[:HEAD]).decode("utf-8-sig", "replace").splitlines()
    words = [line.split(None, 1) for line in lines]
    return [pair[1].strip() for pair in words if len(pair) == 2 and pair[0] == "mtllib"]


def unit_said(text: str) -> str:
    """The unit (m, cm, mm, in) that a text names as its own, or ""."""
    found = UNIT.search(text) or IN_UNIT.search(text)
    return NAMES[found[1].lower()] if found else ""


def up_said(text: str) -> str:
    """The axis (y, z) that a text calls up, or ""."""
    found = UP.search(text)
    return (found[1] or found[2]).lower() if found else ""
