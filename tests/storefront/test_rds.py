"""Each new connection to Aurora brings a token of IAM as its password."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from storefront.settings import SettingError, Settings
from storefront.stores.rds import open_database

HOST = "shop.cluster-c0ffee.eu-west-1.rds.amazonaws.com"
URL = f"postgresql://app@{HOST}:5432/storefront?sslmode=verify-full&sslrootcert=/etc/ca.pem"


class Seen(Exception):
    """Ends an attempt to connect before it reaches a network."""


def password(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    seen: dict[str, Any] = {}

    def look(*_arguments: Any, **parameters: Any) -> None:
        seen.update(parameters)
        raise Seen

    engine = open_database(settings).engine
    monkeypatch.setattr(psycopg.Connection, "connect", look)
    with pytest.raises(Seen):
        engine.connect()
    return str(seen.get("password", ""))


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


def test_the_token_is_signed_for_host_user_and_region(monkeypatch: pytest.MonkeyPatch) -> None:
    token = password(Settings(database_url=URL, database_iam="yes"), monkeypatch)
    assert token.startswith(f"{HOST}:5432/?Action=connect&DBUser=app&")
    assert "eu-west-1%2Frds-db" in token


def test_a_database_that_takes_passwords_gets_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(database_url="postgresql://app:pa55@db.internal/storefront")
    assert password(settings, monkeypatch) == "pa55"


def test_another_host_than_auroras_is_refused() -> None:
    with pytest.raises(SettingError, match=r"must name a host below rds\.amazonaws\.com"):
        open_database(Settings(database_url="postgresql://app@db.internal/storefront", database_iam="yes"))
