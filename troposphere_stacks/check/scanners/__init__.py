"""Scanners of single templates, each a program of its own, which judge the files that `build` writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from troposphere_stacks.check.finding import Finding
from troposphere_stacks.check.scanners import cfn_lint, checkov, guard
from troposphere_stacks.manifest import Entry

Scanner = Callable[[Path, Sequence[Entry]], Iterator[Finding]]

SCANNERS: dict[str, Scanner] = {
    "cfn-lint": cfn_lint.findings,
    "checkov": checkov.findings,
    "guard": guard.findings,
}
"""By the names that ``check --only`` takes."""
