"""The bucket of trail and recorders: kept for seven years in prod, written by these services alone."""

from __future__ import annotations

from typing import Any

from troposphere import AccountId, GetAtt, Join, Ref, Sub, s3

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.grants import Statement, document
from troposphere_stacks.kit.retention import keep
from troposphere_stacks.kit.suppress import suppress
from troposphere_stacks.stack import StackTemplate

CONFIG_PREFIX, TRAIL_PREFIX = "config", "trail"
COLD_AFTER_DAYS = 90


def add_bucket(template: StackTemplate, parameters: Parameters) -> Any:
    """Add the bucket and its policy."""
    by_default = s3.ServerSideEncryptionByDefault(
        SSEAlgorithm="aws:kms", KMSMasterKeyID=template.need("LogsKeyArn", "foundation.LogsKeyArn")
    )
    # No bucket key: the trail's statement in the key's policy compares the trail's own encryption context.
    rule = s3.ServerSideEncryptionRule(BucketKeyEnabled=False, ServerSideEncryptionByDefault=by_default)
    bucket = s3.Bucket(
        "AuditBucket",
        BucketEncryption=s3.BucketEncryption(ServerSideEncryptionConfiguration=[rule]),
        OwnershipControls=s3.OwnershipControls(
            Rules=[s3.OwnershipControlsRule(ObjectOwnership="BucketOwnerEnforced")]
        ),
        PublicAccessBlockConfiguration=s3.PublicAccessBlockConfiguration(
            BlockPublicAcls=True, BlockPublicPolicy=True, IgnorePublicAcls=True, RestrictPublicBuckets=True
        ),
        VersioningConfiguration=s3.VersioningConfiguration(Status="Enabled"),
        LifecycleConfiguration=s3.LifecycleConfiguration(Rules=_rules(parameters.env.trail_days)),
        LoggingConfiguration=s3.LoggingConfiguration(
            DestinationBucketName=template.need("LogBucketName", "foundation.LogBucketName"),
            LogFilePrefix="s3/audit/",
        ),
    )
    suppress(
        bucket, "guard", "CT.S3.PR.4", "Nothing happens when a log file comes; alarms read the log group"
    )
    suppress(
        bucket,
        "guard",
        "CT.S3.PR.9",
        "The trail's digests show what was changed or deleted; a lock would keep dev's buckets for good, too",
    )
    template.add_resource(keep(bucket, parameters.env))
    template.add_resource(_policy(bucket))
    return bucket


def _rules(days: int) -> list[Any]:
    cold = s3.LifecycleRuleTransition(StorageClass="GLACIER_IR", TransitionInDays=COLD_AFTER_DAYS)
    kept = s3.LifecycleRule(
        Id="KeepThenEnd",
        Status="Enabled",
        ExpirationInDays=days,
        NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(NoncurrentDays=days),
    )
    if days > COLD_AFTER_DAYS:
        kept.Transitions = [cold]
    unfinished = s3.LifecycleRule(
        Id="EndUnfinishedUploads",
        Status="Enabled",
        AbortIncompleteMultipartUpload=s3.AbortIncompleteMultipartUpload(DaysAfterInitiation=7),
    )
    return [kept, unfinished]


def _policy(bucket: Any) -> Any:
    over_tls: Statement = {
        "Sid": "OverTlsAlone",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [GetAtt(bucket, "Arn"), Join("", [GetAtt(bucket, "Arn"), "/*"])],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    statements = [over_tls]
    for principal, prefix in (("cloudtrail", TRAIL_PREFIX), ("config", CONFIG_PREFIX)):
        statements += [
            _allowed(principal, "s3:GetBucketAcl", GetAtt(bucket, "Arn")),
            _allowed(
                principal, "s3:PutObject", Sub(f"${{AuditBucket.Arn}}/{prefix}/AWSLogs/${{AWS::AccountId}}/*")
            ),
        ]
    return s3.BucketPolicy("AuditBucketPolicy", Bucket=Ref(bucket), PolicyDocument=document(*statements))


def _allowed(principal: str, action: str, resource: object) -> Statement:
    return {
        "Sid": f"{principal.title()}{action.removeprefix('s3:')}",
        "Effect": "Allow",
        "Principal": {"Service": f"{principal}.amazonaws.com"},
        "Action": action,
        "Resource": resource,
        "Condition": {"StringEquals": {"aws:SourceAccount": AccountId}},
    }
