"""Refunds that a bank doesn't take, after they were told of as done or before. On both databases."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from storefront.checkout import refunding
from storefront.checkout.errors import RefundRefused
from storefront.checkout.models import Checkout, Payment, Refund
from storefront.checkout.payments import Event, ProviderAway
from storefront.checkout.reconciling import loose_money
from storefront.checkout.settling import settle
from storefront.orders.models import OrderEvent
from tests.storefront.tills import PRICE, Purse, Till, captured, item

KEY = "refund-1"


@pytest.fixture(autouse=True)
def _five_pairs(till: Till) -> None:
    till.receive(5)


@pytest.fixture
def paid(till: Till) -> Payment:
    settle(till.database, captured(till.reserved(), "p"))
    return till.payment()


def told(till: Till, kind: str, amount: int = 300, **changes: Any) -> Event:
    return captured(till.all(Checkout)[0], "p", kind=kind, amount=amount, **{"key": KEY} | changes)


def ask(till: Till, amount: int = 300, key: str = KEY) -> None:
    refunding.ask_refund(till.database, Purse(), till.payment().id, amount, key, actor="merchant-1")


def counted(till: Till) -> tuple[str, int, int]:
    return till.payment().state, till.payment().refunded, till.order().refunded


def due(till: Till) -> list[int]:
    return [loose.left for loose in loose_money(till.database, older_seconds=-1)]


@pytest.mark.parametrize("amount", [300, PRICE])
def test_what_was_told_as_done_is_due_again(till: Till, paid: Payment, amount: int) -> None:
    ask(till, amount)
    assert settle(till.database, told(till, "refund_failed", amount)) == "refund_due"
    assert [refund.state for refund in till.all(Refund)] == ["refused"]
    assert counted(till) == ("refund_due", 0, 0)
    assert due(till) == [amount]


def test_a_refund_beside_it_stays(till: Till, paid: Payment) -> None:
    ask(till, 200, "another")
    ask(till, 300)
    settle(till.database, told(till, "refund_failed"))
    assert counted(till) == ("refund_due", 200, 200)
    assert due(till) == [300]


def test_the_orders_log_and_the_merchant_are_told_once(till: Till, paid: Payment) -> None:
    ask(till)
    for _ in range(2):
        settle(till.database, told(till, "refund_failed"))
    log = [event.text for event in till.all(OrderEvent) if event.kind == "refund_failed"]
    assert log == ["300 EUR didn't arrive"]
    assert till.letters().count("refund_failed_merchant") == 1


def test_telling_again_changes_nothing_more(till: Till, paid: Payment) -> None:
    ask(till)
    event = told(till, "refund_failed")
    settle(till.database, event)
    late = (event, told(till, "refund_failed"), told(till, "refunded"))
    assert [settle(till.database, one) for one in late] == ["repeat"] * 3
    assert counted(till) == ("refund_due", 0, 0)


def test_it_may_fail_before_its_answer(till: Till, paid: Payment) -> None:
    purse = Purse()
    purse.away = True
    with pytest.raises(ProviderAway):
        refunding.ask_refund(till.database, purse, paid.id, 300, KEY)
    assert settle(till.database, told(till, "refund_failed")) == "refund_due"
    assert refunding.ask_again(till.database, Purse(), older_seconds=-1) == []
    assert counted(till) == ("refund_due", 0, 0)
    assert "refunded" not in till.letters()


def test_an_answer_that_comes_after_the_failure_is_refused(till: Till, paid: Payment) -> None:
    class Slow(Purse):
        def refund(self, reference: str, amount: int, currency: str, key: str) -> None:
            super().refund(reference, amount, currency, key)
            settle(till.database, told(till, "refund_failed"))

    with pytest.raises(RefundRefused, match="failed"):
        refunding.ask_refund(till.database, Slow(), paid.id, 300, KEY)
    assert counted(till) == ("refund_due", 0, 0)


def test_a_failure_after_a_refusal_changes_nothing(till: Till, paid: Payment) -> None:
    purse = Purse()
    purse.refuses = True
    with pytest.raises(RefundRefused):
        refunding.ask_refund(till.database, purse, paid.id, 300, KEY)
    assert settle(till.database, told(till, "refund_failed")) == "repeat"
    assert counted(till) == ("captured", 0, 0)


@pytest.mark.parametrize("kinds", [("refunded", "refund_failed"), ("refund_failed", "refunded")])
def test_one_that_was_made_at_the_provider_fails_in_either_order(
    till: Till, paid: Payment, kinds: tuple[str, str]
) -> None:
    for kind in kinds:
        settle(till.database, told(till, kind, key="", refund="re_1"))
    assert counted(till)[1:] == (0, 0)
    assert [refund.state for refund in till.all(Refund)] == ["refused"]


def test_sent_again_it_is_due_no_more(till: Till, paid: Payment) -> None:
    ask(till)
    settle(till.database, told(till, "refund_failed"))
    ask(till, 300, "again")
    assert due(till) == []
    assert counted(till) == ("captured", 300, 300)


def test_what_fails_again_is_due_again(till: Till, paid: Payment) -> None:
    ask(till)
    settle(till.database, told(till, "refund_failed"))
    ask(till, 300, "again")
    settle(till.database, told(till, "refund_failed", key="again"))
    assert due(till) == [300]
    assert counted(till) == ("refund_due", 0, 0)


def test_of_several_who_send_it_again_one_does(till: Till, paid: Payment) -> None:
    ask(till)
    settle(till.database, told(till, "refund_failed"))
    purse = Purse()
    works = [
        partial(refunding.send_due, till.database, purse, paid.id, 300, f"again-{number}")
        for number in range(5)
    ]
    answers = till.at_once(works)
    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [RefundRefused] * 4
    assert list(purse.sent_back.values()) == [300]


def test_a_parked_orders_money_is_all_due_again(till: Till) -> None:
    checkout = till.expired()
    till.reserved(item(units=5))
    settle(till.database, captured(checkout, "p"))
    ask(till, PRICE)
    settle(till.database, told(till, "refund_failed", PRICE))
    assert (counted(till), due(till)) == (("refund_due", 0, 0), [PRICE])


def test_money_without_an_order_is_due_again(till: Till) -> None:
    settle(till.database, captured(till.reserved(), "p", amount=77))
    ask(till, 77)
    settle(till.database, told(till, "refund_failed", 77))
    assert (till.payment().state, till.payment().refunded, due(till)) == ("refund_due", 0, [77])


def test_it_must_come_again_if_it_comes_before_its_payment(till: Till) -> None:
    till.reserved()
    with pytest.raises(RefundRefused):
        settle(till.database, told(till, "refund_failed"))
    assert till.number(Payment) == 0
