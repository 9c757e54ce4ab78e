"""Copies what other regions need: renditions, and uploads for whoever adopts a lost region's work.

Snapshots stay: each region builds its own, and the pointer of one must not overwrite another's. A deletion
stays in its region, too: each region's cleaner decides for itself, from the same global tables.
"""

from __future__ import annotations

from typing import Any

from troposphere import AWS_NO_VALUE, Equals, GetAtt, If, Ref, Sub, s3

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.grants import allow, role
from troposphere_stacks.stack import StackTemplate

RENDITIONS, UPLOADS = "renditions/", "uploads/"
COPIED = (RENDITIONS, UPLOADS)
MINUTES = 15
"""What replication time control promises for 99.99 % of the objects, and past which it counts a miss."""


def bucket_name(parameters: Parameters, region: str) -> Any:
    """The name of a region's bucket. It is explicit since two regions' buckets name each other."""
    return Sub(f"{parameters.name('assets')}-${{AWS::AccountId}}-{region}")


def rule_id(prefix: str, region: str) -> str:
    """The name of the rule that copies a prefix to a region, also in metrics."""
    return f"{prefix.rstrip('/')}-to-{region}"


def add_replication(template: StackTemplate, bucket: s3.Bucket, parameters: Parameters, key: object) -> None:
    """Have the bucket copied to all other regions' once ``EnableReplication`` says that these are there."""
    enable = template.static(
        "EnableReplication",
        "false",
        "true once the other regions' buckets exist: S3 refuses to copy to what isn't there",
        AllowedValues=["true", "false"],
    )
    template.add_condition("Replicates", Equals(enable, "true"))
    keys = {region: _key_of(template, region) for region in parameters.others}
    _role(template, parameters, key, keys)
    rules = [
        _rule(parameters, region, prefix, number)
        for number, (region, prefix) in enumerate((r, p) for r in parameters.others for p in COPIED)
    ]
    configuration = s3.ReplicationConfiguration(Role=GetAtt("ReplicationRole", "Arn"), Rules=rules)
    bucket.ReplicationConfiguration = If("Replicates", configuration, Ref(AWS_NO_VALUE))


def _key_parameter(region: str) -> str:
    return "AssetsKeyArn" + region.title().replace("-", "")


def _key_of(template: StackTemplate, region: str) -> Any:
    return template.need(_key_parameter(region), f"{region}:foundation.AssetsKeyArn")


def _arn(parameters: Parameters, region: str, objects: str = "") -> Any:
    name = f"{parameters.name('assets')}-${{AWS::AccountId}}-{region}"
    return Sub(f"arn:${{AWS::Partition}}:s3:::{name}{objects}")


def _rule(
    parameters: Parameters, region: str, prefix: str, priority: int
) -> s3.ReplicationConfigurationRules:
    late = s3.ReplicationTimeValue(Minutes=MINUTES)
    return s3.ReplicationConfigurationRules(
        Id=rule_id(prefix, region),
        Status="Enabled",
        Priority=priority,
        Filter=s3.ReplicationRuleFilter(Prefix=prefix),
        DeleteMarkerReplication=s3.DeleteMarkerReplication(Status="Disabled"),
        SourceSelectionCriteria=s3.SourceSelectionCriteria(
            SseKmsEncryptedObjects=s3.SseKmsEncryptedObjects(Status="Enabled")
        ),
        Destination=s3.ReplicationConfigurationRulesDestination(
            Bucket=_arn(parameters, region),
            EncryptionConfiguration=s3.EncryptionConfiguration(ReplicaKmsKeyID=Ref(_key_parameter(region))),
            Metrics=s3.Metrics(Status="Enabled", EventThreshold=late),
            ReplicationTime=s3.ReplicationTime(Status="Enabled", Time=late),
        ),
    )


def _role(template: StackTemplate, parameters: Parameters, key: object, keys: dict[str, Any]) -> None:
    here = parameters.region
    versions = [f"s3:GetObjectVersion{what}" for what in ("ForReplication", "Acl", "Tagging")]
    reading = [
        allow(["s3:GetReplicationConfiguration", "s3:ListBucket"], _arn(parameters, here)),
        allow(versions, _arn(parameters, here, "/*")),
        allow(["kms:Decrypt"], key, StringEquals=_through_s3(here)),
    ]
    copies = [_arn(parameters, region, "/*") for region in keys]
    writing = [
        allow(["s3:ReplicateObject", "s3:ReplicateTags"], copies),
        *(
            allow(["kms:Encrypt", "kms:GenerateDataKey"], key, StringEquals=_through_s3(region))
            for region, key in keys.items()
        ),
    ]
    role(template, "ReplicationRole", "s3", {"read": reading, "write": writing})


def _through_s3(region: str) -> dict[str, str]:
    return {"kms:ViaService": f"s3.{region}.amazonaws.com"}
