"""Objects in an S3 bucket, through boto3, with time-outs on every call."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, BinaryIO, cast

import boto3
from boto3.exceptions import S3UploadFailedError
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from storefront.settings import Settings
from storefront.stores.aws import hung
from storefront.stores.breaker import Breaker
from storefront.stores.objects import (
    ObjectBody,
    ObjectEntry,
    ObjectHead,
    ObjectMissing,
    ObjectsAway,
    ObjectTooLarge,
    check_key,
)

NEVER_CHANGES = "renditions/"
"""Where what a key holds stays the same: the key is made of the content's hash."""

_CONFIG = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 3},
    signature_version="s3v4",
    s3={"addressing_style": "path"},
)
_STREAM_SECONDS = 10
"""Between two pieces of an object that is being read."""
_READING = _CONFIG.merge(
    Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 2})
)
"""Until an object begins to come: pages wait for it."""


class S3Objects:
    """The object store of a region."""

    def __init__(self, bucket: str, settings: Settings) -> None:
        self._bucket = bucket
        client = partial(
            boto3.client,
            "s3",
            region_name=settings.dynamodb_region,
            endpoint_url=settings.objects_endpoint or None,
        )
        self._client: Any = client(config=_CONFIG)
        self._reading: Any = client(config=_READING)
        self._breaker = Breaker("S3", hung, ObjectsAway)

    def put_stream(
        self,
        key: str,
        stream: BinaryIO,
        content_type: str,
        *,
        encoding: str | None = None,
        limit: int | None = None,
        replace: bool = True,
    ) -> ObjectHead:
        extra = _extra(key, content_type, encoding)
        counted = _Counted(stream, limit)
        if not replace:
            return self._put_new(key, counted, extra)
        with _translated(key):
            self._client.upload_fileobj(counted, self._bucket, check_key(key), ExtraArgs=extra)
        etag = f'"{counted.digest.hexdigest()}"'
        return ObjectHead(key, counted.size, content_type, encoding, etag, counted.digest.hexdigest())

    def _put_new(self, key: str, stream: _Counted, extra: dict[str, str]) -> ObjectHead:
        # In one request, not in parts: only that takes a condition. It is for small objects.
        body = stream.read()
        with _translated(key):
            try:
                self._client.put_object(
                    Bucket=self._bucket, Key=check_key(key), Body=body, IfNoneMatch="*", **extra
                )
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") != "PreconditionFailed":
                    raise
        known = self.head(key)
        if known is None:
            raise ObjectMissing(key)
        return known

    def open_range(self, key: str, start: int = 0, length: int | None = None) -> ObjectBody:
        end = "" if length is None else str(start + length - 1)
        wanted = {"Range": f"bytes={start}-{end}"} if start or length is not None else {}
        with _translated(key), self._breaker.asking():
            answer = self._reading.get_object(Bucket=self._bucket, Key=check_key(key), **wanted)
        answer["Body"].set_socket_timeout(_STREAM_SECONDS)
        total = answer.get("ContentRange", "").rpartition("/")[2]
        head = _head(key, answer, int(total or answer["ContentLength"]))
        return ObjectBody(head, answer["Body"], answer["ContentLength"])

    def head(self, key: str) -> ObjectHead | None:
        try:
            with _translated(key), self._breaker.asking():
                answer = self._reading.head_object(Bucket=self._bucket, Key=check_key(key))
        except ObjectMissing:
            return None
        return _head(key, answer, answer["ContentLength"])

    def delete(self, key: str) -> None:
        with _translated(key):
            self._client.delete_object(Bucket=self._bucket, Key=check_key(key))

    def list(self, prefix: str) -> Iterator[str]:
        return (entry.key for entry in self.entries(prefix))

    def entries(self, prefix: str) -> Iterator[ObjectEntry]:
        with _translated(prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
            for page in pages:
                for entry in page.get("Contents", ()):
                    yield ObjectEntry(entry["Key"], entry["Size"], entry["LastModified"])

    def presign_put(self, key: str, content_type: str, limit: int, seconds: int) -> str:  # noqa: ARG002
        # A presigned PUT can't state a limit: whoever finishes the upload checks the size.
        parameters = {"Bucket": self._bucket, "Key": check_key(key), "ContentType": content_type}
        return str(self._client.generate_presigned_url("put_object", Params=parameters, ExpiresIn=seconds))


def _extra(key: str, content_type: str, encoding: str | None) -> dict[str, str]:
    extra = {"ContentType": content_type}
    if encoding:
        extra["ContentEncoding"] = encoding
    if key.startswith(NEVER_CHANGES):
        # A CDN reads these from the bucket itself, and hands the header on to browsers.
        extra["CacheControl"] = "public, max-age=31536000, immutable"
    return extra


class _Counted:
    """A stream that hashes and counts what is read through it, and refuses to pass its limit."""

    def __init__(self, stream: BinaryIO, limit: int | None) -> None:
        self._stream, self._limit = stream, limit
        self.digest, self.size = hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        self.size += len(chunk)
        if self._limit is not None and self.size > self._limit:
            raise ObjectTooLarge(f"the file is larger than {self._limit} bytes")
        self.digest.update(chunk)
        return chunk


def _head(key: str, answer: dict[str, Any], size: int) -> ObjectHead:
    return ObjectHead(
        key,
        size,
        answer.get("ContentType", "application/octet-stream"),
        cast("str | None", answer.get("ContentEncoding")),
        answer["ETag"],
        None,
    )


@contextmanager
def _translated(key: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in ("404", "NoSuchKey", "NotFound"):
            raise ObjectMissing(key) from error
        raise ObjectsAway(str(error)) from error
    except (BotoCoreError, S3UploadFailedError) as error:
        raise ObjectsAway(str(error)) from error
