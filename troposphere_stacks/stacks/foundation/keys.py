"""Three keys: what one reads, the others don't open. Services use them for this account's resources alone."""

from __future__ import annotations

from typing import Any

from troposphere import AccountId, Sub

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.grants import Statement
from troposphere_stacks.kit.keys import key, service
from troposphere_stacks.stack import StackTemplate

_PUBLISH = ("kms:Decrypt", "kms:GenerateDataKey*")


def add(template: StackTemplate, parameters: Parameters) -> dict[str, Any]:
    """Add the keys; the result is by the title of each."""
    made = {}
    for title, (about, statements) in _KEYS.items():
        alias = parameters.name(title.removesuffix("Key").lower())
        made[title] = key(template, title, alias, about, statements, parameters.env)
    return made


def _cloudfront() -> Statement:
    # The exact distribution would be a circle: it needs the bucket, which needs this key.
    return service(
        "CloudFront",
        "cloudfront.amazonaws.com",
        ("kms:Decrypt", "kms:GenerateDataKey*"),
        StringEquals={"aws:SourceAccount": AccountId},
        ArnLike={"aws:SourceArn": Sub("arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/*")},
    )


def _log_groups() -> Statement:
    groups = Sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*")
    return service(
        "LogGroups",
        Sub("logs.${AWS::Region}.${AWS::URLSuffix}"),
        ArnLike={"kms:EncryptionContext:aws:logs:arn": groups},
    )


_TRAILS = "arn:${AWS::Partition}:cloudtrail:*:${AWS::AccountId}:trail/*"


def _trail() -> Statement:
    trails = Sub(_TRAILS)
    return service(
        "Trail",
        "cloudtrail.amazonaws.com",
        ("kms:GenerateDataKey*",),
        StringLike={"kms:EncryptionContext:aws:cloudtrail:arn": trails, "aws:SourceArn": trails},
    )


def _trail_looks() -> Statement:
    # Who only looks at a key encrypts nothing, so there is no context to compare.
    looks, trails = ("kms:DescribeKey",), {"aws:SourceArn": Sub(_TRAILS)}
    return service("TrailLooks", "cloudtrail.amazonaws.com", looks, StringLike=trails)


def _publishers() -> Statement:
    return service("Publishers", ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"], _PUBLISH)


def _events() -> Statement:
    # EventBridge sends neither the account nor the rule along when it publishes to an encrypted topic.
    statement = service("Events", "events.amazonaws.com", _PUBLISH)
    del statement["Condition"]
    return statement


_KEYS = {
    "DataKey": ("Tables, databases, queues, secrets and releases", ()),
    "AssetsKey": ("Objects that CloudFront serves", (_cloudfront(),)),
    "LogsKey": (
        "Logs, the audit trail and alerts",
        (_log_groups(), _trail(), _trail_looks(), _publishers(), _events()),
    ),
}
