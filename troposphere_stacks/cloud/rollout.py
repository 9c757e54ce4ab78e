"""The whole set, in order: brought there in two passes, looked at, taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from troposphere_stacks.cloud.change import Changer
from troposphere_stacks.cloud.there import There
from troposphere_stacks.cloud.values import Values
from troposphere_stacks.deployment import StackError
from troposphere_stacks.manifest import Entry
from troposphere_stacks.release.userdata import NOT_RELEASED

NEVER_BEGAN = ("ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED")
"""A stack whose creation failed can only be deleted."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was done to a stack: "created", "updated", "unchanged", "deleted", "absent", "planned"."""

    entry: Entry
    what: str
    changes: Sequence[str] = ()


def deploy(
    entries: Sequence[Entry], changer: Changer, values: Values, *, protect: bool, dry: bool = False
) -> Iterator[Done]:
    """Bring every stack to what its template says, then once more those that had to wait for later ones.

    ``dry`` plans alone, as far as the stacks that others need are there. Raises :class:`StackError` at the
    first that fails: CloudFormation has rolled that one back, and what came before it stays.
    """
    given = {}
    for entry in entries:
        if dry and values.lacks(entry):
            yield Done(entry, "waits for stacks that aren't there")
            continue
        given[entry.key] = values.of(entry)
        _refuse_unreleased(entry, given[entry.key])
        yield _brought(entry, changer, values, protect=protect, dry=dry)
    for entry in entries:
        if not dry and values.of(entry) != given[entry.key]:
            yield _brought(entry, changer, values, protect=protect, dry=dry)


def _refuse_unreleased(entry: Entry, parameters: Mapping[str, str]) -> None:
    """Machines without code would start, fail, and be rolled back a quarter of an hour later."""
    if NOT_RELEASED in parameters.values():
        raise StackError(
            f"{entry.key} has no release to run: `release --upload` makes one for the buckets that are there "
            "now, then `deploy --release build/release/release.json` goes on here"
        )


def _brought(entry: Entry, changer: Changer, values: Values, *, protect: bool, dry: bool) -> Done:
    if values.there(entry).status in NEVER_BEGAN:
        changer.delete(entry)
        values.forget(entry)
    planned = changer.plan(entry, values.of(entry))
    if not planned.name:
        return Done(entry, "unchanged")
    if dry:
        changer.drop(entry, planned)
        return Done(entry, "planned", planned.changes)
    changer.make(entry, planned)
    if protect and planned.creates:
        changer.protect(entry, on=True)
    values.forget(entry)
    return Done(entry, "created" if planned.creates else "updated", planned.changes)


def statuses(entries: Sequence[Entry], values: Values) -> Iterator[tuple[Entry, There]]:
    """Each stack as it is."""
    for entry in entries:
        yield entry, values.there(entry)


def destroy(entries: Sequence[Entry], changer: Changer, values: Values) -> Iterator[Done]:
    """Delete every stack, users before makers. Data stays where its resource says so (``Retain``)."""
    for entry in reversed(entries):
        there = values.there(entry)
        if not there.exists:
            yield Done(entry, "absent")
            continue
        if there.protected:
            changer.protect(entry, on=False)
        changer.delete(entry)
        values.forget(entry)
        yield Done(entry, "deleted")


def buckets(entries: Sequence[Entry], values: Values) -> dict[str, str]:
    """The bucket for large templates, of each region that has one yet."""
    makers = [entry for entry in entries if entry.name == "foundation"]
    outputs = {entry.region: values.there(entry).outputs.get("ArtifactBucketName") for entry in makers}
    return {region: name for region, name in outputs.items() if name}


def alarms(entries: Sequence[Entry], values: Values) -> dict[str, list[str]]:
    """The alarms of each region's web servers, where there are some: they say what shoppers feel."""
    found = {}
    for entry in entries:
        if entry.name == "web" and values.there(entry).well:
            formation = values.account.formation(entry.region)
            made = formation.describe_stack_resources(StackName=entry.stack)["StackResources"]
            names = [
                each["PhysicalResourceId"]
                for each in made
                if each["ResourceType"] == "AWS::CloudWatch::Alarm"
            ]
            watch = values.account.client("cloudwatch", entry.region)
            found[entry.region] = [
                each["AlarmArn"] for each in watch.describe_alarms(AlarmNames=names)["MetricAlarms"]
            ]
    return found


def refuse_unknown(told: dict[tuple[str, str], str], entries: Sequence[Entry]) -> None:
    """Raises :class:`StackError` for a value that no stack takes."""
    taken = {(entry.name, name) for entry in entries for name in entry.static}
    for stack, name in told:
        if (stack, name) not in taken:
            raise StackError(f'--set {stack}.{name}: no such value; the manifest\'s "static" lists all')
