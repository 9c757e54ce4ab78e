"""A page cache in front of Flask: public pages are kept compressed, until the catalog changes.

Keyed by host, path, query and snapshot version; there is no time to live, so nothing expires all
at once. Only answers that say ``Cache-Control: public`` and set no cookie are kept.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import brotli
from werkzeug.datastructures import Headers
from werkzeug.http import parse_accept_header, parse_etags

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_APPLICATION = ("json", "javascript", "octet-stream", "xml")
KEPT_TYPES = ("text/", "image/svg+xml", *(f"application/{kind}" for kind in _APPLICATION))
LARGEST = 4 << 20
_DROPPED = ("content-length", "x-request-id", "etag", "content-encoding", "date")


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer in every encoding that we send. ``version`` is empty for files that never change."""

    version: str
    headers: Headers
    bodies: dict[str, bytes]
    etag: str

    @property
    def size(self) -> int:
        return sum(map(len, self.bodies.values()))


class PageCache:
    """The WSGI middleware. ``version()`` names the catalog's state; ``capacity`` is in bytes."""

    def __init__(self, app: WSGIApplication, version: Callable[[], str], capacity: int) -> None:
        self._app, self._version, self._capacity = app, version, capacity
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or "HTTP_RANGE" in environ:
            return self._app(environ, start_response)
        key, version = _key(environ), self._version()
        entry = self._find(key, version)
        if entry is None:
            return self._fill(key, version, environ, start_response)
        return _answer(entry, environ, start_response)

    def _find(self, key: str, version: str) -> Entry | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or entry.version not in ("", version):
                return None
            self._entries.move_to_end(key)
            return entry

    def _fill(
        self, key: str, version: str, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        started: list[Any] = []

        def capture(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            started[:] = [status, Headers(headers), rest]
            return lambda _data: None

        inner = dict(environ, REQUEST_METHOD="GET") if environ["REQUEST_METHOD"] == "HEAD" else environ
        body = self._app(inner, capture)
        status, headers, rest = started
        if not _keepable(status, headers):
            start_response(status, headers.to_wsgi_list(), *rest)
            return body
        entry = _entry(version, headers, _joined(body))
        self._keep(key, entry)
        return _answer(entry, environ, start_response)

    def _keep(self, key: str, entry: Entry) -> None:
        with self._lock:
            if old := self._entries.pop(key, None):
                self._size -= old.size
            self._entries[key] = entry
            self._size += entry.size
            while self._size > self._capacity:
                _, dropped = self._entries.popitem(last=False)
                self._size -= dropped.size


def _key(environ: WSGIEnvironment) -> str:
    parts = (environ["wsgi.url_scheme"], environ.get("HTTP_HOST", ""), environ["PATH_INFO"])
    return "\n".join((*parts, environ.get("QUERY_STRING", "")))


def _keepable(status: str, headers: Headers) -> bool:
    control = headers.get("Cache-Control", "")
    kind = headers.get("Content-Type", "")
    return (
        status.startswith("200")
        and "public" in control
        and "Set-Cookie" not in headers
        and "Content-Encoding" not in headers
        and kind.startswith(KEPT_TYPES)
        and int(headers.get("Content-Length", LARGEST + 1)) <= LARGEST
    )


def _joined(body: Iterable[bytes]) -> bytes:
    try:
        return b"".join(body)
    finally:
        if close := getattr(body, "close", None):
            close()


def _entry(version: str, headers: Headers, body: bytes) -> Entry:
    immutable = "immutable" in headers["Cache-Control"]
    kept = Headers([pair for pair in headers if pair[0].lower() not in _DROPPED])
    kept.add("Vary", "Accept-Encoding")
    bodies = {
        # A file is compressed once for its life, a page again with each change of the catalog.
        "br": brotli.compress(body, quality=9 if immutable else 5),
        "gzip": gzip.compress(body, 6, mtime=0),
        "identity": body,
    }
    return Entry("" if immutable else version, kept, bodies, hashlib.sha256(body).hexdigest()[:24])


def _answer(entry: Entry, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    encoding = _encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
    etag = f"{entry.etag}-{encoding}"
    headers = Headers(entry.headers)
    headers["ETag"] = f'"{etag}"'
    if parse_etags(environ.get("HTTP_IF_NONE_MATCH", "")).contains(etag):
        start_response("304 Not Modified", headers.to_wsgi_list())
        return []
    body = entry.bodies[encoding]
    if encoding != "identity":
        headers["Content-Encoding"] = encoding
    headers["Content-Length"] = str(len(body))
    start_response("200 OK", headers.to_wsgi_list())
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _encoding(accepted: str) -> str:
    offered = {name.strip().lower(): quality for name, quality in parse_accept_header(accepted)}
    return next((name for name in ("br", "gzip") if offered.get(name, 0) > 0), "identity")
