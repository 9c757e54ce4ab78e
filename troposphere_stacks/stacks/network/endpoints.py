"""Ways to AWS's own services that don't leave its network."""

from __future__ import annotations

from typing import Any

from troposphere import AccountId, GetAtt, Ref, Sub
from troposphere.ec2 import VPCEndpoint

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.grants import Statement, document
from troposphere_stacks.kit.tags import named
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.network import routes, subnets
from troposphere_stacks.stacks.network.addresses import ZONES

_INTERFACES = ("autoscaling", "kms", "logs", "secretsmanager", "sqs", "ssm", "ssmmessages")
"""What machines call all day; each costs an hourly fee in each zone, so that rarer services go over NAT."""


def add(template: StackTemplate, parameters: Parameters) -> None:
    """Add the two free gateway endpoints, and where the environment wants them those that cost."""
    template.add_resource(_gateway("DynamoDbEndpoint", "dynamodb", [_ours("dynamodb:*")]))
    template.add_resource(_gateway("S3Endpoint", "s3", [_ours("s3:*"), _packages(), _answers()]))
    if parameters.env.interface_endpoints:
        for service in _INTERFACES:
            template.add_resource(_interface(parameters, service))


def _gateway(title: str, service: str, statements: list[Statement]) -> Any:
    return VPCEndpoint(
        title,
        VpcEndpointType="Gateway",
        ServiceName=Sub(f"com.amazonaws.${{AWS::Region}}.{service}"),
        VpcId=Ref("Vpc"),
        RouteTableIds=[*routes.tables("App"), *routes.tables("Data")],
        PolicyDocument=document(*statements),
    )


def _interface(parameters: Parameters, service: str) -> Any:
    return VPCEndpoint(
        f"{service.title()}Endpoint",
        VpcEndpointType="Interface",
        ServiceName=Sub(f"com.amazonaws.${{AWS::Region}}.{service}"),
        VpcId=Ref("Vpc"),
        SubnetIds=[subnets.ref("App", zone) for zone in ZONES],
        SecurityGroupIds=[GetAtt("EndpointGroup", "GroupId")],
        PrivateDnsEnabled=True,
        PolicyDocument=document(_ours(f"{service}:*")),
        Tags=named(parameters.name(service)),
    )


def _ours(action: str) -> Statement:
    """Nobody but this account, so that stolen keys of another can't carry data out this way."""
    return {
        "Sid": "ThisAccount",
        "Effect": "Allow",
        "Principal": "*",
        "Action": action,
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalAccount": AccountId}},
    }


def _answers() -> Statement:
    """A custom resource's function answers CloudFormation by a signed address in a bucket of AWS's."""
    return {
        "Sid": "CustomResources",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": Sub("arn:${AWS::Partition}:s3:::cloudformation-custom-resource-response-*"),
    }


def _packages() -> Statement:
    """The repositories of Amazon Linux lie in buckets of AWS's, and are read without a name."""
    return {
        "Sid": "AmazonLinux",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": Sub("arn:${AWS::Partition}:s3:::al2023-repos-${AWS::Region}-de612dc2/*"),
    }
