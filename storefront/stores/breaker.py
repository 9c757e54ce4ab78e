"""Stops asking a store that hangs, so that threads don't wait in a row for what doesn't come.

Our own: pybreaker holds its lock while the call lasts, so that threads would ask one after another.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

log = logging.getLogger(__name__)

MOST_HUNG = 3
"""So many calls in a row without an answer in time, and nobody waits any more."""
REST_SECONDS = 5.0
"""Until one call is let through, to see whether there are answers again."""


class Breaker:
    """One store, as one process sees it. ``hung`` says of an error whether it is a time-out (True) or an
    answer (False); None says neither. ``resting`` makes what is raised instead of a call.
    """

    def __init__(
        self,
        store: str,
        hung: Callable[[BaseException], bool | None],
        resting: Callable[[str], Exception],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._hung, self._resting, self._clock = store, hung, resting, clock
        self._lock = Lock()
        self._in_a_row, self._until = 0, 0.0

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Ask the store inside. Raises what ``resting`` makes while it isn't to be asked."""
        if not self._may_ask():
            raise self._resting(f"{self._store} hangs; it is asked again in a few seconds")
        try:
            yield
        except BaseException as error:
            hung = self._hung(error)
            if hung:
                self._note_hung()
            elif hung is False:
                self.reset()
            raise
        self.reset()

    def reset(self) -> None:
        """The store answers, or it is another one by now."""
        if not self._in_a_row:
            return
        with self._lock:
            if self._in_a_row >= MOST_HUNG:
                log.warning("%s answers again", self._store)
            self._in_a_row = 0

    def _may_ask(self) -> bool:
        if self._in_a_row < MOST_HUNG:
            return True
        with self._lock:
            now = self._clock()
            if self._in_a_row >= MOST_HUNG and now < self._until:
                return False
            # Whoever comes next waits for as long again: a call that never ends is followed by another one.
            self._until = now + REST_SECONDS
            return True

    def _note_hung(self) -> None:
        with self._lock:
            self._in_a_row += 1
            self._until = self._clock() + REST_SECONDS
            if self._in_a_row == MOST_HUNG:
                log.error("%s hangs: it is asked once in %.0f s from now on", self._store, REST_SECONDS)
