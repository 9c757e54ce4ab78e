"""A server's worker process ends with the process that started it, even where that one was killed."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable


def hold() -> None:
    """End this process as soon as its parent is gone, where it was started as a worker (as Granian does).

    Without it a worker whose master was killed goes on serving, with the port that the next one needs.
    """
    if parent := multiprocessing.parent_process():
        threading.Thread(target=_follow, args=(parent.join,), name="lifeline", daemon=True).start()


def _follow(wait_for_parent: Callable[[], None]) -> None:
    wait_for_parent()
    os._exit(1)  # nobody is left who could wait for what is being done
