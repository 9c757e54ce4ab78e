"""What the tests of payments share: a shop's door for webhooks, and the test payment server as a process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import requests
from flask import Flask
from sqlalchemy import create_engine, text
from werkzeug.serving import make_server

from storefront.checkout import paying, webhooks
from storefront.checkout.models import Checkout
from storefront.checkout.payments import Provider, current
from storefront.checkout.payments.testing import TrialProvider
from storefront.embedded.process import Child, free_port
from storefront.embedded.services import start_testpay
from storefront.web import context, guard
from tests.storefront.tills import Till

SECRET = "a secret of this test"


def until(true: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for something that happens in another process."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def front(parts: context.Shop, provider: Provider) -> Flask:
    """A shop that has a door for webhooks, and no pages."""
    app = Flask("front")
    context.attach(app, parts)
    current.attach(app, provider)
    guard.init_app(app)
    app.register_blueprint(webhooks.blueprint)
    return app


@contextmanager
def serving(app: Flask, port: int) -> Iterator[None]:
    """Serve the application on a port of this machine."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Bank:
    """The test payment server, as a process on a port that it keeps."""

    folder: Path
    port: int = field(default_factory=free_port)
    child: Child | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it; its books are those of the last time."""
        self.child = start_testpay(self.folder, self.folder, self.port, SECRET)

    def kill(self) -> None:
        """End it as a crash does; its worker ends by itself."""
        assert self.child
        workers = psutil.Process(self.child.process.pid).children(recursive=True)
        self.child.process.kill()
        self.child.process.wait()
        assert psutil.wait_procs(workers, timeout=20)[1] == []

    def stop(self) -> None:
        """End it in good order."""
        assert self.child
        self.child.stop()

    def provider(self) -> TrialProvider:
        """How a shop asks it."""
        return TrialProvider(self.url, SECRET)

    def later(self, seconds: float) -> None:
        """Let its deliveries be due so much earlier."""
        self._execute("UPDATE deliveries SET due_at = due_at - :seconds", seconds=seconds)

    def waiting(self) -> int:
        """How many deliveries the shop hasn't taken yet."""
        return self._execute("SELECT count(*) FROM deliveries WHERE NOT done")

    def pages(self) -> int:
        """How many pages were ever opened."""
        return self._execute("SELECT count(*) FROM pages")

    def told(self) -> list[dict[str, Any]]:
        """Every event, the oldest first."""
        bearer = {"Authorization": f"Bearer {SECRET}"}
        found = requests.get(f"{self.url}/v1/events", headers=bearer, timeout=20).json()
        return list(found["events"])

    def empty(self) -> None:
        """Forget all pages and events."""
        for table in ("deliveries", "told", "refunds", "pages"):
            self._execute(f"DELETE FROM {table}")

    def _execute(self, statement: str, **values: float) -> int:
        engine = create_engine(f"sqlite:///{self.folder / 'testpay.sqlite'}", connect_args={"timeout": 30})
        with engine.begin() as connection:
            result = connection.execute(text(statement), values)
            number = result.scalar_one() if result.returns_rows else 0
        engine.dispose()
        return int(number)


@dataclass(frozen=True)
class Sale:
    """A till whose shoppers pay at the bank, and whose webhooks come to ``shop_url``."""

    till: Till
    bank: Bank
    provider: TrialProvider
    shop_url: str

    def page(self, checkout: Checkout) -> str:
        """The hosted page of a checkout."""
        addresses = paying.Addresses(f"{self.shop_url}/paid", f"{self.shop_url}/back")
        return paying.start_payment(self.till.database, self.provider, checkout.id, addresses)

    def state(self, checkout: Checkout) -> str:
        """The checkout's state now."""
        return self.till.checkout(checkout.id).state

    def paid(self, checkout: Checkout) -> None:
        """Wait until the shop knows that it was paid."""
        until(lambda: self.state(checkout) == "paid")


def answer(page: str, outcome: str, news: str = "now") -> str:
    """Choose what happens on a hosted page; where the shopper is sent."""
    given = requests.post(page, {"outcome": outcome, "news": news}, allow_redirects=False, timeout=20)
    assert given.status_code == 303
    return given.headers["Location"]


def give_code(page: str, code: str) -> requests.Response:
    """Answer the second step."""
    return requests.post(f"{page}/code", {"code": code}, allow_redirects=False, timeout=20)
