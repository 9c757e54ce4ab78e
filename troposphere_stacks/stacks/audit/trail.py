"""The trail: every change anywhere in the account, in all regions, with digests that show tampering."""

from __future__ import annotations

from typing import Any

from troposphere import GetAtt, Ref, Sub
from troposphere.cloudtrail import AdvancedEventSelector, AdvancedFieldSelector, Trail

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit import origin
from troposphere_stacks.kit.grants import allow, role
from troposphere_stacks.kit.retention import log_group
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.audit.bucket import TRAIL_PREFIX


def add_trail(template: StackTemplate, parameters: Parameters, bucket: Any) -> Any:
    """Add the trail; returns its log group, which the alarms read."""
    key = template.need("LogsKeyArn", "foundation.LogsKeyArn")
    group = log_group(template, "TrailLog", f"/storefront/{parameters.env.name}/trail", parameters.env, key)
    # Not TrailLog.Arn: that ends in ":*", and with more behind it fits no stream.
    streams = Sub(
        "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${TrailLog}"
        ":log-stream:${AWS::AccountId}_CloudTrail_${AWS::Region}*"
    )
    grants = {"write": [allow(["logs:CreateLogStream", "logs:PutLogEvents"], streams)]}
    writer = role(template, "TrailLogRole", "cloudtrail", grants)
    trail = Trail(
        "Trail",
        IsLogging=True,
        IsMultiRegionTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
        KMSKeyId=key,
        S3BucketName=Ref(bucket),
        S3KeyPrefix=TRAIL_PREFIX,
        CloudWatchLogsLogGroupArn=GetAtt(group, "Arn"),
        CloudWatchLogsRoleArn=GetAtt(writer, "Arn"),
        AdvancedEventSelectors=[_management(), _releases(template, parameters)],
        DependsOn=["AuditBucketPolicy"],
    )
    template.add_resource(trail)
    return group


def _management() -> Any:
    return AdvancedEventSelector(
        Name="All that manages something",
        FieldSelectors=[AdvancedFieldSelector(Field="eventCategory", Equals=["Management"])],
    )


def _releases(template: StackTemplate, parameters: Parameters) -> Any:
    """Who put what the machines will run: the one kind of object whose change is worth a line each."""
    buckets = [
        template.need(f"ArtifactBucket{origin.title(region)}", f"{region}:foundation.ArtifactBucketArn")
        for region in parameters.regions
    ]
    return AdvancedEventSelector(
        Name="Changes of releases",
        FieldSelectors=[
            AdvancedFieldSelector(Field="eventCategory", Equals=["Data"]),
            AdvancedFieldSelector(Field="resources.type", Equals=["AWS::S3::Object"]),
            AdvancedFieldSelector(Field="readOnly", Equals=["false"]),
            AdvancedFieldSelector(
                Field="resources.ARN", StartsWith=[Sub("${Bucket}/", Bucket=b) for b in buckets]
            ),
        ],
    )
