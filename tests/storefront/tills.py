"""What the tests of the purchase protocol share: a shop reduced to its database, and a purse that pays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import delete, func, select, update

from storefront.checkout import paying, reserving, sweeping
from storefront.checkout.amounts import Amounts
from storefront.checkout.lines import LineItem
from storefront.checkout.models import Checkout, Payment
from storefront.checkout.payments import Event, PaymentRequest, ProviderAway, ProviderRefused, Started
from storefront.mail.models import Letter
from storefront.migrations import TABLES
from storefront.orders.models import Order
from storefront.registry import Registry
from storefront.settings import Settings
from storefront.stock import operations as stock
from storefront.stock.models import Stock
from storefront.stores.columns import from_now
from storefront.stores.database import Database
from storefront.stores.objects import open_objects
from storefront.stores.queue import Queue
from storefront.web import context

T = TypeVar("T")
SHOE = "tern-runner.dune.42"
PRICE = 10_000
ADDRESSES = paying.Addresses("https://shop.example.com/paid", "https://shop.example.com/back")
"""Where the provider sends shoppers back to."""
_numbers = count(1)


def item(sku: str = SHOE, units: int = 1, lacing: str = "flat", stocked: bool = True) -> LineItem:
    """So many pairs of shoes; the lacing is a choice that isn't kept apart in stock."""
    return LineItem(
        product=sku.partition(".")[0],
        title="Tern running shoe",
        product_type="runner",
        sku=sku,
        selection={"lacing": lacing},
        chosen=(("Lacing", lacing),),
        unit_price=PRICE,
        price_lines=(("Tern running shoe", PRICE),),
        units=units,
        category="runner",
        grams=900,
        size_cm=(30.0, 20.0, 12.0),
        lead_days=2,
        stocked=stocked,
    )


@dataclass(frozen=True)
class Till:
    """A shop that sells, with no pages."""

    app: Flask
    database: Database

    def receive(self, units: int, sku: str = SHOE) -> None:
        """Put units into stock."""
        with self.database.transaction() as session:
            stock.receive(session, sku, units)

    def begin(self, voucher: str | None = None, email: str = "ash@example.com") -> str:
        """A checkout with all that a shopper fills in."""
        checkout = reserving.begin(self.database, "cart", "EUR")
        filled = {
            "email": email,
            "address": {"city": "Ulm"},
            "delivery": {"title": "Post"},
            "voucher": voucher,
        }
        self.change(Checkout, checkout.id, **filled)
        return checkout.id

    def reserve(self, checkout_id: str, *lines: LineItem) -> Checkout:
        """Hold the lines, by default one pair of shoes."""
        wanted = lines or (item(),)
        amounts = Amounts(goods=sum(line.total for line in wanted), currency="EUR")
        return reserving.reserve(self.database, checkout_id, wanted, amounts)

    def reserved(self, *lines: LineItem, **filled: Any) -> Checkout:
        """A checkout that holds the lines."""
        return self.reserve(self.begin(**filled), *lines)

    def expired(self, **filled: Any) -> Checkout:
        """A checkout that held one pair of shoes for too long."""
        checkout = self.reserved(**filled)
        self.run_out(checkout.id)
        sweeping.expire_due(self.database)
        return checkout

    def run_out(self, checkout_id: str) -> None:
        """Let the checkout's time be over."""
        self.change(Checkout, checkout_id, expires_at=from_now(-1))

    def change(self, model: Any, key: str, **values: Any) -> None:
        """Write into a row."""
        with self.database.transaction() as session:
            session.execute(
                update(model).where(model.id == key).values(**values),
                execution_options={"synchronize_session": False},
            )

    def checkout(self, checkout_id: str) -> Checkout:
        """The checkout as it is now."""
        return reserving.find(self.database, checkout_id)

    def all(self, model: type[T]) -> list[T]:
        """Every row."""
        with self.database.transaction() as session:
            return list(session.scalars(select(model)))

    def number(self, model: type[Any]) -> int:
        """How many rows there are."""
        with self.database.transaction() as session:
            return session.scalar(select(func.count()).select_from(model)) or 0

    def units(self, sku: str = SHOE) -> tuple[int, int]:
        """Units on hand, and units reserved of them."""
        with self.database.transaction() as session:
            row = session.get(Stock, sku)
            return (row.on_hand, row.reserved) if row else (0, 0)

    def letters(self) -> list[str]:
        """The templates of all letters, in order of their names."""
        return sorted(letter.template for letter in self.all(Letter))

    def order(self) -> Order:
        """The only order."""
        (order,) = self.all(Order)
        return order

    def payment(self) -> Payment:
        """The only payment."""
        (payment,) = self.all(Payment)
        return payment

    def differs(self) -> list[str]:
        """What ledger and stock disagree on."""
        with self.database.transaction() as session:
            return stock.ledger_differs(session)

    def at_once(self, works: Iterable[Callable[[], T]], threads: int = 20) -> list[T | Exception]:
        """Do all of it in threads; errors are answers, too."""

        def run(work: Callable[[], T]) -> T | Exception:
            with self.app.app_context():
                try:
                    return work()
                except Exception as error:  # noqa: BLE001 - the tests look at what was raised
                    return error

        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(run, works))


