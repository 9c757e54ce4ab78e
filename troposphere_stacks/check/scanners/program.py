"""Running a scanner's program, and finding where it is installed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from troposphere_stacks.deployment import StackError

TOOLS = Path(__file__).resolve().parents[3] / "build" / "check-tools"
"""Where ``make check-tools`` installs what can't live beside the shop's own packages."""

SECONDS = 900


def program(*parts: str) -> Path:
    """A program below TOOLS. Raises :class:`StackError` where it isn't installed."""
    path = TOOLS.joinpath(*parts)
    if not path.exists():
        raise StackError(f"{path.name} is not installed; run `make check-tools`")
    return path


def answer(name: str, command: Sequence[str | Path], accepted: Sequence[int]) -> Any:
    """What a scanner says, as JSON. Raises :class:`StackError` for an exit status that isn't ``accepted``."""
    try:
        done = subprocess.run([*map(str, command)], capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise StackError(f"{name} took more than {SECONDS} seconds; expected a verdict by then") from None
    if done.returncode not in accepted:
        words = done.stderr.decode(errors="replace").strip().splitlines()
        raise StackError(
            f"{name} ended with status {done.returncode}: {words[-1] if words else 'no word why'}"
        )
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise StackError(f"{name} didn't answer with JSON, but: {done.stdout[:80]!r}") from None
