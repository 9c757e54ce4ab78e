"""Settings that stand in AWS Secrets Manager. A process reads them when it starts, and no disk holds them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from storefront.settings import PREFIX, SettingError, Settings, from_environ

NAME = f"{PREFIX}SECRETS"
_EXPECTED = f"{NAME} must be ARNs of secrets with commas between them, each alone or as SETTING=ARN"


def settings_of(environ: Mapping[str, str], *, sells: bool = True) -> Settings:
    """As ``settings.from_environ``, with what ``STOREFRONT_SECRETS`` names. Raises SettingError."""
    return from_environ(complete(environ), sells=sells)


def complete(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment, with what the secrets hold; what stands in the environment itself wins."""
    found: dict[str, str] = {}
    for entry in filter(None, environ.get(NAME, "").split(",")):
        found |= dict(_settings(*entry.rpartition("=")[::2]))
    return found | dict(environ)


def _settings(name: str, arn: str) -> Iterator[tuple[str, str]]:
    """A secret alone is a JSON object of settings; one with a name is that setting's value."""
    text = read(arn)
    if name:
        yield PREFIX + name, text
        return
    try:
        values: dict[str, Any] = json.loads(text)
        yield from ((PREFIX + key, str(value)) for key, value in values.items())
    except (ValueError, AttributeError) as error:
        raise SettingError(f"the secret {arn} must be a JSON object, since no setting is named") from error


def read(arn: str) -> str:
    """The text of a secret. Raises SettingError."""
    parts = arn.split(":")
    if len(parts) != 7 or parts[2] != "secretsmanager":
        raise SettingError(f"{_EXPECTED}, not {arn!r}")
    # Most processes of a developer's machine read no secret: they needn't load the client.
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    config = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 4})
    client = boto3.client("secretsmanager", region_name=parts[3], config=config)
    try:
        return str(client.get_secret_value(SecretId=arn)["SecretString"])
    except (BotoCoreError, ClientError) as error:
        raise SettingError(f"the secret {arn} can't be read: {' '.join(str(error).split())}") from error
