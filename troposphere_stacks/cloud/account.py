"""Calls to AWS, with a time limit for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config

CONFIG = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "max_attempts": 5})
EMULATED = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}  # what emulators take for keys


@dataclass(slots=True)
class Account:
    """Clients by service and region. ``endpoint`` is that of an emulator; empty for AWS."""

    endpoint: str = ""
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    def client(self, service: str, region: str) -> Any:
        """A client, made once."""
        if (service, region) not in self._clients:
            more = {"endpoint_url": self.endpoint, **EMULATED} if self.endpoint else {}
            made = boto3.client(service, region_name=region, config=CONFIG, **more)
            self._clients[service, region] = made
        return self._clients[service, region]

    def formation(self, region: str) -> Any:
        """CloudFormation of a region."""
        return self.client("cloudformation", region)
