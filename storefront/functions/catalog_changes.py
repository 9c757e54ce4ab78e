"""Rebuilds the catalog's snapshot when the catalog changed (DynamoDB stream of products and categories)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

from storefront.catalog.models import MODELS
from storefront.catalog.snapshot.build import rebuild
from storefront.functions import partly
from storefront.registry import Registry, discover
from storefront.stores import dynamo
from storefront.stores.objects import Objects, open_objects
from storefront.stores.secrets import settings_of


def batch(event: Mapping[str, Any], context: object) -> partly.Answer:
    """AWS calls this with a stream event; says whether it must come again."""
    return partly.handle(event, lambda records: handler(records, context))


def handler(event: Mapping[str, Any], context: object) -> dict[str, str]:  # noqa: ARG001
    """Deal with a stream event. The whole catalog is read, so order and repeats don't matter."""
    if not event.get("Records"):
        return {}
    registry, objects = _parts()
    return {"version": rebuild(registry, objects)}


@cache
def _parts() -> tuple[Registry, Objects]:
    settings = settings_of(os.environ, sells=False)
    dynamo.bind(settings, MODELS)
    return discover(), open_objects(settings)
