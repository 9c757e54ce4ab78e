"""Snapshots that were replaced long ago are removed; the current one never is."""

from __future__ import annotations

import io
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from storefront.catalog.snapshot.build import POINTER, snapshot_key
from storefront.catalog.snapshot.naming import forget
from storefront.stores.dynamo import now
from storefront.stores.objects.folder import FolderObjects

WEEK = timedelta(days=7)


@pytest.fixture
def objects(tmp_path: Path) -> FolderObjects:
    return FolderObjects(tmp_path, "secret" * 8)


def store(objects: FolderObjects, folder: Path, version: str, days: float) -> None:
    """Publish a snapshot so many days ago."""
    objects.put_stream(snapshot_key(version), io.BytesIO(b"snapshot"), "application/vnd.sqlite3")
    point(objects, version)
    (pointer,) = folder.rglob(f"{version}.sqlite.json")
    then = (now() - timedelta(days=days)).timestamp()
    os.utime(pointer, (then, then))


def point(objects: FolderObjects, version: str) -> None:
    objects.put_stream(POINTER, io.BytesIO(json.dumps({"version": version}).encode()), "application/json")


def left(objects: FolderObjects) -> set[str]:
    return {Path(key).stem for key in objects.list("snapshots/") if key.endswith(".sqlite")}


def test_one_that_was_replaced_long_ago_goes(objects: FolderObjects, tmp_path: Path) -> None:
    for version, days in (("a", 30), ("b", 20), ("c", 1)):
        store(objects, tmp_path, version, days)
    assert forget(objects, now() - WEEK) == 1
    assert left(objects) == {"b", "c"}


def test_the_current_one_stays_however_old(objects: FolderObjects, tmp_path: Path) -> None:
    store(objects, tmp_path, "a", 400)
    assert forget(objects, now() - WEEK) == 0
    assert left(objects) == {"a"}


def test_one_that_became_current_again_stays(objects: FolderObjects, tmp_path: Path) -> None:
    for version, days in (("a", 30), ("b", 20)):
        store(objects, tmp_path, version, days)
    point(objects, "a")
    assert forget(objects, now() - WEEK) == 0
    assert left(objects) == {"a", "b"}


def test_before_the_first_there_is_nothing_to_forget(objects: FolderObjects) -> None:
    assert forget(objects, now() - WEEK) == 0
