"""Pictures from the shop's viewer in headless Chromium, made by the worker, beside the ray caster's."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import psutil
import pytest
from flask import Flask
from PIL import Image

from plugins.furniture.meshes import table
from renderd.chromium import Scene, choose, photograph
from renderd.chromium.browser import browser
from renderd.jobs import work
from renderd.lease import Lease
from renderd.pipeline.bounds import measure
from renderd.pipeline.camera import Camera, frame
from renderd.pipeline.configured import configured
from renderd.pipeline.document import Document
from renderd.pipeline.poster import render_poster
from storefront.assets import jobs, operations, pictures
from storefront.assets.models import DONE, Job
from storefront.catalog import operations as catalog
from storefront.effects import effects_key
from storefront.settings import Settings
from storefront.web.context import shop
from tests.renderd.poster_models import ball, painted

pytestmark = pytest.mark.browser
MOST = 0.02
"""Mean difference of displayed values over the silhouettes."""
RED: list[Mapping[str, Any]] = [{"kind": "paint", "slot": "wood", "material": {"color": "#aa2211"}}]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Chromium draws, without a GPU too."""
    return replace(settings, pictures="chromium")


@pytest.fixture
def base(app: Flask, caplog: pytest.LogCaptureFixture) -> str:
    """Where the renditions of a small good lie, made by the worker's handler."""
    product = catalog.create_product(
        slug="drum",
        title="Drum",
        product_type="coffee-table",
        category="coffee-table",
        price=100,
        currency="EUR",
    )
    model = io.BytesIO(ball({"name": "wood", **painted((0.5, 0.3, 0.1), roughness=0.4)}).to_glb())
    asset = operations.upload_stream(product, "drum.glb", model, publish_when_ready=False)
    done("model")
    return operations.find(asset.asset_id).base


def done(kind: str) -> None:
    """Do the waiting job of that kind."""
    (job,) = [job for job in Job.scan() if job.kind == kind]
    held = jobs.claim(job.job_id, "here")
    assert held is not None
    with Lease(held) as lease:
        work(lease)
    ended = jobs.find_job(job.kind, job.subject)
    assert ended is not None
    assert (ended.state, ended.error or "") == (DONE, "")


def read(key: str) -> bytes:
    with shop().objects.open_range(key).stream as stream:
        return stream.read()


def standard(base: str) -> Document:
    manifest = operations.read_manifest(base)
    return Document.load_glb(read(base + manifest["levels"]["standard"]["path"]))


def opened(base: str, images: list[Mapping[str, Any]]) -> Image.Image:
    """The large WebP of the pictures."""
    (path,) = [i["path"] for i in images if i["type"] == "image/webp" and i["width"] == 1200]
    return Image.open(io.BytesIO(read(base + path))).convert("RGBA")


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of displayed values where both are solid, 0 to 1; the silhouettes must agree."""
    first, second = (np.asarray(image, np.float64) / 255 for image in (one, other))
    solid = [values[..., 3] > 0.99 for values in (first, second)]
    assert (solid[0] & solid[1]).sum() > 0.98 * (solid[0] | solid[1]).sum()
    return float(np.abs(first - second)[solid[0] & solid[1]][:, :3].mean())


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    return [record.getMessage() for record in records if record.levelno >= logging.WARNING]


def test_a_poster_is_the_viewers_and_looks_as_the_ray_casters(
    base: str, caplog: pytest.LogCaptureFixture
) -> None:
    manifest = operations.read_manifest(base)
    camera = Camera(**{name: manifest["camera"][name] for name in ("position", "target", "fov")})
    cast = render_poster(standard(base), camera, 1200)
    assert 0.0005 < difference(opened(base, manifest["poster"]["images"]), cast) < MOST
    assert said(caplog) == []


def test_a_configuration_is_the_viewers_and_looks_as_the_ray_casters(
    base: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert pictures.request(base, effects_key(RED), RED)
    done("configuration")
    told = pictures.find(base, effects_key(RED))
    assert told is not None
    made = configured(standard(base), RED)
    bounds = measure(made)
    cast = render_poster(made, frame(bounds.min, bounds.max), 1200)
    assert difference(opened("", told["images"]), cast) < MOST
    assert said(caplog) == []


class TestBroken:
    """A Chromium that doesn't start."""

    @pytest.fixture
    def settings(self, settings: Settings, tmp_path: Path) -> Settings:
        broken = tmp_path / "broken"
        broken.write_text("#!/bin/sh\necho no display >&2\nexit 1\n")
        broken.chmod(0o755)
        return replace(settings, chromium=str(broken))

    def test_rays_are_cast_and_one_line_says_why(self, base: str, caplog: pytest.LogCaptureFixture) -> None:
        (line,) = said(caplog)
        assert "rays are cast" in line
        assert "no display" in line
        manifest = operations.read_manifest(base)
        assert opened(base, manifest["poster"]["images"]).getbbox() is not None


def test_whoever_ends_the_work_ends_chromium(tmp_path: Path) -> None:
    (tmp_path / "model.glb").write_bytes(table.drum_side_table())
    bounds = {"min": (-1.0, 0.0, -1.0), "max": (1.0, 2.0, 1.0)}
    camera = {"position": (0.0, 1.0, 6.0), "target": (0.0, 1.0, 0.0), "fov": 30.0}
    scene = Scene(tmp_path / "model.glb", bounds, [camera] * 100, 64)
    program = choose("chromium")
    assert program is not None
    running: list[psutil.Process] = []
    servers = psutil.Process().children()

    def end(_done: float) -> None:
        # Of its own alone: a browser of tests before this one starts processes when it likes.
        for begun in set(psutil.Process().children()) - {*servers}:
            running.extend([begun, *begun.children(recursive=True)])
        raise InterruptedError

    with pytest.raises(InterruptedError):
        photograph(program, scene, tmp_path / "out", lambda: None, end)
    assert any("chrom" in name for name in map(str, running))
    _, alive = psutil.wait_procs(running, timeout=10)
    assert alive == []


def test_chromium_reaches_no_server() -> None:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    program = choose("chromium")
    assert program is not None
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        with browser(program, lambda: None, 60) as pipe:
            target = pipe.call("Target.createTarget", url="about:blank")["targetId"]
            pipe.session = pipe.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            script = f"fetch({json.dumps(url)}, {{mode: 'no-cors'}}).then(() => 'there', () => 'nowhere')"
            answer = pipe.call("Runtime.evaluate", expression=script, awaitPromise=True)
        server.shutdown()
    assert (answer["result"]["value"], asked) == ("nowhere", [])
