"""The emulator as a process of its own, on a free port of this machine, for as long as it is needed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from troposphere_stacks.deployment import StackError

START_SECONDS = 60
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Emulator:
    """Where it listens, and the resource types that it has no more than stand-ins for."""

    endpoint: str
    standins: frozenset[str]


@contextmanager
def emulator(types: Sequence[str]) -> Iterator[Emulator]:
    """Start it, and end it. Raises :class:`StackError` if it doesn't start."""
    with TemporaryDirectory() as name:
        folder, port = Path(name), _free_port()
        (folder / "types.json").write_text(json.dumps(sorted(set(types))))
        process = _started(folder, port)
        try:
            _await(process, port, folder / "log")
            standins = frozenset(json.loads((folder / "standins.json").read_bytes()))
            yield Emulator(f"http://{HOST}:{port}", standins)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _started(folder: Path, port: int) -> subprocess.Popen[bytes]:
    environ = {
        **os.environ,
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "TMPDIR": str(folder),
        "LOG_LEVEL": "ERROR",
    }
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "troposphere_stacks.rehearse.server",
        folder / "types.json",
        folder / "standins.json",
    ]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, env=environ, stdout=log, stderr=log)  # noqa: S603


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as asked:
            if asked.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.1)
    words = log.read_text(errors="replace").strip().splitlines()
    raise StackError(f"the emulator didn't start: {words[-1] if words else 'no word why'}")
