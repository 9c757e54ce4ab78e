"""Aurora, Valkey and S3."""

from __future__ import annotations

from collections.abc import Iterable

from troposphere_stacks.cost.bill import Line
from troposphere_stacks.cost.place import Place, Resource
from troposphere_stacks.cost.prices import HOURS

AURORA = "Aurora"
_OPTIMIZED = "aurora-iopt1"
_BACKUPS = 1.0
"""Backups beyond the first copy, which is free, over the database's size; assumed."""
_LARGE_MB = 0.5
"""Mean size of the objects that Intelligent-Tiering watches; smaller ones than 128 kB it leaves alone."""
_WRITES_OF_A_MODEL, _WRITES_OF_A_LOOK = 60, 8
_LOG_KB = 0.5
"""A line of an access log."""
_MONTH_DAYS = 30.4
_SMALL_GB = 20
"""What releases, or a year of the trail, take; assumed."""


def instance(resource: Resource, place: Place) -> Iterable[Line]:
    """An instance of a cluster: by its class, or by what a serverless one holds in the mean."""
    (cluster,) = resource.beside("AWS::RDS::DBCluster")
    times = 1.0
    if resource.value(cluster.get("StorageType", "aurora"), place) == _OPTIMIZED:
        times = place.prices("aurora", "optimized_hours")
    kind = resource.value(resource.properties["DBInstanceClass"], place)
    if kind == "db.serverless":
        lowest = resource.number(cluster["ServerlessV2ScalingConfiguration"]["MinCapacity"], place)
        units = max(lowest, place.size.capacity_units) * HOURS
        yield place.line(AURORA, "capacity unit hours", units, ("aurora", "capacity_unit_hour"), times)
    else:
        yield place.line(AURORA, f"{kind} hours", HOURS, ("aurora", kind), times)


def cluster(resource: Resource, place: Place) -> Iterable[Line]:
    """A cluster's storage, backups, and reads and writes where these are paid apart."""
    gigabytes = place.size.database_gb
    optimized = resource.value(resource.properties.get("StorageType", "aurora"), place) == _OPTIMIZED
    storage = "optimized_gb_month" if optimized else "gb_month"
    yield place.line(AURORA, "storage GB", gigabytes, ("aurora", storage))
    yield place.line(AURORA, "backups GB", gigabytes * _BACKUPS, ("aurora", "backup_gb_month"))
    millions = place.load.orders * place.load.regions * place.load.habits.order_io / 1e6
    if resource.properties.get("EnableGlobalWriteForwarding"):
        yield place.line(AURORA, "replicated writes, million", millions / 2, ("aurora", "replicated_million"))
    elif not optimized:
        yield place.line(AURORA, "reads and writes, million", millions, ("aurora", "io_million"))


def cache(resource: Resource, place: Place) -> Iterable[Line]:
    """A replication group, by its nodes."""
    nodes = resource.number(resource.properties["NumCacheClusters"], place)
    kind = resource.value(resource.properties["CacheNodeType"], place)
    yield place.line("Valkey", f"{kind} hours", nodes * HOURS, ("valkey", kind))


def bucket(resource: Resource, place: Place) -> Iterable[Line]:
    """The bucket of the shop's objects; any other one holds logs and releases."""
    if resource.entry.name == "storage":
        yield from _objects(place)
        yield from _copies(resource, place)
    elif resource.name == "LogBucket":
        months = _days(resource, place) / _MONTH_DAYS
        kept = place.load.edge_requests * _LOG_KB / 1e6 * months
        yield place.line("S3", "access logs GB", kept, ("s3", "gb_month"))
    else:
        yield place.line("S3", "releases and records GB", _SMALL_GB, ("s3", "gb_month"))


def _days(resource: Resource, place: Place) -> float:
    """How long a bucket of logs keeps them."""
    rules = resource.properties["LifecycleConfiguration"]["Rules"]
    (days,) = (rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule)
    return resource.number(days, place)


def _objects(place: Place) -> Iterable[Line]:
    load = place.load
    everywhere = load.stored_gb * load.regions
    writes = load.models * _WRITES_OF_A_MODEL + load.new_looks * _WRITES_OF_A_LOOK
    watched = everywhere * 1000 / _LARGE_MB / 1000
    cold = everywhere * load.habits.cold
    yield place.line("S3", "objects GB", everywhere - cold, ("s3", "gb_month"))
    yield place.line("S3", "objects that nobody asks for, GB", cold, ("s3", "cold_gb_month"))
    yield place.line("S3", "objects watched by tiering, thousand", watched, ("s3", "monitored_thousand"))
    yield place.line("S3", "writes, million", writes * load.regions / 1e6, ("s3", "puts_million"))
    yield place.line("S3", "reads, million", load.bucket_reads / 1e6, ("s3", "gets_million"))


def _copies(resource: Resource, place: Place) -> Iterable[Line]:
    if "ReplicationConfiguration" not in resource.properties:
        return
    gigabytes = place.load.new_gb * (place.load.regions - 1)
    yield place.line("Between regions", "objects copied, GB", gigabytes, ("network", "regions_gb"))
    yield place.line("S3", "copies in time, GB", gigabytes, ("s3", "copy_in_time_gb"))
