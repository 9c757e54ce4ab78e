"""Runs the pipeline on a file that we don't trust, in a child process that has little to lose.

The child gets no credentials and no settings, a folder of its own, and limits on processor time,
memory and file size. It dies with its parent. Its stdout is one JSON object a line: ``{"stage",
"percent"}`` as it goes, and in the end ``{"error"}`` where the model can't be used.

``python -m renderd.sandbox`` is the child's side: it reads its order, a JSON object, from stdin.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from storefront.plugin_api import Level, Recipe

CPU_SECONDS = 900
WALL_SECONDS = 1800
MEMORY_BYTES = 4 << 30
FILE_BYTES = 4 << 30
OPEN_FILES = 256
BEAT_SECONDS = 5.0

BAD_MODEL, TOO_HEAVY = 2, 3
_PDEATHSIG = 1

Progress = Callable[[str, int], None]


class BadModel(Exception):
    """The file can't be converted; the message is one line for whoever uploaded it."""


class Crashed(Exception):
    """The child ended in a way that says nothing about the model; the message is the end of its stderr."""


def run(source: Path, out: Path, recipe: Recipe, progress: Progress) -> None:
    """Convert ``source`` into the folder ``out``. Raises :class:`BadModel`, :class:`Crashed`.

    ``progress(stage, percent)`` is called for each step, and at least every few seconds; what it
    raises ends the child.
    """
    home = out.parent
    order = json.dumps({"source": str(source), "out": str(out), "recipe": asdict(recipe)})
    with (home / "stderr.txt").open("w+b") as errors:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "renderd.sandbox"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=home,
            env=_environment(home),
            preexec_fn=_confine,
        )
        try:
            verdict = _follow(child, order, progress)
            _judge(child.wait(timeout=10), verdict, _tail(errors))
        finally:
            child.kill()
            child.wait()


def die_with_parent() -> None:
    """Ask Linux to kill this process when its parent ends; elsewhere leases do without."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)


@dataclass
class _Verdict:
    error: str = ""


def _confine() -> None:
    die_with_parent()
    for limit, value in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, highest = resource.getrlimit(limit)
        capped = value if highest == resource.RLIM_INFINITY else min(value, highest)
        resource.setrlimit(limit, (capped, capped))


def _environment(home: Path) -> dict[str, str]:
    # Threads reserve address space each, and the limit on memory counts what is reserved.
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "2")
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "TMPDIR": str(home),
        "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        **threads,
    }


def _follow(child: subprocess.Popen[bytes], order: str, progress: Progress) -> _Verdict:
    assert child.stdin
    assert child.stdout
    child.stdin.write(order.encode())
    child.stdin.close()
    verdict, stage, percent = _Verdict(), "Starting", 0
    for line in _lines(child.stdout):
        message = json.loads(line) if line else {}
        stage, percent = message.get("stage", stage), message.get("percent", percent)
        verdict.error = message.get("error", verdict.error)
        progress(stage, percent)
    return verdict


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """The child's lines as they come, and an empty one where it is silent for :data:`BEAT_SECONDS`."""
    buffer, ends_at = b"", time.monotonic() + WALL_SECONDS
    while True:
        if time.monotonic() > ends_at:
            raise BadModel(f"The model takes longer than {WALL_SECONDS // 60} minutes. Make it simpler.")
        if not select.select([stream], [], [], BEAT_SECONDS)[0]:
            yield b""
            continue
        chunk = os.read(stream.fileno(), 65536)
        if not chunk:
            return
        *lines, buffer = (buffer + chunk).split(b"\n")
        yield from filter(None, lines)


def _judge(status: int, verdict: _Verdict, errors: str) -> None:
    if status == 0:
        return
    if status == BAD_MODEL and verdict.error:
        raise BadModel(verdict.error)
    if status == TOO_HEAVY:
        raise BadModel(
            "The model needs more memory than we have for one. Use smaller textures or fewer parts."
        )
    if status == -signal.SIGXCPU:
        raise BadModel(f"The model takes more than {CPU_SECONDS // 60} minutes of work. Make it simpler.")
    if status == -signal.SIGXFSZ:
        raise BadModel("The model unpacks to more than we can store. Make it smaller.")
    raise Crashed(f"exit status {status}: {errors}")


def _tail(errors: IO[bytes]) -> str:
    size = errors.seek(0, os.SEEK_END)
    errors.seek(max(0, size - 4000))
    return errors.read().decode(errors="replace").strip()


# --- the child's side ---------------------------------------------------------------------------


def _recipe(described: dict[str, Any]) -> Recipe:
    levels = tuple(Level(**level) for level in described["levels"])
    return Recipe(levels=levels, unit=described["unit"], prepare=described["prepare"])


def _say(**message: str | int) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Carry out the order on stdin; the exit status."""
    # Imported here, so that the parent stays small: it is forked for every job.
    from renderd.pipeline import ModelError, convert

    order = json.load(sys.stdin)
    try:
        convert(
            Path(order["source"]),
            Path(order["out"]),
            _recipe(order["recipe"]),
            lambda stage, fraction: _say(stage=stage, percent=round(100 * fraction)),
        )
    except ModelError as error:
        _say(error=str(error))
        return BAD_MODEL
    except MemoryError:
        return TOO_HEAVY
    return 0


if __name__ == "__main__":
    sys.exit(main())
