"""A shop that takes money from the test payment server, and puts its letters into a folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from storefront import testpay
from storefront.registry import Registry
from storefront.settings import Settings
from storefront.testpay.app import create_app as create_testpay
from tests.browser.buying.showroom import furnish, registry_of_seats
from tests.browser.serving import served

SECRET = "shared by shop and server"


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Chairs only."""
    return registry_of_seats()


@pytest.fixture(scope="session")
def pay_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the test payment server is."""
    books = tmp_path_factory.mktemp(testpay.__name__) / "books.sqlite"
    app, courier = create_testpay(str(books), SECRET)
    courier.start()
    with served(app) as url:
        yield url


@pytest.fixture
def settings(settings: Settings, pay_server: str, tmp_path: Path) -> Settings:
    """The shop takes its money there."""
    own = {"testpay_url": pay_server, "testpay_secret": SECRET, "mail": f"folder:{tmp_path / 'mail'}"}
    return replace(settings, **own)  # type: ignore[arg-type]


@pytest.fixture
def address(app: Flask, tmp_path: Path) -> Iterator[str]:
    """Where the shop is, under a name: passkeys want one."""
    furnish(app, tmp_path)
    with served(app) as url:
        yield url.replace("127.0.0.1", "localhost")
