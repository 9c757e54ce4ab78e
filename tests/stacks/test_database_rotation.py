"""The function that rotates the administrator's password, run as Secrets Manager runs it, on an emulator."""

from __future__ import annotations

import json
import uuid
from typing import Any

import boto3
import pytest

from troposphere_stacks.stacks.database import rotate
from troposphere_stacks.stacks.database.secret import UNWANTED

CLUSTER = "storefront-test-database"
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")

pytestmark = pytest.mark.slow


@pytest.fixture
def secret(aws_endpoint: str, aws_keys: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """A cluster, and a secret with its administrator's first password."""
    environ = {"CLUSTER": CLUSTER, "UNWANTED": UNWANTED}
    environ |= {"AWS_ENDPOINT_URL": aws_endpoint, "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    rds = boto3.client("rds")
    if not any(one["DBClusterIdentifier"] == CLUSTER for one in rds.describe_db_clusters()["DBClusters"]):
        rds.create_db_cluster(
            DBClusterIdentifier=CLUSTER,
            Engine="aurora-postgresql",
            MasterUsername="administrator",
            MasterUserPassword="the-first-password",
        )
    first = json.dumps({"username": "administrator", "password": "the-first-password", "host": "there"})
    made = boto3.client("secretsmanager").create_secret(Name=f"database-{uuid.uuid4()}", SecretString=first)
    return str(made["ARN"])


def step(name: str, secret: str, token: str) -> None:
    rotate.handler({"Step": name, "SecretId": secret, "ClientRequestToken": token}, None)


def current(secret: str) -> dict[str, Any]:
    found = boto3.client("secretsmanager").get_secret_value(SecretId=secret, VersionStage="AWSCURRENT")
    values: dict[str, Any] = json.loads(found["SecretString"])
    return values


def test_the_password_is_another_one_and_all_else_stays(secret: str) -> None:
    token = str(uuid.uuid4())
    for name in STEPS:
        step(name, secret, token)
    password = current(secret).pop("password")
    assert current(secret) == {"username": "administrator", "password": password, "host": "there"}
    assert len(password) == 40
    assert not set(password) & set(UNWANTED)


def test_until_the_last_step_the_old_password_is_the_current_one(secret: str) -> None:
    token = str(uuid.uuid4())
    for name in STEPS[:-1]:
        step(name, secret, token)
    assert current(secret)["password"] == "the-first-password"


def test_a_step_that_comes_again_changes_nothing(secret: str) -> None:
    token = str(uuid.uuid4())
    step("createSecret", secret, token)
    pending = boto3.client("secretsmanager").get_secret_value(SecretId=secret, VersionId=token)[
        "SecretString"
    ]
    for name in STEPS:
        step(name, secret, token)
        step(name, secret, token)
    assert current(secret) == json.loads(pending)


def test_the_old_password_can_still_be_read(secret: str) -> None:
    token = str(uuid.uuid4())
    for name in STEPS:
        step(name, secret, token)
    before = boto3.client("secretsmanager").get_secret_value(SecretId=secret, VersionStage="AWSPREVIOUS")
    assert json.loads(before["SecretString"])["password"] == "the-first-password"
