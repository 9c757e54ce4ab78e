"""Security groups, and who may reach whom: each connection is written at both of its ends.

Rules are resources of their own, because groups that name one another in themselves are a circle.
"""

from __future__ import annotations

from typing import Any

from troposphere import GetAtt, Template
from troposphere.ec2 import SecurityGroup, SecurityGroupEgress, SecurityGroupIngress, SecurityGroupRule

from troposphere_stacks.kit.tags import named

_NOWHERE = SecurityGroupRule(
    IpProtocol="icmp",
    FromPort=252,
    ToPort=86,
    CidrIp="255.255.255.255/32",
    Description="Leads nowhere: a group without a rule here would allow everything out",
)


def group(template: Template, title: str, name: str, about: str, vpc: object) -> Any:
    """A security group that lets nothing in and nothing out, until :func:`connect` says so."""
    made = SecurityGroup(
        title, GroupDescription=about, VpcId=vpc, SecurityGroupEgress=[_NOWHERE], Tags=named(name)
    )
    return template.add_resource(made)


def connect(template: Template, source: Any, target: Any, port: int, why: str) -> None:
    """Let ``source`` open TCP connections to ``target``: one rule out of it, one into the other."""
    leave(template, source, port, why, f"To{target.title}", DestinationSecurityGroupId=group_id(target))
    enter(template, target, port, why, f"From{source.title}", SourceSecurityGroupId=group_id(source))


def leave(template: Template, source: Any, port: int, why: str, title: str, **to: object) -> None:
    """Let ``source`` open TCP connections to a group, ``CidrIp`` or ``DestinationPrefixListId``."""
    rule = SecurityGroupEgress(
        f"{source.title}{title}{port}", GroupId=group_id(source),
        IpProtocol="tcp", FromPort=port, ToPort=port, Description=why, **to,
    )  # fmt: skip
    template.add_resource(rule)


def enter(template: Template, target: Any, port: int, why: str, title: str, **origin: object) -> None:
    """Let TCP connections from a group, ``CidrIp`` or ``SourcePrefixListId`` into ``target``."""
    rule = SecurityGroupIngress(
        f"{target.title}{title}{port}", GroupId=group_id(target),
        IpProtocol="tcp", FromPort=port, ToPort=port, Description=why, **origin,
    )  # fmt: skip
    template.add_resource(rule)


def group_id(group: Any) -> Any:
    """The id of a security group of the same template."""
    return GetAtt(group, "GroupId")
