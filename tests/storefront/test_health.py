"""Health: the process, and each store as it really is."""

from __future__ import annotations

from dataclasses import replace

from flask.testing import FlaskClient

from storefront.app import create_app
from storefront.embedded.process import free_port
from storefront.registry import Registry
from storefront.settings import Settings


def test_the_process_answers(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_ready_names_every_store(client: FlaskClient) -> None:
    stores = client.get("/readyz").json["stores"]
    assert stores == dict.fromkeys(("objects", "dynamodb", "database", "redis"), "ok")


def test_a_lost_queue_does_not_take_the_shop_out(settings: Settings, registry: Registry) -> None:
    away = replace(settings, redis_url=f"redis://127.0.0.1:{free_port()}/0")
    response = create_app(away, registry).test_client().get("/readyz")
    assert response.status_code == 200
    assert response.json["stores"]["redis"].startswith("away")
