"""IAM statements, roles, and grants that write the statement of the role and that of the key together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from troposphere import GetAtt, Template
from troposphere.iam import Policy, Role

Statement = dict[str, Any]
"""A statement of a policy; policies are the one place where troposphere takes plain dicts."""


def allow(actions: Sequence[str], resources: object, sid: str = "", **conditions: object) -> Statement:
    """Allow ``actions`` on ``resources`` (one or a list); ``conditions``: ``StringEquals={…}``."""
    statement: Statement = {"Effect": "Allow", "Action": sorted(actions), "Resource": resources}
    if sid:
        statement["Sid"] = sid
    if conditions:
        statement["Condition"] = conditions
    return statement


def document(*statements: Statement) -> dict[str, Any]:
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def trust(service: str, **conditions: object) -> dict[str, Any]:
    """Who may take a role: ``lambda``, ``ec2``, ``monitoring.rds`` …, or a full principal."""
    principal = service if service.endswith(".amazonaws.com") else f"{service}.amazonaws.com"
    statement: Statement = {
        "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": principal},
    }  # fmt: skip
    if conditions:
        statement["Condition"] = conditions
    return document(statement)


def role(
    template: Template, title: str, service: str, grants: Mapping[str, Sequence[Statement]], **options: object
) -> Any:
    """A role for a service; each of ``grants`` becomes an inline policy that goes with it."""
    policies = [
        Policy(PolicyName=name, PolicyDocument=document(*statements)) for name, statements in grants.items()
    ]
    made = Role(title, AssumeRolePolicyDocument=trust(service), Policies=policies, **options)
    return template.add_resource(made)


def use_key(key_arn: object, service: str, *, writes: bool = False) -> Statement:
    """Let a role use a key, through one service alone (``s3.eu-west-1.amazonaws.com``)."""
    actions = ["kms:Decrypt", *(["kms:GenerateDataKey"] if writes else [])]
    return allow(actions, key_arn, StringEquals={"kms:ViaService": service})


def arn(resource: Any) -> Any:
    """The ARN of a resource of the same template."""
    return GetAtt(resource, "Arn")
