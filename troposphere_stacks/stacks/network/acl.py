"""A second fence around the data subnets, without state: answers need rules of their own."""

from __future__ import annotations

from troposphere import Ref
from troposphere.ec2 import NetworkAcl, NetworkAclEntry, PortRange, SubnetNetworkAclAssociation

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.tags import named
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.network import addresses, subnets
from troposphere_stacks.stacks.network.addresses import CACHE, DATABASE, ZONES, title

_TCP = 6
_EPHEMERAL = (1024, 65535)


def add(template: StackTemplate, parameters: Parameters) -> None:
    """Add the fence: databases and cache answer the app tier, one another, and other regions' app tiers."""
    template.add_resource(NetworkAcl("DataAcl", VpcId=Ref("Vpc"), Tags=named(parameters.name("data"))))
    for position, (who, cidr) in enumerate(_neighbours(parameters).items()):
        number = 100 + 100 * position
        for port in (DATABASE, CACHE):
            number += 10
            _let(template, f"DataAcl{who}In{port}", number, cidr, (port, port), out=False)
        _let(template, f"DataAcl{who}Answers", number, cidr, _EPHEMERAL, out=True)
    _let_one_another(template, addresses.of(parameters).data)
    for zone in ZONES:
        association = SubnetNetworkAclAssociation(
            f"DataSubnet{zone}Acl", SubnetId=subnets.ref("Data", zone), NetworkAclId=Ref("DataAcl")
        )
        template.add_resource(association)


def _neighbours(parameters: Parameters) -> dict[str, str]:
    """The address ranges that ask the data tier, each with a title."""
    asking = {"App": addresses.of(parameters).app, "Data": addresses.of(parameters).data}
    for region in parameters.others:
        asking[title(region)] = addresses.of(parameters, region).app
    return asking


def _let_one_another(template: StackTemplate, data: str) -> None:
    """A replica asks its primary: the data tier's own questions leave it, and their answers come back."""
    for position, port in enumerate((DATABASE, CACHE)):
        _let(template, f"DataAclOut{port}", 50 + position, data, (port, port), out=True)
    _let(template, "DataAclOwnAnswers", 60, data, _EPHEMERAL, out=False)


def _let(
    template: StackTemplate, title: str, number: int, cidr: str, ports: tuple[int, int], *, out: bool
) -> None:
    entry = NetworkAclEntry(
        title,
        NetworkAclId=Ref("DataAcl"),
        RuleNumber=number,
        Protocol=_TCP,
        RuleAction="allow",
        Egress=out,
        CidrBlock=cidr,
        PortRange=PortRange(From=ports[0], To=ports[1]),
    )
    template.add_resource(entry)
