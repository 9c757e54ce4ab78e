"""Each scanner, as it is installed, finds what somebody broke; and one that can't judge says so."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.stacks.planted import PLANTED
from troposphere_stacks.__main__ import main
from troposphere_stacks.check.finding import Finding, Judged, Suppression, weighed
from troposphere_stacks.check.scanners import cfn_lint, checkov, guard, program
from troposphere_stacks.commands.build import write
from troposphere_stacks.deployment import StackError
from troposphere_stacks.manifest import Entry, as_json


def entry(**resources: dict[str, Any]) -> Entry:
    template = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}
    return Entry("broken", "storefront-broken", "us-east-1", {}, {}, template, as_json(template))


def written(folder: Path, broken: Entry) -> Path:
    write([broken], folder)
    (folder / "manifest.json").unlink()
    return folder


def ids(judged: Judged) -> set[str]:
    return {finding.rule.split("/")[1] for finding in judged.findings}


OPEN = {
    "Type": "AWS::EC2::SecurityGroup",
    "Properties": {
        "GroupDescription": "Everybody",
        "SecurityGroupIngress": [
            {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0", "Description": "ssh"}
        ],
    },
}


@pytest.mark.slow
def test_every_rule_of_ours_catches_what_breaks_it(tmp_path: Path) -> None:
    rules = {
        name
        for file in guard.RULES.glob("*.guard")
        for name in re.findall(r"^rule (\w+)", file.read_text(), re.MULTILINE)
    }
    found = ids(guard.judged(tmp_path, [entry(**PLANTED)]))
    assert rules - found == set()
    assert {"CT.S3.PR.1", "CT.SQS.PR.1"} <= found


@pytest.mark.slow
def test_cfn_lint_finds_what_cloudformation_would_not_take(tmp_path: Path) -> None:
    bad = entry(
        Queue={"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": "soon", "Length": 3}},
        Topic={"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Nobody"}}},
    )
    found = cfn_lint.judged(written(tmp_path, bad), [bad]).findings
    assert {finding.rule for finding in found} >= {"cfn-lint/E3002", "cfn-lint/E3012", "cfn-lint/E1020"}
    assert "us-east-1/storefront-broken/Queue" in {finding.where for finding in found}


@pytest.mark.slow
def test_checkov_finds_an_open_door_and_counts_what_it_looked_at(tmp_path: Path) -> None:
    bad = entry(Door=OPEN, Bucket={"Type": "AWS::S3::Bucket"})
    judged = checkov.judged(written(tmp_path, bad), [bad])
    assert {"CKV_AWS_24", "CKV_AWS_53"} <= ids(judged)
    assert judged.rules > 0
    more = replace(bad, template=entry(Door=OPEN, Bucket=OPEN, Third=OPEN).template)
    with pytest.raises(StackError, match="checkov read 2 of 3 resources; expected all of them"):
        checkov.judged(tmp_path, [more])


def test_a_scanner_that_is_not_installed_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "TOOLS", tmp_path)
    assert main(["check", "--env", "dev", "--regions", "us-east-1", "--only", "checkov"]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith("checkov is not installed; run `make check-tools`")


def test_a_scanner_that_dies_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dying = tmp_path / "venv" / "bin" / "checkov"
    dying.parent.mkdir(parents=True)
    dying.write_text("#!/bin/sh\necho out of memory >&2\nexit 7\n")
    dying.chmod(0o700)
    monkeypatch.setattr(program, "TOOLS", tmp_path)
    assert main(["check", "--env", "dev", "--regions", "us-east-1", "--only", "checkov"]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith("checkov ended with status 7: out of memory")


def test_a_scanner_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "SECONDS", 0.1)
    with pytest.raises(StackError, match=r"sleep took more than 0\.1 seconds"):
        program.answer("sleep", ["sleep", "30"], (0,))


def test_a_template_that_guard_passes_over_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path.joinpath(*guard.PACKAGE)
    package.joinpath(*guard.CONTROLS).mkdir(parents=True)
    for machine in ("x86_64", "aarch64"):
        blind = package / "bin" / "ubuntu" / machine / "cfn-guard"
        blind.parent.mkdir(parents=True)
        blind.write_text("#!/bin/sh\necho '[]'\n")
        blind.chmod(0o700)
    monkeypatch.setattr(program, "TOOLS", tmp_path)
    with pytest.raises(StackError, match="cfn-guard said nothing of us-east-1:broken"):
        guard.judged(tmp_path, [entry(Door=OPEN)])


def test_a_suppression_hides_one_finding_and_a_needless_one_is_found() -> None:
    said = {"guard": Judged([Finding("guard/A", "r/s/One", "wrong"), Finding("guard/A", "r/s/Two", "wrong")])}
    allowed = [Suppression("guard", "A", "r/s/One", "so"), Suppression("guard", "B", "r/s/One", "so")]
    found, hidden = weighed(said, [*allowed, Suppression("checkov", "C", "r/s/One", "it wasn't asked")])
    assert [(each.rule, each.where) for each in found] == [
        ("guard/A", "r/s/Two"),
        ("suppressed/guard/B", "r/s/One"),
    ]
    assert hidden == {"guard": 1}
