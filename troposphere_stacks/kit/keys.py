"""Customer-managed keys and the statements of their policies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from troposphere import AccountId, Sub, Template
from troposphere.kms import Alias, Key

from troposphere_stacks.deployment import Environment
from troposphere_stacks.kit.grants import Statement, document
from troposphere_stacks.kit.retention import keep

USE = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*")


def account() -> Statement:
    """The account's administrators, and whomever its IAM policies allow."""
    root = Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")
    return {
        "Sid": "Account", "Effect": "Allow", "Action": "kms:*", "Resource": "*", "Principal": {"AWS": root},
    }  # fmt: skip


def grants() -> Statement:
    """Nobody lends the key to others but services of AWS, for what they keep for us."""
    return {
        "Sid": "GrantsByServicesAlone",
        "Effect": "Deny",
        "Action": "kms:CreateGrant",
        "Resource": "*",
        "Principal": {"AWS": "*"},
        "Condition": {
            "BoolIfExists": {"kms:GrantIsForAWSResource": "false", "aws:PrincipalIsAWSService": "false"}
        },
    }


def service(sid: str, principal: object, actions: Sequence[str] = USE, **conditions: object) -> Statement:
    """A service of AWS that uses the key in its own name, for this account's resources alone."""
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": list(actions),
        "Resource": "*",
        "Principal": {"Service": principal},
        "Condition": conditions or {"StringEquals": {"aws:SourceAccount": AccountId}},
    }


def key(
    template: Template, title: str, alias: str, about: str, statements: Sequence[Statement], env: Environment
) -> Any:
    """A key that rotates each year, with its alias (``alias/…``)."""
    made = Key(
        title,
        Description=about,
        EnableKeyRotation=True,
        KeyPolicy=document(account(), grants(), *statements),
        PendingWindowInDays=30,
    )
    keep(made, env)
    template.add_resource(made)
    template.add_resource(Alias(f"{title}Alias", AliasName=f"alias/{alias}", TargetKeyId=made.ref()))
    return made
