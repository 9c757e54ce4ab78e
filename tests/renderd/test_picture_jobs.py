"""The jobs that make pictures after a model, on real stores and in the real sandbox."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from renderd.jobs import work
from renderd.jobs.storing import store_folder
from renderd.lease import Lease
from renderd.pipeline.convert import convert
from storefront.assets import jobs, pictures
from storefront.assets.models import DONE, FAILED, Job
from storefront.effects import effects_key
from storefront.plugin_api import Recipe
from storefront.web.context import shop
from tests.renderd.poster_models import ball, painted

pytestmark = pytest.mark.slow
BASE = "renditions/ball/0123/"
BLUE: list[Mapping[str, Any]] = [{"kind": "paint", "slot": "skin", "material": {"color": "#0000ff"}}]


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A red ball's renditions."""
    folder = tmp_path_factory.mktemp("ball")
    (folder / "ball.glb").write_bytes(ball({"name": "skin", **painted((1, 0, 0))}).to_glb())
    convert(folder / "ball.glb", folder / "out", Recipe())
    return folder / "out"


def done(job: Job) -> Job:
    """The job after a worker had it."""
    held = jobs.claim(job.job_id, "here")
    assert held is not None
    with Lease(held) as lease:
        work(lease)
    ended = jobs.find_job(job.kind, job.subject)
    assert ended is not None
    return ended


def store(converted: Path, tmp_path: Path) -> None:
    """Put the ball's renditions where products would find them."""
    held = jobs.claim(jobs.request("clean-up", "nothing").job_id, "here")
    assert held is not None
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in converted.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    with Lease(held) as lease:
        store_folder(lease, copy, BASE)


def types(told: Mapping[str, Any], paths: list[str]) -> set[str]:
    heads = [shop().objects.head(path) for path in paths]
    assert all(heads), told
    return {head.content_type for head in heads if head}


def test_a_turntable_lies_beside_the_renditions(app: Flask, converted: Path, tmp_path: Path) -> None:
    store(converted, tmp_path)
    pictures.request_turntable(BASE)
    (job,) = [job for job in Job.scan() if job.kind == "turntable"]
    assert done(job).state == DONE
    told = pictures.find_turntable(BASE)
    assert told is not None
    paths = [path for image in told["images"] for path in image["paths"]]
    assert (len(paths), types(told, paths)) == (48, {"image/avif", "image/webp"})


def test_a_configuration_lies_beside_the_renditions(app: Flask, converted: Path, tmp_path: Path) -> None:
    store(converted, tmp_path)
    key = effects_key(BLUE)
    assert pictures.find(BASE, key) is None
    assert pictures.request(BASE, key, BLUE)
    (job,) = [job for job in Job.scan() if job.kind == "configuration"]
    assert pictures.is_coming(BASE, key)
    assert done(job).state == DONE
    told = pictures.find(BASE, key)
    assert told is not None
    paths = [told["usdz"]["path"], told["plain"]["path"]]
    assert types(told, paths) == {"model/vnd.usdz+zip", "model/gltf-binary"}
    assert all(path.startswith(f"{BASE}configurations/{key}/") for path in paths)


def test_pictures_of_a_removed_model_fail_with_a_sentence(app: Flask) -> None:
    pictures.request_turntable(BASE)
    (job,) = Job.scan()
    ended = done(job)
    assert (ended.state, ended.error) == (FAILED, "The model was removed.")


def test_what_is_there_is_not_made_again(app: Flask) -> None:
    told = BytesIO(json.dumps({"images": []}).encode())
    shop().objects.put_stream(BASE + "turntable.json", told, "application/json")
    pictures.request_turntable(BASE)
    (job,) = Job.scan()
    assert done(job).state == DONE
