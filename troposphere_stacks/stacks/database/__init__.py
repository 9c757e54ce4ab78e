"""Aurora PostgreSQL: accounts, stock and orders. One writer, in the primary region.

The cluster belongs to a global database even where there is one region only: so a second region is
something that an update adds. A cluster that stands alone would have to be taken into one by hand.
"""

from __future__ import annotations

from troposphere import GetAtt, Ref, rds

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.retention import keep
from troposphere_stacks.stack import Stack, StackTemplate, Where
from troposphere_stacks.stacks.database.cluster import (
    ENGINE,
    VERSION,
    add_cluster,
    add_instances,
    global_name,
)
from troposphere_stacks.stacks.database.replica import build_replica
from troposphere_stacks.stacks.database.rotation import add_rotation
from troposphere_stacks.stacks.database.secret import add_secret, master, target


def build(parameters: Parameters) -> StackTemplate:
    """The global database, its writing cluster, and the administrator's password with its rotation."""
    template = StackTemplate("Aurora PostgreSQL: the global database and the cluster that writes")
    key = template.need("DataKeyArn", "foundation.DataKeyArn")
    template.add_resource(keep(_global(parameters), parameters.env))
    add_secret(template, parameters, key)
    cluster = add_cluster(
        template,
        parameters,
        GlobalClusterIdentifier=Ref("Global"),
        DatabaseName="storefront",
        BackupRetentionPeriod=parameters.env.backup_days,
        **master(),
    )
    add_instances(template, 1 + parameters.env.readers)
    target(template)
    add_rotation(template, parameters, cluster, key)
    template.give("SecretArn", GetAtt("Secret", "Id"), "The administrator's user name and password")
    template.give("GlobalClusterId", Ref("Global"), "The global database")
    return template


def _global(parameters: Parameters) -> rds.GlobalCluster:
    return rds.GlobalCluster(
        "Global",
        GlobalClusterIdentifier=global_name(parameters),
        Engine=ENGINE,
        EngineVersion=VERSION,
        StorageEncrypted=True,
        DeletionProtection=parameters.env.protected,
    )


STACK = Stack("database", build, Where.PRIMARY)
REPLICA = Stack("database-replica", build_replica, Where.SECONDARIES)
