"""Starts Chromium with nothing to lose and nowhere to go, and ends it with all its processes."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from renderd.chromium.found import Program
from renderd.chromium.pipe import Check, Failed, Pipe
from renderd.scratch import PREFIX

OWN_PIPES = 'exec "$@" 3<&0 4>&1 </dev/null >/dev/null'
"""Chromium reads DevTools messages from descriptor 3 and answers on 4."""

FLAGS = (
    *("--headless=new", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check"),
    # No network: no addresses, no way out, nothing that it would fetch of its own accord.
    *(
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--proxy-server=127.0.0.1:9",
        "--proxy-bypass-list=<-loopback>",
    ),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-pings"),
    *("--disable-extensions", "--disable-default-apps", "--disable-breakpad", "--disable-crash-reporter"),
    *("--password-store=basic", "--mute-audio", "--disable-dev-shm-usage"),
    # The same picture on every machine.
    *("--force-device-scale-factor=1", "--force-color-profile=srgb", "--force-prefers-reduced-motion"),
)
GPU = ("--use-gl=angle", "--use-angle=gl-egl", "--ignore-gpu-blocklist")
"""OpenGL without a display; its own choice without one is to draw in software."""


@contextmanager
def browser(program: Program, check: Check, seconds: float) -> Iterator[Pipe]:
    """The way to a new Chromium with a folder of its own. It is killed at the end, or after ``seconds``; it
    ends by itself when this process does. Failed tells its last words."""
    # The folder's name is short, for Chromium dies where the name of its socket gets too long. What a killed
    # worker leaves of it is cleared like its other files.
    folder = tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", ignore_cleanup_errors=True)
    with folder as home, tempfile.TemporaryFile() as errors:
        try:
            with _running(program, Path(home), errors) as process:
                assert process.stdin
                assert process.stdout
                yield Pipe(process.stdin, process.stdout, check, seconds)
        except Failed as error:
            raise Failed(f"{error} {_tail(errors)}".strip()) from error


@contextmanager
def _running(program: Program, folder: Path, errors: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(  # noqa: S603 - the program that the settings name
        ["/bin/sh", "-c", OWN_PIPES, "sh", program.path, *flags(program, folder), "about:blank"],
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        cwd=folder,
        env=_environment(folder),
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            # Until it is waited for, its id is nobody else's.
            os.killpg(process.pid, signal.SIGKILL)


def flags(program: Program, folder: Path) -> list[str]:
    """The command line: its own sandbox stays, but for root, whom it would refuse."""
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return [*FLAGS, f"--user-data-dir={folder}", *root, *(GPU if program.gpu else ())]


def _environment(folder: Path) -> dict[str, str]:
    """No credentials and no settings, and no home but its own."""
    homes = dict.fromkeys(("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"), str(folder))
    return {"PATH": os.defpath, "LANG": "C.UTF-8", **homes}


def _tail(errors: IO[bytes]) -> str:
    size = errors.seek(0, os.SEEK_END)
    errors.seek(max(0, size - 300))
    told = " ".join(errors.read().decode(errors="replace").split())
    return f"({told})" if told else ""
