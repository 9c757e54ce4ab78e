"""The DynamoDB tables: one global table for each PynamoDB model, with a replica in every region.

Writes are taken by any region and judged on the version that it has; the shop is made for that
(an item per line and region, jobs with a home).
"""

from __future__ import annotations

from typing import Any

from troposphere import AWS_NO_VALUE, Equals, GetAtt, If, Ref, dynamodb

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.retention import keep
from troposphere_stacks.stack import Stack, StackTemplate, Where
from troposphere_stacks.stacks.tables.shapes import TABLES, Shape

MOST_READS = {"prod": 40_000, "staging": 4_000, "dev": 1_000}
MOST_WRITES = {"prod": 20_000, "staging": 2_000, "dev": 500}
"""Request units a second of a table, past which DynamoDB refuses: what a runaway loop can cost is bounded."""


def build(parameters: Parameters) -> StackTemplate:
    """The tables, made once in the primary region with their replicas."""
    template = StackTemplate("DynamoDB global tables: catalog, carts, sessions, assets and render jobs")
    _throughput(template, parameters.env.name)
    for shape in TABLES:
        keep(template.add_resource(_table(template, shape, parameters)), parameters.env)
        _outputs(template, shape)
    template.give("TablePrefix", parameters.name("").rstrip("-"), "STOREFRONT_TABLE_PREFIX")
    return template


def _throughput(template: StackTemplate, env: str) -> None:
    limit = "Request units a second and table at most; DynamoDB refuses what is above"
    template.static("MostReads", str(MOST_READS[env]), limit, type="Number", MinValue=1)
    template.static("MostWrites", str(MOST_WRITES[env]), limit, type="Number", MinValue=1)
    warm = template.static(
        "Warm",
        "false",
        "true before a sale that begins on the minute: tables then take the warm units at once, and for good",
        AllowedValues=["true", "false"],
    )
    template.add_condition("IsWarm", Equals(warm, "true"))
    units = "Units a second that a warm table takes at once"
    template.static("WarmReads", "12000", units, type="Number", MinValue=12_000)
    template.static("WarmWrites", "4000", units, type="Number", MinValue=4_000)


def _table(template: StackTemplate, shape: Shape, parameters: Parameters) -> dynamodb.GlobalTable:
    return dynamodb.GlobalTable(
        shape.role,
        TableName=parameters.name(shape.suffix),
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_keys(shape.keys),
        AttributeDefinitions=[
            dynamodb.AttributeDefinition(AttributeName=name, AttributeType="S") for name in shape.key_names
        ],
        StreamSpecification=dynamodb.StreamSpecification(StreamViewType="NEW_AND_OLD_IMAGES"),
        SSESpecification=dynamodb.GlobalTableSSESpecification(SSEEnabled=True, SSEType="KMS"),
        ReadOnDemandThroughputSettings=dynamodb.ReadOnDemandThroughputSettings(
            MaxReadRequestUnits=Ref("MostReads")
        ),
        WriteOnDemandThroughputSettings=dynamodb.WriteOnDemandThroughputSettings(
            MaxWriteRequestUnits=Ref("MostWrites")
        ),
        WarmThroughput=If("IsWarm", _warm(), Ref(AWS_NO_VALUE)),
        Replicas=[_replica(template, region, parameters) for region in parameters.regions],
        **_indexes(shape),
        **_time_to_live(shape),
    )


def _warm() -> dynamodb.WarmThroughput:
    return dynamodb.WarmThroughput(ReadUnitsPerSecond=Ref("WarmReads"), WriteUnitsPerSecond=Ref("WarmWrites"))


def _keys(names: tuple[str, ...]) -> list[dynamodb.KeySchema]:
    return [
        dynamodb.KeySchema(AttributeName=name, KeyType=kind)
        for name, kind in zip(names, ("HASH", "RANGE"), strict=False)
    ]


def _indexes(shape: Shape) -> dict[str, Any]:
    indexes = [
        dynamodb.GlobalTableGlobalSecondaryIndex(
            IndexName=index.name, KeySchema=_keys(index.keys), Projection=_projection(index.included)
        )
        for index in shape.indexes
    ]
    return {"GlobalSecondaryIndexes": indexes} if indexes else {}


def _projection(included: tuple[str, ...]) -> dynamodb.Projection:
    if not included:
        return dynamodb.Projection(ProjectionType="ALL")
    return dynamodb.Projection(ProjectionType="INCLUDE", NonKeyAttributes=list(included))


def _time_to_live(shape: Shape) -> dict[str, Any]:
    if not shape.expires:
        return {}
    return {
        "TimeToLiveSpecification": dynamodb.TimeToLiveSpecification(AttributeName=shape.expires, Enabled=True)
    }


def _replica(template: StackTemplate, region: str, parameters: Parameters) -> dynamodb.ReplicaSpecification:
    key = template.need("DataKeyArn" + region.title().replace("-", ""), f"{region}:foundation.DataKeyArn")
    return dynamodb.ReplicaSpecification(
        Region=region,
        SSESpecification=dynamodb.ReplicaSSESpecification(KMSMasterKeyId=key),
        PointInTimeRecoverySpecification=dynamodb.PointInTimeRecoverySpecification(
            PointInTimeRecoveryEnabled=True, RecoveryPeriodInDays=parameters.env.backup_days
        ),
        DeletionProtectionEnabled=parameters.env.protected,
        ContributorInsightsSpecification=dynamodb.ContributorInsightsSpecification(
            Enabled=True, Mode="THROTTLED_KEYS"
        ),
    )


def _outputs(template: StackTemplate, shape: Shape) -> None:
    template.give(f"{shape.role}TableName", Ref(shape.role), f"The table of {shape.suffix}")
    if shape.followed:
        stream = GetAtt(shape.role, "StreamArn")
        template.give(f"{shape.role}StreamArn", stream, f"What changes in {shape.suffix}, in this region")


STACK = Stack("tables", build, Where.PRIMARY, replicated=True)
