"""What is encrypted, by which key, and in whose region that is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from troposphere_stacks.check.graph.rule import Rule, Verdict
from troposphere_stacks.check.world import Node, World

KEY_AT: dict[str, tuple[str, ...]] = {
    "Logs::LogGroup": ("KmsKeyId",),
    "RDS::DBCluster": ("KmsKeyId",),
    "ElastiCache::ReplicationGroup": ("KmsKeyId",),
    "SecretsManager::Secret": ("KmsKeyId",),
    "SNS::Topic": ("KmsMasterKeyId",),
    "SQS::Queue": ("KmsMasterKeyId",),
    "CloudTrail::Trail": ("KMSKeyId",),
    "Lambda::Function": ("KmsKeyArn",),
}
"""Where a type of resource names its key."""

AWS_OWNED = "AES256"


def _own_key(world: World) -> Iterator[Verdict]:
    for kind, path in KEY_AT.items():
        for node in world.all(kind):
            yield node, _against(world, node, _at(node.properties, path))
    for bucket in world.all("S3::Bucket"):
        for rule in bucket.properties.get("BucketEncryption", {}).get(
            "ServerSideEncryptionConfiguration", [{}]
        ):
            chosen = rule.get("ServerSideEncryptionByDefault", {})
            if chosen.get("SSEAlgorithm") != AWS_OWNED:
                yield bucket, _against(world, bucket, chosen.get("KMSMasterKeyID"))


def _replicas(world: World) -> Iterator[Verdict]:
    for table in world.all("DynamoDB::GlobalTable"):
        for replica in table.properties["Replicas"]:
            key = world.node(table.entry, replica.get("SSESpecification", {}).get("KMSMasterKeyId"))
            there = key is not None and key.type == "AWS::KMS::Key" and key.region == replica["Region"]
            yield table, "" if there else f"{replica['Region']}: expected a key of ours in that region"
    for secret in world.all("SecretsManager::Secret"):
        for replica in secret.properties.get("ReplicaRegions", []):
            key = world.node(secret.entry, replica.get("KmsKeyId"))
            there = key is not None and key.region == replica["Region"]
            yield secret, "" if there else f"{replica['Region']}: expected a key of ours in that region"


def _against(world: World, node: Node, given: object) -> str:
    key = world.node(node.entry, given)
    if key is None or key.type not in ("AWS::KMS::Key", "AWS::KMS::Alias"):
        return f"is not encrypted by a key of ours, but by {given!r}"
    return "" if key.region == node.region else f"is encrypted by a key of {key.region}, which it can't use"


def _at(value: Any, path: tuple[str, ...]) -> object:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _rotated(world: World) -> Iterator[Verdict]:
    for key in world.all("KMS::Key"):
        yield key, "" if key.properties.get("EnableKeyRotation") else "is never rotated"


RULES = (
    Rule("own-key", "What holds data is encrypted by a key of ours, of its own region", _own_key),
    Rule("replicas-own-key", "Each replica is encrypted by a key of ours, of its own region", _replicas),
    Rule("keys-rotate", "Keys are rotated", _rotated),
)
