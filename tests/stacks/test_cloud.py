"""Stacks of two regions go through CloudFormation as `deploy` brings them there, in an emulator."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.stacks.sets import REGIONS
from troposphere_stacks.cloud import change
from troposphere_stacks.cloud.account import Account
from troposphere_stacks.cloud.change import Changer
from troposphere_stacks.cloud.rollout import Done, buckets, deploy, destroy, statuses
from troposphere_stacks.cloud.values import Values
from troposphere_stacks.deployment import StackError, deployment
from troposphere_stacks.manifest import Entry, as_json, resolve
from troposphere_stacks.rehearse.emulator import emulator
from troposphere_stacks.rehearse.rehearsal import PACE
from troposphere_stacks.stacks import STACKS

pytestmark = pytest.mark.slow
PARTS = ("foundation", "storage", "settings")
WORDS = {("settings", "Currency"): "CHF"}


class Cloud:
    """An emulated account, and the stacks that go there."""

    def __init__(self, endpoint: str) -> None:
        self.account = Account(endpoint)
        where = deployment("prod", ",".join(REGIONS[:2]), "shop.example.com")
        self.entries = resolve(where, [stack for stack in STACKS if stack.name in PARTS])

    def tools(
        self, entries: Sequence[Entry], told: dict[tuple[str, str], str] | None = None
    ) -> tuple[Changer, Values]:
        values = Values(self.account, {entry.key: entry for entry in entries}, told or {})
        return Changer(self.account, lambda: buckets(entries, values), {}, PACE), values

    def deploy(
        self, entries: Sequence[Entry], told: dict[tuple[str, str], str] | None = None, *, dry: bool = False
    ) -> list[Done]:
        changer, values = self.tools(entries, told)
        return list(deploy(entries, changer, values, protect=True, dry=dry))

    def stacks(self) -> set[str]:
        return {
            each["StackName"]
            for region in REGIONS[:2]
            for each in self.account.formation(region).describe_stacks()["Stacks"]
        }

    def parameter(self, name: str) -> str:
        stack = next(entry for entry in self.entries if entry.name == "settings")
        return self.tools(self.entries)[1].there(stack).parameters[name]


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    where = deployment("prod", ",".join(REGIONS[:2]), "shop.example.com")
    entries = resolve(where, [stack for stack in STACKS if stack.name in PARTS])
    types = [str(each["Type"]) for entry in entries for each in entry.template["Resources"].values()]
    with emulator(types) as running:
        yield Cloud(running.endpoint)


def kinds(done: Sequence[Done]) -> list[tuple[str, str]]:
    return [(each.entry.name, each.what) for each in done]


def broken(entries: Sequence[Entry]) -> list[Entry]:
    """The set with a function in ``settings`` whose role isn't one."""
    return [_broken(entry) if entry.name == "settings" else entry for entry in entries]


def _broken(entry: Entry) -> Entry:
    template: dict[str, Any] = json.loads(entry.body)
    properties = {"ServiceToken": "arn:aws:lambda:us-east-1:000000000000:function:nobody"}
    template["Resources"]["Asked"] = {"Type": "Custom::Asked", "Properties": properties}
    return replace(entry, template=template, body=as_json(template))


def test_a_set_is_brought_told_and_taken_away(cloud: Cloud) -> None:
    first = kinds(cloud.deploy(cloud.entries))
    assert first.count(("storage", "created")) == 2
    assert first[-1] == ("storage", "updated")  # the first bucket is copied once the second is there
    _, values = cloud.tools(cloud.entries)
    assert all(there.well and there.protected for _, there in statuses(cloud.entries, values))
    assert {what for _, what in kinds(cloud.deploy(cloud.entries))} == {"unchanged"}

    told = [each for each in kinds(cloud.deploy(cloud.entries, WORDS)) if each[1] != "unchanged"]
    assert told == [("settings", "updated")]
    assert {what for _, what in kinds(cloud.deploy(cloud.entries))} == {"unchanged"}  # the word is kept
    assert cloud.parameter("Currency") == "CHF"

    changer, values = cloud.tools(cloud.entries)
    assert {done.what for done in destroy(cloud.entries, changer, values)} == {"deleted"}
    assert cloud.stacks() == set()


def test_a_dry_run_shows_changes_and_leaves_nothing(cloud: Cloud) -> None:
    planned = cloud.deploy(cloud.entries, dry=True)
    assert planned[0].what == "planned"
    assert any("AWS::KMS::Key" in line for line in planned[0].changes)
    assert cloud.stacks() == set()


def test_a_stack_that_fails_says_why_and_the_next_deployment_goes_on(cloud: Cloud) -> None:
    with pytest.raises(StackError, match=r"us-east-1:settings failed: Asked: "):
        cloud.deploy(broken(cloud.entries))
    done = kinds(cloud.deploy(cloud.entries))
    assert ("settings", "created") in done
    assert ("foundation", "unchanged") in done


def test_a_large_template_travels_through_the_bucket(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.deploy([entry for entry in cloud.entries if entry.name == "foundation"])
    monkeypatch.setattr(change, "UPLOAD_BYTES", 1000)
    assert ("storage", "created") in kinds(cloud.deploy(cloud.entries))
    _, values = cloud.tools(cloud.entries)
    bucket = buckets(cloud.entries, values)[REGIONS[0]]
    kept = cloud.account.client("s3", REGIONS[0]).list_objects_v2(Bucket=bucket, Prefix="templates/")
    assert kept["KeyCount"] > 0
