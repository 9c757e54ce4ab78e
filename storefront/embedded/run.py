"""Starts everything on this machine, in order, and keeps it running."""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.error import URLError

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from storefront import seeding, serving
from storefront.app import MODELS, create_app
from storefront.assets import jobs
from storefront.catalog import operations as catalog
from storefront.catalog.snapshot.build import rebuild
from storefront.embedded import background, interrupts, process, services
from storefront.embedded.process import Child, StartError
from storefront.settings import Settings, to_environ
from storefront.stores.dynamo import create_tables
from storefront.web.context import shop

console = Console()


@dataclass(frozen=True, slots=True)
class Request:
    """What to run: ``given`` are the settings that the operator set, so that no server stands in."""

    settings: Settings
    given: frozenset[str]
    host: str
    port: int
    data: Path
    database: str
    seed: bool = True

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}/"


def run(request: Request) -> None:
    """Run the shop until interrupted. Raises :class:`StartError`."""
    begun = time.monotonic()
    data = request.data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    with process.only_one(data), ExitStack() as cleanup:
        embedded = services.launch(request.settings, request.given, data, request.database)
        cleanup.callback(embedded.stop)
        credentials()
        os.environ |= to_environ(embedded.settings)
        # This process serves no pages: links in letters that no request caused need the shop's address.
        app = create_app(replace(embedded.settings, public_url=request.settings.public_url or request.url))
        with app.app_context():
            password = _prepare(data)
            shop_children = _serve(request, embedded.settings.workers, data / "logs")
            cleanup.callback(process.stop_together, shop_children)
            process.remember(data, [*embedded.children, *shop_children])
            cleanup.callback(background.start(app, embedded.settings).set)
            _wait_until_served(request, shop_children[0])
            if request.seed:
                _seed(request)
            _banner(request, data, password, time.monotonic() - begun)
            _watch(data, [*embedded.children, *shop_children])


def credentials() -> None:
    """Give botocore some credentials where the operator has none: local servers take any."""
    if "AWS_ACCESS_KEY_ID" not in os.environ:
        os.environ |= {"AWS_ACCESS_KEY_ID": "embedded", "AWS_SECRET_ACCESS_KEY": "embedded"}


def _prepare(data: Path) -> str:
    create_tables(MODELS)
    shop().database.upgrade()
    path = data / "demo_password"
    if not path.exists():
        process.write_whole(path, secrets.token_urlsafe(9))
    password = path.read_text()
    seeding.seed_accounts(password)
    catalog.ensure_categories(shop().registry)
    jobs.adopt()
    rebuild(shop().registry, shop().objects)
    return password


def _serve(request: Request, count: int, logs: Path) -> list[Child]:
    worker = (sys.executable, "-m", "renderd", "worker")
    names = [f"worker-{number}" for number in range(1, 1 + (count or os.cpu_count() or 1))]
    workers = [process.start(name, worker, logs, vital=False) for name in names]
    return [process.start("web", web_command(request.host, request.port), logs), *workers]


def web_command(host: str, port: int) -> tuple[str, ...]:
    """How to start a web server; its settings stand in its environment."""
    return serving.command(host, port)


# --- demo goods ---------------------------------------------------------------------------------


def _seed(request: Request) -> None:
    seeding.seed_stock()
    wanted = seeding.missing()
    if not wanted:
        return
    console.print(f"Stocking the shop; it can be watched at {request.url}", highlight=False)
    with _progress() as progress:
        making = progress.add_task("Modelling the demo goods", total=len(wanted))
        rendering = progress.add_task("Rendering levels and posters", total=len(wanted))
        slugs = [seed.slug for seed in wanted]
        for _ in seeding.seed_catalog(wanted):
            progress.advance(making)
        while left := seeding.unpublished(slugs):
            _tell(progress, rendering, len(slugs) - len(left))
            interrupts.heed()
            time.sleep(0.5)
        _tell(progress, rendering, len(slugs))


def _tell(progress: Progress, task: TaskID, done: int) -> None:
    before = progress.tasks[task].completed
    progress.update(task, completed=done)
    if done != before and not console.is_terminal:
        console.print(f"  {done} of {progress.tasks[task].total:.0f} rendered", highlight=False)


@contextmanager
def _progress() -> Iterator[Progress]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        yield progress


# --- running ------------------------------------------------------------------------------------


def _wait_until_served(request: Request, web: Child, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if web.process.poll() is not None:
            raise StartError(f"the web server ended at once: {process.last_line(web.log)}")
        try:
            with urllib.request.urlopen(request.url + "readyz", timeout=2) as answer:  # noqa: S310
                if json.load(answer)["status"] == "ready":
                    return
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.05)
    raise StartError(f"the web server isn't ready after {seconds:.0f} s; see {web.log}")


def _banner(request: Request, data: Path, password: str, seconds: float) -> None:
    console.print(f"\n[bold]{shop().settings.shop_name}[/] is open after {seconds:.1f} s")
    console.print(f"  shop      [link]{request.url}[/]")
    console.print(f"  merchant  {request.url}merchant   {seeding.MERCHANT} / {password}", highlight=False)
    console.print(f"  data      {data}   logs in {data / 'logs'}", highlight=False)
    console.print("  Ctrl-C stops everything; the data stays.\n")


def _watch(data: Path, children: list[Child]) -> None:
    """Start again what ends: the others go on without it for a second."""
    while True:
        interrupts.heed()
        time.sleep(1.0)
        again = [child.name for child in children if child.keep_running()]
        if again:
            process.remember(data, children)
            console.print(f"started again: {', '.join(again)}; see {data / 'logs'}", highlight=False)
