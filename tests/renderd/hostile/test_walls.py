"""Real attempts to get out, made behind the walls in a process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

ROOT = Path(__file__).resolve().parents[3]
NOBODY = 65534

BEGIN = """
import ctypes, os, socket, subprocess, sys, threading
from pathlib import Path
from renderd.confine import Limits, confine
home = Path(sys.argv[1])
"""

CONFINE = """
walls = confine(home, home.parent / "source", Limits())
"""

ATTEMPTS = {
    "a socket": "socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
    "a local socket": "socket.socket(socket.AF_UNIX)",
    "a pair of sockets": "socket.socketpair()",
    "a name": "socket.getaddrinfo('example.com', 80)",
    "a fork": "os.fork()",
    "a program": "subprocess.run(['/bin/true'])",
    "another program in this process": "os.execv('/bin/true', ['true'])",
    "a signal to its parent": "os.kill(os.getppid(), 0)",
    "a file outside": "(home.parent / 'made').write_text('x')",
    "the source itself": "(home.parent / 'source').open('r+b')",
    "reading a stranger's file": "(home.parent / 'secret').read_text()",
    "reading the system's accounts": "Path('/etc/passwd').read_text()",
    "the parent's environment": "Path(f'/proc/{os.getppid()}/environ').read_bytes()",
    "a link out of its folder": "(home / 'link').symlink_to('/etc/passwd')",
    "a hard link": "(home / 'link').hardlink_to(home.parent / 'source')",
    "a device": "os.mknod(home / 'device', 0o60600, os.makedev(8, 0))",
    "owning the machine": "os.chroot(home)",
    "being root": "os.setuid(0)",
}


def behind_walls(folder: Path, code: str, before: str = "") -> str:
    """What code says that runs behind the walls, with ``folder/home`` as its own."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    (folder / "source").write_text("the model")
    (folder / "secret").write_text("hidden")
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + before + CONFINE + code, str(home)],
        env={"PYTHONPATH": str(ROOT), "PATH": os.defpath},
        cwd=home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", ATTEMPTS)
def test_the_way_out_is_closed(tmp_path: Path, name: str) -> None:
    code = f"try:\n    {ATTEMPTS[name]}\nexcept OSError:\n    print('closed')\nelse:\n    print('open')\n"
    assert behind_walls(tmp_path, code) == "closed\n"


def test_work_goes_on_behind_the_walls(tmp_path: Path) -> None:
    code = """
(home / "made").mkdir()
(home / "made" / "half").write_text((home.parent / "source").read_text())
(home / "made" / "half").rename(home / "whole")
thread = threading.Thread(target=lambda: print((home / "whole").read_text()))
thread.start()
thread.join()
"""
    assert behind_walls(tmp_path, code) == "the model\n"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become a plain user")
def test_a_plain_user_has_all_walls_too() -> None:
    drop = f"import pyseccomp\nos.setgroups([])\nos.setgid({NOBODY})\nos.setuid({NOBODY})\n"
    with TemporaryDirectory() as folder:
        os.chown(folder, NOBODY, NOBODY)
        said = behind_walls(Path(folder), "print(walls)", drop)
    assert said == "Walls(network=True, files=True, calls=True)\n"


def test_a_call_that_only_the_filter_stops_is_refused(tmp_path: Path) -> None:
    code = "libc = ctypes.CDLL(None, use_errno=True)\nprint(libc.ptrace(0, 0, 0, 0), ctypes.get_errno())"
    assert behind_walls(tmp_path, code) == "-1 1\n"
