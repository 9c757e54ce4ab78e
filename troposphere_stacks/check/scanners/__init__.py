"""Scanners of single templates, each a program of its own, which judge the files that `build` writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from troposphere_stacks.check.finding import Judged
from troposphere_stacks.check.scanners import cfn_lint, checkov, guard
from troposphere_stacks.manifest import Entry

Scanner = Callable[[Path, Sequence[Entry]], Judged]

SCANNERS: dict[str, Scanner] = {
    "cfn-lint": cfn_lint.judged,
    "checkov": checkov.judged,
    "guard": guard.judged,
}
"""By the names that ``check --only`` takes."""
