"""Two buckets a region: access logs, which services write, and releases, which machines fetch."""

from __future__ import annotations

from typing import Any

from troposphere import AccountId, GetAtt, Join, Ref, Sub, s3

from troposphere_stacks.deployment import Environment, Parameters
from troposphere_stacks.kit.grants import Statement, document
from troposphere_stacks.kit.retention import keep
from troposphere_stacks.kit.suppress import suppress
from troposphere_stacks.stack import StackTemplate


def add_logs(template: StackTemplate, parameters: Parameters) -> Any:
    """The bucket for access logs. Its key is S3's: load balancers write to no bucket with a key of ours."""
    bucket = _bucket("LogBucket", parameters.env, s3.ServerSideEncryptionByDefault(SSEAlgorithm="AES256"))
    bucket.LifecycleConfiguration = _lifecycle(
        s3.LifecycleRule(
            Id="EndLogs",
            Status="Enabled",
            ExpirationInDays=parameters.env.log_days,
            NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(NoncurrentDays=7),
        )
    )
    endless = "Logs of reading the logs would log themselves without end"
    suppress(bucket, "checkov", "CKV_AWS_18", endless)
    suppress(bucket, "guard", "CT.S3.PR.2", endless)
    suppress(bucket, "guard", "CT.S3.PR.10", "Load balancers write to no bucket with a key of ours")
    template.add_resource(bucket)
    writers = [
        _load_balancer(),
        _writer("Buckets", "logging.s3.amazonaws.com", "s3"),
        _writer("CloudFront", "delivery.logs.amazonaws.com", "cloudfront"),
    ]
    _add_policy(template, bucket, writers)
    return bucket


def add_artifacts(template: StackTemplate, parameters: Parameters) -> Any:
    """The bucket for releases; what a release replaced stays for 90 days, for going back."""
    encryption = s3.ServerSideEncryptionByDefault(
        SSEAlgorithm="aws:kms", KMSMasterKeyID=GetAtt("DataKey", "Arn")
    )
    bucket = _bucket("ArtifactBucket", parameters.env, encryption)
    bucket.LifecycleConfiguration = _lifecycle(
        s3.LifecycleRule(
            Id="EndReplaced",
            Status="Enabled",
            NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(NoncurrentDays=90),
        )
    )
    bucket.LoggingConfiguration = s3.LoggingConfiguration(
        DestinationBucketName=Ref("LogBucket"), LogFilePrefix="s3/artifacts/"
    )
    template.add_resource(bucket)
    _add_policy(template, bucket, [])
    return bucket


def _bucket(title: str, env: Environment, encryption: Any) -> Any:
    rule = s3.ServerSideEncryptionRule(ServerSideEncryptionByDefault=encryption, BucketKeyEnabled=True)
    bucket = s3.Bucket(
        title,
        BucketEncryption=s3.BucketEncryption(ServerSideEncryptionConfiguration=[rule]),
        OwnershipControls=s3.OwnershipControls(
            Rules=[s3.OwnershipControlsRule(ObjectOwnership="BucketOwnerEnforced")]
        ),
        PublicAccessBlockConfiguration=s3.PublicAccessBlockConfiguration(
            BlockPublicAcls=True, BlockPublicPolicy=True, IgnorePublicAcls=True, RestrictPublicBuckets=True
        ),
        VersioningConfiguration=s3.VersioningConfiguration(Status="Enabled"),
    )
    suppress(bucket, "guard", "CT.S3.PR.4", "Nothing has to happen when an object comes")
    suppress(
        bucket, "guard", "CT.S3.PR.9", "Versions last as long as they may be of use; a lock would keep more"
    )
    return keep(bucket, env)


def _lifecycle(rule: Any) -> Any:
    unfinished = s3.LifecycleRule(
        Id="EndUnfinishedUploads",
        Status="Enabled",
        AbortIncompleteMultipartUpload=s3.AbortIncompleteMultipartUpload(DaysAfterInitiation=7),
    )
    return s3.LifecycleConfiguration(Rules=[rule, unfinished])


def _add_policy(template: StackTemplate, bucket: Any, statements: list[Statement]) -> None:
    over_tls: Statement = {
        "Sid": "OverTlsAlone",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [GetAtt(bucket, "Arn"), Join("", [GetAtt(bucket, "Arn"), "/*"])],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = document(over_tls, *statements)
    template.add_resource(
        s3.BucketPolicy(f"{bucket.title}Policy", Bucket=bucket.ref(), PolicyDocument=policy)
    )


def _load_balancer() -> Statement:
    # It sends no account along; but the account is in the path, which load balancers choose themselves.
    statement = _writer(
        "LoadBalancer",
        "logdelivery.elasticloadbalancing.amazonaws.com",
        "alb/AWSLogs/${AWS::AccountId}",
    )
    del statement["Condition"]
    return statement


def _writer(sid: str, principal: str, prefix: str) -> Statement:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": principal},
        "Action": "s3:PutObject",
        "Resource": Sub(f"${{LogBucket.Arn}}/{prefix}/*"),
        "Condition": {"StringEquals": {"aws:SourceAccount": AccountId}},
    }
