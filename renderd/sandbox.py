"""Runs the pipeline on a file that we don't trust, in a child process that has little to lose.

The child gets no credentials and no settings, a folder of its own, and limits on processor time,
memory and file size. It dies with its parent. Its stdout is one JSON object a line: ``{"stage",
"percent"}`` as it goes, and in the end ``{"error"}`` where the model can't be used.

``python -m renderd.sandbox`` is the child's side: it reads its order, a JSON object, from stdin.
"""

from __future__ import annotations

import ctypes
import errno
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
from functools import partial
from pathlib import Path
from typing import IO, Any

from storefront.plugin_api import Level, Recipe

OPEN_FILES = 256
BEAT_SECONDS = 5.0
GRACE_SECONDS = 5

BAD_MODEL, TOO_HEAVY, TOO_LARGE = 2, 3, 4
TOO_LONG = "The model takes too long to convert. Make it simpler: fewer triangles, smaller textures."
_VERDICTS = {
    TOO_HEAVY: "The model needs more memory than we have for one. Use smaller textures or fewer parts.",
    TOO_LARGE: "The model unpacks to more than we can store. Make it smaller.",
    -signal.SIGXCPU: TOO_LONG,
}
_PDEATHSIG = 1

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one conversion may take: processor and real seconds, address space, bytes of one file."""

    cpu_seconds: int = 900
    wall_seconds: int = 1800
    memory_bytes: int = 4 << 30
    file_bytes: int = 4 << 30


LIMITS = Limits()


class BadModel(Exception):
    """The file can't be converted; the message is one line for whoever uploaded it."""


class Crashed(Exception):
    """The child ended in a way that says nothing about the model; the message is the end of its stderr."""


def run(source: Path, out: Path, recipe: Recipe, progress: Progress, limits: Limits = LIMITS) -> None:
    """Convert ``source`` into the folder ``out``. Raises :class:`BadModel`, :class:`Crashed`.

    ``progress(stage, percent)`` is called for each step, and at least every few seconds; what it
    raises ends the child.
    """
    home = out.parent
    order = json.dumps({"source": str(source), "out": str(out), "recipe": asdict(recipe)})
    with (home / "stderr.txt").open("w+b") as errors, _child(home, errors, limits) as child:
        try:
            error = _follow(child, order, progress, limits)
            _judge(child.wait(limits.wall_seconds), error, _tail(errors))
        finally:
            child.kill()


def die_with_parent() -> None:
    """Ask Linux to kill this process when its parent ends; elsewhere leases do without."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)


def _child(home: Path, errors: IO[bytes], limits: Limits) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "renderd.sandbox"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        cwd=home,
        env=_environment(home),
        preexec_fn=partial(_confine, limits),
    )


def _confine(limits: Limits) -> None:
    die_with_parent()
    for limit, value, grace in (
        (resource.RLIMIT_CPU, limits.cpu_seconds, GRACE_SECONDS),
        (resource.RLIMIT_AS, limits.memory_bytes, 0),
        (resource.RLIMIT_FSIZE, limits.file_bytes, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        _, highest = resource.getrlimit(limit)
        top = highest if highest != resource.RLIM_INFINITY else value + grace
        # Below the hard limit: there the kernel kills without a signal that says why.
        resource.setrlimit(limit, (min(value, top), min(value + grace, top)))


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


def _follow(child: subprocess.Popen[bytes], order: str, progress: Progress, limits: Limits) -> str:
    """Pass the child's progress on until it ends; the error that it told, or nothing."""
    assert child.stdin
    assert child.stdout
    child.stdin.write(order.encode())
    child.stdin.close()
    error, stage, percent = "", "", 0
    for line in _lines(child.stdout, limits.wall_seconds):
        message = json.loads(line) if line else {}
        stage, percent = message.get("stage", stage), message.get("percent", percent)
        error = message.get("error", error)
        progress(stage, percent)
    return str(error)


def _lines(stream: IO[bytes], wall_seconds: int) -> Iterator[bytes]:
    """The child's lines as they come, and an empty one where it is silent for :data:`BEAT_SECONDS`."""
    buffer, ends_at = b"", time.monotonic() + wall_seconds
    while True:
        if time.monotonic() > ends_at:
            raise BadModel(TOO_LONG)
        if not select.select([stream], [], [], BEAT_SECONDS)[0]:
            yield b""
            continue
        chunk = os.read(stream.fileno(), 65536)
        if not chunk:
            return
        *lines, buffer = (buffer + chunk).split(b"\n")
        yield from filter(None, lines)


def _judge(status: int, error: str, errors: str) -> None:
    if status == 0:
        return
    if status == BAD_MODEL and error:
        raise BadModel(error)
    if status in _VERDICTS:
        raise BadModel(_VERDICTS[status])
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
    except OSError as error:
        # Python ignores SIGXFSZ, so that a file past the limit is an error like others.
        if error.errno != errno.EFBIG:
            raise
        return TOO_LARGE
    return 0


if __name__ == "__main__":
    sys.exit(main())
