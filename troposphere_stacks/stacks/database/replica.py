"""The cluster of a region that isn't the primary one: it follows, serves readers, and can be promoted.

The shop there connects to the primary region's writer over the peering: a checkout must read what it has just
locked. The follower forwards writes for those who can't reach the writer; of what Aurora doesn't forward
(SAVEPOINT, LOCK, nextval(), two-phase commit, DDL) the shop's own statements use nothing.
"""

from __future__ import annotations

from typing import Any

from troposphere import AccountId, Join, Partition, Select, Split

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.database.cluster import add_cluster, add_instances


def build_replica(parameters: Parameters) -> StackTemplate:
    """The cluster that follows, with an instance for each reader of the primary region."""
    template = StackTemplate("Aurora PostgreSQL: a cluster that follows, and forwards writes")
    add_cluster(
        template,
        parameters,
        GlobalClusterIdentifier=template.need(
            "GlobalClusterId", f"{parameters.first}:database.GlobalClusterId"
        ),
        EnableGlobalWriteForwarding=True,
        BackupRetentionPeriod=parameters.env.backup_days,
    )
    # A region that takes over has a standby of its own, even where readers are few.
    add_instances(template, max(2 if parameters.env.spread else 1, parameters.env.readers))
    template.give("SecretArn", _copy_of_secret(template, parameters), "This region's copy of the password")
    return template


def _copy_of_secret(template: StackTemplate, parameters: Parameters) -> Any:
    """A secret's copy has the same name and suffix as the secret; its ARN differs by region alone."""
    original = template.need("SecretArn", f"{parameters.first}:database.SecretArn")
    name = Select(6, Split(":", original))
    return Join(":", ["arn", Partition, "secretsmanager", parameters.region, AccountId, "secret", name])
