"""Follows the carts (their DynamoDB stream): counts what lies in them, frees what emptied carts
held, and has the letter written about those that are left behind.

Each line and cart that an event names is read anew, so that order and repeats of events don't matter.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any

from flask import Flask, has_app_context

from storefront.app import create_app
from storefront.cart import in_carts, operations, reminding
from storefront.cart.models import OF
from storefront.checkout import sweeping
from storefront.functions import partly
from storefront.stores.secrets import settings_of
from storefront.web.context import shop


def batch(event: Mapping[str, Any], context: object) -> partly.Answer:
    """AWS calls this with a stream event; says from which record on it must come again."""
    return partly.handle(event, lambda records: handler(records, context))


def handler(event: Mapping[str, Any], context: object) -> dict[str, int]:  # noqa: ARG001
    """Deal with a stream event; how many lines were counted, and how many holds ended.

    Items that a time-out removed are events like others. Raises where a store is away: the batch comes again.
    """
    keys = [record["dynamodb"]["Keys"] for record in event.get("Records", ())]
    lines = {(key["cart_id"]["S"], key["line_id"]["S"].partition(OF)[0]) for key in keys}
    if not lines:
        return {"lines": 0, "holds": 0}
    with _inside():
        for cart_id, line_id in sorted(lines):
            in_carts.count(cart_id, line_id)
        carts = sorted({cart_id for cart_id, _ in lines})
        for cart_id in carts:
            reminding.follow(cart_id)
        return {"lines": len(lines), "holds": sum(map(_free_holds, carts))}


def _free_holds(cart_id: str) -> int:
    if operations.lines(cart_id):
        return 0
    return sweeping.expire_cart(shop().database, cart_id)


def _inside() -> AbstractContextManager[object]:
    # Embedded, the shop that the handler works for is there already.
    return nullcontext() if has_app_context() else _app().app_context()


@cache
def _app() -> Flask:
    return create_app(settings_of(os.environ))
