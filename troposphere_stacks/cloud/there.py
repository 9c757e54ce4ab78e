"""What of the set is in the account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from troposphere_stacks.cloud.account import Account

ABSENT = "not there"


@dataclass(frozen=True, slots=True)
class There:
    """A stack as CloudFormation describes it."""

    status: str
    outputs: Mapping[str, str]
    parameters: Mapping[str, str]
    protected: bool
    reason: str = ""

    @property
    def exists(self) -> bool:
        """Whether there is something that a change could be made to."""
        return self.status not in (ABSENT, "REVIEW_IN_PROGRESS", "DELETE_COMPLETE")

    @property
    def well(self) -> bool:
        """Whether the last change was completed."""
        return self.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE")


NOTHING = There(ABSENT, {}, {}, False)


def look(account: Account, region: str, stack: str) -> There:
    """Describe one stack."""
    try:
        [found] = account.formation(region).describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return NOTHING
        raise
    return There(
        found["StackStatus"],
        {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())},
        {each["ParameterKey"]: each.get("ParameterValue", "") for each in found.get("Parameters", ())},
        bool(found.get("EnableTerminationProtection")),
        found.get("StackStatusReason", ""),
    )


def troubles(account: Account, region: str, stack: str) -> list[str]:
    """Why resources of the last change failed, the first first."""
    pages = account.formation(region).get_paginator("describe_stack_events").paginate(StackName=stack)
    events: list[dict[str, Any]] = [event for page in pages for event in page["StackEvents"]]
    failed = [event for event in reversed(events) if event["ResourceStatus"].endswith("_FAILED")]
    return [
        f"{each['LogicalResourceId']}: {each.get('ResourceStatusReason', 'no reason')}" for each in failed
    ]
