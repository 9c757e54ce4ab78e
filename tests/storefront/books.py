"""The shop's books at one moment, and what must be true of them: for the model of buying."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.checkout.errors import NoMoreTime, RefundRefused, VoucherUsed, WrongState
from storefront.checkout.lines import LineItem, needed
from storefront.checkout.models import Checkout, Payment, Refund, Voucher, VoucherUse
from storefront.checkout.payments import ProviderAway
from storefront.mail.models import Letter
from storefront.orders.models import Order
from storefront.registry import Registry
from storefront.stock import operations as stock
from tests.databases import make_tables
from tests.storefront.tills import PRICE, Till, opened, plain_settings

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
        make_tables(url)
        cls.till = cls.stack.enter_context(opened(plain_settings(url, folder), registry))


class Books:
    """Everything that the database says at one moment, and what must be true of it."""

    def __init__(self, session: Session) -> None:
        self.checkouts = list(session.scalars(select(Checkout)))
        self.orders = list(session.scalars(select(Order)))
        self.payments = list(session.scalars(select(Payment)))
        self.refunds = list(session.scalars(select(Refund)))
        self.uses = list(session.scalars(select(VoucherUse)))
        self.vouchers = list(session.scalars(select(Voucher)))
        self.reservations = list(session.scalars(select(stock.Reservation)))
        self.movements = list(session.scalars(select(stock.Movement)))
        self.letters = Counter(session.scalars(select(Letter.template)))

    def check_holds(self) -> None:
        """Reserved checkouts hold what their lines say, and others hold nothing."""
        held = {(one.checkout_id, one.sku): one.units for one in self.reservations}
        wanted: dict[tuple[str, str], int] = {}
        for checkout in (one for one in self.checkouts if one.state == "reserved"):
            for sku, units in needed(map(LineItem.from_json, checkout.lines)).items():
                wanted[checkout.id, sku] = units
        assert held == wanted

    def check_orders(self) -> None:
        """Each paid checkout is one order, of what was sold, and its shopper was told once."""
        paid = [checkout.id for checkout in self.checkouts if checkout.state == "paid"]
        assert sorted(order.checkout_id for order in self.orders) == sorted(paid)
        assert all(order.lines for order in self.orders)
        placed = [order for order in self.orders if order.state == "placed"]
        amounts = {payment.id: payment.amount for payment in self.payments}
        for order in self.orders:
            assert (
                amounts[order.payment_id] == order.amount == PRICE * sum(line.units for line in order.lines)
            )
        sold = -sum(movement.units for movement in self.movements if movement.reason == "sold")
        assert sold == sum(line.units for order in placed for line in order.lines)
        assert self.letters["confirmation"] == len(placed)

    def check_money(self, taken: dict[str, int]) -> None:
        """What was taken is an order, or is owed, or went back."""
        payments = {payment.reference: payment for payment in self.payments}
        orders = {order.payment_id: order for order in self.orders}
        for reference, amount in taken.items():
            payment = payments[reference]
            assert payment.amount == amount
            order = orders.get(payment.id)
            placed = order is not None and order.state == "placed"
            assert payment.state == "refunded" or payment.state == ("captured" if placed else "refund_due")
        assert set(orders) <= {payments[reference].id for reference in taken}

    def check_terms(self, shown: dict[str, Checkout]) -> None:
        """Whoever paid a page gets what it showed, sent to where it said."""
        payments = {payment.id: payment for payment in self.payments}
        for order in self.orders:
            payment = payments[order.payment_id]
            if checkout := shown.get(f"{payment.checkout_id}-{payment.attempt}"):
                assert [line.item for line in order.lines] == checkout.lines
                assert (order.email, order.address, order.amounts) == (
                    checkout.email,
                    checkout.address,
                    checkout.amounts,
                )

    def check_refunds(self, sent_back: dict[str, int]) -> None:
        """No more went back than was taken, and the provider's books say the same."""
        for payment in self.payments:
            mine = [refund for refund in self.refunds if refund.payment_id == payment.id]
            assert payment.refunded == sum(r.amount for r in mine if r.state != "refused") <= payment.amount
            done = sum(refund.amount for refund in mine if refund.state == "done")
            assert (payment.state == "refunded") == (bool(mine) and done == payment.amount)
            assert all(o.refunded == done for o in self.orders if o.payment_id == payment.id)
        assert sent_back == {refund.id: refund.amount for refund in self.refunds if refund.state == "done"}

    def check_vouchers(self) -> None:
        """A voucher is used as often as it says, by those who hold or paid."""
        (voucher,) = self.vouchers
        assert voucher.used == len(self.uses) <= voucher.most_uses
        assert len({use.shopper for use in self.uses}) == len(self.uses)
        states = {checkout.id: checkout.state for checkout in self.checkouts}
        assert {states[use.checkout_id] for use in self.uses} <= {"reserved", "paid"}
