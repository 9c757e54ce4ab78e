"""Objects in a folder: a blob per version, and a small pointer file per key that names its blob.

The pointer is renamed into place last, so a crash leaves the old object or the new one.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from itsdangerous import BadSignature, URLSafeTimedSerializer

from storefront.stores.objects import (
    ObjectBody,
    ObjectEntry,
    ObjectHead,
    ObjectMissing,
    ObjectsAway,
    ObjectTooLarge,
    check_key,
)

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Permission:
    """What a presigned URL allows: one PUT to ``key`` of up to ``limit`` bytes of ``content_type``."""

    key: str
    content_type: str
    limit: int


class FolderObjects:
    """The object store of a single machine."""

    def __init__(self, folder: str | Path, secret: str) -> None:
        root = Path(folder)
        self._keys, self._blobs = root / "keys", root / "blobs"
        self._signer = URLSafeTimedSerializer(secret, salt="object-put")
        for path in (self._keys, self._blobs):
            path.mkdir(parents=True, exist_ok=True)

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
        pointer, blob = self._pointer(key), self._blobs / uuid.uuid4().hex
        try:
            size, digest = _copy(stream, blob, limit)
            head = ObjectHead(key, size, content_type, encoding, f'"{digest}"', digest)
            previous = self._read(pointer)
            _write(pointer, json.dumps({"blob": blob.name, **asdict(head)}), replace)
        except FileExistsError:
            blob.unlink()
            return self.head(key) or head
        except BaseException as error:
            blob.unlink(missing_ok=True)
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise ObjectsAway(f"no room for {key}: {error.strerror}") from error
            raise
        if previous:
            (self._blobs / previous["blob"]).unlink(missing_ok=True)
        return head

    def open_range(self, key: str, start: int = 0, length: int | None = None) -> ObjectBody:
        entry = self._read(self._pointer(key))
        if not entry:
            raise ObjectMissing(key)
        try:
            stream = (self._blobs / entry.pop("blob")).open("rb")
        except FileNotFoundError:
            # Replaced between the two reads: the pointer now names another blob.
            return self.open_range(key, start, length)
        head = ObjectHead(**entry)
        stream.seek(start)
        wanted = max(0, head.size - start)
        return ObjectBody(head, stream, wanted if length is None else min(length, wanted))

    def head(self, key: str) -> ObjectHead | None:
        return self._head(self._pointer(key))

    def delete(self, key: str) -> None:
        pointer = self._pointer(key)
        entry = self._read(pointer)
        pointer.unlink(missing_ok=True)
        if entry:
            (self._blobs / entry["blob"]).unlink(missing_ok=True)

    def list(self, prefix: str) -> Iterator[str]:
        found = (path.relative_to(self._keys).as_posix() for path in self._keys.rglob("*.json"))
        return iter(sorted(key for name in found if (key := name.removesuffix(".json")).startswith(prefix)))

    def entries(self, prefix: str) -> Iterator[ObjectEntry]:
        for key in self.list(prefix):
            pointer = self._pointer(key)
            with suppress(FileNotFoundError):
                stored = datetime.fromtimestamp(pointer.stat().st_mtime, UTC)
                if head := self._head(pointer):
                    yield ObjectEntry(key, head.size, stored)

    def presign_put(self, key: str, content_type: str, limit: int, seconds: int) -> str:
        token = self._signer.dumps([check_key(key), content_type, limit, seconds])
        return f"/objects/{token}"

    def permission(self, token: str) -> Permission | None:
        """What the token of a presigned URL allows; None where it is forged or too old."""
        try:
            (key, content_type, limit, seconds), signed = self._signer.loads(token, return_timestamp=True)
        except BadSignature:
            return None
        age = datetime.now(UTC) - signed
        return Permission(key, content_type, limit) if age.total_seconds() <= seconds else None

    def _pointer(self, key: str) -> Path:
        return self._keys / (check_key(key) + ".json")

    def _head(self, pointer: Path) -> ObjectHead | None:
        entry = self._read(pointer)
        if not entry:
            return None
        del entry["blob"]
        return ObjectHead(**entry)

    def _read(self, pointer: Path) -> dict[str, Any] | None:
        try:
            return dict(json.loads(pointer.read_bytes()))
        except (FileNotFoundError, NotADirectoryError):
            return None


def _copy(stream: BinaryIO, blob: Path, limit: int | None) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with blob.open("xb") as out:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if limit is not None and size > limit:
                raise ObjectTooLarge(f"the file is larger than {limit} bytes")
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return size, digest.hexdigest()


def _write(path: Path, text: str, replace: bool) -> None:
    """Write a file whole. Raises FileExistsError if it is there and must not be replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{uuid.uuid4().hex}")
    try:
        with temporary.open("x") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        if replace:
            temporary.replace(path)
        else:
            path.hardlink_to(temporary)
    finally:
        temporary.unlink(missing_ok=True)
