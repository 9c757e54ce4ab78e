"""Runs as a Lambda, alone: gives the database's administrator a new password when Secrets Manager asks.

It changes the password through the RDS API, so that it needs no way into the network.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any

import boto3

SECONDS = 240


def handler(event: dict[str, Any], _context: object) -> None:
    """One of Secrets Manager's four steps. Raises where AWS refuses; the step is then tried again."""
    steps = {"createSecret": create, "setSecret": change, "testSecret": wait, "finishSecret": finish}
    steps[event["Step"]](boto3.client("secretsmanager"), event["SecretId"], event["ClientRequestToken"])


def create(secrets: Any, secret: str, token: str) -> None:
    """Store a new password beside the current one."""
    if "AWSPENDING" in _stages(secrets, secret).get(token, ()):
        return
    values = _read(secrets, secret, VersionStage="AWSCURRENT")
    new = secrets.get_random_password(PasswordLength=40, ExcludeCharacters=os.environ["UNWANTED"])
    secrets.put_secret_value(
        SecretId=secret,
        ClientRequestToken=token,
        SecretString=json.dumps(values | {"password": new["RandomPassword"]}),
        VersionStages=["AWSPENDING"],
    )


def change(secrets: Any, secret: str, token: str) -> None:
    """Have the cluster take the new password."""
    password = _read(secrets, secret, VersionId=token)["password"]
    boto3.client("rds").modify_db_cluster(
        DBClusterIdentifier=os.environ["CLUSTER"], MasterUserPassword=password, ApplyImmediately=True
    )


def wait(_secrets: Any, _secret: str, _token: str) -> None:
    """Return once the cluster has taken it. Raises TimeoutError."""
    rds, end = boto3.client("rds"), time.monotonic() + SECONDS
    while time.monotonic() < end:
        cluster = rds.describe_db_clusters(DBClusterIdentifier=os.environ["CLUSTER"])["DBClusters"][0]
        pending = cluster.get("PendingModifiedValues", {})
        if cluster["Status"] == "available" and "MasterUserPassword" not in pending:
            return
        time.sleep(5)
    raise TimeoutError(f"the cluster hasn't taken its new password in {SECONDS} s")


def finish(secrets: Any, secret: str, token: str) -> None:
    """Make the new password the current one."""
    stages = _stages(secrets, secret)
    current = next(version for version, names in stages.items() if "AWSCURRENT" in names)
    if current != token:
        secrets.update_secret_version_stage(
            SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=token, RemoveFromVersionId=current
        )


def _stages(secrets: Any, secret: str) -> dict[str, list[str]]:
    known: dict[str, list[str]] = secrets.describe_secret(SecretId=secret)["VersionIdsToStages"]
    return known


def _read(secrets: Any, secret: str, **version: str) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(secrets.get_secret_value(SecretId=secret, **version)["SecretString"])
    return values
