"""What a hostile file might make a converter do, as ``prepare`` functions of recipes."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path


def spin(source: Path, folder: Path) -> Path:
    while True:
        pass


def hoard(source: Path, folder: Path) -> Path:
    return Path(str(bytearray(8 << 30)))


def flood(source: Path, folder: Path) -> Path:
    target = folder / "flood"
    with target.open("wb") as out:
        while True:
            out.write(bytes(1 << 20))


def sleep(source: Path, folder: Path) -> Path:
    time.sleep(600)
    return source


def keep_silent(source: Path, folder: Path) -> Path:
    os.closerange(0, 64)
    time.sleep(600)
    return source


def babble(source: Path, folder: Path) -> Path:
    for descriptor in range(3, 64):
        with suppress(OSError):
            os.write(descriptor, b"nonsense\n")
    return source


def crash(source: Path, folder: Path) -> Path:
    os.abort()


def stumble(source: Path, folder: Path) -> Path:
    """What a library does whose stack ends, or that follows a wild pointer."""
    signal.raise_signal(signal.SIGSEGV)
    return source


def hold_files(source: Path, folder: Path) -> Path:
    held = [source.open("rb") for _ in range(10_000)]
    return Path(held[-1].name)


def multiply(source: Path, folder: Path) -> Path:
    never = threading.Event()
    for _ in range(10_000):
        threading.Thread(target=never.wait, daemon=True).start()
    return source


def tell(source: Path, folder: Path) -> Path:
    """Say what the child knows, through the one door that it has."""
    source.with_name("told.json").write_text(json.dumps(dict(os.environ)))
    return source
