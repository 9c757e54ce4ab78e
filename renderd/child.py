"""The child's side of the sandbox: ``python -m renderd.child``, started by ``renderd.sandbox`` alone.

It reads ``{"task", "order", "home", "limits", "parent"}`` from stdin and says JSON objects on stdout, one a
line: ``{"stage", "share"}`` as it goes, in the end ``{"result"}``, or ``{"error"}`` for a model that can't
be used. The walls stand before any library is loaded that parses models.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from renderd.confine import Limits, confine, die_with_parent

BAD_MODEL, TOO_HEAVY, TOO_LARGE = 2, 3, 4
SAY_SECONDS = 0.1
PROBE = "probe"
"""The task that only says which walls stand."""


def main() -> int:
    """Carry out the order on stdin; the exit status."""
    die_with_parent()
    given = json.load(sys.stdin)
    if os.getppid() != given["parent"]:
        return 0
    out = own_stdout()
    order = given["order"]
    source = Path(order["source"]) if "source" in order else None
    walls = confine(Path(given["home"]), source, Limits(**given["limits"]))
    if given["task"] == PROBE:
        say(out, result=asdict(walls))
        return 0
    return work(given["task"], order, out)


def own_stdout() -> IO[str]:
    """The way to the parent; what libraries print goes to stderr instead."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return out


def work(task: str, order: dict[str, Any], out: IO[str]) -> int:
    """Do the task and say how it went; the exit status."""
    # Imported behind the walls, and only here, so that the parent stays small.
    from renderd.pipeline.errors import ModelError
    from renderd.tasks import TASKS

    try:
        say(out, result=TASKS[task](order, reporter(out)))
    except ModelError as error:
        say(out, error=str(error))
        return BAD_MODEL
    except MemoryError:
        return TOO_HEAVY
    except OSError as error:
        # Python ignores SIGXFSZ, so that a file past the limit is an error like others.
        if error.errno != errno.EFBIG:
            raise
        return TOO_LARGE
    return 0


def reporter(out: IO[str]) -> Callable[[str, float], None]:
    """Progress that goes to the parent, a few times a second at most."""
    told, at = "", 0.0

    def report(stage: str, share: float) -> None:
        nonlocal told, at
        now = time.monotonic()
        if stage != told or now - at > SAY_SECONDS:
            told, at = stage, now
            say(out, stage=stage, share=round(share, 4))

    return report


def say(out: IO[str], **message: Any) -> None:
    """One line to the parent."""
    out.write(json.dumps(message) + "\n")
    out.flush()


if __name__ == "__main__":
    sys.exit(main())
