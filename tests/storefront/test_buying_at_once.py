"""The same form fifty times at once, and the same event: over HTTP, from two web processes, on PostgreSQL."""

from __future__ import annotations

import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select

from storefront.app import create_app
from storefront.cart.views import DOUBLE_TAP
from storefront.catalog import operations as catalog
from storefront.catalog.snapshot.build import rebuild
from storefront.checkout.models import Checkout, Payment
from storefront.embedded.process import free_port, start, stop_together, wait_for_port
from storefront.embedded.run import web_command
from storefront.mail.models import Letter
from storefront.orders.models import Order
from storefront.registry import Registry
from storefront.settings import Settings, to_environ
from storefront.stock import operations as stock
from storefront.stock.models import Movement, Stock
from storefront.stores.database import Database
from storefront.testpay.delivering import signature
from storefront.web.context import shop
from tests.databases import emptied_postgres
from tests.storefront.shoppers import ADDRESS, hidden
from tests.storefront.trials import SECRET, Bank, answer

TIMES = 50
PRICE = 32_900


@dataclass(frozen=True)
class Shop:
    """Two web processes of one shop, and the payment server."""

    origins: tuple[str, str]
    database: Database
    bank: Bank

    def at_once(self, path: str, **given: Any) -> Counter[tuple[int, str]]:
        """Post the same fifty times at once, to both: statuses and where they lead, counted."""

        def post(origin: str) -> tuple[int, str]:
            answered = requests.post(origin + path, timeout=60, allow_redirects=False, **given)
            return answered.status_code, answered.headers.get("Location", "")

        with ThreadPoolExecutor(TIMES) as pool:
            return Counter(pool.map(post, islice(cycle(self.origins), TIMES)))


@pytest.fixture(scope="module")
def shop_of_two(
    server_settings: Settings,
    registry: Registry,
    tables: None,
    postgres: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Shop]:
    """A shop that sells watches."""
    folder, bank = tmp_path_factory.mktemp("shop"), Bank(tmp_path_factory.mktemp("bank"))
    settings = replace(
        server_settings,
        database_url=emptied_postgres(postgres),
        objects_url=f"file:{folder / 'objects'}",
        snapshot_folder=str(folder / "snapshots"),
        testpay_url=bank.url,
        testpay_secret=SECRET,
        log_level="WARNING",
    )
    put_on_sale(settings, registry)
    with ExitStack() as cleanup:
        bank.start()
        cleanup.callback(bank.stop)
        origins = serve(settings, folder, cleanup)
        database = Database(settings.database_url)
        cleanup.callback(database.engine.dispose)
        yield Shop(origins, database, bank)


def put_on_sale(settings: Settings, registry: Registry) -> None:
    app = create_app(settings, registry)
    with app.app_context():
        catalog.ensure_categories(registry)
        catalog.create_product(
            slug="drop",
            title="Watch of the day",
            product_type="watch",
            category="watch",
            price=PRICE,
            currency="EUR",
            state="active",
        )
        with shop().database.transaction() as session:
            stock.receive(session, "drop.steel", 10)
        rebuild(registry, shop().objects)
        shop().database.engine.dispose()


def serve(settings: Settings, folder: Path, cleanup: ExitStack) -> tuple[str, str]:
    """Start two web servers; where they are."""
    ports = free_port(), free_port()
    environ = {**os.environ, **to_environ(settings)}
    children = [start(f"web-{port}", web_command("127.0.0.1", port), folder, environ) for port in ports]
    cleanup.callback(stop_together, children)
    for child, port in zip(children, ports, strict=True):
        wait_for_port(child, port, 60)
    return f"http://127.0.0.1:{ports[0]}", f"http://127.0.0.1:{ports[1]}"


# --- a shopper -----------------------------------------------------------------------------------


