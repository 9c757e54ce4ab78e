"""What outlives its stack, and for how long logs are kept."""

from __future__ import annotations

from typing import Any

from troposphere import Template
from troposphere.logs import LogGroup

from troposphere_stacks.deployment import Environment
from troposphere_stacks.kit.suppress import suppress

YEAR = 365
"""Days for which Control Tower wants lines to be kept, of whatever environment."""


def keep(resource: Any, env: Environment) -> Any:
    """Let a resource outlive its stack (not a failed creation) where data is protected; else it goes too."""
    resource.DeletionPolicy = "RetainExceptOnCreate" if env.protected else "Delete"
    resource.UpdateReplacePolicy = "Retain" if env.protected else "Delete"
    return resource


def snapshot(resource: Any, env: Environment) -> Any:
    """Take a last snapshot of a database before it goes, where data is protected; else it just goes."""
    resource.DeletionPolicy = resource.UpdateReplacePolicy = "Snapshot" if env.protected else "Delete"
    return resource


def log_group(template: Template, title: str, name: object, env: Environment, key_arn: object) -> Any:
    """A log group that keeps its lines for the environment's ``log_days``, encrypted."""
    group = LogGroup(title, LogGroupName=name, RetentionInDays=env.log_days, KmsKeyId=key_arn)
    if env.log_days < YEAR:
        suppress(group, "guard", "CT.CLOUDWATCH.PR.2", f"Nobody asks {env.name} for lines of a year ago")
    return template.add_resource(keep(group, env))
