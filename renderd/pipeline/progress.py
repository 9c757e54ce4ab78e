"""How far a conversion is, told to whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""(stage, share of the whole work done, 0 to 1); whatever it raises ends the work."""


def silent(stage: str, done: float) -> None:
    """Progress that nobody watches."""


def between(progress: Progress, low: float, high: float) -> Progress:
    """Progress of a part of the work, which is told as the share from ``low`` to ``high`` of the whole."""
    return lambda stage, done: progress(stage, low + (high - low) * done)
