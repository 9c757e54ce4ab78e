"""Real workers on real servers: done once, whatever is killed."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import numpy as np
import psutil
import pytest
import trimesh
from flask import Flask

from storefront.assets import jobs, operations
from storefront.assets.models import CANCELLED, FAILED, READY, RUNNING, WAITING, Asset, Job, change_job
from storefront.catalog import operations as catalog
from storefront.catalog.models import Product
from storefront.registry import Registry
from storefront.settings import Settings, to_environ
from storefront.stores.dynamo import now
from storefront.web.context import shop

PATIENCE = 120.0
NO_MODEL = b"this is no model"
Start = Callable[..., psutil.Process]


@pytest.fixture
def start(app: Flask, settings: Settings) -> Iterator[Start]:
    """Starts workers; they end with the test."""
    workers: list[subprocess.Popen[bytes]] = []

    def begin(**changes: str) -> psutil.Process:
        environ = {**os.environ, **to_environ(replace(settings, **changes))}
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


def large_model() -> bytes:
    """A wavy sheet of half a million triangles, which keeps a worker busy for a while."""
    side = np.arange(500)
    x, y = np.meshgrid(side, side)
    points = np.stack([x, y, 20 * np.sin(x / 9) * np.cos(y / 7)], -1).reshape(-1, 3) / 500
    corner = (side[:-1, None] * 500 + side[None, :-1]).reshape(-1, 1)
    faces = np.concatenate([corner + np.array(way) for way in ((0, 1, 501), (0, 501, 500))])
    return bytes(trimesh.Trimesh(points, faces, process=False).export(file_type="glb"))


def wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it didn't happen in time"
        time.sleep(0.05)


def job_of(asset_id: str) -> Job:
    job = jobs.find_job("model", asset_id)
    assert job
    return job


def ended(asset_id: str) -> Asset:
    wait(lambda: not operations.find(asset_id).working)
    return operations.find(asset_id)


def converting(worker: psutil.Process, asset_id: str) -> list[psutil.Process]:
    """The work-horse and its sandboxed child, once both are there."""
    wait(lambda: job_of(asset_id).state == RUNNING and len(worker.children(recursive=True)) == 2)
    return worker.children(recursive=True)


def test_it_renders_publishes_and_does_equal_work_once(product: Product, start: Start) -> None:
    uploads = [upload(product), upload(product)]
    start()
    first = ended(uploads[0])
    assert (first.state, job_of(first.asset_id).percent) == (READY, 100)
    media = catalog.find_product("thing").media
    level = shop().objects.head(media["base"] + media["manifest"]["levels"]["preview"]["path"])
    assert level
    assert level.content_type == "model/gltf-binary"
    assert ended(uploads[1]).base == first.base
    assert len([key for key in shop().objects.list("renditions/") if "/preview/" in key]) == 2


@pytest.mark.slow
def test_a_killed_work_horse_costs_one_attempt_and_leaves_no_files(product: Product, start: Start) -> None:
    asset_id = upload(product)
    horse, child = converting(start(), asset_id)
    home = child.cwd()
    horse.kill()
    wait(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    assert (ended(asset_id).state, job_of(asset_id).attempts) == (READY, 2)
    assert not Path(home).exists()


@pytest.mark.slow
def test_a_killed_worker_takes_its_job_down_and_another_does_it(product: Product, start: Start) -> None:
    asset_id = upload(product)
    worker = start()
    processes = converting(worker, asset_id)
    worker.kill()
    wait(lambda: not any(process.is_running() for process in processes))
    gone = Job.lease_until.set(now() - timedelta(seconds=1))
    assert change_job(job_of(asset_id).job_id, Job.state == RUNNING, gone)
    start()
    assert (ended(asset_id).state, job_of(asset_id).attempts) == (READY, 2)


def test_a_stopped_worker_gives_its_job_back_at_once(product: Product, start: Start) -> None:
    asset_id = upload(product, large_model())
    worker = start()
    wait(lambda: job_of(asset_id).state == RUNNING)
    processes = worker.children(recursive=True)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(15) == 0
    assert not any(process.is_running() for process in processes)
    job = job_of(asset_id)
    assert (job.state, job.attempts) == (WAITING, 0)


def test_a_cancelled_job_ends_within_two_seconds(product: Product, start: Start) -> None:
    asset_id = upload(product, large_model())
    horse, child = converting(start(), asset_id)
    operations.cancel(asset_id)
    gone, left = psutil.wait_procs([horse, child], timeout=2.5)
    assert (len(gone), left) == (2, [])
    assert (operations.find(asset_id).state, job_of(asset_id).state) == (CANCELLED, CANCELLED)


def test_a_bad_file_fails_at_once_with_its_sentence(product: Product, start: Start) -> None:
    start()
    asset = ended(upload(product, NO_MODEL))
    assert (asset.state, job_of(asset.asset_id).attempts) == (FAILED, 1)
    assert asset.error.startswith("The file is not a model that we know")


def test_it_works_while_redis_is_away(product: Product, start: Start) -> None:
    start(redis_url="redis://127.0.0.1:9/0")
    assert ended(upload(product, NO_MODEL)).state == FAILED


def test_what_rings_is_never_run(product: Product, start: Start) -> None:
    shop().queue._queue.enqueue("antigravity.geohash")
    worker = start()
    assert ended(upload(product, NO_MODEL)).state == FAILED
    assert worker.is_running()
    wait(lambda: shop().queue._queue.count == 0)


class Metadata(BaseHTTPRequestHandler):
    """An instance metadata service: ``says`` has an answer for each path, below latest/meta-data."""

    says: ClassVar[dict[str, bytes]] = {}

    def do_PUT(self) -> None:
        self._answer(200, b"token")

    def do_GET(self) -> None:
        answer = self.says.get(self.path.removeprefix("/latest/meta-data/"))
        known = self.headers["X-aws-ec2-metadata-token"] == "token"
        self._answer(200 if answer and known else 404, answer or b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def metadata(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a metadata service that says nothing yet."""
    monkeypatch.setattr(Metadata, "says", {})
    with ThreadingHTTPServer(("127.0.0.1", 0), Metadata) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_spot_notice_ends_the_worker_before_it_begins_anything(
    product: Product, start: Start, metadata: str
) -> None:
    Metadata.says["spot/instance-action"] = b'{"action": "terminate"}'
    asset_id = upload(product)
    assert start(spot="yes", metadata_url=metadata).wait(30) == 0
    assert job_of(asset_id).state == WAITING


@pytest.mark.slow
def test_a_worker_whose_group_shrinks_finishes_what_it_began(
    product: Product, start: Start, metadata: str
) -> None:
    asset_id = upload(product)
    worker = start(spot="yes", metadata_url=metadata)
    converting(worker, asset_id)
    Metadata.says["autoscaling/target-lifecycle-state"] = b"Terminated"
    assert worker.wait(60) == 0
    assert operations.find(asset_id).state == READY
