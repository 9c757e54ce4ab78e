"""What the outside can read and write of the object store."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.stores.objects.folder import FolderObjects
from storefront.web.context import shop

GLB, PACKED = b"0123456789" * 100, b"packed"
URL = "/assets/renditions/chair/a1/preview/preview-abc.glb"


@pytest.fixture(autouse=True)
def objects(app: Flask) -> FolderObjects:
    """A rendition with its compressed twin, and a private upload."""
    store = shop().objects
    key = URL.removeprefix("/assets/")
    store.put_stream(key, io.BytesIO(GLB), "model/gltf-binary")
    store.put_stream(key + ".br", io.BytesIO(PACKED), "model/gltf-binary", encoding="br")
    store.put_stream("uploads/a1/source", io.BytesIO(b"secret"), "application/octet-stream")
    assert isinstance(store, FolderObjects)
    return store


def put_url(store: FolderObjects, limit: int = 10, seconds: int = 60) -> str:
    return store.presign_put("uploads/b2/source", "application/octet-stream", limit, seconds)


def test_it_serves_a_rendition_for_ever(client: FlaskClient) -> None:
    response = client.get(URL)
    assert (response.data, response.mimetype) == (GLB, "model/gltf-binary")
    assert "immutable" in response.headers["Cache-Control"]


def test_a_browser_that_takes_brotli_gets_it(client: FlaskClient) -> None:
    response = client.get(URL, headers={"Accept-Encoding": "gzip, br"})
    assert (response.data, response.headers["Content-Encoding"]) == (PACKED, "br")
    assert "Accept-Encoding" in response.headers["Vary"]


def test_a_range_is_of_the_plain_file(client: FlaskClient) -> None:
    response = client.get(URL, headers={"Range": "bytes=10-14", "Accept-Encoding": "br"})
    assert (response.status_code, response.data) == (206, b"01234")
    assert response.headers["Content-Range"] == "bytes 10-14/1000"


def test_the_last_bytes_can_be_asked_for(client: FlaskClient) -> None:
    assert client.get(URL, headers={"Range": "bytes=-3"}).data == b"789"


def test_a_range_past_the_end_is_refused(client: FlaskClient) -> None:
    assert client.get(URL, headers={"Range": "bytes=1000-"}).status_code == 416


def test_a_range_of_another_version_gets_the_whole(client: FlaskClient) -> None:
    response = client.get(URL, headers={"Range": "bytes=10-14", "If-Range": '"other"'})
    assert (response.status_code, response.data) == (200, GLB)


def test_what_the_browser_has_is_not_sent_again(client: FlaskClient) -> None:
    etag = client.get(URL).headers["ETag"]
    assert client.get(URL, headers={"If-None-Match": etag}).status_code == 304


def test_a_head_tells_the_length_alone(client: FlaskClient) -> None:
    response = client.head(URL)
    assert (response.content_length, response.data) == (1000, b"")


@pytest.mark.parametrize(
    "path",
    [
        "uploads/a1/source",
        "renditions/../uploads/a1/source",
        "renditions/none.glb",
        "renditions//x",
        URL.removeprefix("/assets/") + ".json/x",
        "renditions/" + "/".join(["x" * 190] * 25),
        "renditions/%00%ff",
    ],
)
def test_nothing_but_renditions_is_public(client: FlaskClient, path: str) -> None:
    assert client.get("/assets/" + path).status_code in (404, 308)


def test_serving_files_touches_no_table(client: FlaskClient, calls: list[str]) -> None:
    client.get(URL)
    assert calls == []


def test_a_presigned_url_takes_the_file(client: FlaskClient, objects: FolderObjects) -> None:
    assert client.put(put_url(objects), data=b"0123456789").status_code == 204
    head = objects.head("uploads/b2/source")
    assert head
    assert head.size == 10


def test_an_upload_may_be_larger_than_a_form(client: FlaskClient, objects: FolderObjects) -> None:
    url = objects.presign_put("uploads/b2/source", "application/octet-stream", 3 << 20, 60)
    assert client.put(url, data=bytes(3 << 20)).status_code == 204


def test_a_presigned_url_takes_no_more_than_was_announced(
    client: FlaskClient, objects: FolderObjects
) -> None:
    assert client.put(put_url(objects), data=b"0123456789!").status_code == 413
    assert objects.head("uploads/b2/source") is None


def test_a_forged_url_is_refused(client: FlaskClient, objects: FolderObjects) -> None:
    response = client.put(put_url(objects) + "x", data=b"1")
    assert response.status_code == 403
    assert "Start the upload again" in response.text


def test_an_old_url_is_refused(client: FlaskClient, objects: FolderObjects) -> None:
    assert client.put(put_url(objects, seconds=-1), data=b"1").status_code == 403
