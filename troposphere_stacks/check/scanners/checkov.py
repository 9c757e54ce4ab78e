"""checkov: is each resource set up as is good practice?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from troposphere_stacks.check.finding import Finding, Judged
from troposphere_stacks.check.scanners.program import answer, program
from troposphere_stacks.deployment import StackError
from troposphere_stacks.manifest import Entry


def judged(folder: Path, entries: Sequence[Entry]) -> Judged:
    """Failed checks. Raises :class:`StackError` where checkov hasn't read all: it doesn't say so."""
    options = ("--framework", "cloudformation", "--skip-download", "-o", "json", "--compact")
    report = answer("checkov", [program("venv", "bin", "checkov"), "-d", folder, *options], (0, 1))
    read = report["summary"]["resource_count"]
    there = sum(len(each.template["Resources"]) for each in entries)
    if read != there:
        raise StackError(f"checkov read {read} of {there} resources; expected all of them")
    passed, failed = report["results"]["passed_checks"], report["results"]["failed_checks"]
    rules = {check["check_id"] for check in (*passed, *failed)}
    return Judged(list(_findings(failed)), len(rules), len(passed))


def _findings(failed: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    for check in failed:
        file = Path(check["file_path"].lstrip("/")).with_suffix("")
        name = check["resource"].rsplit(".", 1)[-1]
        yield Finding(f"checkov/{check['check_id']}", f"{file}/{name}", check["check_name"])
