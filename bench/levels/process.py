"""What a program costs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds (user and system), and the most memory that was resident at once, in megabytes.

    Both are of the program and of every process that it started and waited for.
    """

    cpu: float
    memory: float


def measured(command: Sequence[str | Path], timeout: float = 600) -> Cost:
    """Run a program to its end; raises CalledProcessError, with what it wrote, if it fails."""
    limited = ["timeout", str(timeout), *map(str, command)]
    with subprocess.Popen(limited, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        said = process.stdout.read() if process.stdout else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, limited, said)
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
