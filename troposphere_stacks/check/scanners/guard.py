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

from troposphere_stacks.check.finding import Finding, Judged
from troposphere_stacks.check.scanners.program import answer, program
from troposphere_stacks.deployment import StackError
from troposphere_stacks.manifest import Entry, as_json

RULES = Path(__file__).resolve().parents[1] / "rules"
PACKAGE = ("node_modules", "@cdklabs", "cdk-validator-cfnguard")
CONTROLS = ("rules", "control-tower", "cfn-guard")
ACCOUNT = "111122223333"
PSEUDO = {"AWS::AccountId": ACCOUNT, "AWS::Partition": "aws"}
SERVICES = {"CertificateArn": ("acm", "certificate/11112222-3333")}
"""What a control reads more of than that it is an ARN: the service, and the resource's name in it."""

FAILED = 19
"""Guard's status where a rule isn't kept."""


def judged(_: Path, entries: Sequence[Entry]) -> Judged:
    """Rules that aren't kept. Raises :class:`StackError` where guard hasn't judged every template.

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
        reports = answer("cfn-guard", command, (0, FAILED))
    _refuse_gaps(reports, files)
    failed = [(rule["Rule"], files[each["name"]]) for each in reports for rule in each["not_compliant"]]
    kept = [rule for each in reports for rule in each["compliant"]]
    rules = {*kept, *(rule["name"] for rule, _ in failed)}
    return Judged([found for rule, at in failed for found in _of_rule(rule, at, ids)], len(rules), len(kept))


def _refuse_gaps(reports: Sequence[Mapping[str, Any]], files: Mapping[str, Entry]) -> None:
    said = {each["name"] for each in reports}
    missing = [files[file].key for file in files if file not in said]
    if missing:
        raise StackError(
            f"cfn-guard said nothing of {', '.join(missing)}; expected a verdict on each template"
        )


def _written(entry: Entry, folder: Path) -> Path:
    """A template with names in place of what other stacks give: the controls follow no parameter."""
    file = folder / f"{entry.region}-{entry.stack}.json"
    file.write_bytes(as_json(_named(entry.template, entry)))
    return file


def _named(value: Any, entry: Entry) -> Any:
    if isinstance(value, dict) and value.keys() == {"Ref"} and isinstance(value["Ref"], str):
        return _name_of(value, entry)
    if isinstance(value, dict):
        return {name: _named(each, entry) for name, each in value.items()}
    return [_named(each, entry) for each in value] if isinstance(value, list) else value


def _name_of(reference: dict[str, str], entry: Entry) -> Any:
    """What a parameter or pseudo parameter stands for; a reference within the template stays."""
    source = entry.needs.get(reference["Ref"])
    if source is None:
        return entry.static.get(reference["Ref"]) or PSEUDO.get(reference["Ref"]) or reference
    place, output = source.rsplit(".", 1)
    if str(entry.template["Parameters"][reference["Ref"]]["Type"]).startswith("List<"):
        return [f"{output}-1", f"{output}-2"]
    kind = output.removesuffix("Arn").lower()
    service, name = SERVICES.get(output, (kind, output))
    return f"arn:aws:{service}:{place.split(':')[0]}:{ACCOUNT}:{name}" if output.endswith("Arn") else output


def _control_ids(controls: Path) -> dict[str, str]:
    """The controls by the names of their rules: their files are called by them, ``ct-s3-pr-1.guard``."""
    return {
        rule: file.stem.upper().replace("-", ".")
        for file in sorted(controls.rglob("*.guard"))
        for rule in re.findall(r"^rule (\w+)", file.read_text(), re.MULTILINE)
    }


def _of_rule(rule: Mapping[str, Any], entry: Entry, ids: Mapping[str, str]) -> Iterator[Finding]:
    id_ = ids.get(rule["name"], rule["name"])
    failures = sorted(set(_failures(rule["checks"], "")))
    for name, message in failures or [("", f"is broken in some resource of {entry.stack}")]:
        said = message.removeprefix(f"[{id_}]: ").replace(" [FIX]: ", ". ")
        yield Finding(f"guard/{id_}", f"{entry.region}/{entry.stack}/{name}", said)


def _failures(checks: object, said: str) -> Iterator[tuple[str, str]]:
    """(Logical name, message) of each clause, with the words of the block around it if it has none."""
    if isinstance(checks, list):
        for each in checks:
            yield from _failures(each, said)
    elif isinstance(checks, dict) and "Clause" in checks:
        [clause] = checks["Clause"].values()
        for name in {path.split("/")[2] for path in _paths(clause["check"]) if path.count("/") > 1}:
            yield name, said or _words(clause) or clause["context"].strip()
    elif isinstance(checks, dict) and "unresolved" in checks:
        for path in _paths(checks["unresolved"]):
            yield path.split("/")[2], said or f"expected {checks['unresolved']['remaining_query']}"
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
