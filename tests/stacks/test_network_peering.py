"""The way from other regions to the one writer of orders: there and back, and for the database alone."""

from __future__ import annotations

from typing import Any

from tests.stacks.sets import REGIONS, built, resources

FIRST, SECOND, _ = REGIONS
ROUTE = "AWS::EC2::Route"


def routes(key: str, regions: int = 2) -> list[dict[str, Any]]:
    return list(resources(built("prod", regions)[key], ROUTE).values())


def cidrs(region: str, tier: str, regions: int = 2) -> set[str]:
    subnets = resources(built("prod", regions)[f"{region}:network"], "AWS::EC2::Subnet")
    return {each["CidrBlock"] for name, each in subnets.items() if name.startswith(tier)}


def test_the_app_tier_of_another_region_finds_the_first_region_s_data_tier() -> None:
    there = routes(f"{SECOND}:peering")
    assert {route["DestinationCidrBlock"] for route in there} == {"10.16.128.0/20"}
    assert {route["RouteTableId"]["Ref"] for route in there} == {
        f"App{zone}RouteTableId" for zone in (1, 2, 3)
    }
    assert cidrs(FIRST, "Data") == {f"10.16.{part}.0/22" for part in (128, 132, 136)}


def test_answers_find_their_way_back() -> None:
    [back] = routes(f"{FIRST}:peering-return")
    assert back["DestinationCidrBlock"] == "10.36.64.0/18"
    assert back["RouteTableId"] == {"Ref": "DataRouteTableId"}
    assert cidrs(SECOND, "App") == {f"10.36.{part}.0/20" for part in (64, 80, 96)}


def test_only_the_database_lets_other_regions_in() -> None:
    found = resources(built()[f"{FIRST}:network"], "AWS::EC2::SecurityGroupIngress")
    far = [rule for rule in found.values() if rule.get("CidrIp") == "10.36.64.0/18"]
    assert [(rule["GroupId"]["Fn::GetAtt"][0], rule["ToPort"]) for rule in far] == [("DatabaseGroup", 5432)]


def test_three_regions_meet_in_the_first() -> None:
    assert set(built("prod", 3)[f"{FIRST}:peering-return"].needs.values()) == {
        f"{FIRST}:network.DataRouteTableId",
        "eu-west-1:peering.ConnectionId",
        "ap-northeast-1:peering.ConnectionId",
    }


def test_one_region_has_no_peering() -> None:
    assert not [key for key in built("prod", 1) if "peering" in key]
