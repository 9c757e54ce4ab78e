"""``/healthz`` says that the process answers, ``/readyz`` what each store says."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify

from storefront.stores import database, dynamo
from storefront.stores.objects import ObjectsAway
from storefront.stores.queue import QueueAway
from storefront.web.context import shop
from storefront.web.sessions import SessionItem

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Each store's answer. 503 only where no page could be served: without the objects.

    The others are soft: the shop goes on selling, or at least showing, without them, and a balancer
    that took every machine out for one lost store would make it worse.
    """
    stores = {name: _state(probe) for name, probe in _probes().items()}
    ready = stores["objects"] == "ok"
    response = jsonify(status="ready" if ready else "not ready", stores=stores)
    response.headers["Cache-Control"] = "no-store"
    return response, 200 if ready else 503


def _probes() -> dict[str, Callable[[], object]]:
    parts = shop()
    return {
        "objects": lambda: parts.objects.head("snapshots/current.json"),
        "dynamodb": SessionItem.describe_table,
        "database": parts.database.ping,
        "redis": parts.queue.ping,
    }


def _state(probe: Callable[[], object]) -> str:
    try:
        probe()
    except (ObjectsAway, OSError, dynamo.Unavailable, database.Unavailable, QueueAway) as error:
        return f"away: {type(error).__name__}"
    return "ok"
