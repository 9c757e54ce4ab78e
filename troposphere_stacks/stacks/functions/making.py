"""How a function is made: its role, its log, its code from this region's bucket, its alarm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from troposphere import GetAtt, Ref, Sub, awslambda

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.alarms import Watch, alarm
from troposphere_stacks.kit.fixes import FunctionLogging
from troposphere_stacks.kit.grants import Statement, allow, role
from troposphere_stacks.kit.retention import log_group
from troposphere_stacks.kit.suppress import suppress
from troposphere_stacks.release import rights
from troposphere_stacks.release.userdata import NOT_RELEASED
from troposphere_stacks.stack import StackTemplate

RUNTIME, ARCHITECTURE = "python3.13", "arm64"


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """A function. ``title`` is its logical name; ``part`` ends its physical name; ``private``: in the VPC.

    ``answers`` says who gets to know of an event that failed.
    """

    title: str
    part: str
    about: str
    handler: str
    variables: Mapping[str, Any]
    statements: Sequence[Statement]
    private: bool
    seconds: int
    megabytes: int
    at_once: int
    answers: str = "What a stream's function gives up on goes to the queue that its event source names"


def add_code(template: StackTemplate) -> None:
    """Which code the functions run: its archive is named by what is in it."""
    template.static(
        "FunctionsSha256",
        NOT_RELEASED,
        "The hash of the functions' archive, as release.json says; an earlier one goes back",
        AllowedPattern="[0-9a-f]{64}",
    )
    template.need("ArtifactBucketName", "foundation.ArtifactBucketName")


def add_function(template: StackTemplate, parameters: Parameters, making: Making) -> Any:
    """Add a function with all that belongs to it."""
    key = template.need("DataKeyArn", "foundation.DataKeyArn")
    logs_key = template.need("LogsKeyArn", "foundation.LogsKeyArn")
    name = parameters.name(making.part)
    logs = log_group(template, f"{making.title}Logs", f"/aws/lambda/{name}", parameters.env, logs_key)
    grants = {"shop": list(making.statements), "log": [rights.function_logs(logs)]}
    if making.private:
        grants["network"] = [_network()]
    own = role(template, f"{making.title}Role", "lambda", grants)
    if making.private:
        suppress(own, "checkov", "CKV_AWS_111", "Network interfaces of functions know no resources in IAM")
    function = awslambda.Function(
        making.title,
        FunctionName=name,
        Description=making.about,
        Runtime=RUNTIME,
        Architectures=[ARCHITECTURE],
        Handler=making.handler,
        Code=awslambda.Code(
            S3Bucket=Ref("ArtifactBucketName"), S3Key=Sub("functions/${FunctionsSha256}.zip")
        ),
        Role=GetAtt(f"{making.title}Role", "Arn"),
        Timeout=making.seconds,
        MemorySize=making.megabytes,
        ReservedConcurrentExecutions=making.at_once,
        KmsKeyArn=key,
        LoggingConfig=FunctionLogging(LogGroup=Ref(logs), LogFormat="Text"),
        TracingConfig=awslambda.TracingConfig(Mode="PassThrough"),
        Environment=awslambda.Environment(Variables=dict(making.variables)),
    )
    if making.private:
        function.VpcConfig = _vpc(template)
    else:
        suppress(function, "checkov", "CKV_AWS_117", "It asks DynamoDB and S3 alone, by IAM")
        suppress(function, "guard", "CT.LAMBDA.PR.3", "It asks DynamoDB and S3 alone, by IAM")
    suppress(function, "checkov", "CKV_AWS_116", making.answers)
    template.add_resource(function)
    _add_alarm(template, making)
    return function


def _vpc(template: StackTemplate) -> Any:
    return awslambda.VPCConfig(
        SubnetIds=template.need("AppSubnetIds", "network.AppSubnetIds", "List<AWS::EC2::Subnet::Id>"),
        SecurityGroupIds=[template.need("FunctionGroupId", "network.FunctionGroupId")],
    )


def _network() -> Statement:
    """Lambda puts functions into the network with the function's own role; these know no resources."""
    actions = (
        "AssignPrivateIpAddresses", "CreateNetworkInterface", "DeleteNetworkInterface",
        "DescribeNetworkInterfaces", "DescribeSubnets", "UnassignPrivateIpAddresses",
    )  # fmt: skip
    return allow([f"ec2:{action}" for action in actions], "*", "EntersNetwork")


def _add_alarm(template: StackTemplate, making: Making) -> None:
    topic = template.need("AlertTopicArn", "foundation.AlertTopicArn")
    watch = Watch(
        namespace="AWS/Lambda",
        metric="Errors",
        dimensions={"FunctionName": Ref(making.title)},
        threshold=0,
        seconds=300,
        periods=3,
        datapoints=2,
    )
    alarm(template, f"{making.title}Fails", f"The function {making.part} fails again and again", watch, topic)
