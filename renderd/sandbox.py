"""Runs a task on a file that we don't trust, in a child process that has little to lose.

The child (``renderd.child``) gets no credentials and no settings, a folder of its own, and the walls of
``renderd.confine``. It dies with its parent. What it writes is only kept if the whole task succeeds.
"""

from __future__ import annotations

import json
import logging
import os
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from renderd.child import BAD_MODEL, PROBE, TOO_HEAVY, TOO_LARGE
from renderd.confine import Limits, Walls

BEAT_SECONDS = 0.5
MOST_TOLD = 64 << 20
"""The child may say so many bytes without a line's end."""

TOO_LONG = "The model takes too long to convert. Make it simpler: fewer triangles, smaller textures."
OUT_OF_MEMORY = "The model needs more memory than we have for one. Use smaller textures or fewer parts."
_VERDICTS = {
    TOO_HEAVY: OUT_OF_MEMORY,
    TOO_LARGE: "The model unpacks to more than we can store. Make it smaller.",
    -signal.SIGXCPU: TOO_LONG,
    # A library that trips over a file trips again: another attempt would only cost as much.
    -signal.SIGSEGV: "The model breaks the program that reads it. Export it anew, as GLB if that can be.",
}
_MEMORY_SIGNS = ("bad_alloc", "MemoryError", "Cannot allocate memory")

LIMITS = Limits()

Progress = Callable[[str, float], None]
"""(stage, share of all work done, 0 to 1)."""

log = logging.getLogger(__name__)


class BadModel(Exception):
    """The file can't be used; the message is one line for whoever uploaded it."""


class Crashed(Exception):
    """The child ended in a way that says nothing about the model; the message is the end of its stderr."""


class Unconfined(Exception):
    """This system has no wall between a hostile file and the network; the message says what is missing."""


def run(task: str, order: Mapping[str, Any], home: Path, progress: Progress, limits: Limits = LIMITS) -> Any:
    """Run ``renderd.tasks.TASKS[task]`` on ``order`` (JSON); what it returns. Raises BadModel, Crashed.

    The child reads ``order["source"]`` and writes within ``home`` alone; after an error, nothing that it
    made is left there. ``progress`` is called at least every second; what it raises ends the child.
    """
    before = set(home.iterdir())
    message = json.dumps(
        {
            "task": task,
            "order": order,
            "home": str(home.absolute()),
            "limits": asdict(limits),
            "parent": os.getpid(),
        }
    )
    try:
        result = _attempt(message, home, progress, limits)
        _refuse_links(home)
    except BaseException:
        _remove(set(home.iterdir()) - before)
        raise
    return result


def check(required: bool) -> Walls:
    """Which walls a child has on this system; a warning if there is no wall to the network.

    Raises Unconfined instead if such a wall is ``required``, as it is in production.
    """
    with tempfile.TemporaryDirectory(prefix="renderd-probe-") as folder:
        walls = Walls(**run(PROBE, {}, Path(folder), _unwatched))
    if not walls.offline:
        missing = "model files are not kept from the network: no namespaces and no libseccomp on this system"
        if required:
            raise Unconfined(missing)
        log.warning(missing)
    return walls


def _unwatched(_stage: str, _share: float) -> None:
    """Progress that nobody follows."""


def _attempt(message: str, home: Path, progress: Progress, limits: Limits) -> Any:
    ends_at = time.monotonic() + limits.wall_seconds
    with tempfile.TemporaryFile() as errors, _child(home, errors) as child:
        try:
            told = _follow(child, message, progress, ends_at)
            _judge(_status(child, ends_at), str(told.get("error", "")), _tail(errors))
        finally:
            child.kill()
    return told.get("result")


@contextmanager
def _child(home: Path, errors: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-P", "-s", "-m", "renderd.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        cwd=home,
        env=_environment(home),
        # Ctrl-C is the parent's to answer; the child would only leave a traceback.
        start_new_session=True,
    ) as child:
        yield child


def _environment(home: Path) -> dict[str, str]:
    # Threads reserve address space each, and the limit on memory counts what is reserved.
    pools = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "PXR_WORK_THREAD_LIMIT")
    threads = dict.fromkeys(pools, "2")
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "HOME": str(home.absolute()),
        "TMPDIR": str(home.absolute()),
        "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        **threads,
    }


def _follow(
    child: subprocess.Popen[bytes], message: str, progress: Progress, ends_at: float
) -> dict[str, Any]:
    """Pass the child's progress on until it says no more; all that it said, the last of each kind."""
    assert child.stdin
    assert child.stdout
    told: dict[str, Any] = {"stage": "", "share": 0.0}
    try:
        child.stdin.write(message.encode())
        child.stdin.close()
    except BrokenPipeError:
        return told
    for lines in _lines(child.stdout, ends_at):
        for line in lines:
            told |= _understood(line)
        progress(told["stage"], told["share"])
    return told


def _understood(line: bytes) -> dict[str, Any]:
    """One message of the child, which hostile input may have taken over."""
    try:
        said = dict(json.loads(line))
        return (
            said | {"stage": str(said["stage"])[:80], "share": float(said["share"])}
            if "stage" in said
            else said
        )
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Crashed(f"the child talks nonsense: {line[:80]!r}") from error


def _lines(stream: IO[bytes], ends_at: float) -> Iterator[list[bytes]]:
    """The child's lines as they come, and none of them after each beat in which it is silent."""
    buffer = b""
    while True:
        if time.monotonic() > ends_at:
            raise BadModel(TOO_LONG)
        if not select.select([stream], [], [], BEAT_SECONDS)[0]:
            yield []
            continue
        chunk = os.read(stream.fileno(), 1 << 20)
        if not chunk:
            return
        *lines, buffer = (buffer + chunk).split(b"\n")
        if len(buffer) > MOST_TOLD:
            raise Crashed("the child talks without an end")
        yield [line for line in lines if line]


def _status(child: subprocess.Popen[bytes], ends_at: float) -> int:
    """The exit status of a child that has nothing more to say."""
    try:
        return child.wait(max(1.0, ends_at - time.monotonic()))
    except subprocess.TimeoutExpired as error:
        raise BadModel(TOO_LONG) from error


def _judge(status: int, error: str, errors: str) -> None:
    if status == 0:
        return
    if status == BAD_MODEL and error:
        raise BadModel(" ".join(error.split())[:500])
    if status in _VERDICTS:
        raise BadModel(_VERDICTS[status])
    if any(sign in errors for sign in _MEMORY_SIGNS):
        raise BadModel(OUT_OF_MEMORY)
    raise Crashed(f"exit status {status}: {errors}")


def _tail(errors: IO[bytes]) -> str:
    size = errors.seek(0, os.SEEK_END)
    errors.seek(max(0, size - 4000))
    return errors.read().decode(errors="replace").strip()


def _refuse_links(home: Path) -> None:
    """Whoever reads the outcome must not be led to other files by a child that hostile input took over."""
    for path in home.rglob("*"):
        found = path.lstat()
        if not (stat.S_ISDIR(found.st_mode) or (stat.S_ISREG(found.st_mode) and found.st_nlink == 1)):
            raise Crashed(f"the child made {path.name[:80]!r}, which is no plain file")


def _remove(paths: set[Path]) -> None:
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
