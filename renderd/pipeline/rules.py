"""What a value of a JSON document must be, as rules, of which ``schema`` makes the shape of glTF."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from renderd.pipeline.document import Json
from renderd.pipeline.errors import ModelError

Rule = Callable[[Any, str, Json], None]
"""(value, where it stands, the whole document) -> None; raises ModelError."""

LARGEST = 1 << 40
MOST_NUMBER = 1e8
"""Of what places and scales things; in metres a hundred thousand kilometres."""


def wrong(where: str, expected: str) -> ModelError:
    """The error for a value that is not as expected."""
    return ModelError(f"{where} is wrong; expected {expected}")


def natural(low: int = 0, high: int = LARGEST) -> Rule:
    """A whole number from ``low`` to ``high``."""

    def rule(value: Any, where: str, _: Json) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise wrong(where, f"a whole number from {low} to {high}")

    return rule


def ref(kind: str) -> Rule:
    """An index into the top-level array ``kind``."""

    def rule(value: Any, where: str, document: Json) -> None:
        there = document.get(kind)
        count = len(there) if isinstance(there, list) else 0
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < count:
            raise wrong(where, f"an index below {count}, the number of {kind}")

    return rule


def number(value: Any, where: str, _: Json) -> None:
    """A number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong(where, "a number")


def moderate(value: Any, where: str, _: Json) -> None:
    """A number of a size that still makes sense when several are multiplied."""
    number(value, where, _)
    if abs(value) > MOST_NUMBER:
        raise wrong(where, f"a number of ordinary size, at most {MOST_NUMBER:g}")


def text(value: Any, where: str, _: Json) -> None:
    """A string."""
    if not isinstance(value, str):
        raise wrong(where, "a string")


def boolean(value: Any, where: str, _: Json) -> None:
    """true or false."""
    if not isinstance(value, bool):
        raise wrong(where, "true or false")


def one_of(*allowed: Any) -> Rule:
    """One of the given values."""

    def rule(value: Any, where: str, _: Json) -> None:
        if not isinstance(value, str | int) or value not in allowed:
            raise wrong(where, "one of " + ", ".join(map(str, allowed)))

    return rule


def array(item: Rule, length: int | None = None, least: int = 0) -> Rule:
    """An array of items; of exactly ``length``, or of at least ``least``."""

    def rule(value: Any, where: str, document: Json) -> None:
        if not isinstance(value, list) or len(value) < least or (length is not None and len(value) != length):
            raise wrong(where, f"an array of {length if length is not None else f'at least {least}'} items")
        for index, entry in enumerate(value):
            item(entry, f"{where}[{index}]", document)

    return rule


def mapping(item: Rule, least: int = 0, **special: Rule) -> Rule:
    """An object whose values all follow ``item``, but those of the names in ``special``."""

    def rule(value: Any, where: str, document: Json) -> None:
        if not isinstance(value, dict) or len(value) < least:
            raise wrong(where, "an object")
        for key, entry in value.items():
            special.get(key, item)(entry, f"{where}.{key[:40]}", document)

    return rule


def record(*required: str, **rules: Rule) -> Rule:
    """An object with the given properties, of which ``required`` must be there."""

    def rule(value: Any, where: str, document: Json) -> None:
        if not isinstance(value, dict):
            raise wrong(where, "an object")
        for name in required:
            if name not in value:
                raise ModelError(f"{where} has no {name!r}, which glTF requires")
        for name, check in rules.items():
            if name in value:
                check(value[name], f"{where}.{name}", document)

    return rule
