"""A web server that is killed leaves no worker behind, which would keep its port."""

from __future__ import annotations

import os
import urllib.request
from pathlib import Path

import psutil

from storefront.embedded import run, services
from storefront.embedded.process import Child, free_port, start, wait_for_port
from storefront.settings import Settings, to_environ


def workers_of_killed(child: Child, url: str) -> list[psutil.Process]:
    """Those of a server's workers that outlive its kill for more than five seconds."""
    with urllib.request.urlopen(url, timeout=30):  # until a worker answers
        workers = psutil.Process(child.process.pid).children(recursive=True)
    assert workers
    child.process.kill()
    child.process.wait()
    return list(psutil.wait_procs(workers, timeout=5)[1])


def test_a_killed_web_server_takes_its_worker_along(settings: Settings, tmp_path: Path) -> None:
    port = free_port()
    environ = {**os.environ, **to_environ(settings)}
    child = start("web", run.web_command("127.0.0.1", port), tmp_path, environ)
    wait_for_port(child, port)
    assert workers_of_killed(child, f"http://127.0.0.1:{port}/healthz") == []


def test_a_killed_payment_server_takes_its_worker_along(tmp_path: Path) -> None:
    port = free_port()
    child = services.start_testpay(tmp_path, tmp_path, port, "secret")
    assert workers_of_killed(child, f"http://127.0.0.1:{port}/static/testpay.css") == []
