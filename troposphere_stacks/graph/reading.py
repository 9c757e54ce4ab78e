"""What the picture shows of a region, read from its network's template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from troposphere_stacks.manifest import Entry

TIERS = ("Public", "App", "Data")


@dataclass(frozen=True, slots=True)
class Place:
    """Machines that share a security group: what they are called, and the tier that they are in."""

    name: str
    tier: str


PLACES = {
    "AlbCloudFrontGroup": Place("Load balancer", "Public"),
    "AlbHealthGroup": Place("Load balancer", "Public"),
    "WebGroup": Place("Web", "App"),
    "RenderGroup": Place("Workers", "App"),
    "FunctionGroup": Place("Functions", "App"),
    "EndpointGroup": Place("Endpoints", "App"),
    "DatabaseGroup": Place("Aurora", "Data"),
    "CacheGroup": Place("Valkey", "Data"),
}
"""By the logical name of the security group in the network's template."""


@dataclass(frozen=True, slots=True)
class Network:
    """The network of a region."""

    region: str
    addresses: str
    subnets: Mapping[tuple[str, int], str]  # (tier, zone): addresses
    gateways: frozenset[int]  # zones with a NAT gateway
    places: tuple[Place, ...]
    ways: tuple[tuple[str, str, int], ...]  # (from, to, TCP port), by names of places
    surfers: tuple[str, ...]  # places that reach HTTPS services outside, through NAT


def read(entry: Entry) -> Network:
    """Read a network's template."""
    resources = entry.template["Resources"]
    subnets = {
        (tier, zone): resources[f"{tier}Subnet{zone}"]["Properties"]["CidrBlock"]
        for tier in TIERS
        for zone in (1, 2, 3)
    }
    titles = sorted(_of(resources, "SecurityGroup"), key=lambda title: list(PLACES).index(title))
    outwards = _of(resources, "SecurityGroupEgress").values()
    natted = _of(resources, "NatGateway").values()
    return Network(
        region=entry.region,
        addresses=resources["Vpc"]["Properties"]["CidrBlock"],
        subnets=subnets,
        gateways=frozenset(int(each["SubnetId"]["Ref"][-1]) for each in natted),
        places=tuple(dict.fromkeys(PLACES[title] for title in titles)),
        ways=tuple(sorted({_way(rule) for rule in outwards if "DestinationSecurityGroupId" in rule})),
        surfers=tuple(sorted({_name(rule) for rule in outwards if rule.get("CidrIp") == "0.0.0.0/0"})),
    )


def _of(resources: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return {
        name: each["Properties"] for name, each in resources.items() if each["Type"] == f"AWS::EC2::{kind}"
    }


def _way(rule: Mapping[str, Any]) -> tuple[str, str, int]:
    target = rule["DestinationSecurityGroupId"]["Fn::GetAtt"][0]
    return _name(rule), PLACES[target].name, rule["ToPort"]


def _name(rule: Mapping[str, Any]) -> str:
    return PLACES[rule["GroupId"]["Fn::GetAtt"][0]].name
