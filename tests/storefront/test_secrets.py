"""Settings that stand in Secrets Manager, read from a server that speaks its protocol."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from storefront.settings import SettingError
from storefront.stores.secrets import complete, settings_of


@pytest.fixture
def secrets(aws_endpoint: str, aws_keys: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client of the server that the code is pointed at, too."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws_endpoint)
    return boto3.client("secretsmanager", region_name="eu-west-1")


def kept(secrets: Any, name: str, text: str) -> str:
    return str(secrets.create_secret(Name=name, SecretString=text)["ARN"])


def test_objects_hold_settings_and_plain_secrets_the_one_that_is_named(secrets: Any) -> None:
    key = kept(secrets, "shop", json.dumps({"SECRET_KEY": "k" * 40, "STRIPE_KEY": "rk"}))
    password = kept(secrets, "valkey", "pa55")
    settings = settings_of({"STOREFRONT_SECRETS": f"{key},REDIS_PASSWORD={password}"})
    assert (settings.secret_key, settings.stripe_key, settings.redis_password) == ("k" * 40, "rk", "pa55")


def test_the_environment_wins(secrets: Any) -> None:
    key = kept(secrets, "older", json.dumps({"SHOP_NAME": "Attic"}))
    found = complete({"STOREFRONT_SECRETS": key, "STOREFRONT_SHOP_NAME": "Cellar"})
    assert found["STOREFRONT_SHOP_NAME"] == "Cellar"


def test_a_name_that_is_no_setting_is_refused(secrets: Any) -> None:
    key = kept(secrets, "misspelt", json.dumps({"STRIPE_KEYS": "rk"}))
    with pytest.raises(SettingError, match="STOREFRONT_STRIPE_KEYS is not a setting"):
        settings_of({"STOREFRONT_SECRETS": key})


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("shop", "must be ARNs of secrets"),
        ("arn:aws:secretsmanager:eu-west-1:000000000000:secret:none-aaaaaa", "can't be read"),
    ],
)
def test_what_cannot_be_read_is_one_line(secrets: Any, entry: str, told: str) -> None:
    with pytest.raises(SettingError, match=told) as caught:
        settings_of({"STOREFRONT_SECRETS": entry})
    assert "\n" not in str(caught.value)


def test_a_plain_secret_without_a_name_is_refused(secrets: Any) -> None:
    with pytest.raises(SettingError, match="must be a JSON object"):
        settings_of({"STOREFRONT_SECRETS": kept(secrets, "plain", "pa55")})


def test_without_secrets_nobody_is_asked() -> None:
    assert complete({"PATH": "/bin"}) == {"PATH": "/bin"}
