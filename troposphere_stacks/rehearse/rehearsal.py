"""Create all stacks, change them, delete them, and count what of it was real."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from troposphere_stacks.cloud.account import Account
from troposphere_stacks.cloud.change import Changer, Pace
from troposphere_stacks.cloud.rollout import Done, buckets, deploy, destroy
from troposphere_stacks.cloud.values import PREFIX_LIST, Values, stream_of
from troposphere_stacks.deployment import StackError
from troposphere_stacks.manifest import Entry, as_json
from troposphere_stacks.rehearse.emulator import Emulator
from troposphere_stacks.rehearse.standins import only_accepted
from troposphere_stacks.release.userdata import NOT_RELEASED

PACE = Pace(seconds=0.1, times=1200)
IMAGE = "ami-00000000000000000"


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of it. ``real`` and ``accepted`` count resources by type."""

    stacks: int
    real: Counter[str]
    accepted: Counter[str]
    left: Sequence[str]


def rehearse(entries: Sequence[Entry], emulator: Emulator, say: Callable[[str, Done], None]) -> Rehearsed:
    """Deploy, change and destroy. Raises :class:`StackError` at the first stack that fails."""
    account = Account(emulator.endpoint)
    _give_images(account, entries)
    values = Values(
        account,
        {entry.key: entry for entry in entries},
        {**_lists(entries), **_release(entries)},
        replicated(entries),
    )
    changer = Changer(account, lambda: buckets(entries, values), {}, PACE)
    made = [_told(say, "create", done) for done in deploy(entries, changer, values, protect=True)]
    changed = [_changed(entry) for entry in entries]
    values.entries = {entry.key: entry for entry in changed}
    for done in deploy(changed, changer, values, protect=True):
        if done.what != "updated":
            raise StackError(f"{done.entry.key} should have been updated, but was {done.what}")
        _told(say, "update", done)
    for done in destroy(changed, changer, values):
        _told(say, "delete", done)
    resources = [each for entry in entries for each in entry.template["Resources"].values()]
    accepted = Counter(str(each["Type"]) for each in resources if only_accepted(each, emulator.standins))
    kinds = Counter(str(each["Type"]) for each in resources)
    left = [entry.key for entry in changed if values.there(entry).exists]
    return Rehearsed(len({done.entry.key for done in made}), kinds - accepted, accepted, left)


def _told(say: Callable[[str, Done], None], step: str, done: Done) -> Done:
    say(step, done)
    return done


def _changed(entry: Entry) -> Entry:
    """The stack as a next release would change it: each resource gets one more tag, or a remark."""
    template: dict[str, Any] = json.loads(entry.body)
    for resource in template["Resources"].values():
        tags = resource.get("Properties", {}).get("Tags")
        if isinstance(tags, list):
            tags.append({"Key": "Rehearsed", "Value": "yes"})
        elif isinstance(tags, dict):
            tags["Rehearsed"] = "yes"
        resource.setdefault("Metadata", {})["Rehearsed"] = "yes"
    return replace(entry, template=template, body=as_json(template))


def replicated(entries: Sequence[Entry]) -> Callable[[Account, str, str], str]:
    """The stream of a replica. The emulator replicates no tables: one of the same shape stands for it."""
    makers = [entry for entry in entries if entry.name == "tables"]
    tables = [each["Properties"] for entry in makers for each in entry.template["Resources"].values()]
    shapes = {each["TableName"]: each for each in tables if "TableName" in each}

    def stream(account: Account, region: str, table: str) -> str:
        dynamo, shape = account.client("dynamodb", region), shapes[table]
        if table not in dynamo.list_tables()["TableNames"]:
            keys = {part["AttributeName"] for part in shape["KeySchema"]}
            dynamo.create_table(
                TableName=table,
                KeySchema=shape["KeySchema"],
                AttributeDefinitions=[
                    each for each in shape["AttributeDefinitions"] if each["AttributeName"] in keys
                ],
                BillingMode="PAY_PER_REQUEST",
                StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
            )
        return stream_of(account, region, table)

    return stream


def _give_images(account: Account, entries: Sequence[Entry]) -> None:
    """The operator bakes machine images and leaves their ids in Parameter Store; here any id will do."""
    for entry in entries:
        for name, declared in entry.template.get("Parameters", {}).items():
            if declared["Type"].startswith("AWS::SSM::Parameter::Value"):
                ssm = account.client("ssm", entry.region)
                ssm.put_parameter(Name=entry.static[name], Value=IMAGE, Type="String", Overwrite=True)


def _release(entries: Sequence[Entry]) -> dict[tuple[str, str], str]:
    """A release that nobody built: no machine of the emulator fetches it."""
    return {
        (entry.name, name): "1" * len(NOT_RELEASED)
        for entry in entries
        for name, value in entry.static.items()
        if value == NOT_RELEASED
    }


def _lists(entries: Sequence[Entry]) -> dict[tuple[str, str], str]:
    """AWS has these lists of addresses in every region; the emulator has none, and takes any id."""
    return {
        (entry.name, name): "pl-00000000000000000"
        for entry in entries
        for name, value in entry.static.items()
        if value.startswith(PREFIX_LIST)
    }
