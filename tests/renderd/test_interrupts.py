"""Whoever waits for a conversion sees it move, and can end it at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from renderd.pipeline.progress import between
from tests.renderd.models import model, sheet, write


@pytest.mark.parametrize("asked_by", [signal.SIGINT, signal.SIGTERM])
def test_who_interrupts_a_long_step_waits_two_seconds_and_finds_nothing(
    tmp_path: Path, asked_by: signal.Signals
) -> None:
    source = write(tmp_path / "a.glb", model(sheet(cells=600)))
    command = [
        sys.executable,
        "-m",
        "renderd",
        "convert",
        str(source),
        "--out",
        str(tmp_path / "deep" / "out"),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        while not list(tmp_path.glob("deep/.out-*/renderd-*")):
            assert running.poll() is None
            time.sleep(0.02)
        time.sleep(0.5)
        asked = time.monotonic()
        os.kill(running.pid, asked_by)
        out, errors = running.communicate(timeout=20)
    assert time.monotonic() - asked < 2
    assert (running.returncode, out, errors) == (130, b"", b"")
    assert [path.name for path in tmp_path.iterdir()] == ["a.glb"]


def test_a_part_of_the_work_moves_within_its_share_of_the_whole() -> None:
    told: list[tuple[str, float]] = []
    part = between(lambda stage, done: told.append((stage, done)), 0.5, 0.75)
    part("poster", 0.0)
    part("poster", 1.0)
    assert told == [("poster", 0.5), ("poster", 0.75)]
