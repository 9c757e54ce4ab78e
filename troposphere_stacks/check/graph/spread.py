"""What survives the loss of an availability zone."""

from __future__ import annotations

from collections.abc import Iterator

from troposphere_stacks.check.graph.reach import routes
from troposphere_stacks.check.graph.rule import Rule, Verdict
from troposphere_stacks.check.world import Node, World

ZONES = 3
SUBNETS = {
    "AutoScaling::AutoScalingGroup": "VPCZoneIdentifier",
    "ElasticLoadBalancingV2::LoadBalancer": "Subnets",
    "RDS::DBSubnetGroup": "SubnetIds",
    "ElastiCache::SubnetGroup": "SubnetIds",
}


def _three_zones(world: World) -> Iterator[Verdict]:
    for kind, name in SUBNETS.items():
        for user in world.all(kind):
            subnets = world.nodes(user.entry, user.properties[name])
            zones = {str(subnet.properties["AvailabilityZone"]) for subnet in subnets}
            yield user, "" if len(zones) >= ZONES else f"is in {len(zones)} zones; expected {ZONES}"


def _nat_of_the_same_zone(world: World) -> Iterator[Verdict]:
    for subnet in world.all("EC2::Subnet"):
        for way in routes(world, subnet):
            nat = world.node(way.entry, way.properties.get("NatGatewayId"))
            if nat is not None:
                yield subnet, _crossing(world, subnet, nat)


def _crossing(world: World, subnet: Node, nat: Node) -> str:
    home = world.node(nat.entry, nat.properties["SubnetId"])
    same = home is not None and home.properties["AvailabilityZone"] == subnet.properties["AvailabilityZone"]
    if same or not world.deployment.env.nat_per_zone:
        return ""
    return f"leaves by {nat.name} of another zone, and is cut off when that zone is lost"


def _standby(world: World) -> Iterator[Verdict]:
    spread = world.deployment.env.spread
    for cache in world.all("ElastiCache::ReplicationGroup"):
        ready = cache.properties.get("MultiAZEnabled") and cache.properties.get("AutomaticFailoverEnabled")
        yield cache, "has no standby in another zone" if spread and not ready else ""
    for cluster in world.all("RDS::DBCluster"):
        several = len(_members(world, cluster))
        wrong = spread and several < 2
        yield cluster, f"has {several} instances; expected 2 or more" if wrong else ""


def _members(world: World, cluster: Node) -> list[Node]:
    instances = world.all("RDS::DBInstance")
    return [each for each in instances if _of_cluster(world, each) == cluster]


def _of_cluster(world: World, instance: Node) -> Node | None:
    return world.node(instance.entry, instance.properties.get("DBClusterIdentifier"))


def _kept_machines(world: World) -> Iterator[Verdict]:
    for group in world.all("AutoScaling::AutoScalingGroup"):
        policy = group.properties.get("MixedInstancesPolicy", {}).get("InstancesDistribution", {})
        base, fewest = policy.get("OnDemandBaseCapacity", 0), int(group.properties["MinSize"])
        yield group, "" if base >= 1 else "may be of Spot machines alone, which all may go at once"
        yield group, "" if fewest >= 1 else "may be empty"


def _one_architecture(world: World) -> Iterator[Verdict]:
    for group in world.all("AutoScaling::AutoScalingGroup"):
        template = group.properties["MixedInstancesPolicy"]["LaunchTemplate"]
        types = [
            str(world.value(group.entry, each.get("InstanceType"))) for each in template.get("Overrides", [])
        ]
        arms = {"g" in each.split(".")[0][2:] for each in types}
        yield group, "" if len(arms) == 1 else f"mixes processor architectures: {', '.join(types)}"
        fixed = template["LaunchTemplateSpecification"].get("Version") not in ("$Latest", "$Default")
        yield group, "" if fixed else "takes whatever launch template is the latest; expected a number"


RULES = (
    Rule("three-zones", "Machines, balancer and stores are in three availability zones", _three_zones),
    Rule("nat-in-zone", "Each zone leaves the network by its own NAT gateway", _nat_of_the_same_zone),
    Rule("standby", "Database and queue have a standby in another zone", _standby),
    Rule("kept-machines", "Some machines are never Spot", _kept_machines),
    Rule(
        "one-architecture",
        "All machines of a group can run the same image, of a version that is said",
        _one_architecture,
    ),
)
