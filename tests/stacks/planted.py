"""Resources that break every one of our rules for single resources."""

from __future__ import annotations

from typing import Any


def _a(type_: str, **properties: object) -> dict[str, Any]:
    return {"Type": f"AWS::{type_}", "Properties": properties}


_OPEN = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_SITE = {"DefaultCacheBehavior": {"Compress": False}, "HttpVersion": "http2", "IPV6Enabled": False}
_UNSEEN = {"CloudWatchMetricsEnabled": False}

PLANTED: dict[str, dict[str, Any]] = {
    "Person": _a("IAM::User"),
    "Almighty": _a(
        "IAM::Role",
        Policies=[{"PolicyDocument": {"Statement": [_OPEN]}}],
        ManagedPolicyArns=["arn:aws:iam::aws:policy/AdministratorAccess"],
    ),
    "Trail": _a("CloudTrail::Trail", IsLogging=False),
    "Lines": _a("Logs::LogGroup"),
    "Key": _a("KMS::Key", EnableKeyRotation=False),
    "Site": _a("CloudFront::Distribution", DistributionConfig=_SITE),
    "Wall": _a("WAFv2::WebACL", VisibilityConfig=_UNSEEN, Rules=[{"VisibilityConfig": _UNSEEN}]),
    "Balancer": _a("ElasticLoadBalancingV2::LoadBalancer", LoadBalancerAttributes=[]),
    "Launch": _a(
        "EC2::LaunchTemplate",
        LaunchTemplateData={
            "KeyName": "mine",
            "BlockDeviceMappings": [{"Ebs": {"Encrypted": False}}],
            "NetworkInterfaces": [{"AssociatePublicIpAddress": True}],
        },
    ),
    "Group": _a("AutoScaling::AutoScalingGroup", CapacityRebalance=False),
    "Function": _a("Lambda::Function", Timeout=9000),
    "Queue": _a("SQS::Queue", QueueName="plain"),
    "Bucket": _a("S3::Bucket", IntelligentTieringConfigurations=[{"Id": "ice"}]),
    "Cluster": _a("RDS::DBCluster", StorageEncrypted=False),
    "Instance": _a("RDS::DBInstance", PubliclyAccessible=True),
    "Settings": _a("RDS::DBClusterParameterGroup", Parameters={"rds.force_ssl": "0"}),
    "Table": _a(
        "DynamoDB::GlobalTable",
        BillingMode="PROVISIONED",
        Replicas=[{"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False}}],
    ),
    "Cache": _a("ElastiCache::ReplicationGroup", TransitEncryptionEnabled=False, ClusterMode="enabled"),
    "CacheSettings": _a("ElastiCache::ParameterGroup", Properties={"maxmemory-policy": "allkeys-lru"}),
}
