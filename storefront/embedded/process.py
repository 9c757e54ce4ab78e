"""Child processes that never outlive their parent, and a data folder that only one parent uses."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

_PR_SET_PDEATHSIG = 1
_GRACE_SECONDS = 10.0
_MOST_RESTARTS, _RESTART_WINDOW = 5, 60.0


class StartError(Exception):
    """Something that keeps the shop from starting; one line that says what to do."""


@dataclass(slots=True)
class Child:
    """A running child, where it logs, how to start it, and the signal that ends it in good order.

    A ``vital`` one that keeps ending is an error; without another the shop goes on, and it is started
    again a minute later. One that was told to end has ``grace`` seconds for it.
    """

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    launch: Callable[[], subprocess.Popen[bytes]]
    stop_signal: signal.Signals = signal.SIGTERM
    vital: bool = True
    grace: float = _GRACE_SECONDS
    restarts: list[float] = field(default_factory=list)

    def keep_running(self) -> bool:
        """Start it again if it ended; True if so. Raises :class:`StartError` if a vital one keeps ending."""
        if self.process.poll() is None:
            return False
        since = time.monotonic() - _RESTART_WINDOW
        self.restarts = [at for at in self.restarts if at > since]
        if len(self.restarts) >= _MOST_RESTARTS:
            if self.vital:
                raise StartError(f"{self.name} ended: {last_line(self.log)}")
            return False
        self.restarts.append(time.monotonic())
        self.process = self.launch()
        return True

    def stop(self) -> None:
        """Ask it to end, and end it after its grace."""
        stop_together([self])


def stop_together(children: Sequence[Child]) -> None:
    """Ask all to end, so that none takes over what another lets go, and end who stays beyond its grace."""
    left = [child for child in children if child.process.poll() is None]
    for child in left:
        child.process.send_signal(child.stop_signal)
    asked = time.monotonic()
    for child in left:
        try:
            child.process.wait(max(0.0, asked + child.grace - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


def start(
    name: str,
    command: Sequence[str | Path],
    logs: Path,
    environ: Mapping[str, str] | None = None,
    user: int | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    vital: bool = True,
    grace: float = _GRACE_SECONDS,
) -> Child:
    """Start a child in a session of its own, so that Ctrl-C reaches the parent alone."""
    log = logs / f"{name}.log"

    def launch() -> subprocess.Popen[bytes]:
        with log.open("ab") as out:
            return subprocess.Popen(  # noqa: S603 - our own servers
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=dict(environ) if environ is not None else None,
                start_new_session=True,
                preexec_fn=_ending_with(os.getpid()),
                user=user,
                group=user,
                extra_groups=[] if user is not None else None,
            )

    return Child(name, launch(), log, launch, stop_signal, vital, grace)


def free_port() -> int:
    """A TCP port of the loopback interface that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def check_port(host: str, port: int) -> None:
    """Raise :class:`StartError` where the port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise StartError(
                f"can't listen on {host}:{port} ({reason}); choose another with PORT=…"
            ) from error


def wait_for_port(child: Child, port: int, seconds: float = 15.0) -> None:
    """Wait until the child listens. Raises :class:`StartError` with its last words where it doesn't."""

    def listens() -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return True
        return False

    wait_until(listens, child, seconds)


def wait_until(ready: Callable[[], bool], child: Child, seconds: float) -> None:
    """Wait until the child is ready; one that isn't in time is ended. Raises :class:`StartError`."""
    deadline = time.monotonic() + seconds
    while not ready():
        if child.process.poll() is not None:
            raise StartError(f"{child.name} ended at once: {last_line(child.log)}")
        if time.monotonic() > deadline:
            child.stop()
            raise StartError(f"{child.name} didn't answer within {seconds:.0f} s; see {child.log}")
        time.sleep(0.02)


def last_line(log: Path) -> str:
    """The last line of a log, for a message."""
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else f"it said nothing in {log}"


@contextlib.contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Hold the data folder. Raises :class:`StartError` where another shop runs on it.

    Children of a parent that was killed get a moment to end; they hold files of this folder.
    """
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartError(
                f"a shop runs on {data} already; stop it, or choose another with DATA=…"
            ) from None
        _end_leftovers(data / "children.json")
        yield


def remember(data: Path, children: Sequence[Child]) -> None:
    """Write down who runs, for the next start after a kill."""
    known = {str(child.process.pid): psutil.Process(child.process.pid).create_time() for child in children}
    write_whole(data / "children.json", json.dumps({"folder": str(data), "children": known}))


def write_whole(path: Path, text: str) -> None:
    """Write a file that only its owner reads: all of it or, on a full disk or after a kill, nothing."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.touch(mode=0o600)
        temporary.write_text(text)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _end_leftovers(path: Path) -> None:
    if not path.exists():
        return
    known = json.loads(path.read_text())
    # A copy of a data folder names the children of the shop that it was copied from: they live on.
    own = known["children"].items() if known["folder"] == str(path.parent) else ()
    left = [process for pid, born in own if (process := _same(int(pid), born))]
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    for process in psutil.wait_procs(left, timeout=_GRACE_SECONDS)[1]:
        process.kill()
    path.unlink()


def _same(pid: int, born: float) -> psutil.Process | None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        return process if process.create_time() == born else None
    return None


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _ending_with(parent: int) -> Callable[[], None]:
    """What a child does first: ask for SIGTERM when its parent dies, or end if that happened already."""

    def ask() -> None:
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:
                os.kill(os.getpid(), signal.SIGTERM)

    return ask
