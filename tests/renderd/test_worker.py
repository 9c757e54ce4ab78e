"""A real worker on real servers: done once, whatever is killed."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import psutil
import pytest
import trimesh
from flask import Flask

from renderd.worker import ListedJob
from storefront.assets import jobs, operations
from storefront.assets.models import FAILED, READY, RUNNING, Asset, change
from storefront.catalog import operations as catalog
from storefront.catalog.models import Product
from storefront.registry import Registry
from storefront.settings import Settings, to_environ
from storefront.stores.dynamo import now
from storefront.web.context import shop

PATIENCE = 120.0
Start = Callable[[], psutil.Process]


@pytest.fixture
def start(app: Flask, settings: Settings) -> Iterator[Start]:
    """Starts workers; they end with the test."""
    workers: list[subprocess.Popen[bytes]] = []

    def begin() -> psutil.Process:
        environ = {**os.environ, **to_environ(settings)}
        workers.append(subprocess.Popen([sys.executable, "-m", "renderd", "worker"], env=environ))
        return psutil.Process(workers[-1].pid)

    yield begin
    for worker in workers:
        worker.kill()
        worker.wait()


@pytest.fixture
def product(app: Flask, registry: Registry) -> Product:
    """A draft without a model."""
    kind = next(iter(registry.types))
    return catalog.create_product(
        slug="thing", title="Thing", product_type=kind, category=kind, price=100, currency="EUR"
    )


def upload(product: Product, model: bytes | None = None) -> str:
    file = io.BytesIO(model or trimesh.creation.box((0.4, 0.3, 0.2)).export(file_type="glb"))
    return operations.upload_stream(product, "thing.glb", file, publish_when_ready=True).asset_id


def wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it didn't happen in time"
        time.sleep(0.05)


def ended(asset_id: str) -> Asset:
    wait(lambda: operations.find(asset_id).state in (READY, FAILED))
    return operations.find(asset_id)


def converting(worker: psutil.Process) -> list[psutil.Process]:
    """The work-horse and its sandboxed child, once both are there."""
    wait(lambda: len(worker.children(recursive=True)) == 2)
    return worker.children(recursive=True)


def test_it_renders_publishes_and_does_equal_work_once(product: Product, start: Start) -> None:
    start()
    first = ended(upload(product))
    assert (first.state, first.fence, first.percent) == (READY, 1, 100)
    media = catalog.find_product("thing").media
    level = shop().objects.head(media["base"] + media["manifest"]["levels"]["preview"]["path"])
    assert level
    assert level.content_type == "model/gltf-binary"
    made = len(list(shop().objects.list("renditions/")))
    second = ended(upload(product))
    assert (second.base, len(list(shop().objects.list("renditions/")))) == (first.base, made)


def test_a_killed_work_horse_costs_one_attempt(product: Product, start: Start) -> None:
    asset_id = upload(product)
    horse, child = converting(start())
    horse.kill()
    wait(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    asset = ended(asset_id)
    assert (asset.state, asset.attempts) == (READY, 2)


def test_a_killed_worker_takes_its_job_down_and_another_does_it(product: Product, start: Start) -> None:
    asset_id = upload(product)
    worker = start()
    processes = converting(worker)
    worker.kill()
    psutil.wait_procs(processes, timeout=5)
    wait(lambda: not any(process.is_running() for process in processes))
    change(asset_id, Asset.state == RUNNING, Asset.lease_until.set(now() - timedelta(seconds=1)))
    jobs.sweep(shop().queue)
    start()
    asset = ended(asset_id)
    assert (asset.state, asset.fence) == (READY, 2)


def test_a_stopped_worker_finishes_its_job_first(product: Product, start: Start) -> None:
    asset_id = upload(product)
    worker = start()
    converting(worker)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE) == 0
    assert operations.find(asset_id).state == READY


def test_a_bad_file_fails_at_once_with_its_sentence(product: Product, start: Start) -> None:
    start()
    asset = ended(upload(product, b"this is no model"))
    assert (asset.state, asset.attempts) == (FAILED, 1)
    assert asset.error.startswith("The file is not a model that we know")


def test_a_job_that_is_not_listed_is_refused_without_import(app: Flask, start: Start) -> None:
    shop().queue.ring("antigravity.geohash", key="stranger")
    start()

    def status() -> str:
        connection = shop().queue.connection
        return ListedJob.fetch("stranger", connection=connection, serializer="json").get_status().value

    wait(lambda: status() == "failed")
