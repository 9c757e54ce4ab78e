"""cfn-lint: are these templates that CloudFormation takes, in each region?"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from troposphere_stacks.check.finding import Finding, Judged
from troposphere_stacks.check.scanners.program import answer
from troposphere_stacks.manifest import Entry

REPORTED = range(0, 16, 2)
"""The statuses that say what was found: errors 2, warnings 4, information 8, or a sum. 1 is a failure."""


def judged(folder: Path, entries: Sequence[Entry]) -> Judged:
    """Errors and warnings."""
    return Judged(list(_findings(folder, entries)))


def _findings(folder: Path, entries: Sequence[Entry]) -> Iterator[Finding]:
    for region in sorted({entry.region for entry in entries}):
        files = [folder / entry.file for entry in entries if entry.region == region]
        command: list[str | Path] = [
            Path(sys.executable).with_name("cfn-lint"),
            "-r",
            region,
            "-f",
            "json",
            "--",
            *files,
        ]
        for match in answer("cfn-lint", command, REPORTED):
            file = Path(match["Filename"]).relative_to(folder)
            path = [str(part) for part in match["Location"].get("Path") or ()]
            name = path[1] if path[:1] == ["Resources"] else "/".join(path)
            yield Finding(
                f"cfn-lint/{match['Rule']['Id']}", f"{file.with_suffix('')}/{name}", match["Message"]
            )
