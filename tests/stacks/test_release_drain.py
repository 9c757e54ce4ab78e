"""The script that tells the group when the workers of a machine that is to go are done."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from troposphere_stacks.release.building import MACHINE


class Metadata(BaseHTTPRequestHandler):
    """An instance metadata service whose machine is to go."""

    def do_PUT(self) -> None:
        self._answer(b"token")

    def do_GET(self) -> None:
        self._answer(b"i-0123" if self.path.endswith("instance-id") else b"Terminated")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Not on the tests' stderr."""


@pytest.fixture
def metadata() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Metadata) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_group_is_told_once_no_worker_is_active(metadata: str, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    # The workers are seen at work twice, and then no more.
    active = f'[ "$(grep -c "^systemctl" {calls})" -lt 3 ]'
    for name, body in (("aws", ""), ("systemctl", active)):
        (tmp_path / name).write_text(f'#!/bin/bash\necho "{name} $*" >> {calls}\n{body}\n')
        (tmp_path / name).chmod(0o755)
    environ = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "GROUP": "storefront-prod-render",
        "METADATA": metadata,
        "PAUSE_SECONDS": "0.05",
    }
    subprocess.run(["bash", MACHINE / "drain.sh"], env=environ, check=True, timeout=30, capture_output=True)
    said = calls.read_text().splitlines()
    assert said[:3] == ["systemctl is-active --quiet storefront-worker@*"] * 3
    assert said[3] == (
        "aws autoscaling complete-lifecycle-action --auto-scaling-group-name storefront-prod-render "
        "--lifecycle-hook-name Drained --instance-id i-0123 --lifecycle-action-result CONTINUE"
    )
