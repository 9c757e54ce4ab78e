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


def test_a_region_serves_without_queue_and_database(settings: Settings, registry: Registry) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    away = replace(settings, redis_url=f"redis://{nowhere}/0", database_url=f"postgresql://x@{nowhere}/x")
    assert create_app(away, registry).test_client().get("/healthz/deep").status_code == 200


def test_a_region_without_its_tables_sends_shoppers_elsewhere(settings: Settings, registry: Registry) -> None:
    away = replace(settings, dynamodb_url=f"http://127.0.0.1:{free_port()}")
    response = create_app(away, registry).test_client().get("/healthz/deep")
    assert response.status_code == 503
    assert response.json["stores"]["objects"] == "ok"
