"""Real servers for the tests: Dynoxide in memory, Valkey, SQLite and a folder of objects."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import boto3
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Playwright, sync_playwright
from pynamodb.signals import pre_dynamodb_send
from urllib3 import PoolManager

from storefront import seeding
from storefront.app import MODELS, assemble, connect
from storefront.catalog import operations as catalog
from storefront.catalog.snapshot import Snapshots
from storefront.catalog.snapshot.build import rebuild
from storefront.embedded import services
from storefront.embedded.dynoxide import start_dynoxide
from storefront.embedded.process import free_port, start, wait_for_port
from storefront.registry import Registry, discover, seeds
from storefront.settings import Settings
from storefront.stores.dynamo import bind, create_tables
from storefront.web.context import shop
from tests.databases import administer, copied_sqlite, emptied_postgres, make_tables
from tests.storefront.outages import Server

_plain = PoolManager()


@pytest.fixture(scope="session")
def server_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings that point at servers of this test process, which end with it."""
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
    folder = tmp_path_factory.mktemp("servers")
    dynamo, valkey = free_port(), free_port()
    with quick_folder() as quick, ExitStack() as running:
        running.callback(start_dynoxide(quick, folder, dynamo).stop)
        child = start("valkey", services.valkey_command(valkey, folder), folder)
        running.callback(child.stop)
        wait_for_port(child, valkey)
        yield Settings(
            dynamodb_url=f"http://127.0.0.1:{dynamo}",
            redis_url=f"redis://127.0.0.1:{valkey}/0",
            secret_key="s" * 40,
        )


@contextmanager
def quick_folder() -> Iterator[Path]:
    """A folder in memory, where the system has such: Dynoxide waits for its disk at each write."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, which a process may start but once."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def registry() -> Registry:
    """The installed plugins."""
    return discover()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with empty tables: copying it is cheaper than making them."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres(postgres_server: tuple[str, Server]) -> str:
    """The address of a PostgreSQL server of this test process; append a database's name to it.

    Its database ``shop`` has the tables of the models, ``postgres`` has none.
    """
    return postgres_server[0]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[tuple[str, Server]]:
    """The same, and the server itself, which a test may stop, and starts again."""
    # Not under pytest's own folder, which only root reads: as root, PostgreSQL runs as nobody.
    with tempfile.TemporaryDirectory(prefix="storefront-tests-") as name:
        folder, port = Path(name), free_port()
        folder.chmod(0o711)
        careless = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")
        child, password = services.start_postgres(folder, folder, port, *careless)
        address = f"postgresql://storefront:{password}@127.0.0.1:{port}/"
        try:
            administer(address + "postgres", "CREATE DATABASE shop")
            make_tables(address + "shop")
            yield address, Server(child, port)
        finally:
            child.stop()


@pytest.fixture(scope="session")
def aws_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an AWS of this test process; its S3 checks signatures."""
    port = free_port()
    environ = {**os.environ, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port)}
    child = start("aws", [sys.executable, "-m", "ministack.app"], tmp_path_factory.mktemp("aws"), environ)
    wait_for_port(child, port, 30)
    yield f"http://127.0.0.1:{port}"
    child.stop()


@pytest.fixture
def aws_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys for it: boto3 keeps those with which a test before this one began."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


@pytest.fixture(params=["sqlite", "postgres"])
def both_databases(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with empty tables: the test runs on SQLite, then on PostgreSQL.

    A test that asks for it has it in its ``settings``, too, and so in its ``app``.
    """
    if request.param == "sqlite":
        return copied_sqlite(request.getfixturevalue("sqlite_template"), tmp_path)
    return emptied_postgres(request.getfixturevalue("postgres"))


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, server_settings: Settings, sqlite_template: Path, tmp_path: Path
) -> Settings:
    """Settings of one test: database and objects of its own, and the tables of the test process."""
    if "both_databases" in request.fixturenames:
        database = str(request.getfixturevalue("both_databases"))
    else:
        database = copied_sqlite(sqlite_template, tmp_path)
    return replace(
        server_settings,
        database_url=database,
        objects_url=f"file:{tmp_path / 'objects'}",
        snapshot_folder=str(tmp_path / "snapshots"),
    )


@pytest.fixture(scope="session")
def tables(server_settings: Settings) -> None:
    """The tables of this test process."""
    bind(server_settings, MODELS)
    create_tables(MODELS)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates, compiled once for all applications of this test process."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


Assemble = Callable[[Registry], Flask]


@pytest.fixture(scope="session")
def assembled(compiled: FileSystemBytecodeCache) -> Assemble:
    """Makes the application of a registry, once for all tests of the process: that takes 60 ms of CPU.

    A module whose tests add to the application overrides this with :func:`assemble`.
    """
    made: dict[int, tuple[Registry, Flask]] = {}

    def find(registry: Registry) -> Flask:
        if id(registry) not in made:
            app = assemble(registry)
            app.jinja_env.bytecode_cache = compiled
            made[id(registry)] = registry, app
        return made[id(registry)][1]

    return find


@pytest.fixture
def app(settings: Settings, registry: Registry, tables: None, assembled: Assemble) -> Iterator[Flask]:
    """The application on empty stores, inside its context."""
    app = connect(assembled(registry), settings, registry)
    app.testing = True
    _empty_tables(settings.dynamodb_url)
    with app.app_context():
        shop().queue.connection.flushdb()
        yield app
    app.extensions["shop"].database.engine.dispose()


def _empty_tables(at: str) -> None:
    # Emptying is cheaper than new tables: a new PynamoDB connection costs 100 ms of CPU.
    for model in MODELS:
        if not _is_empty(at, model.Meta.table_name):
            with model.batch_write() as batch:
                for item in model.scan():
                    batch.delete(item)


def _is_empty(at: str, table: str) -> bool:
    # Asked by hand, since the client takes ten times as long; Dynoxide believes any signature.
    signed = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, "
    headers = {
        "X-Amz-Target": "DynamoDB_20120810.Scan",
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Date": "20260101T000000Z",
        "Authorization": signed + "SignedHeaders=host, Signature=0",
    }
    found = _plain.request("POST", at, headers=headers, json={"TableName": table, "Select": "COUNT"})
    return bool(found.json()["Count"] == 0)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without cookies."""
    return app.test_client()


@pytest.fixture
def seeded(app: Flask) -> Flask:
    """The application with every demo product on sale and in stock, without models, in a fresh snapshot."""
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
    seeding.seed_stock()
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
