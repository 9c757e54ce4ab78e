"""The ways between regions: there and back, between any two, and for the database alone."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from tests.stacks.sets import REGIONS, built, resources
from troposphere_stacks.stacks.network.addresses import Addresses, title

FIRST, SECOND, THIRD = REGIONS
PAIRS = list(permutations(REGIONS, 2))
NETWORKS = {FIRST: Addresses(16), SECOND: Addresses(36), THIRD: Addresses(60)}


def routes(region: str, regions: int = 3) -> set[tuple[str, str]]:
    """(Route table, destination) of all routes to other regions."""
    stacks = (built("prod", regions).get(f"{region}:{name}") for name in ("peering", "peering-return"))
    found = [route for stack in stacks if stack for route in resources(stack, "AWS::EC2::Route").values()]
    assert all("VpcPeeringConnectionId" in route for route in found)
    return {(route["RouteTableId"]["Ref"], route["DestinationCidrBlock"]) for route in found}


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_the_app_tier_finds_the_data_tier_of_any_other_region(here: str, there: str) -> None:
    wanted = {(f"App{zone}RouteTableId", NETWORKS[there].data) for zone in (1, 2, 3)}
    assert wanted <= routes(here)


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_the_data_tier_s_answers_find_their_way_back(here: str, there: str) -> None:
    assert ("DataRouteTableId", NETWORKS[there].app) in routes(here)


def test_two_regions_have_one_connection() -> None:
    connections = [
        each
        for entry in built("prod", 3).values()
        for each in resources(entry, "AWS::EC2::VPCPeeringConnection").values()
    ]
    assert [each["PeerRegion"] for each in connections] == [FIRST, FIRST, SECOND]


@pytest.mark.parametrize("here", REGIONS)
def test_only_the_database_lets_other_regions_in(here: str) -> None:
    rules = resources(built("prod", 3)[f"{here}:network"], "AWS::EC2::SecurityGroupIngress").values()
    far = {
        (rule["GroupId"]["Fn::GetAtt"][0], rule["CidrIp"], rule["ToPort"])
        for rule in rules
        if "CidrIp" in rule
    }
    assert far == {("DatabaseGroup", NETWORKS[there].app, 5432) for there in REGIONS if there != here}


def test_needs_name_the_connection_between_the_two() -> None:
    needs: dict[str, Any] = dict(built("prod", 3)[f"{SECOND}:peering-return"].needs)
    assert needs[f"{title(THIRD)}ConnectionId"] == f"{THIRD}:peering.{title(SECOND)}ConnectionId"


def test_one_region_has_no_peering() -> None:
    assert not [key for key in built("prod", 1) if "peering" in key]
