"""What costs much and never changes is made once for all processes of a test run."""

from __future__ import annotations

import fcntl
import pickle
from collections.abc import Callable
from pathlib import Path

folders: list[Path] = []
"""Where it lies: pytest's folder of this run. Outside of a run it lies nowhere, and is made each time."""


def once(key: str, make: Callable[[], dict[str, bytes]]) -> dict[str, bytes]:
    """What ``make`` returned for this key in any process of the run, in its order.

    Who comes second waits for the first. What ``make`` raises is kept by nobody.
    """
    if not folders:
        return make()
    path = folders[0] / key
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            half = path.with_suffix(".half")
            half.write_bytes(pickle.dumps(make()))
            half.rename(path)
    found: dict[str, bytes] = pickle.loads(path.read_bytes())
    return found
