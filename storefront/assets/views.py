"""Public renditions, and the door for uploads where objects lie in a folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, cast

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from storefront.stores.objects import ObjectBody, ObjectHead, ObjectMissing
from storefront.stores.objects.folder import FolderObjects
from storefront.web.context import shop

PUBLIC_PREFIX = "renditions/"
IMMUTABLE = "public, max-age=31536000, immutable"
CHUNK = 256 << 10
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")

blueprint = Blueprint("assets", __name__)


@blueprint.get("/assets/<path:key>")
def rendition(key: str) -> ResponseReturnValue:
    """A file of a rendition, compressed where the browser takes it, whole or in part. It never changes."""
    head = _head(key)
    if head is None or key.endswith(".br"):
        abort(404)
    packed = _head(key + ".br") if _takes_brotli(key) else None
    served = packed or head
    response = Response(status=200, content_type=head.content_type)
    response.headers["Cache-Control"] = IMMUTABLE
    response.headers["ETag"] = served.etag
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Access-Control-Allow-Origin"] = "*"
    if key.endswith(".glb"):
        response.vary.add("Accept-Encoding")
    if packed:
        response.headers["Content-Encoding"] = "br"
    if served.etag in [tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")]:
        response.status_code = 304
        return response
    return _with_body(response, served)


@blueprint.put("/objects/<token>")
def receive(token: str) -> ResponseReturnValue:
    """Store what a presigned URL allows, streamed to disk. S3 has its own door."""
    objects = shop().objects
    permission = objects.permission(token) if isinstance(objects, FolderObjects) else None
    if permission is None:
        abort(403, "This upload link is too old, or not one of ours. Start the upload again.")
    if request.content_length is None:
        abort(411)
    if request.content_length > permission.limit:
        abort(413)
    # One more than may come: Werkzeug refuses a read at the very end of what it allows.
    request.max_content_length = permission.limit + 1
    stream = cast(BinaryIO, request.stream)
    objects.put_stream(permission.key, stream, permission.content_type, limit=permission.limit)
    return Response(status=204)


def _head(key: str) -> ObjectHead | None:
    try:
        return shop().objects.head(key) if key.startswith(PUBLIC_PREFIX) else None
    except ValueError:
        return None


def _takes_brotli(key: str) -> bool:
    # Ranges of a compressed body can't be joined with ranges of the plain one.
    return (
        key.endswith(".glb") and "Range" not in request.headers and request.accept_encodings.quality("br") > 0
    )


def _with_body(response: Response, head: ObjectHead) -> Response:
    try:
        start, length = _wanted(head)
    except ValueError:
        response.status_code = 416
        response.headers["Content-Range"] = f"bytes */{head.size}"
        return response
    if length != head.size:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{head.size}"
    response.content_length = length
    if request.method != "HEAD":
        body = _open(head.key, start, length)
        # For an answer that nobody reads, which never starts the generator that closes it otherwise.
        response.call_on_close(body.stream.close)
        response.response = _chunks(body, length)
    return response


def _open(key: str, start: int, length: int) -> ObjectBody:
    try:
        return shop().objects.open_range(key, start, length)
    except ObjectMissing:
        abort(404)


def _wanted(head: ObjectHead) -> tuple[int, int]:
    """The start and length asked for; the whole for a header that is no single range. ValueError: 416."""
    size = head.size
    if request.headers.get("If-Range", head.etag) != head.etag:
        return 0, size
    match = _RANGE.fullmatch(request.headers.get("Range", ""))
    if match is None or match[0] == "bytes=-":
        return 0, size
    first, last = match.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start >= size or end < start:
        raise ValueError(match[0])
    return start, end - start + 1


def _chunks(body: ObjectBody, length: int) -> Iterator[bytes]:
    with body.stream as stream:
        left = length
        while left and (chunk := stream.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
