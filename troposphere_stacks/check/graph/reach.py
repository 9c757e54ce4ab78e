"""Who can reach whom: security groups, routes, and what lies in which subnet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from troposphere_stacks.check.graph.rule import Rule, Verdict
from troposphere_stacks.check.world import Node, World

ANYWHERE = ("0.0.0.0/0", "::/0")
ENTRANCES = frozenset({"AlbCloudFrontGroup", "AlbHealthGroup"})
"""The groups that are entered from outside of the network, by lists of addresses alone."""

STORES = {
    "DatabaseGroup": (5432, {"WebGroup", "FunctionGroup"}),
    "CacheGroup": (6379, {"WebGroup", "RenderGroup"}),
}
"""The groups of data stores: the one port, and who may ask there."""


def _nobody_from_anywhere(world: World) -> Iterator[Verdict]:
    for rule in world.all("EC2::SecurityGroupIngress"):
        open_ = rule.properties.get("CidrIp") in ANYWHERE or rule.properties.get("CidrIpv6") in ANYWHERE
        yield rule, "admits the whole internet; expected a prefix list or another group" if open_ else ""
    for group in world.all("EC2::SecurityGroup"):
        inline = group.properties.get("SecurityGroupIngress")
        yield (
            group,
            "has rules of its own for what enters; expected them as resources, in pairs" if inline else "",
        )


def _lists_at_entrances_alone(world: World) -> Iterator[Verdict]:
    for rule in world.all("EC2::SecurityGroupIngress"):
        if "SourcePrefixListId" in rule.properties:
            name = _group(world, rule)
            yield (
                rule,
                "" if name in ENTRANCES else f"{name} is entered from outside; expected the balancer alone",
            )


def _stores_are_shut(world: World) -> Iterator[Verdict]:
    for rule in world.all("EC2::SecurityGroupIngress"):
        group = _group(world, rule)
        if group in STORES:
            yield rule, _against_store(world, rule, *STORES[group])


def _against_store(world: World, rule: Node, port: int, askers: set[str]) -> str:
    source = world.node(rule.entry, rule.properties.get("SourceSecurityGroupId"))
    if rule.properties.get("FromPort") != port or rule.properties.get("ToPort") != port:
        return (
            f"opens {rule.properties.get('FromPort')}–{rule.properties.get('ToPort')}; expected {port} alone"
        )
    if source is None:
        return "" if _private(rule.properties) else "admits addresses outside of the shop's networks"
    return (
        "" if source.name in askers else f"{source.name} may ask; expected {', '.join(sorted(askers))} alone"
    )


def _private(properties: Mapping[str, Any]) -> bool:
    return str(properties.get("CidrIp", "")).startswith("10.")


def _pairs(world: World) -> Iterator[Verdict]:
    ends = {"Egress": "DestinationSecurityGroupId", "Ingress": "SourceSecurityGroupId"}
    ways: dict[str, dict[tuple[object, ...], Node]] = {"Egress": {}, "Ingress": {}}
    for direction, other in ends.items():
        for rule in world.all(f"EC2::SecurityGroup{direction}"):
            if other in rule.properties:
                pair = [world.node(rule.entry, rule.properties[name]) for name in ("GroupId", other)]
                from_to = pair if direction == "Egress" else pair[::-1]
                ways[direction][(*from_to, rule.properties.get("ToPort"))] = rule
    for direction, opposite in (("Egress", "Ingress"), ("Ingress", "Egress")):
        for way, rule in ways[direction].items():
            yield rule, "" if way in ways[opposite] else f"has no rule for the other end ({opposite.lower()})"


def _data_has_no_way_out(world: World) -> Iterator[Verdict]:
    for group in world.all("RDS::DBSubnetGroup", "ElastiCache::SubnetGroup"):
        for subnet in world.nodes(group.entry, group.properties["SubnetIds"]):
            out = [way.name for way in routes(world, subnet) if _leaves(way)]
            yield (
                subnet,
                f"{', '.join(out)} leads out of a subnet with data; expected no default route" if out else "",
            )


def _leaves(route: Node) -> bool:
    return route.properties.get("DestinationCidrBlock") in ANYWHERE or "NatGatewayId" in route.properties


def _machines_have_no_public_side(world: World) -> Iterator[Verdict]:
    for group in world.all("AutoScaling::AutoScalingGroup"):
        for subnet in world.nodes(group.entry, group.properties["VPCZoneIdentifier"]):
            public = any("GatewayId" in way.properties for way in routes(world, subnet))
            yield subnet, f"{group.name} runs in a subnet that the internet can reach" if public else ""
    for subnet in world.all("EC2::Subnet"):
        given = subnet.properties.get("MapPublicIpOnLaunch")
        yield (
            subnet,
            "gives public addresses to machines; expected MapPublicIpOnLaunch false" if given else "",
        )


def routes(world: World, subnet: Node) -> list[Node]:
    """The routes of a subnet's table."""
    tables = [
        world.node(pair.entry, pair.properties["RouteTableId"])
        for pair in world.all("EC2::SubnetRouteTableAssociation")
        if world.node(pair.entry, pair.properties["SubnetId"]) == subnet
    ]
    return [
        way
        for way in world.all("EC2::Route")
        if world.node(way.entry, way.properties["RouteTableId"]) in tables
    ]


def _group(world: World, rule: Node) -> str:
    found = world.node(rule.entry, rule.properties["GroupId"])
    return found.name if found else str(rule.properties["GroupId"])


def _in_the_right_groups(world: World) -> Iterator[Verdict]:
    wanted = {"RDS::DBCluster": ("VpcSecurityGroupIds", "DatabaseGroup"),
              "ElastiCache::ReplicationGroup": ("SecurityGroupIds", "CacheGroup")}  # fmt: skip
    for kind, (name, group) in wanted.items():
        for store in world.all(kind):
            found = [each.name for each in world.nodes(store.entry, store.properties.get(name, []))]
            yield store, "" if found == [group] else f"is in the groups {found}; expected {group} alone"


RULES = (
    Rule("nobody-from-anywhere", "No security group admits the whole internet", _nobody_from_anywhere),
    Rule(
        "one-entrance",
        "From outside only CloudFront and Route 53's checkers enter, at the balancer",
        _lists_at_entrances_alone,
    ),
    Rule(
        "stores-are-shut", "Database and queue admit the tiers that need them, on one port", _stores_are_shut
    ),
    Rule(
        "stores-in-their-group", "Database and queue are behind their security groups", _in_the_right_groups
    ),
    Rule("both-ends", "Each connection between groups is allowed at both ends", _pairs),
    Rule("data-has-no-way-out", "Subnets with data have no route out of the network", _data_has_no_way_out),
    Rule(
        "machines-are-private", "No machine can be reached from the internet", _machines_have_no_public_side
    ),
)
