"""The shop's chores are done again and again, whatever happens to one of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import inspect

from storefront import mail
from storefront.__main__ import main
from storefront.catalog.models import Category
from storefront.embedded import services
from storefront.embedded.process import free_port, start, wait_for_port
from storefront.settings import Settings, to_environ
from storefront.stores.database import Database
from storefront.upkeep import Chore, chores
from storefront.upkeep import start as start_chores
from storefront.web.context import shop


@pytest.fixture
def stopped(app: Flask) -> Iterator[Event]:
    """Ends the chores of a test."""
    event = Event()
    yield event
    event.set()


def until(true: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def test_it_is_done_again_and_again(app: Flask, stopped: Event) -> None:
    done: list[str] = []
    start_chores(app, [Chore("counting", 0.01, lambda: done.append(shop().settings.shop_name))], stopped)
    until(lambda: len(done) > 2)


def test_it_ends(app: Flask, stopped: Event) -> None:
    [thread] = start_chores(app, [Chore("resting", 60.0, lambda: None)], stopped)
    stopped.set()
    thread.join(10)
    assert not thread.is_alive()


def test_a_chore_goes_on_when_its_store_is_back(app: Flask, stopped: Event, tmp_path: Path) -> None:
    port, answers, failures = free_port(), Event(), Event()
    command = services.valkey_command(port, tmp_path)

    def ask() -> None:
        answers.clear()
        failures.set()
        with Redis(port=port, socket_timeout=1) as store:
            store.ping()
        failures.clear()
        answers.set()

    first = start("first", command, tmp_path)
    wait_for_port(first, port)
    start_chores(app, [Chore("asking", 0.01, ask)], stopped)
    until(answers.is_set)
    first.stop()
    until(failures.is_set)
    second = start("second", command, tmp_path)
    until(answers.is_set)
    second.stop()


def test_a_chore_that_fails_leaves_the_others_alone(app: Flask, stopped: Event) -> None:
    done: list[int] = []
    failing = Chore("failing", 0.01, lambda: 1 // 0)
    start_chores(app, [failing, Chore("counting", 0.01, lambda: done.append(1))], stopped)
    until(lambda: len(done) > 2)


def test_each_chore_can_be_done(app: Flask, settings: Settings, tmp_path: Path) -> None:
    for chore in chores(replace(settings, mail=f"folder:{tmp_path}")):
        if chore.name != "payments":  # which asks a server of its own: test_payments_reconciling.py
            chore.work()


@pytest.fixture
def environ(settings: Settings, tmp_path: Path) -> dict[str, str]:
    """What a process needs to use the stores of the test."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("STOREFRONT_")}
    return own | to_environ(replace(settings, mail=f"folder:{tmp_path / 'mail'}"))


def test_upkeep_does_them_until_it_is_told_to_end(
    app: Flask, environ: dict[str, str], tmp_path: Path
) -> None:
    app.extensions["shop"].database.unit(
        lambda session: mail.post(session, "password_changed", "1", "ash@example.com", {})
    )
    with subprocess.Popen((sys.executable, "-m", "storefront", "upkeep"), env=environ) as process:
        until(lambda: list(tmp_path.glob("mail/*.eml")))
        process.terminate()
    assert process.returncode == 0
    assert Category.get("furniture").title  # of a plugin that came with the release


def test_migrate_makes_the_tables(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    for name, value in (environ | {"STOREFRONT_DATABASE_URL": url}).items():
        monkeypatch.setenv(name, value)
    handlers = {ending: signal.getsignal(ending) for ending in (signal.SIGINT, signal.SIGTERM)}
    assert main(["migrate"]) == 0
    for ending, handler in handlers.items():
        signal.signal(ending, handler)
    database = Database(url)
    assert "orders" in inspect(database.engine).get_table_names()
    database.engine.dispose()
