"""A model of buying beside the real thing: whatever happens in whatever order, money, units and orders agree.

On SQLite; ``STOREFRONT_TEST_DATABASE`` may name an empty PostgreSQL database with the shop's tables.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from storefront.checkout import refunding, reserving, sweeping
from storefront.checkout.errors import NoMoreTime, RefundRefused, VoucherUsed, WrongState
from storefront.checkout.lines import LineItem
from storefront.checkout.models import Checkout, Payment, Refund, Voucher, VoucherUse
from storefront.checkout.payments import Event, ProviderAway
from storefront.checkout.settling import place_parked, settle
from storefront.migrations import TABLES
from storefront.orders.models import Order, OrderLine
from storefront.registry import Registry, discover
from storefront.stock import operations as stock
from storefront.stores.database import Database
from tests.storefront.tills import PRICE, Purse, Till, captured, emptied, item, opened, plain_settings

SKUS = ("a", "b")
"""Two SKUs; what is bought of each comes in two configurations, which share its units."""
LIVE = ("open", "reserved", "expired")

REFUSALS = (
    stock.SoldOut,
    stock.StillReserved,
    VoucherUsed,
    WrongState,
    NoMoreTime,
    RefundRefused,
    ProviderAway,
)


def refusal(work: Callable[[], object]) -> Exception | None:
    """What the shop says no with, None where it did the work."""
    try:
        work()
    except REFUSALS as error:
        return error
    return None


class Shop:
    """One till for all runs of the machine: it is emptied between them."""

    stack = ExitStack()
    till: Till

    @classmethod
    def open(cls, folder: Path, registry: Registry) -> None:
        url = os.environ.get("STOREFRONT_TEST_DATABASE") or f"sqlite:///{folder / 'machine.sqlite'}"
        database = Database(url)
        TABLES.create_all(database.engine)
        database.engine.dispose()
        cls.till = cls.stack.enter_context(opened(plain_settings(url, folder), registry))


class Buying(RuleBasedStateMachine):
    """Shoppers, the clock, a provider that repeats itself, and a merchant."""

    checkouts = Bundle("checkouts")
    events = Bundle("events")
    refunds = Bundle("refunds")

    def __init__(self) -> None:
        super().__init__()
        self.till = Shop.till
        emptied(self.till.database)
        self.purse = Purse()
        self.baskets: dict[str, dict[str, int]] = {}
        self.taken: dict[str, int] = {}
        self.steps = 0
        for sku in SKUS:
            self.till.receive(3, sku)
        with self.till.database.transaction() as session:
            session.add(Voucher(code="V", title="V", kind="fixed", value=1, most_uses=2, per_shopper=1))

    # --- shoppers -------------------------------------------------------------------------------

    @rule(target=checkouts, voucher=st.sampled_from([None, "V"]), shopper=st.sampled_from("xyz"))
    def begin(self, voucher: str | None, shopper: str) -> str:
        checkout = self.till.begin(voucher, f"{shopper}@example.com")
        self.baskets[checkout] = {}
        return checkout

    @rule(checkout=checkouts, sku=st.sampled_from(SKUS), units=st.integers(1, 3))
    def add(self, checkout: str, sku: str, units: int) -> None:
        basket = self.baskets[checkout]
        basket[sku] = basket.get(sku, 0) + units

    @rule(checkout=checkouts, sku=st.sampled_from(SKUS))
    def remove(self, checkout: str, sku: str) -> None:
        self.baskets[checkout].pop(sku, None)

    @rule(checkout=checkouts)
    def reserve(self, checkout: str) -> None:
        lines = self._lines(checkout)
        if not lines:
            return
        before = self.till.checkout(checkout)
        free = self._free(checkout)
        fits = all(units <= free[sku] for sku, units in self.baskets[checkout].items())
        error = refusal(lambda: self.till.reserve(checkout, *lines))
        if isinstance(error, WrongState):
            assert before.state == error.state
        elif isinstance(error, VoucherUsed):
            assert fits
            assert before.voucher
        else:
            assert (error is None) == fits
            assert (before.state in LIVE) or error
        if error is None:
            assert self.till.checkout(checkout).amount == PRICE * sum(self.baskets[checkout].values())

    @rule(checkout=checkouts)
    def extend(self, checkout: str) -> None:
        before = self.till.checkout(checkout)
        error = refusal(lambda: reserving.extend(self.till.database, checkout))
        if before.state != "reserved":
            assert isinstance(error, WrongState)
        else:
            assert isinstance(error, NoMoreTime) == (before.extensions == reserving.MOST_EXTENSIONS)

    @rule(checkout=checkouts)
    def change_something(self, checkout: str) -> None:
        before = self.till.checkout(checkout).state
        error = refusal(lambda: reserving.reopen(self.till.database, checkout))
        assert (error is None) == (before in ("open", "reserved"))

    @rule(checkout=checkouts)
    def cancel(self, checkout: str) -> None:
        before = self.till.checkout(checkout).state
        error = refusal(lambda: reserving.cancel(self.till.database, checkout))
        assert (error is None) == (before not in ("paid", "expired"))

    # --- the clock ------------------------------------------------------------------------------

    @rule(checkout=checkouts)
    def time_runs_out(self, checkout: str) -> None:
        self.till.run_out(checkout)

    @rule()
    def sweep(self) -> None:
        sweeping.expire_due(self.till.database)

    # --- the provider ---------------------------------------------------------------------------

    @rule(target=events, checkout=checkouts, less=st.sampled_from([0, 0, 0, 1]))
    def pay(self, checkout: str, less: int) -> Event:
        """The shopper pays what the page said, or, as an attack or a fault, something else."""
        asked = self.till.checkout(checkout)
        event = captured(asked, amount=max(0, asked.amount - less))
        self._settle(event)
        return event

    @rule(target=events, checkout=checkouts)
    def pay_unheard(self, checkout: str) -> Event:
        """The money moves, and the webhook comes later or never."""
        return captured(self.till.checkout(checkout))

    @rule(event=events)
    def deliver(self, event: Event) -> None:
        """The first time, again, or late."""
        self._settle(event)

    @rule(event=events, kind=st.sampled_from(["declined", "expired"]))
    def decline(self, event: Event, kind: str) -> None:
        """A word about the same payment that comes out of order."""
        checkout = self.till.checkout(event.checkout_id)
        settle(self.till.database, captured(checkout, event.reference, kind=kind))

    # --- the merchant ---------------------------------------------------------------------------

    @rule(sku=st.sampled_from(SKUS), units=st.integers(1, 3))
    def receive(self, sku: str, units: int) -> None:
        self.till.receive(units, sku)

    @rule(sku=st.sampled_from(SKUS), counted=st.integers(0, 6))
    def count(self, sku: str, counted: int) -> None:
        _, reserved = self.till.units(sku)
        with self.till.database.transaction() as session:
            error = refusal(lambda: stock.count(session, sku, counted))
        assert (error is None) == (reserved <= counted)

    @rule(target=refunds, part=st.integers(1, 4), pick=st.integers(0, 9), away=st.booleans())
    def refund(self, part: int, pick: int, away: bool) -> object:
        """Some of a payment, or more than is left; and the provider may not answer."""
        payments = self.till.all(Payment)
        if not payments:
            return multiple()
        payment = payments[pick % len(payments)]
        return self._refund(payment.id, max(1, payment.amount * part // 3), f"key-{self.steps}", away)

    @rule(asked=refunds)
    def refund_again(self, asked: tuple[str, int, str]) -> None:
        self._refund(*asked, away=False)

    @rule(asked=consumes(refunds))
    def hear_of_refund(self, asked: tuple[str, int, str]) -> None:
        """The provider tells of a refund that was asked for."""
        payment_id, amount, key = asked
        if key in self.purse.sent_back:
            payment = next(one for one in self.till.all(Payment) if one.id == payment_id)
            checkout = self.till.checkout(payment.checkout_id)
            settle(
                self.till.database,
                captured(checkout, payment.reference, kind="refunded", amount=amount, key=key),
            )

    @rule(pick=st.integers(0, 9))
    @precondition(lambda self: self.steps > 3)
    def find_units(self, pick: int) -> None:
        parked = [order for order in self.till.all(Order) if order.state == "parked"]
        if parked:
            order = parked[pick % len(parked)]
            before = self._payment_of(order)
            error = refusal(lambda: place_parked(self.till.database, order.id, "merchant"))
            assert error or not before.refunded

    # --- what always holds ----------------------------------------------------------------------

    @invariant()
    def units_agree(self) -> None:
        self.steps += 1
        assert self.till.differs() == []

    @invariant()
    def only_reserved_checkouts_hold(self) -> None:
        with self.till.database.transaction() as session:
            for checkout in session.scalars(select(Checkout)):
                lines = [LineItem.from_json(line) for line in checkout.lines]
                wanted = {line.sku: 0 for line in lines}
                for line in lines if checkout.state == "reserved" else ():
                    wanted[line.sku] += line.units
                held = stock.held(session, checkout.id)
                assert held == {sku: units for sku, units in wanted.items() if units}

    @invariant()
    def one_order_for_each_paid_checkout(self) -> None:
        orders = [order.checkout_id for order in self.till.all(Order)]
        paid = [checkout.id for checkout in self.till.all(Checkout) if checkout.state == "paid"]
        assert sorted(orders) == sorted(paid)
        assert all(order.lines for order in self.till.all(Order))

    @invariant()
    def sold_is_what_orders_say(self) -> None:
        with self.till.database.transaction() as session:
            asked = select(func.coalesce(func.sum(OrderLine.units), 0)).join(
                Order, Order.id == OrderLine.order_id
            )
            placed = session.scalar(asked.where(Order.state == "placed"))
        assert self._sold() == placed

    @invariant()
    def money_is_an_order_or_owed_or_back(self) -> None:
        payments = {payment.reference: payment for payment in self.till.all(Payment)}
        orders = {order.payment_id: order for order in self.till.all(Order)}
        for reference, amount in self.taken.items():
            payment = payments[reference]
            assert payment.amount == amount
            order = orders.get(payment.id)
            placed = order is not None and order.state == "placed"
            assert payment.state == "refunded" or (payment.state == "captured") == placed
            assert payment.state in ("captured", "refund_due", "refunded")
        assert set(orders) <= {payments[reference].id for reference in self.taken}

    @invariant()
    def refunds_add_up(self) -> None:
        refunds = self.till.all(Refund)
        for payment in self.till.all(Payment):
            mine = [refund for refund in refunds if refund.payment_id == payment.id]
            assert payment.refunded == sum(r.amount for r in mine if r.state != "refused") <= payment.amount
            done = sum(refund.amount for refund in mine if refund.state == "done")
            assert (payment.state == "refunded") == (done == payment.amount and bool(mine))
            assert done == sum(self.purse.sent_back.get(r.id, 0) for r in mine if r.state == "done")

    @invariant()
    def vouchers_are_used_as_often_as_they_say(self) -> None:
        (voucher,) = self.till.all(Voucher)
        uses = self.till.all(VoucherUse)
        assert voucher.used == len(uses) <= 2
        assert len({use.shopper for use in uses}) == len(uses)
        holders = {use.checkout_id for use in uses}
        states = {c.id: c.state for c in self.till.all(Checkout)}
        assert {states[holder] for holder in holders} <= {"reserved", "paid"}

    @invariant()
    def nobody_was_written_to_twice(self) -> None:
        assert self.till.letters().count("confirmation") == sum(
            o.state == "placed" for o in self.till.all(Order)
        )

    # --- help -----------------------------------------------------------------------------------

    def _lines(self, checkout: str) -> list[LineItem]:
        basket = self.baskets[checkout]
        halves = [(sku, units - units // 2, "flat") for sku, units in basket.items()]
        halves += [(sku, units // 2, "quick") for sku, units in basket.items()]
        return [item(sku, units, lacing) for sku, units, lacing in halves if units]

    def _free(self, checkout: str) -> dict[str, int]:
        with self.till.database.transaction() as session:
            mine = stock.held(session, checkout)
            return {sku: n + mine.get(sku, 0) for sku, n in stock.free_units(session, SKUS).items()}

    def _settle(self, event: Event) -> None:
        first = event.reference not in self.taken
        outcome = settle(self.till.database, event)
        assert (outcome == "repeat") is not first
        self.taken[event.reference] = event.amount

    def _refund(self, payment_id: str, amount: int, key: str, away: bool) -> tuple[str, int, str]:
        self.purse.away = away
        refusal(lambda: refunding.ask_refund(self.till.database, self.purse, payment_id, amount, key))
        self.purse.away = False
        return payment_id, amount, key

    def _payment_of(self, order: Order) -> Payment:
        return next(one for one in self.till.all(Payment) if one.id == order.payment_id)

    def _sold(self) -> int:
        with self.till.database.transaction() as session:
            from_stock = select(func.coalesce(func.sum(stock.Movement.units), 0))
            return -int(session.scalar(from_stock.where(stock.Movement.reason == "sold")) or 0)


@pytest.fixture(scope="module")
def _shop() -> Iterator[None]:
    folder = Path(tempfile.mkdtemp())
    Shop.open(folder, discover())
    yield
    Shop.stack.close()
    shutil.rmtree(folder)


def run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Buying,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=True,
            phases=(Phase.generate,),  # shrinking takes minutes; the steps are printed anyway
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.usefixtures("_shop")
def test_three_hundred_steps_break_nothing() -> None:
    run(10, 30)


@pytest.mark.slow
@pytest.mark.usefixtures("_shop")
def test_five_thousand_steps_break_nothing() -> None:
    run(100, 50)
