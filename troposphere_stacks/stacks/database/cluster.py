"""What the writing cluster and those of other regions have in common."""

from __future__ import annotations

from typing import Any

from troposphere import AccountId, GetAtt, GetAZs, Ref, Select, Sub, rds
from troposphere.iam import Role

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.grants import trust
from troposphere_stacks.kit.retention import log_group, snapshot
from troposphere_stacks.kit.suppress import suppress
from troposphere_stacks.stack import StackTemplate

ENGINE, VERSION, FAMILY = "aurora-postgresql", "17.5", "aurora-postgresql17"
PORT = 5432
ZONES = 3
SLOW_MILLISECONDS = 1000
"""Statements that take longer are logged. The shop gives up on one after five seconds."""
INSIGHTS_DAYS = 7
"""How long performance data is kept; seven days cost nothing."""


def global_name(parameters: Parameters) -> str:
    """The global database's name: explicit, because clusters of other regions' stacks say it too."""
    return parameters.name("global")


def add_cluster(template: StackTemplate, parameters: Parameters, **own: object) -> Any:
    """A cluster with its network, parameters and logs; ``own`` is what only this one has."""
    _statics(template)
    logs = _log_group(template, parameters)
    template.add_resource(_subnets(template))
    template.add_resource(_cluster_parameters())
    cluster = rds.DBCluster(
        "Cluster",
        # A change that would replace it fails on the name: nobody loses the orders by an update.
        DBClusterIdentifier=parameters.name("database"),
        Engine=ENGINE,
        # RDS wants it here too: without one it takes its own default, which the global database refuses
        # (github.com/aws/aws-cli/issues/8139), whatever CloudFormation's page says.
        EngineVersion=VERSION,
        DBSubnetGroupName=Ref("Subnets"),
        VpcSecurityGroupIds=[template.need("DatabaseGroupId", "network.DatabaseGroupId")],
        DBClusterParameterGroupName=Ref("ClusterSettings"),
        KmsKeyId=template.need("DataKeyArn", "foundation.DataKeyArn"),
        StorageEncrypted=True,
        StorageType=Ref("StorageType"),
        EnableIAMDatabaseAuthentication=True,
        EnableCloudwatchLogsExports=["postgresql"],
        ServerlessV2ScalingConfiguration=_capacity(parameters),
        PreferredBackupWindow="03:00-03:30",
        PreferredMaintenanceWindow="sun:04:00-sun:04:30",
        CopyTagsToSnapshot=True,
        DeletionProtection=parameters.env.protected,
        DependsOn=[logs.title],
        **own,
    )
    _outputs(template)
    if not parameters.env.protected:
        suppress(cluster, "guard", "CT.RDS.PR.3", "This environment's data goes with its stack")
    return template.add_resource(snapshot(cluster, parameters.env))


def _statics(template: StackTemplate) -> None:
    template.static(
        "InstanceClass",
        "db.serverless",
        "db.serverless, or a provisioned class such as db.r8g.2xlarge for steady heavy load",
        AllowedPattern=r"db\.[a-z0-9.]+",
    )
    template.static(
        "StorageType",
        "aurora",
        "aurora, or aurora-iopt1 where reads and writes are more than a quarter of the database's bill",
        AllowedValues=["aurora", "aurora-iopt1"],
    )


def _log_group(template: StackTemplate, parameters: Parameters) -> Any:
    name = f"/aws/rds/cluster/{parameters.name('database')}/postgresql"
    return log_group(
        template, "Logs", name, parameters.env, template.need("LogsKeyArn", "foundation.LogsKeyArn")
    )


def _subnets(template: StackTemplate) -> rds.DBSubnetGroup:
    subnets = template.need("DataSubnetIds", "network.DataSubnetIds", "List<AWS::EC2::Subnet::Id>")
    return rds.DBSubnetGroup("Subnets", DBSubnetGroupDescription="Data subnets", SubnetIds=subnets)


def _cluster_parameters() -> rds.DBClusterParameterGroup:
    return rds.DBClusterParameterGroup(
        "ClusterSettings",
        Description="The shop's clusters: TLS only, slow and structural statements logged",
        Family=FAMILY,
        Parameters={
            "rds.force_ssl": "1",
            "log_statement": "ddl",
            "log_min_duration_statement": str(SLOW_MILLISECONDS),
            # A process that dies in mid-transaction must not hold the rows of a checkout for long.
            "idle_in_transaction_session_timeout": "30000",
        },
    )


def _capacity(parameters: Parameters) -> rds.ServerlessV2ScalingConfiguration:
    lowest, highest = parameters.env.capacity_units
    return rds.ServerlessV2ScalingConfiguration(MinCapacity=lowest, MaxCapacity=highest)


def add_instances(template: StackTemplate, number: int) -> None:
    """So many instances, each in another zone as far as zones go; any of them can become the writer."""
    template.add_resource(_monitoring_role())
    template.add_resource(
        rds.DBParameterGroup(
            "InstanceSettings",
            Description="The shop's instances",
            Family=FAMILY,
            Parameters={"log_connections": "1", "log_disconnections": "1"},
        )
    )
    for position in range(number):
        template.add_resource(_instance(position))


def _instance(position: int) -> Any:
    instance = rds.DBInstance(
        f"Instance{position + 1}",
        DBClusterIdentifier=Ref("Cluster"),
        Engine=ENGINE,
        DBInstanceClass=Ref("InstanceClass"),
        AvailabilityZone=Select(position % ZONES, GetAZs("")),
        DBParameterGroupName=Ref("InstanceSettings"),
        # Serverless readers of the first two tiers have the writer's size, ready to take over.
        PromotionTier=min(position, 1),
        PubliclyAccessible=False,
        AutoMinorVersionUpgrade=True,
        EnablePerformanceInsights=True,
        PerformanceInsightsKMSKeyId=Ref("DataKeyArn"),
        PerformanceInsightsRetentionPeriod=INSIGHTS_DAYS,
        MonitoringInterval=60,
        MonitoringRoleArn=GetAtt("MonitoringRole", "Arn"),
    )
    # The data is the cluster's: an instance holds none.
    instance.DeletionPolicy = instance.UpdateReplacePolicy = "Delete"
    return instance


def _monitoring_role() -> Role:
    return Role(
        "MonitoringRole",
        AssumeRolePolicyDocument=trust("monitoring.rds", StringEquals={"aws:SourceAccount": AccountId}),
        ManagedPolicyArns=[
            Sub("arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole")
        ],
    )


def _outputs(template: StackTemplate) -> None:
    for name, attribute, about in (
        (
            "ClusterEndpoint",
            "Endpoint.Address",
            "The writer's host; elsewhere dead until promotion",
        ),
        ("ReaderEndpoint", "ReadEndpoint.Address", "The readers' host"),
        ("ClusterResourceId", "DBClusterResourceId", "What rds-db:connect names"),
        ("Port", "Endpoint.Port", "The port of all hosts"),
    ):
        template.give(name, GetAtt("Cluster", attribute), about)
    template.give("ClusterId", Ref("Cluster"), "The cluster's name, in metrics")
