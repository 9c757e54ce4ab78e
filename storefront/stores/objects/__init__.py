"""Where files are kept: one port, a folder or an S3 bucket behind it.

Keys are slash-separated names of letters, digits, dots, hyphens and underscores. Objects are
replaced atomically: a reader sees the old bytes or the new ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from storefront.settings import SettingError, Settings

_SEGMENT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")
LONGEST_KEY = 1024


class ObjectMissing(KeyError):
    """No object has this key."""


class ObjectTooLarge(ValueError):
    """The stream was longer than its limit; nothing was stored."""


class ObjectsAway(Exception):
    """The object store can't be reached or refuses."""


@dataclass(frozen=True, slots=True)
class ObjectHead:
    """What is known of an object without reading it. ``sha256`` is None where the store doesn't know it."""

    key: str
    size: int
    content_type: str
    encoding: str | None
    etag: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class ObjectEntry:
    """An object in a listing; ``modified`` is when it was stored last."""

    key: str
    size: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class ObjectBody:
    """An object's head and a stream of the bytes asked for; close the stream."""

    head: ObjectHead
    stream: BinaryIO
    length: int


class Objects(Protocol):
    """The port. Every method raises :class:`ObjectsAway` when the store does not answer."""

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
        """Store all that the stream holds. Raises :class:`ObjectTooLarge` past ``limit`` bytes.

        Without ``replace`` an object that is there already stays, and its head is returned.
        """

    def open_range(self, key: str, start: int = 0, length: int | None = None) -> ObjectBody:
        """Read ``length`` bytes (all by default) from ``start``. Raises :class:`ObjectMissing`."""

    def head(self, key: str) -> ObjectHead | None:
        """What is known of the object, None where there is none."""

    def delete(self, key: str) -> None:
        """Remove the object; fine where there is none."""

    def list(self, prefix: str) -> Iterator[str]:
        """The keys that start with ``prefix``, in order."""

    def entries(self, prefix: str) -> Iterator[ObjectEntry]:
        """The objects whose keys start with ``prefix``, in the order of :meth:`list`."""

    def presign_put(self, key: str, content_type: str, limit: int, seconds: int) -> str:
        """A URL to which a browser may PUT up to ``limit`` bytes for ``seconds``."""


def check_key(key: str) -> str:
    """The key itself. Raises ValueError unless each of its parts is a plain name, and S3 takes it all."""
    if len(key) > LONGEST_KEY or not all(_SEGMENT.fullmatch(part) for part in key.split("/")):
        raise ValueError(f"{key!r} is no object key: use plain names with slashes between them")
    return key


def open_objects(settings: Settings) -> Objects:
    """The store that ``objects_url`` names. Raises :class:`SettingError` for another scheme."""
    scheme, _, rest = settings.objects_url.partition(":")
    if scheme == "file":
        from storefront.stores.objects.folder import FolderObjects

        return FolderObjects(rest, settings.secret_key)
    if scheme == "s3":
        from storefront.stores.objects.s3 import S3Objects

        return S3Objects(rest.strip("/"), settings)
    raise SettingError(
        f"STOREFRONT_OBJECTS_URL must be file:FOLDER or s3://BUCKET, not {settings.objects_url!r}"
    )
