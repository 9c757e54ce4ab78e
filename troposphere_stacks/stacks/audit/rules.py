"""AWS Config's rules: the account's own, and a conformance pack with the promises of the shop.

``check`` judges templates before they are deployed; these judge what is really there, and what somebody
changed since.
"""

from __future__ import annotations

import json

from troposphere.config import ConfigRule, ConformancePack, Source

from troposphere_stacks.deployment import GLOBAL_REGION, Environment, Parameters
from troposphere_stacks.stack import StackTemplate

ACCOUNT = {
    "RootHasMfa": ("ROOT_ACCOUNT_MFA_ENABLED", {}),
    "RootHasNoKeys": ("IAM_ROOT_ACCESS_KEY_CHECK", {}),
    "NobodyMayEverything": ("IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS", {}),
    "UsersHaveMfa": ("IAM_USER_MFA_ENABLED", {}),
    "KeysAreRotated": ("ACCESS_KEYS_ROTATED", {"maxAccessKeyAge": "90"}),
    "TrailOfAllRegions": ("MULTI_REGION_CLOUD_TRAIL_ENABLED", {}),
    "TrailIsValidated": ("CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED", {}),
    "TrailIsEncrypted": ("CLOUD_TRAIL_ENCRYPTION_ENABLED", {}),
}
"""What holds for a whole account, judged in the first region: rule, AWS's identifier, its parameters."""

PROMISES = {
    "private": (
        "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED", "S3_BUCKET_SSL_REQUESTS_ONLY", "S3_BUCKET_ACL_PROHIBITED",
        "EC2_INSTANCE_NO_PUBLIC_IP", "EC2_IMDSV2_CHECK", "SUBNET_AUTO_ASSIGN_PUBLIC_IP_DISABLED",
        "INCOMING_SSH_DISABLED", "RDS_INSTANCE_PUBLIC_ACCESS_CHECK",
        "LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED", "ALB_HTTP_DROP_INVALID_HEADER_ENABLED",
        "RDS_CLUSTER_IAM_AUTHENTICATION_ENABLED",
    ),
    "encrypted": (
        "DYNAMODB_TABLE_ENCRYPTED_KMS", "RDS_CLUSTER_ENCRYPTED_AT_REST", "ENCRYPTED_VOLUMES",
        "ELASTICACHE_REPL_GRP_ENCRYPTED_AT_REST", "ELASTICACHE_REPL_GRP_ENCRYPTED_IN_TRANSIT",
        "CLOUDWATCH_LOG_GROUP_ENCRYPTED", "CMK_BACKING_KEY_ROTATION_ENABLED",
        "KMS_CMK_NOT_SCHEDULED_FOR_DELETION",
    ),
    "kept": (
        "DYNAMODB_PITR_ENABLED", "S3_BUCKET_VERSIONING_ENABLED", "CW_LOGGROUP_RETENTION_PERIOD_CHECK",
    ),
    "watched": ("VPC_FLOW_LOGS_ENABLED", "ELB_LOGGING_ENABLED", "GUARDDUTY_ENABLED_CENTRALIZED"),
}  # fmt: skip
"""AWS's managed rules by what the shop promises; they hold in every environment."""

SPREAD = (
    "AUTOSCALING_MULTIPLE_AZ", "AUTOSCALING_GROUP_ELB_HEALTHCHECK_REQUIRED", "ELBV2_MULTIPLE_AZ",
    "RDS_CLUSTER_MULTI_AZ_ENABLED", "ELASTICACHE_REPL_GRP_AUTO_FAILOVER_ENABLED",
)  # fmt: skip
PROTECTED = (
    "RDS_CLUSTER_DELETION_PROTECTION_ENABLED", "DYNAMODB_TABLE_DELETION_PROTECTION_ENABLED",
    "ELB_DELETION_PROTECTION_ENABLED",
)  # fmt: skip
EDGE = (
    "CLOUDFRONT_ASSOCIATED_WITH_WAF", "CLOUDFRONT_VIEWER_POLICY_HTTPS",
    "CLOUDFRONT_NO_DEPRECATED_SSL_PROTOCOLS",
    "CLOUDFRONT_S3_ORIGIN_ACCESS_CONTROL_ENABLED",
)  # fmt: skip
"""Config sees distributions in us-east-1 alone."""


def add_account_rules(template: StackTemplate) -> None:
    """Add the rules of the account, once there is a recorder for them."""
    for title, (identifier, parameters) in ACCOUNT.items():
        rule = ConfigRule(
            title,
            Source=Source(Owner="AWS", SourceIdentifier=identifier),
            Condition="GuardsAccount",
            DependsOn=["Recorder"],
        )
        if parameters:
            rule.InputParameters = parameters
        template.add_resource(rule)


def add_pack(template: StackTemplate, parameters: Parameters) -> None:
    """Add the conformance pack with the promises that this environment makes in this region."""
    pack = ConformancePack(
        "Promises",
        ConformancePackName=parameters.name("promises"),
        TemplateBody=json.dumps({"Resources": _pack(parameters)}, sort_keys=True),
        Condition="GuardsAccount",
        DependsOn=["Recorder", "DeliveryChannel"],
    )
    template.add_resource(pack)


def promised(parameters: Parameters) -> dict[str, list[str]]:
    """The identifiers of AWS's rules that judge this region, by promise."""
    env = parameters.env
    rules = {promise: list(identifiers) for promise, identifiers in PROMISES.items()}
    if env.spread:
        rules["in three zones"] = list(SPREAD)
    if env.protected:
        rules["kept"] += PROTECTED
    if parameters.region == GLOBAL_REGION:
        rules["at the edge"] = list(EDGE)
    return rules


def _pack(parameters: Parameters) -> dict[str, object]:
    return {
        _title(identifier): _rule(identifier, promise, parameters.env)
        for promise, identifiers in promised(parameters).items()
        for identifier in identifiers
    }


def _rule(identifier: str, promise: str, env: Environment) -> dict[str, object]:
    properties: dict[str, object] = {
        "ConfigRuleName": identifier.lower().replace("_", "-"),
        "Description": f"Promise: {promise}",
        "Source": {"Owner": "AWS", "SourceIdentifier": identifier},
    }
    if identifier == "CW_LOGGROUP_RETENTION_PERIOD_CHECK":
        properties["InputParameters"] = {"MinRetentionTime": str(env.log_days)}
    return {"Type": "AWS::Config::ConfigRule", "Properties": properties}


def _title(identifier: str) -> str:
    return identifier.title().replace("_", "")
