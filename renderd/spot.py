"""The two-minute notice that a Spot machine gets before it is taken away."""

from __future__ import annotations

import time
import urllib.request
from http.client import HTTPException

from storefront.settings import Settings

POLL_SECONDS, PATIENCE = 5.0, 1.0
_TOKEN, _ACTION = "/latest/api/token", "/latest/meta-data/spot/instance-action"


class Notice:
    """Asks the instance metadata service (IMDSv2), where the settings say that this is a Spot machine."""

    def __init__(self, settings: Settings) -> None:
        self._address = settings.metadata_url if settings.spot == "yes" else ""
        self._next = time.monotonic()

    def given(self) -> bool:
        """Whether the machine is about to go. It asks every five seconds, else the answer is no."""
        if not self._address or time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + POLL_SECONDS
        try:
            token = self._ask("PUT", _TOKEN, {"X-aws-ec2-metadata-token-ttl-seconds": "60"})
            self._ask("GET", _ACTION, {"X-aws-ec2-metadata-token": token})
        except (OSError, HTTPException):
            # 404 while there is no notice; what can't be asked is no notice either.
            return False
        return True

    def _ask(self, method: str, path: str, headers: dict[str, str]) -> str:
        request = urllib.request.Request(self._address + path, method=method, headers=headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - the operator's
            return str(answer.read(4096).decode())