class Shopper:
    """A browser without JavaScript that asks the first of the two processes."""

    def __init__(self, shop: Shop) -> None:
        self._shop, self._browser = shop, requests.Session()

    def get(self, path: str) -> requests.Response:
        return self._browser.get(self._shop.origins[0] + path, allow_redirects=False, timeout=60)

    def form(self, path: str, **fields: str) -> dict[str, Any]:
        """What a page's form sends, and the cookies with it."""
        page = self.get(path).text
        return {"data": hidden(page) | fields, "cookies": dict(self._browser.cookies)}

    def send(self, page: str, to: str = "", **fields: str) -> str:
        """Send a page's form once; where it leads."""
        data = hidden(self.get(page).text) | fields
        url = self._shop.origins[0] + (to or page)
        given = self._browser.post(url, data, allow_redirects=False, timeout=60)
        assert given.status_code == 303, given.text
        return given.headers["Location"]

    def add(self) -> None:
        """Put the watch into the cart."""
        self.send("/p/drop", "/cart/lines", product="drop", quantity="1", total=str(PRICE))

    def come_to_pay(self) -> None:
        """Put the watch into the cart, and fill in all steps."""
        self.add()
        self.send("/cart", "/checkout")
        self.send("/checkout/contact", email="ash@example.com")
        self.send("/checkout/address", **ADDRESS)
        self.send("/checkout/delivery", way="standard")


@pytest.fixture
def shopper(shop_of_two: Shop) -> Shopper:
    """Somebody who comes to pay for a watch."""
    shopper = Shopper(shop_of_two)
    shopper.come_to_pay()
    return shopper


def all_of(shop: Shop, model: type[Any]) -> list[Any]:
    with shop.database.transaction() as session:
        return list(session.scalars(select(model)))


def new_of(shop: Shop, model: type[Any], before: list[Any]) -> list[Any]:
    """The rows that weren't there before."""
    known = {row.id for row in before}
    return [row for row in all_of(shop, model) if row.id not in known]


# --- fifty at once -------------------------------------------------------------------------------


def test_the_cart_s_form_begins_one_checkout(shop_of_two: Shop) -> None:
    shopper, before = Shopper(shop_of_two), all_of(shop_of_two, Checkout)
    shopper.add()
    answers = shop_of_two.at_once("/checkout", **shopper.form("/cart"))
    assert answers.keys() <= {(303, "/checkout/contact"), (409, "")}
    assert len(new_of(shop_of_two, Checkout, before)) == 1


def test_a_button_pressed_many_times_at_once_puts_one_more_in(shop_of_two: Shop) -> None:
    shopper = Shopper(shop_of_two)
    shopper.add()
    time.sleep(DOUBLE_TAP.total_seconds())
    form = shopper.form("/p/drop", product="drop", quantity="1", total=str(PRICE))
    answers = shop_of_two.at_once("/cart/lines", **form)
    assert answers.keys() == {(303, "/cart")}
    assert re.findall(r'name="quantity" value="(\d+)"', shopper.get("/cart").text) == ["2"]


def test_the_last_form_opens_one_page_to_pay_on(shop_of_two: Shop, shopper: Shopper) -> None:
    before = shop_of_two.bank.pages()
    answers = shop_of_two.at_once("/checkout/pay", **shopper.form("/checkout/pay"))
    assert {status for status, _ in answers} <= {303, 409}
    assert len({location for status, location in answers if status == 303}) == 1
    assert shop_of_two.bank.pages() == before + 1


def test_an_event_places_one_order_before_the_shopper_is_back(shop_of_two: Shop, shopper: Shopper) -> None:
    orders, letters = all_of(shop_of_two, Order), all_of(shop_of_two, Letter)
    free = units(shop_of_two)
    answer(shopper.send("/checkout/pay"), "pay", "never")
    *_, event = shop_of_two.bank.told()
    raw = json.dumps(event).encode()
    headers = {"Testpay-Signature": signature(SECRET, raw)}
    assert shop_of_two.at_once("/webhooks/test", data=raw, headers=headers) == {(200, ""): TIMES}
    assert shopper.get("/checkout/return").headers["Location"] == "/checkout/done"
    assert shop_of_two.at_once("/webhooks/test", data=raw, headers=headers) == {(200, ""): TIMES}
    (order,) = new_of(shop_of_two, Order, orders)
    assert order.number in shopper.get("/checkout/done").text
    assert [letter.template for letter in new_of(shop_of_two, Letter, letters)] == ["confirmation"]
    assert units(shop_of_two) == free - 1
    paid = [payment for payment in all_of(shop_of_two, Payment) if payment.checkout_id == order.checkout_id]
    assert [(payment.state, payment.amount, payment.refunded) for payment in paid] == [
        ("captured", order.amount, 0)
    ]


def units(shop: Shop) -> int:
    """Units on the shelf, by the ledger."""
    with shop.database.transaction() as session:
        row = session.get_one(Stock, "drop.steel")
        moved = session.scalars(select(Movement.units).where(Movement.sku == row.sku))
        assert sum(moved) == row.on_hand
        return row.on_hand
