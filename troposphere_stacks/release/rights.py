"""What each process may do at AWS. Every action is one that the shop's code calls, as a test compares.

``PynamoDB``'s and boto3's calls stand in tests/stacks/test_permissions.py beside the actions they need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from troposphere import GetAtt, Sub

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit import origin
from troposphere_stacks.kit.grants import Statement, allow, use_key
from troposphere_stacks.release import environment
from troposphere_stacks.release.environment import (
    AUTHENTICATION,
    CART_UPDATES,
    CATALOG_CHANGES,
    DATABASE_USER,
    WEB,
    WORKER,
)
from troposphere_stacks.stack import StackTemplate

READ = ("BatchGetItem", "GetItem", "Query", "Scan")
WRITE = ("DeleteItem", "PutItem", "UpdateItem")
TABLES: Mapping[str, tuple[str, ...]] = {
    WEB: ("*",),
    AUTHENTICATION: ("*",),
    WORKER: ("assets", "job-owners", "jobs", "products"),
    CART_UPDATES: ("carts", "cart-reminders", "in-carts"),
}
"""The tables that a process reads and writes, by suffix."""

OBJECTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    WEB: (("renditions/", "snapshots/", "uploads/"), ("uploads/",)),
    AUTHENTICATION: (("snapshots/",), ()),
    CART_UPDATES: (("snapshots/",), ()),
    WORKER: (("renditions/", "snapshots/", "uploads/"), ("renditions/", "snapshots/", "uploads/")),
    CATALOG_CHANGES: (("snapshots/",), ("snapshots/",)),
}
"""The prefixes that a process reads, and those that it writes and deletes."""


def of(template: StackTemplate, parameters: Parameters, process: str) -> list[Statement]:
    """The statements of a process's own calls."""
    statements = [*_tables(template, parameters, process), *_objects(template, process)]
    statements += _secrets(template, parameters, process)
    if process in environment.SELLING:
        statements.append(_database(template, parameters))
    if process == WEB:
        statements.append(_letters())
    return statements


def of_machine(template: StackTemplate, parameters: Parameters, part: str) -> list[Statement]:
    """What a machine's boot script and log agent do: fetch the release, say that it is ready, write logs."""
    artefacts = template.need("ArtifactBucketArn", "foundation.ArtifactBucketArn")
    template.need("DataKeyArn", "foundation.DataKeyArn")
    group = (
        "arn:${AWS::Partition}:autoscaling:${AWS::Region}:${AWS::AccountId}:autoScalingGroup:*"
        f":autoScalingGroupName/{parameters.name(part)}"
    )
    logs = (
        "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}"
        f":log-group:/storefront/{parameters.env.name}/*"
    )
    return [
        allow(["s3:GetObject"], _below(artefacts, "releases/"), "FetchesRelease"),
        use_key(template.need("DataKeyArn", "foundation.DataKeyArn"), _via("s3")),
        allow(["autoscaling:CompleteLifecycleAction"], Sub(group), "SaysReady"),
        allow(
            ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], Sub(logs), "WritesLogs"
        ),
    ]


def function_logs(group: Any) -> Statement:
    """A function writes into its own log group."""
    return allow(["logs:CreateLogStream", "logs:PutLogEvents"], GetAtt(group, "Arn"), "WritesLogs")


def _tables(template: StackTemplate, parameters: Parameters, process: str) -> list[Statement]:
    # DynamoDB opens a table's key in the name of whoever reads or writes, also where Lambda reads a stream.
    opens = use_key(template.need("DataKeyArn", "foundation.DataKeyArn"), _via("dynamodb"))
    if process == CATALOG_CHANGES:
        return [_on_tables(parameters, ["categories", "products"], ["Scan"], "ReadsCatalog"), opens]
    suffixes = TABLES[process]
    return [_on_tables(parameters, suffixes, [*READ, *WRITE], "KeepsItems"), opens]


def _on_tables(
    parameters: Parameters, suffixes: Sequence[str], actions: Sequence[str], sid: str
) -> Statement:
    base = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/"
    tables = [Sub(f"{base}{parameters.name(suffix)}") for suffix in suffixes]
    indexes = [Sub(f"{base}{parameters.name(suffix)}/index/*") for suffix in suffixes if suffix in _INDEXED]
    return allow([f"dynamodb:{action}" for action in actions], [*tables, *indexes], sid)


_INDEXED = ("assets", "jobs")
"""Tables with indexes; ``*`` has its indexes already, since a star in an ARN crosses slashes."""


def _objects(template: StackTemplate, process: str) -> list[Statement]:
    reads, writes = OBJECTS[process]
    bucket = template.need("AssetsBucketArn", "storage.AssetsBucketArn")
    key = template.need("AssetsKeyArn", "foundation.AssetsKeyArn")
    statements = [
        allow(["s3:GetObject"], [_below(bucket, prefix) for prefix in reads], "ReadsObjects"),
        # Without it a missing object looks like a forbidden one.
        allow(["s3:ListBucket"], bucket, "ListsObjects"),
        use_key(key, _via("s3"), writes=bool(writes)),
    ]
    if writes:
        actions = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"]
        statements.append(allow(actions, [_below(bucket, prefix) for prefix in writes], "WritesObjects"))
    return statements


def _secrets(template: StackTemplate, parameters: Parameters, process: str) -> list[Statement]:
    arns = environment.secret_arns(template, parameters, process)
    key = template.need("DataKeyArn", "foundation.DataKeyArn")
    return [
        allow(["secretsmanager:GetSecretValue"], list(arns.values()), "ReadsSecrets"),
        use_key(key, _via("secretsmanager")),
    ]


def _database(template: StackTemplate, parameters: Parameters) -> Statement:
    # Every region's cluster: any of them may be promoted to be the writer.
    users = [_database_user(template, parameters, region) for region in parameters.regions]
    return allow(["rds-db:connect"], users, "SignsInToDatabase")


def _database_user(template: StackTemplate, parameters: Parameters, region: str) -> Any:
    stack = "database" if region == parameters.first else "database-replica"
    parameter = f"DatabaseResourceId{origin.title(region)}"
    template.need(parameter, f"{region}:{stack}.ClusterResourceId")
    cluster = f"arn:${{AWS::Partition}}:rds-db:{region}:${{AWS::AccountId}}:dbuser:${{{parameter}}}"
    return Sub(f"{cluster}/{DATABASE_USER}")


def _letters() -> Statement:
    identities = Sub("arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/*")
    return allow(["ses:SendEmail", "ses:SendRawEmail"], identities, "SendsLetters")


def _via(service: str) -> Any:
    return Sub(f"{service}.${{AWS::Region}}.amazonaws.com")


def _below(bucket: Any, prefix: str) -> Any:
    return Sub(f"${{Bucket}}/{prefix}*", Bucket=bucket)
