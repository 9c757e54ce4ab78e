"""checkov: is each resource set up as is good practice?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from troposphere_stacks.check.finding import Finding
from troposphere_stacks.check.scanners.program import answer, program
from troposphere_stacks.deployment import StackError
from troposphere_stacks.manifest import Entry


def findings(folder: Path, entries: Sequence[Entry]) -> Iterator[Finding]:
    """Failed checks. Raises :class:`StackError` where checkov hasn't read all: it doesn't say so."""
    options = ("--framework", "cloudformation", "--skip-download", "-o", "json", "--quiet", "--compact")
    report = answer("checkov", [program("venv", "bin", "checkov"), "-d", folder, *options], (0, 1))
    read, there = (
        report["summary"]["resource_count"],
        sum(len(each.template["Resources"]) for each in entries),
    )
    if read != there:
        raise StackError(f"checkov read {read} of {there} resources; expected all of them")
    for check in report["results"]["failed_checks"]:
        file = Path(check["file_path"].lstrip("/")).with_suffix("")
        name = check["resource"].rsplit(".", 1)[-1]
        yield Finding(f"checkov/{check['check_id']}", f"{file}/{name}", check["check_name"])
