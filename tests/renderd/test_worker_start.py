"""Why a worker doesn't begin: one line, and a status that a supervisor sees."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from renderd.worker import main

WALLS_DOWN = """
import ctypes, errno, os, sys
import pyseccomp
rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
rules.add_rule(pyseccomp.ERRNO(errno.EPERM), "unshare")
rules.add_rule(pyseccomp.ERRNO(errno.EINVAL), "prctl", pyseccomp.Arg(0, pyseccomp.EQ, 22))
rules.add_rule(pyseccomp.ERRNO(errno.EINVAL), "seccomp")
ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
rules.load()
os.execv(sys.executable, [sys.executable, "-m", "renderd", "worker"])
"""
"""Starts a worker on a system without namespaces and without filters of system calls."""

PRODUCTION = {
    "STOREFRONT_ENV": "production",
    "STOREFRONT_SECRET_KEY": "s" * 40,
    "STOREFRONT_OBJECTS_URL": "s3://bucket",
    "STOREFRONT_DATABASE_URL": "postgresql://db.internal/shop",
    "STOREFRONT_REDIS_URL": "redis://valkey.internal/0",
}


@pytest.mark.slow
def test_in_production_no_worker_begins_without_walls() -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("STOREFRONT_")}
    command = [sys.executable, "-c", WALLS_DOWN]
    ended = subprocess.run(
        command, env={**environ, **PRODUCTION}, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("renderd: no worker: model files are not kept from the network")
    assert ended.stderr.count("\n") == 1


def test_a_setting_that_cannot_be_used_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STOREFRONT_SPOT", "maybe")
    assert main() == 1
    assert capsys.readouterr().err == "renderd: no worker: STOREFRONT_SPOT must be yes or no, not 'maybe'\n"
