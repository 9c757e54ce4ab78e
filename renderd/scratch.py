"""A folder for each job's files, which even the files of a killed process don't outlive for long."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

PREFIX = "render-"


@contextmanager
def scratch() -> Iterator[Path]:
    """A new folder, whose name says which process it belongs to. It goes at the end."""
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-") as folder:
        yield Path(folder)


def clear(of: int | None = None) -> int:
    """Remove the folders that a process left (of all that have ended, without ``of``). Returns how many."""
    pattern = f"{PREFIX}{of}-*" if of else f"{PREFIX}*-*"
    left = [path for path in Path(tempfile.gettempdir()).glob(pattern) if of or _ended(path)]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return len(left)


def _ended(path: Path) -> bool:
    process = path.name.removeprefix(PREFIX).partition("-")[0]
    return process.isdigit() and not psutil.pid_exists(int(process))
