"""CloudFormation Guard, with our own rules and with AWS Control Tower's proactive controls.

Our rules say what every resource of a kind must keep; the same files can be put into the account as an
``AWS::CloudFormation::GuardHook``.
"""

from __future__ import annotations

import platform
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from troposphere_stacks.check.finding import Finding
from troposphere_stacks.check.scanners.program import answer, program
from troposphere_stacks.manifest import Entry, as_json

RULES = Path(__file__).resolve().parents[1] / "rules"
PACKAGE = ("node_modules", "@cdklabs", "cdk-validator-cfnguard")
CONTROLS = ("rules", "control-tower", "cfn-guard")
FAILED = 19
"""Guard's status where a rule isn't kept."""


def findings(_: Path, entries: Sequence[Entry]) -> Iterator[Finding]:
    """Rules that aren't kept, but for those that a resource says not to look at.

    The files of ``build`` are of no use here: what other stacks give has to be written out first.
    """
    machine = "aarch64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
    guard, controls = program(*PACKAGE, "bin", "ubuntu", machine, "cfn-guard"), program(*PACKAGE, *CONTROLS)
    ids = _control_ids(controls)
    with tempfile.TemporaryDirectory() as name:
        files = {str(_written(entry, Path(name))): entry for entry in entries}
        data = [part for file in files for part in ("-d", file)]
        options = ("-o", "json", "--structured", "--show-summary", "none")
        command: list[str | Path] = [guard, "validate", "-r", RULES, "-r", controls, *data, *options]
        for report in answer("cfn-guard", command, (0, FAILED)):
            for rule in report["not_compliant"]:
                yield from _of_rule(rule["Rule"], files[report["name"]], ids)


def _written(entry: Entry, folder: Path) -> Path:
    """A template with names in place of what other stacks give: the controls follow no parameter."""
    file = folder / f"{entry.region}-{entry.stack}.json"
    file.write_bytes(as_json(_named(entry.template, entry)))
    return file


def _named(value: Any, entry: Entry) -> Any:
    if isinstance(value, dict) and value.get("Ref") in entry.needs:
        place, output = entry.needs[value["Ref"]].rsplit(".", 1)
        arn = f"arn:aws:{output.lower()}:{place.split(':')[0]}:111122223333:{output}"
        return arn if output.endswith("Arn") else output
    if isinstance(value, dict):
        return {name: _named(each, entry) for name, each in value.items()}
    return [_named(each, entry) for each in value] if isinstance(value, list) else value


def _control_ids(controls: Path) -> dict[str, str]:
    """The controls by the names of their rules: their files are called by them, ``ct-s3-pr-1.guard``."""
    return {
        rule: file.stem.upper().replace("-", ".")
        for file in sorted(controls.rglob("*.guard"))
        for rule in re.findall(r"^rule (\w+)", file.read_text(), re.MULTILINE)
    }


def _of_rule(rule: Mapping[str, Any], entry: Entry, ids: Mapping[str, str]) -> Iterator[Finding]:
    id_ = ids.get(rule["name"], rule["name"])
    for name, message in sorted(set(_failures(rule["checks"], ""))):
        if id_ not in _suppressed(entry.template["Resources"].get(name, {})):
            yield Finding(f"guard/{id_}", f"{entry.region}/{entry.stack}/{name}", message)


def _suppressed(resource: Mapping[str, Any]) -> set[str]:
    said = resource.get("Metadata", {}).get("storefront", {}).get("suppressed", [])
    return {each["id"] for each in said if each["scanner"] == "guard"}


def _failures(checks: object, said: str) -> Iterator[tuple[str, str]]:
    """(Logical name, message) of each clause, with the words of the block around it if it has none."""
    if isinstance(checks, list):
        for each in checks:
            yield from _failures(each, said)
    elif isinstance(checks, dict) and "Clause" in checks:
        [clause] = checks["Clause"].values()
        for name in {path.split("/")[2] for path in _paths(clause["check"]) if path.count("/") > 1}:
            yield name, said or _words(clause) or clause["context"].strip()
    elif isinstance(checks, dict):
        for each in checks.values():
            yield from _failures(each, said or (_words(checks) if "messages" in checks else ""))


def _words(check: Mapping[str, Any]) -> str:
    return " ".join((check["messages"]["custom_message"] or "").split())


def _paths(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("path"), str):
            yield value["path"]
        for each in value.values():
            yield from _paths(each)
    elif isinstance(value, list):
        for each in value:
            yield from _paths(each)
