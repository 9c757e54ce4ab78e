"""The network: what leaves it, what enters it, and that both ends of a connection know of it."""

from __future__ import annotations

from ipaddress import ip_network
from itertools import combinations
from typing import Any

import pytest

from tests.stacks.sets import ENVIRONMENTS, REGIONS, built, resources
from troposphere_stacks.deployment import REGIONS as ALL_REGIONS
from troposphere_stacks.deployment import Parameters, deployment
from troposphere_stacks.stacks.network import addresses

ANYWHERE = "0.0.0.0/0"


def network(env: str = "prod", regions: int = 2, at: int = 0) -> Any:
    return built(env, regions)[f"{REGIONS[at]}:network"]


def of(kind: str, env: str = "prod", regions: int = 2, at: int = 0) -> dict[str, dict[str, Any]]:
    return resources(network(env, regions, at), kind)


def tables(tier: str, env: str = "prod") -> set[str]:
    """The route tables of a tier's subnets."""
    pairs = of("AWS::EC2::SubnetRouteTableAssociation", env).values()
    return {pair["RouteTableId"]["Ref"] for pair in pairs if pair["SubnetId"]["Ref"].startswith(tier)}


def ways_out(tier: str, env: str = "prod") -> list[dict[str, Any]]:
    routes = of("AWS::EC2::Route", env).values()
    return [route for route in routes if route["RouteTableId"]["Ref"] in tables(tier, env)]


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_each_tier_has_a_subnet_in_each_of_three_zones(env: str) -> None:
    subnets = of("AWS::EC2::Subnet", env)
    for tier in ("Public", "App", "Data"):
        zones = [str(each["AvailabilityZone"]) for name, each in subnets.items() if name.startswith(tier)]
        assert len(set(zones)) == len(zones) == 3


def test_nothing_in_a_subnet_gets_a_public_address() -> None:
    assert not any(subnet["MapPublicIpOnLaunch"] for subnet in of("AWS::EC2::Subnet").values())


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_the_data_tier_has_no_way_out(env: str) -> None:
    assert ways_out("Data", env) == []


def test_each_zone_of_the_app_tier_leaves_by_its_own_nat() -> None:
    assert len({route["NatGatewayId"]["Ref"] for route in ways_out("App")}) == 3


def test_in_dev_one_nat_is_enough() -> None:
    assert {route["NatGatewayId"]["Ref"] for route in ways_out("App", "dev")} == {"Nat1"}


def test_only_the_public_tier_meets_the_internet_gateway() -> None:
    routes = of("AWS::EC2::Route").values()
    assert {route["RouteTableId"]["Ref"] for route in routes if "GatewayId" in route} == tables("Public")


def test_the_networks_of_all_regions_and_environments_are_apart() -> None:
    ranges = []
    for env in ENVIRONMENTS:
        everywhere = deployment(env, ",".join(ALL_REGIONS), "shop.example.com")
        for region in ALL_REGIONS:
            place = addresses.of(Parameters(deployment=everywhere, region=region))
            ranges.append(ip_network(place.everything))
    assert not any(one.overlaps(other) for one, other in combinations(ranges, 2))


def test_the_subnets_of_a_network_are_apart_and_within_their_tier() -> None:
    subnets = {name: ip_network(each["CidrBlock"]) for name, each in of("AWS::EC2::Subnet").items()}
    assert not any(one.overlaps(other) for one, other in combinations(subnets.values(), 2))
    place = addresses.Addresses(16)
    for name, cidr in subnets.items():
        tier = {"A": place.app, "D": place.data}.get(name[0], place.everything)
        assert cidr.subnet_of(ip_network(tier))  # type: ignore[arg-type]


def rules(direction: str, env: str = "prod", at: int = 0) -> list[dict[str, Any]]:
    return list(of(f"AWS::EC2::SecurityGroup{direction}", env, at=at).values())


