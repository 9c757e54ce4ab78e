"""What AWS says of a machine: the two-minute notice of Spot, and that its group wants fewer machines."""

from __future__ import annotations

import time
import urllib.request
from http.client import HTTPException

from storefront.settings import Settings

POLL_SECONDS, PATIENCE = 5.0, 1.0
_TOKEN, _ACTION = "/latest/api/token", "/latest/meta-data/spot/instance-action"
_LIFECYCLE = "/latest/meta-data/autoscaling/target-lifecycle-state"


class Notice:
    """Asks the instance metadata service (IMDSv2), where the settings say that this is such a machine."""

    def __init__(self, settings: Settings) -> None:
        self._address = settings.metadata_url if settings.spot == "yes" else ""
        self._next: dict[str, float] = {}

    def given(self) -> bool:
        """Whether the machine goes within two minutes. It asks every five seconds, else the answer is no."""
        return self._said(_ACTION) != ""

    def leaving(self) -> bool:
        """Whether its group waits for this machine to finish what it does; asked as often."""
        return self._said(_LIFECYCLE) == "Terminated"

    def _said(self, path: str) -> str:
        """The answer; empty where there is none, and where it was asked a moment ago."""
        if not self._address or time.monotonic() < self._next.get(path, 0.0):
            return ""
        self._next[path] = time.monotonic() + POLL_SECONDS
        try:
            token = self._ask("PUT", _TOKEN, {"X-aws-ec2-metadata-token-ttl-seconds": "60"})
            return self._ask("GET", path, {"X-aws-ec2-metadata-token": token}).strip()
        except (OSError, HTTPException):
            # 404 while there is nothing to say; what can't be asked says nothing either.
            return ""

    def _ask(self, method: str, path: str, headers: dict[str, str]) -> str:
        request = urllib.request.Request(self._address + path, method=method, headers=headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - the operator's
            return str(answer.read(4096).decode())
