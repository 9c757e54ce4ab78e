"""The recorder: what every resource was like at any time, into the audit bucket of the first region."""

from __future__ import annotations

from troposphere import GetAtt, Ref, Sub
from troposphere.config import (
    ConfigSnapshotDeliveryProperties,
    ConfigurationRecorder,
    DeliveryChannel,
    RecordingGroup,
)

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.grants import allow, role
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.audit.bucket import CONFIG_PREFIX

MANAGED = "arn:${AWS::Partition}:iam::aws:policy/service-role/AWS_ConfigRole"


def add_recorder(template: StackTemplate, parameters: Parameters) -> None:
    """Add the recorder, its role and where it delivers to."""
    first = parameters.first
    bucket = (
        Ref("AuditBucket")
        if parameters.primary
        else template.need("AuditBucketName", f"{first}:audit.AuditBucketName")
    )
    key = template.need("AuditKeyArn", f"{first}:foundation.LogsKeyArn")
    _add_role(template, bucket, key)
    group = RecordingGroup(
        AllSupported=True,
        # Of what is global, one region's record is enough.
        IncludeGlobalResourceTypes=parameters.primary,
    )
    recorder = ConfigurationRecorder(
        "Recorder", RoleARN=GetAtt("RecorderRole", "Arn"), RecordingGroup=group, Condition="GuardsAccount"
    )
    channel = DeliveryChannel(
        "DeliveryChannel",
        S3BucketName=bucket,
        S3KeyPrefix=CONFIG_PREFIX,
        S3KmsKeyArn=key,
        ConfigSnapshotDeliveryProperties=ConfigSnapshotDeliveryProperties(
            DeliveryFrequency="TwentyFour_Hours"
        ),
        Condition="GuardsAccount",
    )
    if parameters.primary:
        channel.DependsOn = ["AuditBucketPolicy"]
    template.add_resource(recorder)
    template.add_resource(channel)


def _add_role(template: StackTemplate, bucket: object, key: object) -> None:
    objects = Sub(
        f"arn:${{AWS::Partition}}:s3:::${{Bucket}}/{CONFIG_PREFIX}/AWSLogs/${{AWS::AccountId}}/*",
        Bucket=bucket,
    )
    whole = Sub("arn:${AWS::Partition}:s3:::${Bucket}", Bucket=bucket)
    deliver = [
        allow(["s3:PutObject"], objects),
        allow(["s3:GetBucketAcl"], whole),
        allow(["kms:Decrypt", "kms:GenerateDataKey"], key),
    ]
    role(template, "RecorderRole", "config", {"deliver": deliver}, ManagedPolicyArns=[Sub(MANAGED)])
