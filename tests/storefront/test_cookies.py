"""Cookies where shoppers see the shop over HTTPS: from this host alone, over HTTPS alone, to no script."""

from __future__ import annotations

from dataclasses import replace
from http.cookies import Morsel, SimpleCookie

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront.settings import Settings
from tests.storefront import people
from tests.storefront.carts import FJORD, put
from tests.storefront.shoppers import come, purse, registry, shopper

__all__ = ["purse", "registry", "shopper"]

SECURED = {"secure": True, "httponly": True, "samesite": "Lax", "domain": ""}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, public_url="https://localhost")


def sent(response: TestResponse) -> dict[str, Morsel[str]]:
    """The cookies of a response, by name."""
    lines = response.headers.getlist("Set-Cookie")
    return {name: morsel for line in lines for name, morsel in SimpleCookie(line).items()}


def test_the_session_is_bound_to_the_host(shopper: FlaskClient, app: Flask) -> None:
    cookie = sent(put(app.test_client(), FJORD))["__Host-session"]
    assert {name: cookie[name] for name in SECURED} == SECURED
    assert cookie["path"] == "/"


def test_it_is_read_again(shopper: FlaskClient) -> None:
    assert "Fjord" in shopper.get("/cart").text
    assert ">1<" in shopper.get("/_me/header").text


def test_a_cookie_that_another_host_of_the_domain_planted_is_not_read(
    shopper: FlaskClient, app: Flask
) -> None:
    mine = shopper.get_cookie("__Host-session")
    assert mine
    other = app.test_client()
    other.set_cookie("session", mine.value)
    assert "Fjord" not in other.get("/cart").text


def test_signing_in_gives_no_other_cookie(shopper: FlaskClient) -> None:
    people.person()
    assert set(sent(people.sign_in(shopper))) == {"__Host-session"}


def test_the_ticket_goes_over_https_alone(shopper: FlaskClient) -> None:
    come(shopper, "pay")
    cookie = sent(people.get(shopper, "/checkout/pay"))["__Secure-checkout"]
    assert {name: cookie[name] for name in SECURED} == SECURED
    assert cookie["path"] == "/checkout"


def test_without_https_the_names_are_plain(settings: Settings, shopper: FlaskClient, app: Flask) -> None:
    app.extensions["shop"] = replace(app.extensions["shop"], settings=replace(settings, public_url=""))
    assert set(sent(put(app.test_client(), FJORD))) == {"session"}
