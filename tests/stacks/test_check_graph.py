"""Whoever breaks a promise by hand is caught, by the rule that is named here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.stacks.broken import Breaking, broken, found, given, lost, without
from tests.stacks.sets import ENVIRONMENTS, built

FIRST, SECOND = "us-east-1", "eu-west-1"


def widen(properties: dict[str, Any]) -> None:
    """Let the whole internet in."""
    properties.pop("SourcePrefixListId", None)
    properties.pop("SourceSecurityGroupId", None)
    properties["CidrIp"] = "0.0.0.0/0"


def other_regions_key(properties: dict[str, Any]) -> None:
    properties["Replicas"][1]["SSESpecification"]["KMSMasterKeyId"] = {"Ref": "DataKeyArnUsEast1"}


def slow_to_give_up(properties: dict[str, Any]) -> None:
    for origin in properties["DistributionConfig"]["Origins"]:
        origin.update(ConnectionAttempts=3, ConnectionTimeout=10)


def without_token(properties: dict[str, Any]) -> None:
    for origin in properties["DistributionConfig"]["Origins"]:
        origin.pop("OriginCustomHeaders", None)


def same_twice(properties: dict[str, Any]) -> None:
    for group in properties["DistributionConfig"]["OriginGroups"]["Items"]:
        first = group["Members"]["Items"][0]["OriginId"]
        group["Members"]["Items"][1]["OriginId"] = first


def mixed(properties: dict[str, Any]) -> None:
    """Machines of both processor architectures in one group."""
    template = properties["MixedInstancesPolicy"]["LaunchTemplate"]
    template["Overrides"].append({"InstanceType": "m7i.large"})


def latest(properties: dict[str, Any]) -> None:
    template = properties["MixedInstancesPolicy"]["LaunchTemplate"]
    template["LaunchTemplateSpecification"]["Version"] = "$Latest"


def spot_alone(properties: dict[str, Any]) -> None:
    properties["MixedInstancesPolicy"]["InstancesDistribution"]["OnDemandBaseCapacity"] = 0


def with_(change: Breaking, *path: str) -> Breaking:
    """Change what lies deeper in the properties."""

    def changed(properties: dict[str, Any]) -> None:
        for name in path:
            properties = properties[name]
        change(properties)

    return changed


FOREIGN_KEY = {"Fn::Sub": "arn:aws:kms:eu-west-1:111122223333:key/theirs"}

BREAKS: dict[str, tuple[str, str, Breaking, str]] = {
    "the balancer's port opened to all": (
        "network", "AlbCloudFrontGroupFromList443", widen, "nobody-from-anywhere"),
    "the database's port opened to all": (
        "network", "DatabaseGroupFromWebGroup5432", widen, "nobody-from-anywhere"),
    "web machines entered past the balancer": (
        "network", "WebGroupFromAlbCloudFrontGroup8000",
        given(SourcePrefixListId={"Ref": "CloudFrontPrefixList"}), "one-entrance"),
    "another port of the database": (
        "network", "DatabaseGroupFromWebGroup5432", given(FromPort=0), "stores-are-shut"),
    "render workers let into the database": (
        "network", "DatabaseGroupFromWebGroup5432",
        given(SourceSecurityGroupId={"Fn::GetAtt": ["RenderGroup", "GroupId"]}), "stores-are-shut"),
    "the database behind the web's group": (
        "database", "Cluster", given(VpcSecurityGroupIds=[]), "stores-in-their-group"),
    "a connection allowed at one end": (
        "network", "WebGroupToCacheGroup6379", given(ToPort=6380), "both-ends"),
    "a way out of the data subnets": (
        "network", "App1WayOut", given(RouteTableId={"Ref": "DataRoutes"}), "data-has-no-way-out"),
    "public addresses for machines": (
        "network", "AppSubnet1", given(MapPublicIpOnLaunch=True), "machines-are-private"),
    "two app subnets in one zone": (
        "network", "DataSubnet2", given(AvailabilityZone={"Fn::Select": [0, {"Fn::GetAZs": ""}]}),
        "three-zones"),
    "one NAT gateway for all": (
        "network", "App2WayOut", given(NatGatewayId={"Ref": "Nat1"}), "nat-in-zone"),
    "a queue without a standby": ("cache", "Cache", given(MultiAZEnabled=False), "standby"),
    "a database encrypted by somebody's key": (
        "database", "Cluster", given(KmsKeyId=FOREIGN_KEY), "own-key"),
    "logs in the clear": ("network", "FlowLogGroup", without("KmsKeyId"), "own-key"),
    "a replica under another region's key": ("tables", "Carts", other_regions_key, "replicas-own-key"),
    "a key that never changes": ("foundation", "DataKey", without("EnableKeyRotation"), "keys-rotate"),
    "no firewall": ("edge", "Distribution", with_(without("WebACLId"), "DistributionConfig"), "firewall"),
    "pages over plain HTTP": (
        "edge", "Distribution",
        with_(given(ViewerProtocolPolicy="allow-all"), "DistributionConfig", "DefaultCacheBehavior"),
        "https-alone"),
    "an old TLS": (
        "edge", "Distribution",
        with_(given(MinimumProtocolVersion="TLSv1"), "DistributionConfig", "ViewerCertificate"),
        "https-alone"),
    "origins that anybody may ask": ("edge", "Distribution", without_token, "past-the-edge"),
    "CloudFront waits half a minute": ("edge", "Distribution", slow_to_give_up, "pages-in-time"),
    "a second origin that is the first": ("edge", "Distribution", same_twice, "pages-in-time"),
    "a week of backups": ("database", "Cluster", given(BackupRetentionPeriod=7), "backups"),
    "a database without a guard": ("database", "Cluster", given(DeletionProtection=False), "protected"),
    "a month of logs": ("network", "FlowLogGroup", given(RetentionInDays=30), "logs-kept"),
    "a trail of one region": ("audit", "Trail", given(IsMultiRegionTrail=False), "trail-kept"),
    "machines of two architectures": ("web", "Group", mixed, "one-architecture"),
    "whatever template is the latest": ("web", "Group", latest, "one-architecture"),
    "Spot machines alone": ("render", "Group", spot_alone, "kept-machines"),
    "app subnets with a way in from the internet": (
        "network", "App1WayOut",
        lambda way: way.update(GatewayId=way.pop("NatGatewayId")), "machines-are-private"),
    "machines kept though they don't answer": (
        "web", "Group", given(HealthCheckType="EC2"), "balancers-look"),
    "a balancer that looks every two minutes": (
        "web", "Targets", given(HealthCheckIntervalSeconds=120), "balancers-look"),
    "a balancer in plain HTTP": ("web", "Listener", given(Protocol="HTTP", Port=80), "https-alone"),
    "a balancer that serves whoever asks": (
        "web", "Listener", given(DefaultActions=[{"Type": "forward"}]), "past-the-edge"),
    "a health check that nobody answers": (
        "web", "HealthRule", given(Conditions=[]), "health-is-reachable"),
    "a health check of another path": (
        "dns", "HealthUsEast1", with_(given(ResourcePath="/up"), "HealthCheckConfig"),
        "health-is-reachable"),
    "checkers kept out by the balancer's group": (
        "network", "AlbHealthGroupFromList443", given(SourcePrefixListId="pl-1"), "health-is-reachable"),
    "a loss noticed after 90 seconds": (
        "dns", "HealthUsEast1", with_(given(RequestInterval=30), "HealthCheckConfig"), "writes-in-time"),
    "names kept for five minutes": ("dns", "NearestUsEast1", given(TTL="300"), "writes-in-time"),
    "a region without a health check": ("dns", "NearestUsEast1", without("HealthCheckId"), "writes-in-time"),
    "a stream that stops at one bad event": (
        "functions", "CartsSource", without("MaximumRecordAgeInSeconds"), "streams"),
    "events lost when they fail": ("functions", "CartsSource", without("DestinationConfig"), "streams"),
    "an alarm that tells nobody": ("audit", "RootUsed", given(AlarmActions=[]), "alarms-tell"),
}  # fmt: skip


@pytest.mark.parametrize("what", BREAKS)
def test_whoever_breaks_a_promise_is_caught(what: str) -> None:
    stack, resource, change, rule = BREAKS[what]
    assert rule in found(broken(f"{FIRST}:{stack}", resource, change))


def test_a_connection_that_lost_its_other_end_is_caught() -> None:
    assert found(lost(f"{FIRST}:network", "CacheGroupFromWebGroup6379")) == {"both-ends"}


def test_a_firewall_in_the_wrong_region_is_caught() -> None:
    entries = [replace(e, region=SECOND) if e.name == "edge" else e for e in built().values()]
    assert "firewall" in found(entries)


def test_a_region_that_nobody_watches_is_caught() -> None:
    assert "watched-everywhere" in found(lost(f"{SECOND}:audit", "Detector"))


def test_data_that_would_go_with_its_stack_is_caught() -> None:
    entries = broken(f"{FIRST}:tables", "Carts", given())
    carts = next(e for e in entries if e.key == f"{FIRST}:tables").template["Resources"]["Carts"]
    carts["DeletionPolicy"] = "Delete"
    assert found(entries) == {"data-outlives-stacks"}


def test_a_stack_that_comes_before_what_it_needs_is_caught() -> None:
    assert "order" in found(list(reversed(built().values())))


@pytest.mark.parametrize(
    ("stack", "rule"),
    [("web", "neighbours"), ("observability", "alarms-watch"), ("database-replica", "own-key")],
)
def test_a_stack_that_is_tied_to_another_region_is_caught(stack: str, rule: str) -> None:
    entries = dict(built())
    entry = entries[f"{SECOND}:{stack}"]
    needs = {name: source.replace(f"{SECOND}:", f"{FIRST}:") for name, source in entry.needs.items()}
    entries[entry.key] = replace(entry, needs=needs)
    assert rule in found(list(entries.values()))


@pytest.mark.parametrize("env", ENVIRONMENTS)
@pytest.mark.parametrize("regions", [1, 2, 3])
def test_the_sets_keep_all_promises(env: str, regions: int) -> None:
    assert found(list(built(env, regions).values()), env, regions) == set()


def test_a_rule_that_has_nothing_to_look_at_says_so() -> None:
    assert "stores-in-their-group" in found(
        [e for e in built().values() if e.name in ("foundation", "network")]
    )
