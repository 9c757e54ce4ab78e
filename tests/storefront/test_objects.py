"""The object store: one set of tests over the folder and over S3 (a local server that checks signatures)."""

from __future__ import annotations

import io
import urllib.error
import urllib.request
from pathlib import Path

import boto3
import pytest

from storefront.embedded.process import free_port
from storefront.settings import Settings
from storefront.stores.dynamo import now
from storefront.stores.objects import ObjectMissing, Objects, ObjectsAway, ObjectTooLarge
from storefront.stores.objects.folder import FolderObjects
from storefront.stores.objects.s3 import S3Objects

pytestmark = pytest.mark.usefixtures("aws_keys")


@pytest.fixture(params=["folder", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    if request.param == "folder":
        return FolderObjects(tmp_path, "secret" * 8)
    endpoint = request.getfixturevalue("aws_endpoint")
    bucket = f"b{abs(hash(request.node.name)) % 10**10}"
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket=bucket)
    return S3Objects(bucket, Settings(objects_endpoint=endpoint))


def put(objects: Objects, key: str, data: bytes = b"0123456789", **more: object) -> None:
    objects.put_stream(key, io.BytesIO(data), "model/gltf-binary", **more)  # type: ignore[arg-type]


def read(objects: Objects, key: str, *span: int) -> bytes:
    body = objects.open_range(key, *span)
    with body.stream as stream:
        return stream.read(body.length)


def test_what_was_put_is_read(objects: Objects) -> None:
    put(objects, "a/b.glb")
    assert read(objects, "a/b.glb") == b"0123456789"


def test_a_range_is_read(objects: Objects) -> None:
    put(objects, "a/b.glb")
    assert read(objects, "a/b.glb", 3, 4) == b"3456"


def test_the_head_tells_size_type_and_encoding(objects: Objects) -> None:
    put(objects, "a/b.glb", encoding="br")
    head = objects.head("a/b.glb")
    assert head is not None
    assert (head.size, head.content_type, head.encoding) == (10, "model/gltf-binary", "br")


def test_what_must_not_be_replaced_stays(objects: Objects) -> None:
    put(objects, "a/manifest.json", b"first", replace=False)
    second = objects.put_stream("a/manifest.json", io.BytesIO(b"second!"), "text/plain", replace=False)
    assert (second.size, read(objects, "a/manifest.json")) == (5, b"first")


def test_a_listing_tells_sizes_and_when_things_were_stored(objects: Objects) -> None:
    put(objects, "a/1")
    put(objects, "a/2", b"12")
    put(objects, "b/3")
    found = list(objects.entries("a/"))
    assert [(entry.key, entry.size) for entry in found] == [("a/1", 10), ("a/2", 2)]
    assert all(abs((now() - entry.modified).total_seconds()) < 60 for entry in found)


def test_a_missing_object_has_no_head_and_cannot_be_read(objects: Objects) -> None:
    assert objects.head("no/thing") is None
    with pytest.raises(ObjectMissing):
        objects.open_range("no/thing")


def test_a_put_replaces(objects: Objects) -> None:
    put(objects, "a", b"old")
    put(objects, "a", b"new!")
    assert read(objects, "a") == b"new!"


def test_a_deleted_object_is_gone_and_deleting_twice_is_fine(objects: Objects) -> None:
    put(objects, "a")
    objects.delete("a")
    objects.delete("a")
    assert objects.head("a") is None


def test_a_list_holds_the_keys_of_a_prefix_in_order(objects: Objects) -> None:
    for key in ("x/2", "x/1", "y/1", "xx"):
        put(objects, key)
    assert list(objects.list("x/")) == ["x/1", "x/2"]


def test_a_stream_past_its_limit_leaves_nothing(objects: Objects) -> None:
    with pytest.raises(ObjectTooLarge):
        put(objects, "a", b"x" * 100, limit=99)
    assert objects.head("a") is None


@pytest.mark.parametrize(
    "key",
    [
        "../secret",
        "a/../b",
        "/etc/passwd",
        "a//b",
        "",
        "a/.hidden",
        "a\x00b",
        "a/" + "x" * 300,
        "a/" * 600 + "a",
    ],
)
def test_a_key_that_is_no_plain_name_is_refused(objects: Objects, key: str) -> None:
    with pytest.raises(ValueError, match="no object key"):
        put(objects, key)


def test_the_folder_keeps_no_file_of_a_refused_stream(tmp_path: Path) -> None:
    with pytest.raises(ObjectTooLarge):
        put(FolderObjects(tmp_path, "s" * 40), "a", b"x" * 100, limit=99)
    assert list((tmp_path / "blobs").iterdir()) == []


def test_a_presigned_url_of_the_folder_says_what_it_allows(tmp_path: Path) -> None:
    store = FolderObjects(tmp_path, "s" * 40)
    token = store.presign_put("up/1", "model/gltf-binary", 50, 60).rpartition("/")[2]
    permission = store.permission(token)
    assert permission is not None
    assert (permission.key, permission.limit) == ("up/1", 50)


def test_a_forged_or_late_token_allows_nothing(tmp_path: Path) -> None:
    store = FolderObjects(tmp_path, "s" * 40)
    token = store.presign_put("up/1", "model/gltf-binary", 50, -1).rpartition("/")[2]
    assert store.permission(token) is None
    assert FolderObjects(tmp_path, "t" * 40).permission(token) is None


def test_a_presigned_url_of_s3_takes_a_put(aws_endpoint: str) -> None:
    boto3.client("s3", endpoint_url=aws_endpoint, region_name="us-east-1").create_bucket(Bucket="presigned")
    store = S3Objects("presigned", Settings(objects_endpoint=aws_endpoint))
    url = store.presign_put("up/1", "model/gltf-binary", 50, 60)
    request = urllib.request.Request(url, b"abc", {"Content-Type": "model/gltf-binary"}, method="PUT")
    with urllib.request.urlopen(request, timeout=5):
        pass
    assert read(store, "up/1") == b"abc"


def test_a_store_that_is_away_says_so() -> None:
    store = S3Objects("gone", Settings(objects_endpoint=f"http://127.0.0.1:{free_port()}"))
    with pytest.raises(ObjectsAway):
        store.head("a")


def test_s3_says_of_renditions_alone_that_they_may_be_kept_for_ever(aws_endpoint: str) -> None:
    client = boto3.client("s3", endpoint_url=aws_endpoint, region_name="us-east-1")
    client.create_bucket(Bucket="kept")
    store = S3Objects("kept", Settings(objects_endpoint=aws_endpoint))
    put(store, "renditions/chairs/ab/high.glb")
    put(store, "renditions/chairs/ab/manifest.json", replace=False)
    put(store, "snapshots/current.json")
    said = [client.head_object(Bucket="kept", Key=key).get("CacheControl", "") for key in store.list("")]
    for_ever = "public, max-age=31536000, immutable"
    assert said == [for_ever, for_ever, ""]
