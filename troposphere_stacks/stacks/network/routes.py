"""Ways out: the internet gateway for the public tier, NAT for the app tier, none for the data tier."""

from __future__ import annotations

from typing import Any

from troposphere import GetAtt, Ref
from troposphere.ec2 import (
    EIP,
    InternetGateway,
    NatGateway,
    Route,
    RouteTable,
    SubnetRouteTableAssociation,
    VPCGatewayAttachment,
)

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.tags import named
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.network import subnets
from troposphere_stacks.stacks.network.addresses import ZONES

_ANYWHERE = "0.0.0.0/0"


def add(template: StackTemplate, parameters: Parameters) -> None:
    """Add gateways, and route tables: one for the public tier, one for data, one a zone for the app tier."""
    template.add_resource(InternetGateway("Internet", Tags=named(parameters.name("internet"))))
    template.add_resource(
        VPCGatewayAttachment("InternetAttachment", VpcId=Ref("Vpc"), InternetGatewayId=Ref("Internet"))
    )
    public = _table(template, parameters, "Public")
    template.add_resource(
        Route(
            "PublicWayOut",
            DependsOn="InternetAttachment",
            RouteTableId=public.ref(),
            DestinationCidrBlock=_ANYWHERE,
            GatewayId=Ref("Internet"),
        )
    )
    _add_app(template, parameters)
    data = _table(template, parameters, "Data")
    for zone in ZONES:
        _associate(template, "Public", zone, public)
        _associate(template, "Data", zone, data)


def tables(tier: str) -> list[Any]:
    """The ids of a tier's route tables."""
    return [Ref(f"App{zone}Routes") for zone in ZONES] if tier == "App" else [Ref(f"{tier}Routes")]


def _add_app(template: StackTemplate, parameters: Parameters) -> None:
    gateways = {zone: _nat(template, parameters, zone) for zone in ZONES[: _gateways(parameters)]}
    for zone in ZONES:
        table = _table(template, parameters, f"App{zone}")
        template.add_resource(
            Route(
                f"App{zone}WayOut",
                RouteTableId=table.ref(),
                DestinationCidrBlock=_ANYWHERE,
                NatGatewayId=gateways.get(zone, gateways[1]).ref(),
            )
        )
        _associate(template, "App", zone, table)


def _gateways(parameters: Parameters) -> int:
    return len(ZONES) if parameters.env.nat_per_zone else 1


def _nat(template: StackTemplate, parameters: Parameters, zone: int) -> Any:
    address = EIP(f"Nat{zone}Address", DependsOn="InternetAttachment", Domain="vpc")
    template.add_resource(address)
    gateway = NatGateway(
        f"Nat{zone}",
        AllocationId=GetAtt(address, "AllocationId"),
        SubnetId=subnets.ref("Public", zone),
        Tags=named(parameters.name(f"nat-{zone}")),
    )
    return template.add_resource(gateway)


def _table(template: StackTemplate, parameters: Parameters, title: str) -> Any:
    table = RouteTable(f"{title}Routes", VpcId=Ref("Vpc"), Tags=named(parameters.name(title.lower())))
    return template.add_resource(table)


def _associate(template: StackTemplate, tier: str, zone: int, table: Any) -> None:
    template.add_resource(
        SubnetRouteTableAssociation(
            f"{tier}Subnet{zone}Routes", SubnetId=subnets.ref(tier, zone), RouteTableId=table.ref()
        )
    )
