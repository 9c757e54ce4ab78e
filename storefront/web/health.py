"""``/healthz`` says that the process answers, ``/readyz`` what each store says, ``/healthz/deep`` whether
this region can serve."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import Blueprint, Response, jsonify

from storefront.stores import database, dynamo
from storefront.stores.objects import ObjectsAway
from storefront.stores.queue import QueueAway
from storefront.web.context import shop
from storefront.web.sessions import SessionItem

blueprint = Blueprint("health", __name__)

REGIONAL = ("objects", "dynamodb")
"""The stores that every region has for itself, and without which nobody can shop there.

The database isn't one of them: its one writer is in the first region, so that another region would fare no
better; and without the queue nothing but new renders is missing.
"""


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/healthz/deep")
def deep() -> tuple[Response, int]:
    """503 where shoppers are better off in another region: its own objects or tables are away."""
    stores = _ask(REGIONAL)
    return _told(stores, all(state == "ok" for state in stores.values()))


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Each store's answer. 503 only where no page could be served: without the objects.

    The others are soft: the shop goes on selling, or at least showing, without them, and a balancer
    that took every machine out for one lost store would make it worse.
    """
    told = stores()
    return _told(told, told["objects"] == "ok")


def stores() -> dict[str, str]:
    """What each store says: ``ok``, or ``away: …``."""
    return _ask(_probes())


def _told(stores: dict[str, str], ready: bool) -> tuple[Response, int]:
    response = jsonify(status="ready" if ready else "not ready", stores=stores)
    response.headers["Cache-Control"] = "no-store"
    return response, 200 if ready else 503


def _ask(names: Iterable[str]) -> dict[str, str]:
    probes = _probes()
    return {name: _state(probes[name]) for name in names}


def _probes() -> dict[str, Callable[[], object]]:
    parts = shop()
    return {
        "objects": lambda: parts.objects.head("snapshots/current.json"),
        # A read, as pages do it; describing the table would ask another part of DynamoDB.
        "dynamodb": lambda: SessionItem.count("nobody"),
        "database": parts.database.ping,
        "redis": parts.queue.ping,
    }


def _state(probe: Callable[[], object]) -> str:
    try:
        probe()
    except (ObjectsAway, OSError, dynamo.Unavailable, database.Unavailable, QueueAway) as error:
        return f"away: {type(error).__name__}"
    return "ok"
