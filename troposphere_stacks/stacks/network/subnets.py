"""The VPC and its nine subnets."""

from __future__ import annotations

from typing import Any

from troposphere import GetAZs, Ref, Select
from troposphere.ec2 import VPC, Subnet

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.tags import named
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.network import addresses
from troposphere_stacks.stacks.network.addresses import ZONES

TIERS = ("Public", "App", "Data")


def add(template: StackTemplate, parameters: Parameters) -> Any:
    """Add VPC and subnets. Nothing in them gets a public address but load balancer and NAT gateways."""
    place = addresses.of(parameters)
    vpc = VPC(
        "Vpc",
        CidrBlock=place.everything,
        EnableDnsHostnames=True,
        EnableDnsSupport=True,
        Tags=named(parameters.name("network")),
    )
    template.add_resource(vpc)
    for tier in TIERS:
        for zone in ZONES:
            template.add_resource(_subnet(parameters, place, tier, zone))
    return vpc


def ref(tier: str, zone: int) -> Any:
    """The id of a subnet of this template."""
    return Ref(f"{tier}Subnet{zone}")


def _subnet(parameters: Parameters, place: addresses.Addresses, tier: str, zone: int) -> Any:
    return Subnet(
        f"{tier}Subnet{zone}",
        VpcId=Ref("Vpc"),
        CidrBlock=place.subnet(tier, zone),
        AvailabilityZone=Select(zone - 1, GetAZs("")),
        MapPublicIpOnLaunch=False,
        Tags=named(parameters.name(f"{tier.lower()}-{zone}")),
    )
