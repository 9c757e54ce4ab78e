"""One change to one stack: planned as a change set, shown, made, and waited for."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from troposphere_stacks.cloud.account import Account
from troposphere_stacks.cloud.there import look, troubles
from troposphere_stacks.deployment import StackError
from troposphere_stacks.manifest import UPLOAD_BYTES, Entry

UNCHANGED = ("didn't contain changes", "No updates are to be performed", "no changes")


@dataclass(frozen=True, slots=True)
class Pace:
    """How often, and how many times, CloudFormation is asked whether it is done."""

    seconds: float = 5
    times: int = 1440  # two hours: a replica of a database takes one

    def waiter(self) -> dict[str, float]:
        """For ``waiter.wait(WaiterConfig=…)``."""
        return {"Delay": self.seconds, "MaxAttempts": self.times}


@dataclass(frozen=True, slots=True)
class Planned:
    """A change set that waits to be executed; without a name there is nothing to change."""

    name: str
    creates: bool
    changes: Sequence[str]  # "Replace Database (AWS::RDS::DBInstance)"


@dataclass(frozen=True, slots=True)
class Changer:
    """Changes stacks of one account. ``bucket`` says, by region, who takes too large templates."""

    account: Account
    bucket: Callable[[], Mapping[str, str]]
    alarms: Mapping[str, Sequence[str]]  # by region: a change during which one of them rings is rolled back
    pace: Pace = Pace()
    watch_minutes: int = 10

    def plan(self, entry: Entry, parameters: Mapping[str, str]) -> Planned:
        """Make a change set. Raises :class:`StackError` for what CloudFormation doesn't take."""
        formation = self.account.formation(entry.region)
        creates = not look(self.account, entry.region, entry.stack).exists
        name = _named()
        try:
            formation.create_change_set(
                StackName=entry.stack,
                ChangeSetName=name,
                ChangeSetType="CREATE" if creates else "UPDATE",
                Capabilities=["CAPABILITY_NAMED_IAM"],
                Parameters=[
                    {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
                ],
                **self._body(entry),
                **({} if creates else self._triggers(entry.region)),
            )
        except ClientError as error:
            raise StackError(f"{entry.key}: {error}") from error
        return self._planned(entry, name, creates)

    def make(self, entry: Entry, planned: Planned) -> None:
        """Execute a change set and wait. Raises :class:`StackError`, with the reasons, if it failed."""
        formation = self.account.formation(entry.region)
        formation.execute_change_set(StackName=entry.stack, ChangeSetName=planned.name)
        waiter = formation.get_waiter("stack_create_complete" if planned.creates else "stack_update_complete")
        try:
            waiter.wait(StackName=entry.stack, WaiterConfig=self.pace.waiter())
        except WaiterError as error:
            reasons = troubles(self.account, entry.region, entry.stack)[:3]
            raise StackError(f"{entry.key} failed: {'; '.join(reasons) or error}") from error

    def drop(self, entry: Entry, planned: Planned) -> None:
        """Take a change set back, and with it a stack that would only have been made by it."""
        formation = self.account.formation(entry.region)
        formation.delete_change_set(StackName=entry.stack, ChangeSetName=planned.name)
        if planned.creates:
            self.delete(entry)

    def protect(self, entry: Entry, on: bool) -> None:
        """Turn termination protection on or off."""
        formation = self.account.formation(entry.region)
        formation.update_termination_protection(StackName=entry.stack, EnableTerminationProtection=on)

    def delete(self, entry: Entry) -> None:
        """Delete a stack and wait. Raises :class:`StackError` if something of it can't be deleted."""
        formation = self.account.formation(entry.region)
        formation.delete_stack(StackName=entry.stack)
        try:
            formation.get_waiter("stack_delete_complete").wait(
                StackName=entry.stack, WaiterConfig=self.pace.waiter()
            )
        except WaiterError as error:
            reasons = troubles(self.account, entry.region, entry.stack)[:3]
            raise StackError(f"{entry.key} stays: {'; '.join(reasons) or error}") from error

    def _planned(self, entry: Entry, name: str, creates: bool) -> Planned:
        formation = self.account.formation(entry.region)
        for _ in range(self.pace.times):
            found = formation.describe_change_set(StackName=entry.stack, ChangeSetName=name)
            if found["Status"] in ("CREATE_COMPLETE", "FAILED"):
                break
            time.sleep(self.pace.seconds)
        reason = found.get("StatusReason", "")
        if found["Status"] != "CREATE_COMPLETE":
            formation.delete_change_set(StackName=entry.stack, ChangeSetName=name)
            if any(words in reason for words in UNCHANGED):
                return Planned("", creates, ())
            raise StackError(f"{entry.key}: {reason or found['Status']}")
        return Planned(name, creates, [_said(each["ResourceChange"]) for each in found["Changes"]])

    def _body(self, entry: Entry) -> dict[str, str]:
        body = json.dumps(entry.template, sort_keys=True, separators=(",", ":"))
        if len(body.encode()) <= UPLOAD_BYTES:
            return {"TemplateBody": body}
        bucket = self.bucket().get(entry.region)
        if bucket is None:
            raise StackError(f"{entry.key} is too large for a request, and no bucket is there to take it")
        key = f"templates/{hashlib.sha256(body.encode()).hexdigest()}.json"
        self.account.client("s3", entry.region).put_object(Bucket=bucket, Key=key, Body=body.encode())
        return {"TemplateURL": f"https://s3.{entry.region}.amazonaws.com/{bucket}/{key}"}

    def _triggers(self, region: str) -> dict[str, Any]:
        """CloudFormation takes five alarms; the first five are those that users feel."""
        alarms = [{"Arn": arn, "Type": "AWS::CloudWatch::Alarm"} for arn in self.alarms.get(region, ())[:5]]
        if not alarms:
            return {}
        return {
            "RollbackConfiguration": {
                "RollbackTriggers": alarms,
                "MonitoringTimeInMinutes": self.watch_minutes,
            }
        }


def _named() -> str:
    """A name that no other change set has, even of the same second."""
    return f"deploy-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{secrets.token_hex(4)}"


def _said(change: Mapping[str, Any]) -> str:
    replaced = change.get("Replacement") in ("True", "Conditional")
    what = "Replace" if replaced else change["Action"]
    return f"{what} {change['LogicalResourceId']} ({change['ResourceType']})"
