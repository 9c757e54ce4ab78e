"""One hostile file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from renderd.pipeline.document import Document, Json
from tests.renderd.models import model

Change = Callable[[Document], object]


@dataclass(frozen=True)
class Attack:
    """What it does, the bytes of the file, and words that the refusal must hold."""

    name: str
    make: Callable[[], bytes]
    words: str


def changed(name: str, change: Change, words: str) -> Attack:
    """A sound model after ``change``."""

    def make() -> bytes:
        document = model()
        change(document)
        return document.to_glb()

    return Attack(name, make, words)


def updated(name: str, place: str, value: Json, words: str) -> Attack:
    """A sound model in which the object at a path of keys and numbers got other properties."""

    def change(document: Document) -> None:
        holder: Any = document.json
        for step in place.split("."):
            holder = holder[int(step) if step.isdigit() else step]
        holder.update(value)

    return changed(name, change, words)
