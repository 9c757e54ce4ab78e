"""Whether things that are tied together across stacks are the right ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from troposphere_stacks.check.graph.rule import Rule, Verdict
from troposphere_stacks.check.world import Node, World

ANY_REGION = frozenset({"AWS::Route53::HealthCheck", "AWS::CloudFront::Distribution"})
"""Their metrics are in us-east-1, wherever they work."""

FAR_END = "DestinationBucket"
"""The dimension of a copy that names where it goes: the metric is where it comes from."""

LISTENERS = frozenset({"AWS::SNS::Topic", "AWS::AutoScaling::ScalingPolicy"})
"""Who does something about an alarm: people, or the group that it is about."""

TIES = {
    "AutoScaling::AutoScalingGroup": "VPCZoneIdentifier",
    "ElasticLoadBalancingV2::LoadBalancer": "Subnets",
    "ElastiCache::ReplicationGroup": "SecurityGroupIds",
    "RDS::DBCluster": "VpcSecurityGroupIds",
    "RDS::DBSubnetGroup": "SubnetIds",
}
"""What is tied to a network, and by which property."""


def _order(world: World) -> Iterator[Verdict]:
    position = {key: at for at, key in enumerate(world.entries)}
    for entry in world.entries.values():
        first = Node(entry, next(iter(entry.template["Resources"])))
        late = [source for source in entry.needs.values()
                if position.get(source.rsplit(".", 1)[0], -1) >= position[entry.key]]  # fmt: skip
        yield first, f"is deployed before {', '.join(late)}, which it needs" if late else ""


def _alarms_tell_somebody(world: World) -> Iterator[Verdict]:
    for alarm in world.all("CloudWatch::Alarm"):
        actions = world.nodes(alarm.entry, alarm.properties.get("AlarmActions", []))
        heard = [each for each in actions if each.type in LISTENERS and each.region == alarm.region]
        yield alarm, "" if heard else "tells nobody: expected a topic of its own region in AlarmActions"


def _alarms_watch_something(world: World) -> Iterator[Verdict]:
    for alarm in world.all("CloudWatch::Alarm"):
        for metric in _metrics(alarm):
            watched = world.mentioned(alarm.entry, metric.get("Dimensions", []))
            far = "" if any(_measured(each, alarm.region) for each in watched) else _places(watched)
            yield alarm, f"watches {far}, which has no metrics in {alarm.region}" if far else ""


def _measured(node: Node, region: str) -> bool:
    """Whether a resource's metrics are in a region: a replica's are where it is."""
    replicas = [each["Region"] for each in node.properties.get("Replicas", [])]
    return node.region == region or region in replicas or node.type in ANY_REGION


def _places(nodes: set[Node]) -> str:
    return ", ".join(sorted(each.where for each in nodes))


def _metrics(alarm: Node) -> list[dict[str, Any]]:
    several = [
        each["MetricStat"]["Metric"] for each in alarm.properties.get("Metrics", []) if "MetricStat" in each
    ]
    return several or [dict(alarm.properties)]


def _streams(world: World) -> Iterator[Verdict]:
    for source in world.all("Lambda::EventSourceMapping"):
        safe = source.properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        yield source, "" if safe else "loses events that fail: expected a destination for them"
        bounded = int(source.properties.get("MaximumRecordAgeInSeconds", -1)) > 0
        yield (
            source,
            "" if bounded else "may be stopped for ever by one event: expected MaximumRecordAgeInSeconds",
        )


def _neighbours(world: World) -> Iterator[Verdict]:
    """A thing in one region that is tied to a network or group of another can't be made."""
    for kind, name in TIES.items():
        for node in world.all(kind):
            tied = world.nodes(node.entry, node.properties.get(name, []))
            foreign = ", ".join(each.where for each in tied if each.region != node.region)
            yield node, f"{name} names {foreign}, of another region" if foreign else ""


RULES = (
    Rule("order", "Stacks are deployed after those that they need", _order),
    Rule("alarms-tell", "Every alarm tells somebody, when it starts", _alarms_tell_somebody),
    Rule("alarms-watch", "Every alarm watches what is in its own region", _alarms_watch_something),
    Rule("streams", "No event is lost, and none stops the others", _streams),
    Rule("neighbours", "Nothing is tied to another region's network", _neighbours),
)
