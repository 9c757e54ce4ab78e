"""One dataclass a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """Something that runs, or doesn't: ``tone`` is ``good``, ``bad`` or ``busy``; ``todo`` helps."""

    title: str
    tone: str
    state: str
    facts: tuple[str, ...]
    todo: str = ""


@dataclass(frozen=True, slots=True)
class RunningPage:
    """All checks, by group."""

    groups: tuple[tuple[str, tuple[Check, ...]], ...]
    bad: int
