"""Real servers for the tests: Dynoxide in memory, Valkey, SQLite and a folder of objects."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Playwright, sync_playwright
from pynamodb.signals import pre_dynamodb_send

from storefront.app import MODELS, create_app
from storefront.catalog import operations as catalog
from storefront.catalog.snapshot import Snapshots
from storefront.catalog.snapshot.build import rebuild
from storefront.embedded import services
from storefront.embedded.process import free_port, start, wait_for_port
from storefront.registry import Registry, discover, seeds
from storefront.settings import Settings
from storefront.stores.dynamo import bind, create_tables
from storefront.web.context import shop


@pytest.fixture(scope="session")
def server_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings that point at servers of this test process, which end with it."""
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
    folder = tmp_path_factory.mktemp("servers")
    dynamo, valkey = free_port(), free_port()
    children = [
        start("dynamodb", services.dynoxide_command(dynamo, None), folder),
        start("valkey", services.valkey_command(valkey, folder), folder),
    ]
    for child, port in zip(children, (dynamo, valkey), strict=True):
        wait_for_port(child, port)
    yield Settings(
        dynamodb_url=f"http://127.0.0.1:{dynamo}",
        redis_url=f"redis://127.0.0.1:{valkey}/0",
        secret_key="s" * 40,
    )
    for child in children:
        child.stop()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, which a process may start but once."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def registry() -> Registry:
    """The installed plugins."""
    return discover()


@pytest.fixture
def settings(server_settings: Settings, tmp_path: Path) -> Settings:
    """Settings of one test: database and objects of its own, and the tables of the test process."""
    return replace(
        server_settings,
        database_url=f"sqlite:///{tmp_path / 'accounts.sqlite'}",
        objects_url=f"file:{tmp_path / 'objects'}",
        snapshot_folder=str(tmp_path / "snapshots"),
    )


@pytest.fixture(scope="session")
def tables(server_settings: Settings) -> None:
    """The tables of this test process."""
    bind(server_settings, MODELS)
    create_tables(MODELS)


@pytest.fixture
def app(settings: Settings, registry: Registry, tables: None) -> Iterator[Flask]:
    """The application on empty stores, inside its context."""
    app = create_app(settings, registry)
    app.testing = True
    _empty_tables()
    with app.app_context():
        shop().database.create_all()
        shop().queue.connection.flushdb()
        yield app
    app.extensions["shop"].database.engine.dispose()


def _empty_tables() -> None:
    # Emptying is cheaper than new tables: a new PynamoDB connection costs 100 ms of CPU.
    for model in MODELS:
        if items := list(model.scan()):
            with model.batch_write() as batch:
                for item in items:
                    batch.delete(item)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without cookies."""
    return app.test_client()


@pytest.fixture
def seeded(app: Flask) -> Flask:
    """The application with every demo product on sale, without models, in a fresh snapshot."""
    catalog.ensure_categories(shop().registry)
    for _, seed in seeds(shop().registry):
        catalog.create_product(
            slug=seed.slug,
            title=seed.title,
            product_type=seed.product_type,
            category=seed.product_type,
            price=seed.price,
            currency="EUR",
            summary=seed.summary,
            description=seed.description,
            attributes=seed.attributes,
            defaults=seed.defaults,
            state="active",
        )
    publish_snapshot(app)
    return app


def publish_snapshot(app: Flask) -> None:
    """Build the snapshot of what the tables hold now, and make the application read it."""
    rebuild(shop().registry, shop().objects)
    snapshots: Snapshots = app.extensions["snapshots"]
    snapshots.refresh()


@pytest.fixture
def calls() -> Iterator[list[str]]:
    """Each DynamoDB operation of this process, as PynamoDB announces it."""
    made: list[str] = []

    def note(_sender: object, operation_name: str, **_rest: object) -> None:
        made.append(operation_name)

    with pre_dynamodb_send.connected_to(note):
        yield made
