"""The shop's servers, each a process of its own: they are killed when their time comes, and start again."""

from __future__ import annotations

import os
import random
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil

from storefront.app import MODELS, create_app
from storefront.catalog import operations as catalog
from storefront.catalog.snapshot.build import rebuild
from storefront.embedded import process, run, services
from storefront.embedded.process import Child
from storefront.settings import Settings, to_environ
from storefront.stock import operations as stock
from storefront.stores.database import Database, Unavailable
from storefront.stores.dynamo import create_tables
from storefront.web.context import shop

WEB, POSTGRES = "web", "postgres"
WHOLE, MASTER, WORKER = "all its processes", "its master", "its worker"
_HOW = {WEB: (WHOLE, MASTER, WORKER), POSTGRES: (WHOLE, MASTER)}
_LONGEST_DOWN = 4.0
SLUG, SKU = "drop", "drop.steel"
PATHS = (
    f"/p/{SLUG}?strap=leather",
    f"/p/{SLUG}?strap=rubber&strap-colour=black",
    f"/p/{SLUG}?strap=bracelet",
)
"""Three configurations of one SKU: the case is what is counted, straps are put on."""


@dataclass(slots=True)
class Kill:
    """A kill -9, as soon as ``after`` payments were made; it stays away for ``down`` seconds at least.

    ``at`` says when it was, and ``away`` for how long nothing answered; both in seconds.
    """

    after: int
    what: str
    how: str
    down: float
    which: int
    at: float | None = None
    away: float | None = None

    def __str__(self) -> str:
        name = f"web {self.which + 1}" if self.what == WEB else "PostgreSQL"
        when = f"{name}, {self.how}, after {self.after} payments"
        if self.at is None:
            return f"{when}: never came"
        away = f"{self.away:.1f} s" if self.away is not None else "for good"
        return f"{when} at {self.at:.0f} s, away {away}"


def plan(chance: random.Random, units: int, web: int, postgres: int, servers: int) -> list[Kill]:
    """When what is killed: while payments are being made, at moments that ``chance`` draws."""
    kinds = [WEB] * web + [POSTGRES] * postgres
    chance.shuffle(kinds)
    moments = sorted(chance.sample(range(1, max(units - 1, len(kinds) + 1)), len(kinds)))
    return [
        Kill(
            after,
            kind,
            chance.choice(_HOW[kind]),
            chance.uniform(0, _LONGEST_DOWN),
            chance.randrange(servers),
        )
        for after, kind in zip(moments, kinds, strict=True)
    ]


@dataclass(slots=True)
class Server:
    """A child that may be killed, and how to ask it whether it is there."""

    child: Child
    answers: Callable[[], bool]
    kill: Kill | None = None
    back_at: float = 0.0
    again: bool = False


@dataclass(slots=True)
class Arena:
    """What runs. ``origins`` are the shop's web servers."""

    settings: Settings
    database: Database
    origins: list[str]
    web: list[Server]
    postgres: Server
    others: list[Child]
    kills: list[Kill]
    begun: float = field(default_factory=time.monotonic)
    payments: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def paid(self) -> None:
        """Count a payment; kills come after so many of them."""
        with self.lock:
            self.payments += 1

    @property
    def seconds(self) -> float:
        """Seconds since it was opened."""
        return time.monotonic() - self.begun

    @property
    def whole(self) -> bool:
        """Whether every server that was killed is back."""
        return all(server.kill is None for server in (*self.web, self.postgres))

    def keep(self) -> None:
        """Kill whose time has come, and start again what ended, as ``make run`` does each second."""
        for kill in self.kills:
            if kill.at is None and self.payments >= kill.after:
                self._kill(kill)
        for server in (*self.web, self.postgres):
            if time.monotonic() >= server.back_at and server.child.keep_running():
                server.again = True
            if server.kill and server.again and server.answers():
                server.kill.away, server.kill = self.seconds - (server.kill.at or 0.0), None
        for child in self.others:
            child.keep_running()

    def _kill(self, kill: Kill) -> None:
        server = self.web[kill.which] if kill.what == WEB else self.postgres
        if server.kill is not None:
            return  # it is away already: once it is back
        kill.at, server.kill, server.again = self.seconds, kill, False
        server.back_at = time.monotonic() + kill.down
        master = psutil.Process(server.child.process.pid)
        workers = master.children(recursive=True)
        victims = {WHOLE: [master, *workers], MASTER: [master], WORKER: workers}[kill.how]
        for victim in victims:
            with suppress(psutil.NoSuchProcess):
                victim.kill()
        with suppress(psutil.TimeoutExpired):
            psutil.wait_procs(victims, timeout=2)


