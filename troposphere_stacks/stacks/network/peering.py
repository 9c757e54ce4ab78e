"""Ways between regions, for the database alone: its one writer may be in any of them.

Of two regions, the later one in the deployment asks for the connection, which is accepted by itself because
both ends are in one account; the earlier one then adds its routes in a stack of its own.
"""

from __future__ import annotations

from troposphere import Ref
from troposphere.ec2 import Route, VPCPeeringConnection

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.tags import named
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.network import addresses
from troposphere_stacks.stacks.network.addresses import ZONES, title


def build(parameters: Parameters) -> StackTemplate:
    """Connections to the regions that come before this one, and routes over them."""
    template = StackTemplate("Peering with the networks of earlier regions")
    vpc = template.need("VpcId", "network.VpcId", "AWS::EC2::VPC::Id")
    for region in parameters.regions[: parameters.regions.index(parameters.region)]:
        connection = VPCPeeringConnection(
            f"To{title(region)}",
            VpcId=vpc,
            PeerVpcId=template.need(f"{title(region)}VpcId", f"{region}:network.VpcId"),
            PeerRegion=region,
            Tags=named(parameters.name(f"to-{region}")),
        )
        template.add_resource(connection)
        _add_routes(template, parameters, region, connection.ref())
        template.give(f"{title(region)}ConnectionId", Ref(connection), f"Peering with {region}")
    return template


def build_return(parameters: Parameters) -> StackTemplate:
    """Routes to the regions that come after this one."""
    template = StackTemplate("The way back to the networks of later regions")
    for region in parameters.regions[parameters.regions.index(parameters.region) + 1 :]:
        made = f"{region}:peering.{title(parameters.region)}ConnectionId"
        connection = template.need(f"{title(region)}ConnectionId", made)
        _add_routes(template, parameters, region, connection)
    return template


def _add_routes(template: StackTemplate, parameters: Parameters, region: str, connection: object) -> None:
    """Questions go from the app tier to the other's data tier, answers from the data tier to its app tier."""
    there = addresses.of(parameters, region)
    ways = {f"App{zone}": there.data for zone in ZONES} | {"Data": there.app}
    for name, cidr in ways.items():
        table = template.need(f"{name}RouteTableId", f"network.{name}RouteTableId")
        route = Route(
            f"{name}To{title(region)}",
            RouteTableId=table,
            DestinationCidrBlock=cidr,
            VpcPeeringConnectionId=connection,
        )
        template.add_resource(route)
