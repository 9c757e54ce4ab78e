"""The page cache: public answers are kept until the catalog changes, private ones never."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import brotli
import pytest
from flask import Flask, Response, make_response
from werkzeug.test import Client

from storefront.web.page_cache import PageCache


class Site:
    """A small site that counts its answers."""

    def __init__(self) -> None:
        self.answers = 0
        self.version = "1"
        app = Flask("site")
        for path, control in (("/", "public, s-maxage=5"), ("/me", "private"), ("/f", "public, immutable")):
            app.add_url_rule(path, path, self._view(control))
        app.add_url_rule("/map", "/map", self._view("public, s-maxage=5", "application/xml"))
        self.client = Client(PageCache(app, lambda: self.version, 1 << 20))

    def _view(self, control: str, kind: str = "text/html") -> Callable[[], Response]:
        def view() -> Response:
            self.answers += 1
            response = make_response(f"answer {self.answers} " + "x" * 500)
            response.headers["Cache-Control"], response.mimetype = control, kind
            return response

        return view


@pytest.fixture
def site() -> Site:
    return Site()


def test_a_public_page_is_made_once(site: Site) -> None:
    assert site.client.get("/").data == site.client.get("/").data
    assert site.answers == 1


def test_a_map_for_search_engines_is_made_once(site: Site) -> None:
    assert site.client.get("/map").data == site.client.get("/map").data
    assert site.answers == 1


def test_a_private_page_is_made_each_time(site: Site) -> None:
    site.client.get("/me")
    site.client.get("/me")
    assert site.answers == 2


def test_another_query_is_another_page(site: Site) -> None:
    site.client.get("/?a=1")
    site.client.get("/?a=2")
    assert site.answers == 2


def test_a_new_catalog_makes_pages_anew_and_files_not(site: Site) -> None:
    site.client.get("/")
    site.client.get("/f")
    site.version = "2"
    site.client.get("/")
    site.client.get("/f")
    assert site.answers == 3


@pytest.mark.parametrize(("encoding", "decode"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_the_body_comes_compressed(site: Site, encoding: str, decode: Callable[[bytes], bytes]) -> None:
    response = site.client.get("/", headers={"Accept-Encoding": encoding})
    assert response.headers["Content-Encoding"] == encoding
    assert decode(response.data).startswith(b"answer 1")


def test_a_client_that_refuses_an_encoding_does_not_get_it(site: Site) -> None:
    response = site.client.get("/", headers={"Accept-Encoding": "br;q=0, gzip;q=0"})
    assert "Content-Encoding" not in response.headers


def test_an_unchanged_page_is_not_sent_again(site: Site) -> None:
    etag = site.client.get("/").headers["ETag"]
    response = site.client.get("/", headers={"If-None-Match": etag})
    assert (response.status_code, response.data) == (304, b"")


def test_a_head_has_the_headers_of_a_get_and_no_body(site: Site) -> None:
    response = site.client.head("/")
    assert response.data == b""
    assert int(response.headers["Content-Length"]) > 500


def test_the_cache_stays_within_its_capacity(site: Site) -> None:
    cache = site.client.application
    assert isinstance(cache, PageCache)
    cache._capacity = 2000
    for number in range(20):
        site.client.get(f"/?n={number}")
    assert cache._size <= 2000
