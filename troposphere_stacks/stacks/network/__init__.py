"""The private network of a region: three tiers over three zones, and who may reach whom."""

from __future__ import annotations

from troposphere import Join

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.stack import Stack, StackTemplate, Where
from troposphere_stacks.stacks.network import acl, endpoints, flow, groups, peering, routes, subnets
from troposphere_stacks.stacks.network.addresses import ZONES


def build(parameters: Parameters) -> StackTemplate:
    """VPC, subnets, ways out, endpoints, flow logs and all security groups of one region."""
    template = StackTemplate("Private network: public, app and data subnets in three availability zones")
    vpc = subnets.add(template, parameters)
    routes.add(template, parameters)
    acl.add(template, parameters)
    made = groups.add(template, parameters)
    endpoints.add(template, parameters)
    flow.add(template, parameters)
    template.give("VpcId", vpc.ref(), "The network")
    for tier in subnets.TIERS:
        ids = Join(",", [subnets.ref(tier, zone) for zone in ZONES])
        template.give(f"{tier}SubnetIds", ids, f"The {tier.lower()} subnets, one a zone")
    for table in (*routes.tables("App"), *routes.tables("Data")):
        template.give(
            f"{table.data['Ref'].removesuffix('Routes')}RouteTableId", table, "For routes to other regions"
        )
    for title, group in made.items():
        template.give(f"{title}Id", groups.group_id(group), group.properties["GroupDescription"])
    return template


STACK = Stack("network", build, Where.EVERY)
PEERING = Stack("peering", peering.build, Where.SECONDARIES)
PEERING_RETURN = Stack("peering-return", peering.build_return, Where.ALL_BUT_LAST)
