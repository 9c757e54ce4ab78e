"""Signing in to Aurora with tokens of IAM: no password that could leak, or that somebody must change."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, make_url

from storefront.settings import SettingError, Settings
from storefront.stores import patience
from storefront.stores.database import Database

_ENDING = ["rds", "amazonaws", "com"]


def open_database(settings: Settings) -> Database:
    """The SQL store that the settings name. Raises SettingError for a host that no token can be made for."""
    database = Database(settings.database_url)
    if settings.database_iam == "yes":
        _sign_in(database.engine, region_of(settings.database_url))
    return database


def region_of(url: str) -> str:
    """The region of an Aurora host (``NAME.….REGION.rds.amazonaws.com``). Raises SettingError."""
    labels = (make_url(url).host or "").split(".")
    if labels[-3:] != _ENDING or len(labels) < 5:
        raise SettingError(
            "STOREFRONT_DATABASE_URL must name a host below rds.amazonaws.com where DATABASE_IAM is yes"
        )
    return labels[-4]


def _sign_in(engine: Engine, region: str) -> None:
    """Give each new connection a token of its own: they are good for 15 minutes, connections for longer."""
    tokens = _Tokens(region)

    def provide(_dialect: Any, _record: Any, _arguments: Any, parameters: dict[str, Any]) -> None:
        parameters["password"] = tokens.token(parameters["host"], parameters["port"], parameters["user"])

    patience.prepare(engine, provide)


class _Tokens:
    """Signs tokens on this machine: AWS isn't asked."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._client: Any = None

    def token(self, host: str, port: int, user: str) -> str:
        if self._client is None:  # made after a server's fork, and where no connection is needed, never
            import boto3

            self._client = boto3.client("rds", region_name=self._region)
        return str(self._client.generate_db_auth_token(DBHostname=host, Port=port, DBUsername=user))
