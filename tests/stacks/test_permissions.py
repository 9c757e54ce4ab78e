"""What the code calls at AWS, and what its roles allow: each needs the other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stacks.built import resources
from troposphere_stacks.kit.machines import ROLE
from troposphere_stacks.stacks import functions, render, web

ROOT = Path(__file__).parents[2]

CALLS = {
    "delete_object": "s3:DeleteObject",
    "generate_db_auth_token": "rds-db:connect",
    "generate_presigned_url": "s3:PutObject",
    "get_object": "s3:GetObject",
    "get_paginator": "s3:ListBucket",
    "get_secret_value": "secretsmanager:GetSecretValue",
    "head_object": "s3:GetObject",
    "put_object": "s3:PutObject",
    "send_email": "ses:SendEmail",
    "upload_fileobj": "s3:PutObject",
}
"""boto3's methods, and the action that each needs: HEAD is GetObject there, a page of a list ListBucket."""

ITEMS = {
    "batch_get": "BatchGetItem", "count": "Query", "delete": "DeleteItem", "get": "GetItem", "query": "Query",
    "refresh": "GetItem", "save": "PutItem", "scan": "Scan", "update": "UpdateItem",
}  # fmt: skip
"""PynamoDB's methods of a model. A transaction of updates needs UpdateItem alone."""

BESIDES = {
    "kms:Decrypt": "DynamoDB, S3, Secrets Manager and SQS open what our keys encrypt, in the caller's name",
    "kms:GenerateDataKey": "S3 and SQS encrypt with our keys, in the caller's name",
    "s3:AbortMultipartUpload": "boto3's upload_fileobj gives up an upload in parts that fails",
    "ses:SendRawEmail": "SES asks for it, too, where a letter comes as a whole (Content.Raw)",
    "autoscaling:CompleteLifecycleAction": "userdata.sh and drain.sh: a machine is ready, or drained",
    "logs:CreateLogStream": "CloudWatch's agent; for functions, Lambda",
    "logs:DescribeLogStreams": "CloudWatch's agent",
    "logs:PutLogEvents": "CloudWatch's agent; for functions, Lambda",
    "sqs:SendMessage": "Lambda leaves records that a function gave up on",
    "dynamodb:DescribeStream": "Lambda reads the stream in the function's name",
    "dynamodb:GetRecords": "Lambda reads the stream in the function's name",
    "dynamodb:GetShardIterator": "Lambda reads the stream in the function's name",
    "dynamodb:ListStreams": "Lambda reads the stream in the function's name",
    **{
        f"ec2:{action}": "Lambda puts the function into the network"
        for action in (
            "AssignPrivateIpAddresses", "CreateNetworkInterface", "DeleteNetworkInterface",
            "DescribeNetworkInterfaces", "DescribeSubnets", "UnassignPrivateIpAddresses",
        )
    },
}  # fmt: skip
"""Actions that no line of ours calls, with whoever needs them."""

TABLES = {f"dynamodb:{action}" for action in ITEMS.values()}
OBJECTS = {"s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"}
SECRETS, DATABASE = "secretsmanager:GetSecretValue", "rds-db:connect"
NEEDS = {
    "web": TABLES | OBJECTS | {SECRETS, DATABASE, "ses:SendEmail"},
    "render": TABLES | OBJECTS | {SECRETS},
    "authentication": TABLES | {"s3:GetObject", "s3:ListBucket", SECRETS, DATABASE},
    "cart_updates": TABLES | {"s3:GetObject", "s3:ListBucket", SECRETS, DATABASE},
    "catalog_changes": {"dynamodb:Scan", *OBJECTS, SECRETS},
    "tables": {SECRETS},
}
"""What each process calls."""

ROLES = {
    "web": (web.STACK, ROLE),
    "render": (render.STACK, ROLE),
    "authentication": (functions.STACK, "AuthenticationRole"),
    "cart_updates": (functions.STACK, "CartUpdatesRole"),
    "catalog_changes": (functions.STACK, "CatalogChangesRole"),
    "tables": (functions.STACK, "BringTablesRole"),
}


def statements(process: str) -> list[dict[str, Any]]:
    stack, title = ROLES[process]
    policies = resources(stack)[title]["Policies"]
    return [each for policy in policies for each in policy["PolicyDocument"]["Statement"]]


def allowed(process: str) -> set[str]:
    return {action for statement in statements(process) for action in statement["Action"]}


def called() -> set[str]:
    """boto3's methods that storefront/ and renderd/ call, found by their names on clients."""
    trees = [
        ast.parse(path.read_text())
        for folder in ("storefront", "renderd")
        for path in (ROOT / folder).rglob("*.py")
        if "embedded" not in path.parts and "boto3" in path.read_text()
    ]
    return {name for tree in trees for name in _called(tree)}


def _called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value)
            if re.fullmatch(
                r"(self\._)?client|self\._reading|self\._connected\(\)|boto3\.client\(.*\)", owner
            ):
                yield node.func.attr


def test_every_call_at_aws_has_its_action_and_none_is_only_written_down() -> None:
    assert called() == CALLS.keys()


@pytest.mark.parametrize("process", ROLES)
def test_a_process_may_do_what_it_calls(process: str) -> None:
    assert NEEDS[process] <= allowed(process)


@pytest.mark.parametrize("process", ROLES)
def test_a_process_may_do_nothing_else(process: str) -> None:
    assert allowed(process) - NEEDS[process] <= BESIDES.keys()


def opened(process: str) -> set[str]:
    """The services through which a process may have our keys open something."""
    conditions = [
        each["Condition"]["StringEquals"]["kms:ViaService"]
        for each in statements(process)
        if "kms:Decrypt" in each["Action"]
    ]
    return {condition["Fn::Sub"].split(".")[0] for condition in conditions}


@pytest.mark.parametrize("process", ROLES)
def test_a_process_may_open_what_our_keys_encrypt_wherever_it_asks(process: str) -> None:
    services = {"dynamodb", "s3", "secretsmanager"}
    asked = {action.split(":")[0] for action in NEEDS[process]} & services
    assert asked <= opened(process)


def test_everything_that_is_called_somewhere_is_needed_by_some_process() -> None:
    assert set(CALLS.values()) - set().union(*NEEDS.values()) <= BESIDES.keys()


@pytest.mark.parametrize("process", ROLES)
def test_no_statement_is_about_everything(process: str) -> None:
    wide = [each for each in statements(process) if each["Resource"] == "*"]
    assert [each["Sid"] for each in wide] in ([], ["EntersNetwork"])


def test_workers_of_untrusted_models_cannot_read_what_stripe_gave() -> None:
    secrets = next(each for each in statements("render") if each.get("Sid") == "ReadsSecrets")
    assert "Payments" not in repr(secrets["Resource"])


def models_of(folder: str) -> Iterable[str]:
    """The suffixes of tables whose models the modules below a folder name."""
    names = {"Asset": "assets", "Job": "jobs", "JobOwner": "job-owners", "Product": "products"}
    others = {
        "CartLine": "carts",
        "InCart": "in-carts",
        "Reminder": "cart-reminders",
        "SessionItem": "sessions",
    }
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Name) and node.id in (names | others):
                yield (names | others)[node.id]


def test_workers_reach_the_tables_of_their_models_alone() -> None:
    from troposphere_stacks.release.rights import TABLES as BY_PROCESS

    assert set(models_of("renderd")) <= set(BY_PROCESS["worker"])
