"""Brings a release into the artefact buckets, where machines and functions find it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from troposphere_stacks.deployment import StackError


def upload(release: Path, bucket: str, region: str) -> list[str]:
    """Upload what isn't there yet; the keys of what was. Raises :class:`StackError`.

    A version that is there with another content is refused: machines that go back to it must find the same.
    """
    client = boto3.client("s3", region_name=region)
    described = json.loads(release.read_text())
    try:
        sent = [
            file["key"]
            for name, file in described["files"].items()
            if _send(client, bucket, release.parent / name, file)
        ]
        client.put_object(
            Bucket=bucket, Key=f"releases/{described['version']}/release.json", Body=release.read_bytes()
        )
    except (BotoCoreError, ClientError) as error:
        raise StackError(f"{bucket}: {' '.join(str(error).split())}") from error
    return sent


def _send(client: Any, bucket: str, path: Path, file: dict[str, Any]) -> bool:
    there = _digest(client, bucket, file["key"])
    if there == file["sha256"]:
        return False
    if there is not None:
        raise StackError(f"{bucket} has another {file['key']} already: choose another --version")
    checksum = base64.b64encode(bytes.fromhex(file["sha256"])).decode()
    with path.open("rb") as stream:
        client.put_object(
            Bucket=bucket,
            Key=file["key"],
            Body=stream,
            ChecksumSHA256=checksum,
            Metadata={"sha256": file["sha256"]},
        )
    return True


def _digest(client: Any, bucket: str, key: str) -> str | None:
    try:
        found = client.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in ("404", "NoSuchKey", "NotFound"):
            return None
        raise
    return str(found["Metadata"].get("sha256", ""))