@contextmanager
def opened(settings: Settings, registry: Registry) -> Iterator[Till]:
    """A till on the settings' database, inside an application context."""
    app = Flask("till")
    database = Database(settings.database_url)
    own = replace(settings, merchant_mail="merchant@example.com", public_url="https://shop.example.com")
    context.attach(app, context.Shop(own, registry, open_objects(own), database, Queue(own)))
    with app.app_context():
        yield Till(app, database)
    database.engine.dispose()


def emptied(database: Database) -> None:
    """Remove every row."""
    with database.transaction() as session:
        for table in reversed(TABLES.sorted_tables):
            session.execute(delete(table))


def plain_settings(url: str, folder: Path) -> Settings:
    """Settings for a till: it asks no other store than its database."""
    return Settings(database_url=url, objects_url=f"file:{folder / 'objects'}", secret_key="s" * 40)


def captured(checkout: Checkout, reference: str = "", **changes: Any) -> Event:
    """The event of a checkout that was paid in full."""
    number = next(_numbers)
    event = Event(
        provider="purse",
        id=f"event-{number}",
        kind="captured",
        reference=reference or f"payment-{number}",
        amount=checkout.amount,
        currency=checkout.currency,
        checkout_id=checkout.id,
    )
    return replace(event, **changes)


def paid(request: PaymentRequest, **changes: Any) -> Event:
    """The event of a hosted page of the purse that was paid in full."""
    event = Event(
        provider="purse",
        id=f"event-{next(_numbers)}",
        kind="captured",
        reference=f"pay-{request.key}",
        amount=request.amount,
        currency=request.currency,
        checkout_id=request.checkout_id,
        key=request.key,
    )
    return replace(event, **changes)


class Purse:
    """A payment provider that keeps its books in memory, so that the shop's can be held against them."""

    name = "purse"

    def __init__(self) -> None:
        self.opened: dict[str, PaymentRequest] = {}
        self.sent_back: dict[str, int] = {}
        self.ended: list[str] = []
        self.away = False
        self.refuses = False

    def start(self, request: PaymentRequest) -> Started:
        self._answer()
        self.opened[request.key] = request
        return Started(f"pay-{request.key}", f"https://purse.example.com/{request.key}")

    def refund(self, reference: str, amount: int, currency: str, key: str) -> None:  # noqa: ARG002
        self._answer()
        self.sent_back[key] = amount

    def event(self, headers: Mapping[str, str], raw: bytes) -> Event | None:  # noqa: ARG002
        return None

    def events(self, since: datetime) -> Iterable[Event]:  # noqa: ARG002
        return ()

    def answer(self, reference: str) -> Event | None:  # noqa: ARG002
        return None

    def expire(self, reference: str) -> None:
        self._answer()
        self.ended.append(reference)

    def _answer(self) -> None:
        if self.away:
            raise ProviderAway("the purse is shut")
        if self.refuses:
            raise ProviderRefused("the purse is empty")
