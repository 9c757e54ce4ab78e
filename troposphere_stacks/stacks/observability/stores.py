"""What the stores feel: before a shopper does, where that is possible."""

from __future__ import annotations

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit import origin
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.observability.signals import Measure, Signal
from troposphere_stacks.stacks.storage.replication import MINUTES, RENDITIONS, rule_id
from troposphere_stacks.stacks.tables.shapes import TABLES

DATABASE, TABLES_PANEL, OBJECTS, CACHE = "Database", "Tables", "Objects", "Queue's memory"
MOST_LAG_MS = 5_000
"""Of the copy in another region: what a lost region may cost of the last orders (docs/operations.md, RPO)."""


def store_signals(template: StackTemplate, parameters: Parameters) -> list[Signal]:
    """Aurora's, DynamoDB's and Valkey's signals."""
    return [
        *_database(template, parameters),
        *_tables(template, parameters),
        *_copies(template, parameters),
        *_cache(template, parameters),
    ]


def _database(template: StackTemplate, parameters: Parameters) -> list[Signal]:
    stack = "database" if parameters.primary else "database-replica"
    template.need("Cluster", f"{stack}.ClusterId")
    signals = [
        _cluster("DatabaseBusy", "CPUUtilization", "Average", 80, "The database works at more than 80 %"),
        _cluster(
            "DatabaseAtItsLimit",
            "ACUUtilization",
            "Maximum",
            90,
            "The database has grown to nine tenths of its largest size",
        ),
        _cluster("Deadlocks", "Deadlocks", "Sum", 1, "Transactions lock one another out"),
        _cluster(
            "ReadersBehind",
            "AuroraReplicaLagMaximum",
            "Maximum",
            1_000,
            "Readers are a second behind the writer",
        ),
    ]
    if not parameters.primary:
        signals.append(_far_copy(parameters))
    return signals


def _cluster(name: str, metric: str, statistic: str, threshold: float, says: str, **more: str) -> Signal:
    measure = Measure(
        namespace="AWS/RDS",
        metric=metric,
        dimensions={"DBClusterIdentifier": "${Cluster}"} | more,
        statistic=statistic,
    )
    return Signal(name=name, panel=DATABASE, says=says, measures=[measure], threshold=threshold)


def _far_copy(parameters: Parameters) -> Signal:
    return _cluster(
        "FarCopyBehind",
        "AuroraGlobalDBReplicationLag",
        "Maximum",
        MOST_LAG_MS,
        f"The copy of the database is seconds behind {parameters.first}: so much would be lost with it",
        SourceRegion=parameters.first,
    )


def _tables(template: StackTemplate, parameters: Parameters) -> list[Signal]:
    for shape in TABLES:
        template.need(f"{shape.role}Table", f"{parameters.first}:tables.{shape.role}TableName")
    throttled = [
        _table(shape.role, f"{kind}ThrottleEvents") for shape in TABLES for kind in ("Read", "Write")
    ]
    # An alarm adds up ten metrics at most.
    parts = [throttled[start : start + 10] for start in range(0, len(throttled), 10)]
    signals = [
        Signal(
            name=f"TablesThrottled{number}",
            panel=TABLES_PANEL,
            says="DynamoDB refuses requests: a hot key, or MostReads, MostWrites of the stack tables",
            measures=part,
            expression=" + ".join(f"FILL(m{place}, 0)" for place in range(1, len(part) + 1)),
            threshold=0,
        )
        for number, part in enumerate(parts, start=1)
    ]
    return signals + [_replication(region) for region in parameters.others]


def _table(role: str, metric: str, **more: str) -> Measure:
    return Measure(
        namespace="AWS/DynamoDB", metric=metric, dimensions={"TableName": f"${{{role}Table}}"} | more
    )


def _replication(region: str) -> Signal:
    measure = Measure(
        namespace="AWS/DynamoDB",
        metric="ReplicationLatency",
        dimensions={"TableName": "${CartsTable}", "ReceivingRegion": region},
        statistic="Average",
    )
    return Signal(
        name=f"CartsLate{origin.title(region)}",
        panel=TABLES_PANEL,
        says=f"Carts reach {region} more than {MOST_LAG_MS // 1000} seconds late",
        measures=[measure],
        threshold=MOST_LAG_MS,
    )


def _copies(template: StackTemplate, parameters: Parameters) -> list[Signal]:
    """How late renditions reach the other regions' buckets, which CloudFront tries next."""
    signals = []
    for region in parameters.others:
        place = origin.title(region)
        template.need("Bucket", "storage.AssetsBucketName")
        template.need(f"Bucket{place}", f"{region}:storage.AssetsBucketName")
        measure = Measure(
            namespace="AWS/S3",
            metric="ReplicationLatency",
            dimensions={
                "SourceBucket": "${Bucket}",
                "DestinationBucket": f"${{Bucket{place}}}",
                "RuleId": rule_id(RENDITIONS, region),
            },
            statistic="Maximum",
        )
        says = f"Renditions reach {region} later than the {MINUTES} minutes that S3 promises"
        signals.append(
            Signal(
                name=f"RenditionsLate{place}",
                panel=OBJECTS,
                says=says,
                measures=[measure],
                threshold=MINUTES * 60,
            )
        )
    return signals


def _cache(template: StackTemplate, parameters: Parameters) -> list[Signal]:
    template.need("CacheGroup", "cache.GroupId")
    nodes = range(1, parameters.env.cache_replicas + 2)
    return [
        _nodes(
            "QueueMemory",
            "DatabaseMemoryUsagePercentage",
            nodes,
            75,
            "The queue's memory is three quarters full; when it is full, jobs are refused (noeviction)",
        ),
        _nodes("QueueBusy", "EngineCPUUtilization", nodes, 80, "Valkey works at more than 80 %"),
    ]


def _nodes(name: str, metric: str, nodes: range, threshold: float, says: str) -> Signal:
    measures = [
        Measure(
            namespace="AWS/ElastiCache",
            metric=metric,
            dimensions={"CacheClusterId": f"${{CacheGroup}}-{node:03}", "CacheNodeId": "0001"},
            statistic="Maximum",
        )
        for node in nodes
    ]
    listed = ", ".join(f"m{number}" for number in range(1, len(measures) + 1))
    return Signal(
        name=name,
        panel=CACHE,
        says=says,
        measures=measures,
        expression=f"MAX([{listed}])" if measures[1:] else "",
        threshold=threshold,
    )
