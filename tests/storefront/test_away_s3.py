"""S3 hangs: who reads an object is refused in time, and soon at once."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from storefront.settings import Settings
from storefront.stores.breaker import MOST_HUNG
from storefront.stores.objects import ObjectsAway
from storefront.stores.objects.s3 import S3Objects
from tests.storefront.outages import AT_ONCE, PATIENCE, soon


@pytest.fixture
def objects(aws_keys: None) -> Iterator[S3Objects]:
    """A bucket of a server that takes calls and answers none."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        port = server.getsockname()[1]
        yield S3Objects("bucket", Settings(objects_endpoint=f"http://127.0.0.1:{port}"))


def test_who_reads_is_refused_in_time(objects: S3Objects) -> None:
    with soon(PATIENCE), pytest.raises(ObjectsAway, match="timeout"):
        objects.open_range("snapshots/current.json")


def test_after_some_nobody_waits(objects: S3Objects) -> None:
    for _ in range(MOST_HUNG):
        with pytest.raises(ObjectsAway):
            objects.head("snapshots/current.json")
    with soon(AT_ONCE), pytest.raises(ObjectsAway, match="S3 hangs"):
        objects.open_range("snapshots/current.json")
