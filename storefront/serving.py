"""The web server, Granian: how it is started."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from storefront.settings import Settings
from storefront.web import logs

THREADS = 8
"""Requests that one process works on at a time."""
KEPT_SECONDS = 20
"""How long a process that is told to end may go on with what it works on."""


def command(host: str, port: int, processes: int = 1) -> tuple[str, ...]:
    """How to start it; its settings stand in its environment."""
    return (
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"),
        *("--host", host, "--port", str(port)),
        *("--workers", str(processes), "--blocking-threads", str(THREADS), "--no-ws"),
        "storefront.app:create_server",
    )


def serve(settings: Settings, host: str, port: int) -> NoReturn:
    """Become the web server, with a process for each processor core; one that ends is started again."""
    logs.configure(settings.log_level)
    lasting = ("--respawn-failed-workers", "--workers-kill-timeout", str(KEPT_SECONDS))
    *begin, target = command(host, port, os.cpu_count() or 1)
    os.execv(sys.executable, [*begin, *lasting, target])  # noqa: S606 - no shell is wanted
