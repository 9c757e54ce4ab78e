"""What is kept, and for how long."""

from __future__ import annotations

from collections.abc import Iterator

from troposphere_stacks.check.graph.rule import Rule, Verdict
from troposphere_stacks.check.world import World

KEPT = ("Retain", "RetainExceptOnCreate", "Snapshot")
DATA = ("S3::Bucket", "DynamoDB::GlobalTable", "RDS::DBCluster", "KMS::Key", "Route53::HostedZone")


def _data_outlives_stacks(world: World) -> Iterator[Verdict]:
    for node in world.all(*DATA):
        gone = [
            rule for rule in ("DeletionPolicy", "UpdateReplacePolicy") if node.resource.get(rule) not in KEPT
        ]
        wrong = gone and world.deployment.env.protected
        yield node, f"would be lost with its stack: {' and '.join(gone)} must retain it" if wrong else ""


def _protected(world: World) -> Iterator[Verdict]:
    for cluster in world.all("RDS::DBCluster"):
        wrong = world.deployment.env.protected and not cluster.properties.get("DeletionProtection")
        yield cluster, "can be deleted by one call; expected DeletionProtection" if wrong else ""
    for table in world.all("DynamoDB::GlobalTable"):
        for replica in table.properties["Replicas"]:
            wrong = world.deployment.env.protected and not replica.get("DeletionProtectionEnabled")
            yield table, f"{replica['Region']}: can be deleted by one call" if wrong else ""


def _backups(world: World) -> Iterator[Verdict]:
    days = world.deployment.env.backup_days
    for cluster in world.all("RDS::DBCluster"):
        kept = int(cluster.properties.get("BackupRetentionPeriod", 1))
        yield cluster, "" if kept >= days else f"keeps backups for {kept} days; expected {days}"
    for table in world.all("DynamoDB::GlobalTable"):
        for replica in table.properties["Replicas"]:
            kept = replica.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled")
            yield table, "" if kept else f"{replica['Region']}: can't be restored to a point in time"


def _logs(world: World) -> Iterator[Verdict]:
    days = world.deployment.env.log_days
    for group in world.all("Logs::LogGroup"):
        kept = int(group.properties.get("RetentionInDays", 0))
        yield (
            group,
            "" if kept >= days else f"is kept for {kept or 'no stated number of'} days; expected {days}",
        )


def _trail(world: World) -> Iterator[Verdict]:
    for trail in world.all("CloudTrail::Trail"):
        whole = trail.properties.get("IsMultiRegionTrail") and trail.properties.get("EnableLogFileValidation")
        on = trail.properties.get("IsLogging")
        yield trail, "" if whole and on else "must log all regions, with validated files"
        bucket = world.node(trail.entry, trail.properties["S3BucketName"])
        rules = bucket.properties.get("LifecycleConfiguration", {}).get("Rules", []) if bucket else []
        days = min((rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule), default=None)
        wanted = world.deployment.env.trail_days
        yield trail, "" if days is None or days >= wanted else f"is kept for {days} days; expected {wanted}"


def _every_region(world: World) -> Iterator[Verdict]:
    for kind in ("GuardDuty::Detector", "Config::ConfigurationRecorder", "EC2::FlowLog"):
        for node in world.all(kind):
            yield node, ""
        missing = set(world.deployment.regions) - {node.region for node in world.all(kind)}
        for recorder in world.all("CloudTrail::Trail"):
            yield recorder, f"{', '.join(sorted(missing))} has no {kind}" if missing else ""


RULES = (
    Rule(
        "data-outlives-stacks", "Data isn't deleted or replaced along with its stack", _data_outlives_stacks
    ),
    Rule("protected", "Databases can't be deleted by a slip", _protected),
    Rule("backups", "Data can be restored to a point in time", _backups),
    Rule("logs-kept", "Logs are kept as long as the environment asks", _logs),
    Rule("trail-kept", "Every call in the account is on record", _trail),
    Rule("watched-everywhere", "Each region is watched", _every_region),
)
