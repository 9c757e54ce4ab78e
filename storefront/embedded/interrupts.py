"""Ctrl-C and SIGTERM as KeyboardInterrupt, for a process that starts children.

Python drops what a handler raises within a callback, as those that run after a fork. So it is kept as well,
and who works in turns asks for it.
"""

from __future__ import annotations

import signal
from types import FrameType

ENDINGS = (signal.SIGTERM, signal.SIGINT)

# No Event: its lock may be held by what the signal interrupts.
_given: list[int] = []


def listen() -> None:
    """Raise KeyboardInterrupt at either signal, also as a shell's background job, which ignores SIGINT."""
    for ending in ENDINGS:
        signal.signal(ending, _interrupt)


def heed() -> None:
    """Raise KeyboardInterrupt if a signal was given that nobody has heard of."""
    if _given:
        raise KeyboardInterrupt


def _interrupt(number: int, _: FrameType | None) -> None:
    _given.append(number)
    raise KeyboardInterrupt
