"""Each region's bucket: uploads, renditions and snapshots, as ``STOREFRONT_OBJECTS_URL`` names it.

It is one bucket because the shop has one object store; what differs is said by prefix. CloudFront may read
``renditions/`` alone, browsers put to ``uploads/`` with signed URLs, and ``snapshots/`` stays in its region,
where it is built.
"""

from __future__ import annotations

from typing import Any

from troposphere import GetAtt, Ref, Sub, s3

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.retention import keep
from troposphere_stacks.kit.suppress import suppress
from troposphere_stacks.stack import Stack, StackTemplate, Where
from troposphere_stacks.stacks.storage.policy import bucket_policy
from troposphere_stacks.stacks.storage.replication import add_replication, bucket_name

UNFINISHED_DAYS = 1
"""An upload in parts that isn't finished by then is given up: its parts cost, and nothing lists them."""


def build(parameters: Parameters) -> StackTemplate:
    """The bucket, its policy and, with more than one region, what copies it to the others."""
    template = StackTemplate("Uploads, renditions and catalog snapshots of one region")
    key = template.need("AssetsKeyArn", "foundation.AssetsKeyArn")
    logs = template.need("LogBucketName", "foundation.LogBucketName")
    bucket = _bucket(parameters, key, logs)
    if parameters.others:
        add_replication(template, bucket, parameters, key)
    _explain(keep(template.add_resource(bucket), parameters.env))
    template.add_resource(bucket_policy(template))
    _outputs(template)
    return template


def _bucket(parameters: Parameters, key: object, logs: object) -> s3.Bucket:
    return s3.Bucket(
        "Assets",
        BucketName=bucket_name(parameters, parameters.region),
        BucketEncryption=_encryption(key),
        OwnershipControls=s3.OwnershipControls(
            Rules=[s3.OwnershipControlsRule(ObjectOwnership="BucketOwnerEnforced")]
        ),
        PublicAccessBlockConfiguration=s3.PublicAccessBlockConfiguration(
            BlockPublicAcls=True, BlockPublicPolicy=True, IgnorePublicAcls=True, RestrictPublicBuckets=True
        ),
        VersioningConfiguration=s3.VersioningConfiguration(Status="Enabled"),
        LifecycleConfiguration=s3.LifecycleConfiguration(Rules=_rules(parameters.env.backup_days)),
        LoggingConfiguration=s3.LoggingConfiguration(DestinationBucketName=logs, LogFilePrefix="s3/assets/"),
        CorsConfiguration=_cors(parameters.domain),
    )


def _encryption(key: object) -> s3.BucketEncryption:
    by_default = s3.ServerSideEncryptionByDefault(SSEAlgorithm="aws:kms", KMSMasterKeyID=key)
    # A bucket key spares a call to KMS, and its fee, for nearly every object.
    rule = s3.ServerSideEncryptionRule(BucketKeyEnabled=True, ServerSideEncryptionByDefault=by_default)
    return s3.BucketEncryption(ServerSideEncryptionConfiguration=[rule])


def _rules(old_versions_days: int) -> list[s3.LifecycleRule]:
    tiering = s3.LifecycleRuleTransition(StorageClass="INTELLIGENT_TIERING", TransitionInDays=0)
    return [
        # No archive tiers: what lies there answers a browser only hours later.
        s3.LifecycleRule(Id="TierByUse", Status="Enabled", Transitions=[tiering]),
        s3.LifecycleRule(
            Id="EndUnfinishedUploads",
            Status="Enabled",
            AbortIncompleteMultipartUpload=s3.AbortIncompleteMultipartUpload(
                DaysAfterInitiation=UNFINISHED_DAYS
            ),
        ),
        s3.LifecycleRule(
            Id="EndOldVersions",
            Status="Enabled",
            NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(NoncurrentDays=old_versions_days),
            ExpiredObjectDeleteMarker=True,
        ),
    ]


def _cors(domain: str) -> s3.CorsConfiguration:
    # Merchants' pages put straight to S3; renditions come through CloudFront, from the shop's own host.
    rule = s3.CorsRules(
        AllowedMethods=["PUT"],
        AllowedOrigins=[f"https://{domain}"],
        AllowedHeaders=["content-type"],
        MaxAge=3600,
    )
    return s3.CorsConfiguration(CorsRules=[rule])


def _explain(bucket: Any) -> None:
    suppress(bucket, "guard", "CT.S3.PR.4", "The shop follows its tables; nothing listens to the bucket")
    suppress(bucket, "guard", "CT.S3.PR.9", "The cleaner removes what nobody names; versions keep it a while")


def _outputs(template: StackTemplate) -> None:
    name, arn = Ref("Assets"), GetAtt("Assets", "Arn")
    template.give("AssetsBucketName", name, "The bucket of uploads, renditions and snapshots")
    template.give("AssetsBucketArn", arn, "Its ARN")
    template.give("AssetsDomainName", GetAtt("Assets", "RegionalDomainName"), "Its host, CloudFront's origin")
    # Named, since pages must allow browsers to put there: S3's client would choose a host by itself.
    endpoint = Sub("https://s3.${AWS::Region}.${AWS::URLSuffix}")
    template.give("ObjectsEndpoint", endpoint, "STOREFRONT_OBJECTS_ENDPOINT")


STACK = Stack("storage", build, Where.EVERY)
