"""``python -m storefront``: it starts, keeps its data, and leaves nothing running."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from storefront.embedded.process import StartError, free_port, stop_together, write_whole
from storefront.embedded.process import start as start_child

Start = Callable[..., "subprocess.Popen[str]"]
PATIENCE = 120
"""Seconds that a start may take on a busy machine."""


@dataclass(frozen=True)
class Shop:
    """A running shop, the port where it serves, and its data."""

    process: subprocess.Popen[str]
    port: int
    data: Path


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts shops on one data folder, and ends them after the test."""
    yield from starter(tmp_path / "data")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A running shop for tests that leave it running."""
    port, data = free_port(), tmp_path_factory.mktemp("shop") / "data"
    with closing(starter(data)) as starters:
        process = next(starters)(port)
        until_ready(process, port)
        yield Shop(process, port, data)


def starter(data: Path) -> Generator[Start, None, None]:
    """What starts shops on a data folder; it ends them when it is closed."""
    running: list[subprocess.Popen[str]] = []
    environ = {name: value for name, value in os.environ.items() if not name.startswith("STOREFRONT_")}

    def launch(port: int, *more: str) -> subprocess.Popen[str]:
        command = (sys.executable, "-m", "storefront", "--no-seed", "--port", str(port))
        process = subprocess.Popen(
            (*command, "--data", str(data), *more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**environ, "STOREFRONT_WORKERS": "1"},
        )
        running.append(process)
        return process

    try:
        yield launch
    finally:
        for process in running:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            try:
                process.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


def until_ready(process: subprocess.Popen[str], port: int, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
                if json.load(answer)["status"] == "ready":
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the shop isn't ready")


def children_of(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def test_ctrl_c_stops_every_child(start: Start) -> None:
    port = free_port()
    process = start(port)
    until_ready(process, port)
    children = children_of(process)
    assert len(children) >= 4
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert psutil.wait_procs(children, timeout=1)[1] == []


def test_a_killed_shop_takes_its_children_along_and_starts_again(start: Start, tmp_path: Path) -> None:
    port = free_port()
    process = start(port)
    until_ready(process, port)
    password = (tmp_path / "data" / "demo_password").read_text()
    children = children_of(process)
    process.kill()
    process.wait()
    until_ready(start(port), port)
    assert psutil.wait_procs(children, timeout=15)[1] == []
    assert (tmp_path / "data" / "demo_password").read_text() == password


def test_killed_children_are_started_again(shop: Shop) -> None:
    process = psutil.Process(shop.process.pid)
    killed = process.children()
    for child in killed:
        child.kill()
    psutil.wait_procs(killed, timeout=10)
    deadline = time.monotonic() + 20
    while len(process.children()) < len(killed):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    until_ready(shop.process, shop.port)


def test_a_child_that_keeps_ending_is_told_with_its_last_words(tmp_path: Path) -> None:
    child = start_child("stumbler", (sys.executable, "-c", "raise SystemExit('no such sofa')"), tmp_path)
    for _ in range(5):
        child.process.wait(20)
        assert child.keep_running()
    child.process.wait(20)
    with pytest.raises(StartError, match="stumbler ended: no such sofa"):
        child.keep_running()


def test_the_shop_goes_on_without_a_child_that_is_not_vital(tmp_path: Path) -> None:
    child = start_child("dozer", (sys.executable, "-c", ""), tmp_path, vital=False)
    started = []
    for _ in range(7):
        child.process.wait(20)
        started.append(child.keep_running())
    assert started == [True] * 5 + [False] * 2


def test_children_are_told_together_to_end(tmp_path: Path) -> None:
    """Each waits until the other has heard it too."""
    heard = "touch {0}.ended; while [ ! -e {1}.ended ]; do sleep 0.05; done; exit 0"
    script = "trap '" + heard + "' TERM; touch {0}.ready; while :; do sleep 0.05; done"
    names = [(tmp_path / "a", tmp_path / "b"), (tmp_path / "b", tmp_path / "a")]
    children = [
        start_child(own.name, ("sh", "-c", script.format(own, other)), tmp_path) for own, other in names
    ]
    deadline = time.monotonic() + 20
    while not all(own.with_suffix(".ready").exists() for own, _ in names):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    stop_together(children)
    assert [child.process.returncode for child in children] == [0, 0]


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "half \udcff")
    assert list(tmp_path.iterdir()) == []
    write_whole(path, "whole")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("whole", 0o600)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--port", "99999"), "1 to 65535"),
        (("run", "8080"), "unrecognized arguments: 8080"),
        (("--data", __file__), "choose DATA="),
    ],
)
def test_what_can_not_be_used_is_one_clear_line(start: Start, more: tuple[str, str], said: str) -> None:
    process = start(free_port(), *more)
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert said in told.splitlines()[-1]
    assert "Traceback" not in told


def test_a_copy_of_the_data_leaves_the_first_shop_alone(shop: Shop, start: Start, tmp_path: Path) -> None:
    shutil.copytree(shop.data, tmp_path / "data")
    other = free_port()
    until_ready(start(other), other)
    assert all(child.is_running() for child in children_of(shop.process))
    until_ready(shop.process, shop.port)


def test_a_used_port_is_one_clear_line(start: Start) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        process = start(other.getsockname()[1])
        _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert told.count("\n") == 1
    assert "choose another with PORT=" in told


def test_an_unknown_setting_is_one_clear_line() -> None:
    environ = {**os.environ, "STOREFRONT_COLOUR": "red"}
    done = subprocess.run(
        [sys.executable, "-m", "storefront"], env=environ, capture_output=True, text=True, timeout=PATIENCE
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_a_second_shop_on_the_same_data_is_refused(shop: Shop, start: Start) -> None:
    second = start(free_port(), "--data", str(shop.data))
    _, told = second.communicate(timeout=PATIENCE)
    assert second.returncode == 2
    assert "runs on" in told


@pytest.mark.slow
def test_a_real_postgresql_keeps_the_accounts(start: Start, tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:-2]):
        folder.chmod(folder.stat().st_mode | 0o011)  # as root, PostgreSQL runs as nobody
    port = free_port()
    until_ready(start(port, "--database", "postgres"), port)
    assert (tmp_path / "data" / "postgres" / "PG_VERSION").exists()
    assert not (tmp_path / "data" / "accounts.sqlite").exists()
