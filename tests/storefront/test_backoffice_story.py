"""The merchant's whole story over HTTP: a file goes in, a product comes out."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
import trimesh
from flask import Flask
from flask.testing import FlaskClient

from storefront.accounts.operations import create_user
from storefront.catalog.operations import ensure_categories
from storefront.registry import Registry
from storefront.settings import Settings, to_environ

PATIENCE = 120.0


@pytest.fixture
def worker(app: Flask, settings: Settings) -> Iterator[None]:
    """A render worker of its own process."""
    environ = {**os.environ, **to_environ(settings)}
    process = subprocess.Popen([sys.executable, "-m", "renderd", "worker"], env=environ)
    yield
    process.kill()
    process.wait()


@pytest.fixture
def merchant(client: FlaskClient, registry: Registry) -> FlaskClient:
    """A signed-in merchant's browser."""
    ensure_categories(registry)
    create_user("mona@example.com", "correct horse", "merchant")
    client.post("/account/sign-in", data={"email": "mona@example.com", "password": "correct horse"})
    return client


def last_status(client: FlaskClient, url: str) -> str:
    """What the status says when it stops asking."""
    deadline = time.monotonic() + PATIENCE
    while "hx-trigger" in (text := client.get(url).text):
        assert time.monotonic() < deadline, text
        time.sleep(0.2)
    return text


def test_from_a_model_file_to_a_product_on_sale(
    merchant: FlaskClient, worker: None, registry: Registry
) -> None:
    kind = next(iter(registry.types))
    product = {"type": kind, "title": "Brick", "category": kind, "price": "9.50"}
    page = merchant.post("/merchant/products/new", data=product).headers["Location"]
    model = trimesh.creation.box((0.2, 0.1, 0.1)).export(file_type="glb")

    begun = merchant.post(f"{page}/uploads", data={"filename": "brick.glb", "size": str(len(model))})
    assert merchant.put(begun.get_json()["put"], data=model).status_code == 204
    finish = begun.get_json()["finish"]
    assert merchant.post(finish).get_json()["see"].startswith(page)

    assert "The model is ready" in last_status(merchant, finish.replace("finish", "status"))
    merchant.post(finish.replace("finish", "publish"))
    shown = merchant.get(page).text
    assert "On sale" in shown
    assert "20.0 × 10.0 × 10.0 cm" in shown