def between_groups(direction: str, other: str) -> set[tuple[str, str, int]]:
    """(From, to, port) of the rules that name a group at both ends."""
    found = set()
    for rule in rules(direction):
        if other in rule:
            ends = [rule["GroupId"]["Fn::GetAtt"][0], rule[other]["Fn::GetAtt"][0]]
            source, target = ends if direction == "Egress" else reversed(ends)
            found.add((source, target, rule["FromPort"]))
    return found


def test_each_connection_between_groups_is_written_at_both_ends() -> None:
    out = between_groups("Egress", "DestinationSecurityGroupId")
    assert out == between_groups("Ingress", "SourceSecurityGroupId")
    assert ("WebGroup", "DatabaseGroup", 5432) in out
    assert len(out) == 8


def test_every_group_says_what_may_leave_it() -> None:
    for title, group in of("AWS::EC2::SecurityGroup").items():
        [rule] = group["SecurityGroupEgress"]
        assert rule["CidrIp"] == "255.255.255.255/32", title
        assert "SecurityGroupIngress" not in group


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_nobody_outside_enters_but_by_a_list_of_addresses(env: str) -> None:
    for rule in rules("Ingress", env):
        assert rule.get("CidrIp") != ANYWHERE
        assert rule["FromPort"] == rule["ToPort"]
    lists = {rule["GroupId"]["Fn::GetAtt"][0]: rule["SourcePrefixListId"] for rule in rules("Ingress", env)
             if "SourcePrefixListId" in rule}  # fmt: skip
    assert lists == {
        "AlbCloudFrontGroup": {"Ref": "CloudFrontPrefixList"},
        "AlbHealthGroup": {"Ref": "HealthCheckPrefixList"},
    }


def test_databases_and_cache_open_no_connections() -> None:
    sources = {rule["GroupId"]["Fn::GetAtt"][0] for rule in rules("Egress")}
    assert sources == {"AlbCloudFrontGroup", "WebGroup", "RenderGroup", "FunctionGroup"}


def acl(egress: bool, regions: int = 2, at: int = 0) -> set[tuple[str, int, int]]:
    return {
        (entry["CidrBlock"], entry["PortRange"]["From"], entry["PortRange"]["To"])
        for entry in of("AWS::EC2::NetworkAclEntry", "prod", regions, at).values()
        if entry["Egress"] is egress
    }


@pytest.mark.parametrize(("regions", "at"), [(1, 0), (2, 0), (2, 1), (3, 0)])
def test_whoever_may_ask_the_data_tier_gets_its_answers(regions: int, at: int) -> None:
    asking = {cidr for cidr, first, _ in acl(False, regions, at) if first in (5432, 6379)}
    answered = {cidr for cidr, first, last in acl(True, regions, at) if (first, last) == (1024, 65535)}
    assert asking == answered


def test_the_rules_of_the_fence_have_numbers_of_their_own() -> None:
    entries = of("AWS::EC2::NetworkAclEntry", "prod", 3).values()
    numbers = [(entry["Egress"], entry["RuleNumber"]) for entry in entries]
    assert len(set(numbers)) == len(numbers)


def test_s3_and_dynamodb_need_no_nat_from_app_and_data() -> None:
    gateways = [each for each in of("AWS::EC2::VPCEndpoint").values() if each["VpcEndpointType"] == "Gateway"]
    for endpoint in gateways:
        assert {table["Ref"] for table in endpoint["RouteTableIds"]} == tables("App") | tables("Data")
    assert len(gateways) == 2


def test_endpoints_that_cost_are_in_prod_alone() -> None:
    kinds = {env: [each["VpcEndpointType"] for each in of("AWS::EC2::VPCEndpoint", env).values()]
             for env in ENVIRONMENTS}  # fmt: skip
    assert {env: found.count("Interface") for env, found in kinds.items()} == {
        "prod": 7,
        "staging": 0,
        "dev": 0,
    }


def test_all_traffic_is_logged() -> None:
    [log] = of("AWS::EC2::FlowLog").values()
    assert (log["TrafficType"], log["ResourceId"]) == ("ALL", {"Ref": "Vpc"})
