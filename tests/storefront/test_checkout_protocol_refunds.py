"""Money that goes back: once, no more than was taken, and whoever tells of it first. On both databases."""

from __future__ import annotations

import pytest

from storefront.checkout import refunding
from storefront.checkout.errors import RefundRefused, WrongState
from storefront.checkout.models import Checkout, Payment, Refund
from storefront.checkout.payments import ProviderAway
from storefront.checkout.settling import place_parked, settle
from tests.storefront.tills import PRICE, Purse, Till, captured, item

KEY = "refund-1"


@pytest.fixture(autouse=True)
def _five_pairs(till: Till) -> None:
    till.receive(5)


@pytest.fixture
def paid(till: Till) -> Payment:
    settle(till.database, captured(till.reserved(), "p"))
    return till.payment()


def test_a_refund_in_part_is_noted(till: Till, paid: Payment) -> None:
    purse = Purse()
    refund = refunding.ask_refund(till.database, purse, paid.id, 300, KEY, "Scratched", "merchant-1")
    assert (refund.state, purse.sent_back) == ("done", {KEY: 300})
    assert (till.order().refunded, till.payment().refunded) == (300, 300)
    assert till.payment().state == "captured"
    assert "refunded" in till.letters()


def test_all_of_the_money_back_is_a_refunded_payment(till: Till, paid: Payment) -> None:
    refunding.ask_refund(till.database, Purse(), paid.id, 300, "a")
    refunding.ask_refund(till.database, Purse(), paid.id, PRICE - 300, "b")
    assert till.payment().state == "refunded"


def test_the_same_key_sends_back_once(till: Till, paid: Payment) -> None:
    purse = Purse()
    for _ in range(3):
        refunding.ask_refund(till.database, purse, paid.id, 300, KEY)
    assert till.payment().refunded == 300
    assert till.number(Refund) == 1


def test_the_same_key_with_another_amount_is_refused(till: Till, paid: Payment) -> None:
    refunding.ask_refund(till.database, Purse(), paid.id, 300, KEY)
    with pytest.raises(RefundRefused, match="another amount"):
        refunding.ask_refund(till.database, Purse(), paid.id, 400, KEY)


@pytest.mark.parametrize("amount", [PRICE + 1, 0, -5])
def test_no_more_goes_back_than_was_taken(till: Till, paid: Payment, amount: int) -> None:
    purse = Purse()
    with pytest.raises(RefundRefused):
        refunding.ask_refund(till.database, purse, paid.id, amount, KEY)
    assert (purse.sent_back, till.number(Refund)) == ({}, 0)


def test_a_refund_whose_answer_never_came_is_asked_for_again(till: Till, paid: Payment) -> None:
    purse = Purse()
    purse.away = True
    with pytest.raises(ProviderAway):
        refunding.ask_refund(till.database, purse, paid.id, 300, KEY)
    assert till.payment().refunded == 300
    purse.away = False
    assert len(refunding.ask_again(till.database, purse, older_seconds=-1)) == 1
    assert [refund.state for refund in till.all(Refund)] == ["done"]


def test_a_refund_that_the_provider_refuses_may_be_asked_for_anew(till: Till, paid: Payment) -> None:
    purse = Purse()
    purse.refuses = True
    with pytest.raises(RefundRefused, match="empty"):
        refunding.ask_refund(till.database, purse, paid.id, PRICE, KEY)
    assert till.payment().refunded == 0
    purse.refuses = False
    refunding.ask_refund(till.database, purse, paid.id, PRICE, "another")
    assert till.payment().state == "refunded"


def test_the_event_of_a_refund_may_come_before_its_answer(till: Till, paid: Payment) -> None:
    purse = Purse()
    purse.away = True
    with pytest.raises(ProviderAway):
        refunding.ask_refund(till.database, purse, paid.id, 300, KEY)
    event = captured(till.all(Checkout)[0], "p", kind="refunded", amount=300, key=KEY)
    assert settle(till.database, event) == "refunded"
    purse.away = False
    assert refunding.ask_again(till.database, purse, older_seconds=-1) == []
    assert till.order().refunded == 300


def test_the_event_after_the_answer_is_a_repeat(till: Till, paid: Payment) -> None:
    refunding.ask_refund(till.database, Purse(), paid.id, 300, KEY)
    event = captured(till.all(Checkout)[0], "p", kind="refunded", amount=300, key=KEY)
    assert settle(till.database, event) == "repeat"
    assert till.order().refunded == 300


def test_a_refund_made_at_the_provider_counts(till: Till, paid: Payment) -> None:
    event = captured(till.all(Checkout)[0], "p", kind="refunded", amount=PRICE)
    assert settle(till.database, event) == "refunded"
    assert till.payment().state == "refunded"
    with pytest.raises(RefundRefused):
        refunding.ask_refund(till.database, Purse(), paid.id, 1, KEY)


def test_a_parked_order_whose_money_went_back_is_cancelled(till: Till) -> None:
    checkout = till.expired()
    till.reserved(item(units=5))
    settle(till.database, captured(checkout))
    refunding.ask_refund(till.database, Purse(), till.payment().id, PRICE, KEY, "Gone", "merchant-1")
    assert (till.order().state, till.payment().state) == ("cancelled", "refunded")
    with pytest.raises(WrongState):
        place_parked(till.database, till.order().id, "merchant-1")
