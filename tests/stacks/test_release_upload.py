"""Uploading a release, to an emulator of S3: once, and never another content under the same name."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from troposphere_stacks.deployment import StackError
from troposphere_stacks.release.uploading import upload

pytestmark = pytest.mark.slow


@pytest.fixture
def s3(aws_endpoint: str, aws_keys: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws_endpoint)
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket="artefacts")
    return client


def release(folder: Path, content: bytes) -> Path:
    (folder / "web.tar").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    file = {"key": "releases/v1/web.tar", "sha256": digest, "bytes": len(content)}
    path = folder / "release.json"
    path.write_text(json.dumps({"version": "v1", "files": {"web.tar": file}, "parameters": {}}))
    return path


def test_it_is_uploaded_once_and_never_replaced(s3: Any, tmp_path: Path) -> None:
    told = release(tmp_path, b"first")
    assert upload(told, "artefacts", "us-east-1") == ["releases/v1/web.tar"]
    assert upload(told, "artefacts", "us-east-1") == []
    with pytest.raises(StackError, match="choose another --version"):
        upload(release(tmp_path, b"second"), "artefacts", "us-east-1")
    found = s3.get_object(Bucket="artefacts", Key="releases/v1/web.tar")["Body"].read()
    assert found == b"first"
    assert s3.head_object(Bucket="artefacts", Key="releases/v1/release.json")["ContentLength"]


def test_a_bucket_that_is_not_there_is_one_line(s3: Any, tmp_path: Path) -> None:
    with pytest.raises(StackError, match="nowhere") as caught:
        upload(release(tmp_path, b"first"), "nowhere", "us-east-1")
    assert "\n" not in str(caught.value)
