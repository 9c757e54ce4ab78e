"""The function that rotates the administrator's password, with what it may do and who may call it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from troposphere import AWS_NO_VALUE, AccountId, GetAtt, Ref, Sub, awslambda, secretsmanager

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.alarms import Watch, alarm
from troposphere_stacks.kit.grants import allow, arn, role
from troposphere_stacks.kit.retention import log_group
from troposphere_stacks.kit.suppress import suppress
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.database.secret import UNWANTED

DAYS = 30
CODE = Path(__file__).with_name("rotate.py")


def add_rotation(template: StackTemplate, parameters: Parameters, cluster: Any, key: object) -> None:
    """Give the administrator another password every thirty days."""
    logs_key = template.need("LogsKeyArn", "foundation.LogsKeyArn")
    logs = log_group(template, "RotationLogs", Ref(AWS_NO_VALUE), parameters.env, logs_key)
    role(template, "RotationRole", "lambda", {"rotate": _may(cluster, key), "log": [_may_log(logs)]})
    function = template.add_resource(_function(parameters, logs, key))
    caller = awslambda.Permission(
        "RotationCaller",
        Action="lambda:InvokeFunction",
        FunctionName=arn(function),
        Principal="secretsmanager.amazonaws.com",
        SourceAccount=AccountId,
    )
    template.add_resource(caller)
    template.add_resource(_schedule(function))
    topic = template.need("AlertTopicArn", "foundation.AlertTopicArn")
    alarm(template, "RotationFails", _SAYS, _watch(function), topic)


_SAYS = "The database's administrator kept his password: look at the logs of the rotation function"


def _function(parameters: Parameters, logs: Any, key: object) -> awslambda.Function:
    function = awslambda.Function(
        "Rotation",
        Description="Gives the database's administrator a new password",
        Runtime="python3.13",
        Architectures=["arm64"],
        Handler="index.handler",
        Code=awslambda.Code(ZipFile=CODE.read_text()),
        Role=GetAtt("RotationRole", "Arn"),
        Timeout=300,
        MemorySize=256,
        ReservedConcurrentExecutions=1,
        KmsKeyArn=key,
        LoggingConfig=awslambda.LoggingConfig(LogGroup=Ref(logs)),
        Environment=awslambda.Environment(
            Variables={"CLUSTER": parameters.name("database"), "UNWANTED": UNWANTED}
        ),
    )
    suppress(function, "checkov", "CKV_AWS_116", "Secrets Manager tries again by itself; an alarm tells")
    suppress(function, "checkov", "CKV_AWS_117", "It asks the APIs of RDS and Secrets Manager alone")
    suppress(function, "guard", "CT.LAMBDA.PR.3", "It asks the APIs of RDS and Secrets Manager alone")
    return function


def _may(cluster: Any, key: object) -> list[dict[str, Any]]:
    actions = ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")
    through = {"kms:ViaService": Sub("secretsmanager.${AWS::Region}.amazonaws.com")}
    return [
        allow([f"secretsmanager:{action}" for action in actions], Ref("Secret")),
        allow(["secretsmanager:GetRandomPassword"], "*"),  # it knows no resources
        allow(["rds:DescribeDBClusters", "rds:ModifyDBCluster"], GetAtt(cluster, "DBClusterArn")),
        allow(["kms:Decrypt", "kms:GenerateDataKey"], key, StringEquals=through),
    ]


def _may_log(logs: Any) -> dict[str, Any]:
    return allow(["logs:CreateLogStream", "logs:PutLogEvents"], arn(logs))


def _schedule(function: Any) -> secretsmanager.RotationSchedule:
    return secretsmanager.RotationSchedule(
        "RotationSchedule",
        SecretId=Ref("Secret"),
        RotationLambdaARN=arn(function),
        RotationRules=secretsmanager.RotationRules(AutomaticallyAfterDays=DAYS),
        RotateImmediatelyOnUpdate=False,
        DependsOn=["RotationCaller", "SecretTarget"],
    )


def _watch(function: Any) -> Watch:
    return Watch(
        namespace="AWS/Lambda",
        metric="Errors",
        dimensions={"FunctionName": Ref(function)},
        threshold=0,
        seconds=300,
        periods=1,
        datapoints=1,
    )
