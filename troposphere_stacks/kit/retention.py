"""What outlives its stack, and for how long logs are kept."""

from __future__ import annotations

from typing import Any

from troposphere import Template
from troposphere.logs import LogGroup

from troposphere_stacks.deployment import Environment


def keep(resource: Any, kept: bool = True) -> Any:
    """Let a resource outlive its stack, but not a creation that failed; if not ``kept`` it goes with the stack."""
    resource.DeletionPolicy = "RetainExceptOnCreate" if kept else "Delete"
    resource.UpdateReplacePolicy = "Retain" if kept else "Delete"
    return resource


def snapshot(resource: Any, kept: bool = True) -> Any:
    """Take a last snapshot of a database before it goes; else it just goes."""
    resource.DeletionPolicy = resource.UpdateReplacePolicy = "Snapshot" if kept else "Delete"
    return resource


def log_group(template: Template, title: str, name: object, env: Environment, key_arn: object) -> Any:
    """A log group that keeps its lines for the environment's ``log_days``, encrypted."""
    group = LogGroup(title, LogGroupName=name, RetentionInDays=env.log_days, KmsKeyId=key_arn)
    return template.add_resource(keep(group, env.protected))
