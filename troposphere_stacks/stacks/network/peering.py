"""The way from other regions to the first one's database, where the only writer of orders and stock is.

A connection made by a secondary region's stack is accepted by itself, for both ends are in one account; the
first region's stack then adds the way back.
"""

from __future__ import annotations

from troposphere import Ref
from troposphere.ec2 import Route, VPCPeeringConnection

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.tags import named
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.network import addresses
from troposphere_stacks.stacks.network.addresses import ZONES


def build(parameters: Parameters) -> StackTemplate:
    """The connection from a secondary region to the first, and the app tier's routes over it."""
    template = StackTemplate("Peering with the network of the first region")
    connection = VPCPeeringConnection(
        "Connection",
        VpcId=template.need("VpcId", "network.VpcId", "AWS::EC2::VPC::Id"),
        PeerVpcId=template.need("FirstVpcId", f"{parameters.first}:network.VpcId"),
        PeerRegion=parameters.first,
        Tags=named(parameters.name(f"to-{parameters.first}")),
    )
    template.add_resource(connection)
    data = addresses.of(parameters, parameters.first).data
    for zone in ZONES:
        table = template.need(f"App{zone}RouteTableId", f"network.App{zone}RouteTableId")
        template.add_resource(_route(f"App{zone}ToFirstData", table, data, Ref("Connection")))
    template.give("ConnectionId", Ref("Connection"), f"Peering with {parameters.first}")
    return template


def build_return(parameters: Parameters) -> StackTemplate:
    """The routes of the first region's data tier back to the app tiers of the others."""
    template = StackTemplate("The way back from the data tier to other regions")
    table = template.need("DataRouteTableId", "network.DataRouteTableId")
    for region in parameters.others:
        title = region.title().replace("-", "")
        connection = template.need(f"{title}ConnectionId", f"{region}:peering.ConnectionId")
        app = addresses.of(parameters, region).app
        template.add_resource(_route(f"DataTo{title}", table, app, connection))
    return template


def _route(title: str, table: object, cidr: str, connection: object) -> Route:
    return Route(title, RouteTableId=table, DestinationCidrBlock=cidr, VpcPeeringConnectionId=connection)
