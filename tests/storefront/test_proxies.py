"""What the shop believes of the visitor when CloudFront and a balancer stand in front of it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, jsonify, request

from storefront.app import behind_proxies

FORWARDED = {
    "X-Forwarded-For": "198.51.100.66, 203.0.113.5, 192.0.2.1",
    "X-Forwarded-Proto": "https",
    "Host": "shop.example.com",
}


def seen(proxies: int, headers: dict[str, str]) -> Any:
    app = Flask("mirror")
    app.add_url_rule(
        "/", view_func=lambda: jsonify(of=request.remote_addr, secure=request.is_secure, host=request.host)
    )
    app.wsgi_app = behind_proxies(app.wsgi_app, proxies)  # type: ignore[method-assign]
    return app.test_client().get("/", headers=headers, environ_base={"REMOTE_ADDR": "10.0.0.7"}).json


def test_behind_two_proxies_the_visitor_is_the_second_address_from_the_right() -> None:
    assert seen(2, FORWARDED)["of"] == "203.0.113.5"


@pytest.mark.parametrize("proxies", [1, 2])
def test_the_nearest_proxy_alone_says_the_scheme(proxies: int) -> None:
    assert seen(proxies, FORWARDED)["secure"] is True


def test_without_proxies_nothing_is_believed() -> None:
    alone = seen(0, FORWARDED | {"X-Forwarded-Host": "elsewhere.example"})
    assert alone == {"of": "10.0.0.7", "secure": False, "host": "shop.example.com"}
