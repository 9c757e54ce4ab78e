"""``python -m storefront serve``: the web server alone, as machines in the cloud run it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from redis import Redis
from redis.exceptions import AuthenticationError

from storefront.embedded import services
from storefront.embedded.process import free_port, start, wait_for_port
from storefront.settings import Settings, to_environ
from storefront.stores.queue import Queue


def test_it_serves_until_it_is_told_to_end(settings: Settings, tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "storefront", "serve", "--port", str(port)]
    child = start("web", command, tmp_path, {**os.environ, **to_environ(settings)})
    wait_for_port(child, port, 30)
    child.process.send_signal(signal.SIGTERM)
    assert child.process.wait(30) == 0


def test_a_setting_that_cannot_be_used_is_one_line() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "storefront", "serve"],
        env={**os.environ, "STOREFRONT_DATABASE_IAM": "perhaps"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 2
    assert ended.stderr == "storefront: STOREFRONT_DATABASE_IAM must be yes or no, not 'perhaps'\n"


def test_the_queue_takes_its_password_from_a_setting_of_its_own(settings: Settings, tmp_path: Path) -> None:
    port = free_port()
    child = start("valkey", [*services.valkey_command(port, tmp_path), "--requirepass", "pa55"], tmp_path)
    wait_for_port(child, port)
    there = replace(settings, redis_url=f"redis://127.0.0.1:{port}/0")
    Queue(replace(there, redis_password="pa55")).ping()
    refused = Redis(port=port)
    try:
        refused.ping()
    except AuthenticationError:
        pass
    else:
        raise AssertionError("the server asks for no password")
    finally:
        refused.close()
        child.stop()
