"""Valkey, the render workers' doorbell. A region has its own: work stays where it was asked for.

What waits stands in DynamoDB, so nothing here is worth a snapshot: a lost ring is rung again within a minute.
"""

from __future__ import annotations

from typing import Any

from troposphere import AWS_NO_VALUE, GetAtt, Ref, Sub, elasticache, secretsmanager

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.retention import keep, log_group
from troposphere_stacks.stack import Stack, StackTemplate, Where

ENGINE, VERSION, FAMILY = "valkey", "8.1", "valkey8"
PORT = 6379
TOKEN_LENGTH = 64


def build(parameters: Parameters) -> StackTemplate:
    """One shard with its replicas. RQ doesn't run on a cluster, so cluster mode is off."""
    template = StackTemplate("Valkey: rings the render workers")
    key = template.need("DataKeyArn", "foundation.DataKeyArn")
    template.add_resource(keep(_token(key), parameters.env))
    template.add_resource(_settings())
    template.add_resource(_subnets(template))
    template.add_resource(_group(template, parameters, key))
    template.give("Endpoint", GetAtt("Cache", "PrimaryEndPoint.Address"), "The primary's host; TLS only")
    template.give("Port", GetAtt("Cache", "PrimaryEndPoint.Port"), "Its port")
    template.give("AuthSecretArn", GetAtt("Token", "Id"), "The secret that is the password, as plain text")
    template.give("GroupId", Ref("Cache"), "The replication group's name, in metrics")
    return template


def _token(key: object) -> secretsmanager.Secret:
    return secretsmanager.Secret(
        "Token",
        Description="Valkey's password",
        KmsKeyId=key,
        # Letters and digits: it stands in a URL.
        GenerateSecretString=secretsmanager.GenerateSecretString(
            PasswordLength=TOKEN_LENGTH, ExcludePunctuation=True
        ),
    )


def _settings() -> elasticache.ParameterGroup:
    return elasticache.ParameterGroup(
        "Settings",
        CacheParameterGroupFamily=FAMILY,
        Description="A full queue says so; by default it would forget jobs without a word",
        Properties={"maxmemory-policy": "noeviction"},
    )


def _subnets(template: StackTemplate) -> elasticache.SubnetGroup:
    subnets = template.need("DataSubnetIds", "network.DataSubnetIds", "List<AWS::EC2::Subnet::Id>")
    return elasticache.SubnetGroup("Subnets", Description="Data subnets", SubnetIds=subnets)


def _group(template: StackTemplate, parameters: Parameters, key: object) -> Any:
    replicas = parameters.env.cache_replicas
    group = elasticache.ReplicationGroup(
        "Cache",
        ReplicationGroupDescription="Rings the render workers",
        Engine=ENGINE,
        EngineVersion=VERSION,
        ClusterMode="disabled",
        CacheNodeType=parameters.env.cache_type,
        NumCacheClusters=1 + replicas,
        AutomaticFailoverEnabled=replicas > 0,
        MultiAZEnabled=replicas > 0,
        CacheParameterGroupName=Ref("Settings"),
        CacheSubnetGroupName=Ref("Subnets"),
        SecurityGroupIds=[template.need("CacheGroupId", "network.CacheGroupId")],
        Port=PORT,
        AtRestEncryptionEnabled=True,
        KmsKeyId=key,
        TransitEncryptionEnabled=True,
        TransitEncryptionMode="required",
        AuthToken=Sub("{{resolve:secretsmanager:${Token}}}"),
        AutoMinorVersionUpgrade=True,
        PreferredMaintenanceWindow="sun:05:00-sun:06:00",
        SnapshotRetentionLimit=0,
        LogDeliveryConfigurations=_logs(template, parameters),
    )
    group.DeletionPolicy = group.UpdateReplacePolicy = "Delete"
    return group


def _logs(
    template: StackTemplate, parameters: Parameters
) -> list[elasticache.LogDeliveryConfigurationRequest]:
    key = template.need("LogsKeyArn", "foundation.LogsKeyArn")
    group = log_group(template, "Logs", Ref(AWS_NO_VALUE), parameters.env, key)
    where = elasticache.DestinationDetails(
        CloudWatchLogsDetails=elasticache.CloudWatchLogsDestinationDetails(LogGroup=Ref(group))
    )
    return [
        elasticache.LogDeliveryConfigurationRequest(
            DestinationDetails=where, DestinationType="cloudwatch-logs", LogFormat="json", LogType=kind
        )
        for kind in ("slow-log", "engine-log")
    ]


STACK = Stack("cache", build, Where.EVERY)
