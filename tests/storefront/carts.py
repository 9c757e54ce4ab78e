"""What visitors put into their carts, in a shop with three chairs: import the fixtures that are named."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront.cart import operations
from storefront.cart.items import Line
from storefront.cart.models import CartLine
from tests.conftest import publish_snapshot
from tests.storefront.chairs import stock

FJORD = {"product": "fjord", "quantity": "1", "total": "40000"}
MOSS = {"product": "fjord", "fabric": "moss", "quantity": "1", "total": "44000"}


@pytest.fixture
def shopper(app: Flask, client: FlaskClient) -> FlaskClient:
    """A visitor of a shop with three chairs."""
    stock(app)
    publish_snapshot(app)
    return client


def put(shopper: FlaskClient, fields: dict[str, str], **changes: str) -> TestResponse:
    return shopper.post("/cart/lines", data={**fields, **changes})


def put_more(shopper: FlaskClient, fields: dict[str, str], **changes: str) -> TestResponse:
    """Press again, and mean it: a page with scripts asks once for each press."""
    return shopper.post("/_cart/lines", data={**fields, **changes})


def all_lines() -> list[Line]:
    found = [
        line for cart_id in {item.cart_id for item in CartLine.scan()} for line in operations.lines(cart_id)
    ]
    return sorted(found, key=lambda line: line.line_id)


def lines() -> dict[str, int]:
    return {line.line_id: line.quantity for line in all_lines()}


def only_line() -> CartLine:
    (line,) = CartLine.scan()
    return line
