"""Who spoke with whom: the network's flow logs."""

from __future__ import annotations

from troposphere import GetAtt, Ref
from troposphere.ec2 import FlowLog

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.grants import allow, role
from troposphere_stacks.kit.retention import log_group
from troposphere_stacks.kit.tags import named
from troposphere_stacks.stack import StackTemplate


def add(template: StackTemplate, parameters: Parameters) -> None:
    """Add flow logs of all traffic, gathered each minute."""
    key = template.need("LogsKeyArn", "foundation.LogsKeyArn")
    name = f"/storefront/{parameters.env.name}/network/flow"
    group = log_group(template, "FlowLogGroup", name, parameters.env, key)
    writing = allow(
        ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"], GetAtt(group, "Arn")
    )
    writer = role(template, "FlowLogRole", "vpc-flow-logs", {"write-flow-logs": [writing]})
    template.add_resource(
        FlowLog(
            "FlowLog",
            ResourceId=Ref("Vpc"),
            ResourceType="VPC",
            TrafficType="ALL",
            MaxAggregationInterval=60,
            LogDestinationType="cloud-watch-logs",
            LogGroupName=group.ref(),
            DeliverLogsPermissionArn=GetAtt(writer, "Arn"),
            Tags=named(parameters.name("flow")),
        )
    )
