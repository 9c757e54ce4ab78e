"""The base of the models in DynamoDB."""

from __future__ import annotations

from flask import Flask

from storefront.app import MODELS
from storefront.stores.dynamo import forget_connections


def test_all_tables_are_asked_over_one_connection(app: Flask) -> None:
    for model in MODELS:
        model.exists()
    assert len({id(model._get_connection().connection.client) for model in MODELS}) == 1


def test_who_forgets_connections_has_none_of_them(app: Flask) -> None:
    before = MODELS[0]._get_connection().connection.client
    forget_connections(MODELS)
    assert MODELS[0]._get_connection().connection.client is not before