@contextmanager
def arena(kills: list[Kill], servers: int, units: int, folder: Path) -> Iterator[Arena]:
    """Dynoxide, Valkey, PostgreSQL, the test payment server, web servers and the upkeep."""
    run.credentials()
    folder.chmod(0o711)  # as root, PostgreSQL runs as nobody
    quiet = replace(Settings(), log_level="WARNING", merchant_mail="merchant@example.com")
    embedded = services.launch(quiet, frozenset(), folder, "postgres")
    children: list[Child] = []
    try:
        ports = [process.free_port() for _ in range(servers)]
        settings = replace(embedded.settings, public_url="")
        _stock(settings, units)
        origins = [f"http://127.0.0.1:{port}" for port in ports]
        environ = {**os.environ, **to_environ(settings)}
        for number, port in enumerate(ports, 1):
            command = run.web_command("127.0.0.1", port)
            children.append(process.start(f"web-{number}", command, folder / "logs", environ))
        # Nobody's request caused what the upkeep writes: its links need an address.
        environ |= to_environ(replace(settings, public_url=origins[0]))
        upkeep = (sys.executable, "-m", "storefront", "upkeep")
        children.append(process.start("upkeep", upkeep, folder / "logs", environ))
        found = _opened(settings, origins, embedded.children, children, kills)
        try:
            yield found
        finally:
            found.database.engine.dispose()
    finally:
        process.stop_together(children)
        embedded.stop()


def _opened(
    settings: Settings,
    origins: list[str],
    stores: tuple[Child, ...],
    children: list[Child],
    kills: list[Kill],
) -> Arena:
    database = Database(settings.database_url)
    *web, upkeep = children
    named = {child.name: child for child in stores}
    found = Arena(
        settings,
        database,
        origins,
        [Server(child, _web_probe(origin)) for child, origin in zip(web, origins, strict=True)],
        Server(named.pop("postgres"), _database_probe(database)),
        [*named.values(), upkeep],
        kills,
    )
    deadline = time.monotonic() + 60
    while not all(server.answers() for server in found.web):
        if time.monotonic() > deadline:
            raise TimeoutError("the web servers don't answer")
        time.sleep(0.1)
    found.begun = time.monotonic()
    return found


def _stock(settings: Settings, units: int) -> None:
    """Tables, one product, its units and the snapshot."""
    app = create_app(settings)
    create_tables(MODELS)
    with app.app_context():
        shop().database.upgrade()
        catalog.ensure_categories(shop().registry)
        catalog.create_product(
            slug=SLUG,
            title="Watch of the day",
            product_type="watch",
            category="watch",
            price=32_900,
            currency=settings.currency,
            state="active",
        )
        with shop().database.transaction() as session:
            stock.receive(session, SKU, units, "For the race")
        rebuild(shop().registry, shop().objects)
        shop().database.engine.dispose()


def _web_probe(origin: str) -> Callable[[], bool]:
    def answers() -> bool:
        with suppress(OSError), urllib.request.urlopen(f"{origin}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
        return False

    return answers


def _database_probe(database: Database) -> Callable[[], bool]:
    def answers() -> bool:
        with suppress(Unavailable):
            database.ping()
            return True
        return False

    return answers
