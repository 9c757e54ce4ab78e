"""What was paid is what is sent: whatever the forms say after a payment began. On both databases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from storefront.checkout import paying, reserving, steps, sweeping
from storefront.checkout.amounts import Amounts
from storefront.checkout.errors import WrongState
from storefront.checkout.forgetting import forget_old
from storefront.checkout.models import Checkout, Payment, Voucher
from storefront.checkout.payments import PaymentRequest, ProviderAway
from storefront.checkout.settling import settle
from storefront.orders.models import Order, OrderEvent, OrderLine
from storefront.stores.columns import from_now
from tests.storefront.tills import ADDRESSES, PRICE, SHOE, Purse, Till, captured, item, paid

KYOTO = {"city": "Kyoto", "country": "JP"}


@pytest.fixture(autouse=True)
def _five_pairs(till: Till) -> None:
    till.receive(5)


@pytest.fixture
def purse() -> Purse:
    return Purse()


def begun(till: Till, purse: Purse, checkout: Checkout) -> PaymentRequest:
    """The hosted page that the checkout's shopper is on."""
    paying.start_payment(till.database, purse, checkout.id, ADDRESSES)
    return list(purse.opened.values())[-1]


def filled(till: Till, purse: Purse, checkout: Checkout, **values: Any) -> None:
    steps.fill(till.database, purse, checkout.id, **values)


def log(till: Till) -> list[str]:
    return [event.text for event in till.all(OrderEvent) if event.kind == "changed_late"]


def test_an_address_that_is_changed_after_paying_changes_no_order(till: Till, purse: Purse) -> None:
    page = begun(till, purse, till.reserved())
    filled(till, purse, till.checkout(page.checkout_id), address=KYOTO, delivery=None)
    assert settle(till.database, paid(page)) == "placed"
    assert (till.order().address, till.order().delivery) == ({"city": "Ulm"}, {"title": "Post"})
    assert till.units() == (4, 0)


def test_the_checkout_says_again_what_was_paid(till: Till, purse: Purse) -> None:
    page = begun(till, purse, till.reserved())
    filled(till, purse, till.checkout(page.checkout_id), address=KYOTO, email="elm@example.com")
    settle(till.database, paid(page))
    checkout = till.checkout(page.checkout_id)
    assert (checkout.state, checkout.email, checkout.address) == ("paid", "ash@example.com", {"city": "Ulm"})


def test_what_came_too_late_is_in_the_orders_log(till: Till, purse: Purse) -> None:
    page = begun(till, purse, till.reserved())
    filled(till, purse, till.checkout(page.checkout_id), address=KYOTO, email="elm@example.com")
    settle(till.database, paid(page))
    assert log(till) == ["Changed after the payment had begun, and not followed: e-mail address, address."]


def test_who_changed_nothing_reads_nothing(till: Till, purse: Purse) -> None:
    page = begun(till, purse, till.reserved())
    filled(till, purse, till.checkout(page.checkout_id))
    settle(till.database, paid(page))
    assert log(till) == []


def test_an_e_mail_that_is_changed_after_paying_gets_no_letter(till: Till, purse: Purse) -> None:
    page = begun(till, purse, till.reserved())
    filled(till, purse, till.checkout(page.checkout_id), email="elm@example.com")
    settle(till.database, paid(page))
    assert till.order().email == "ash@example.com"


def test_goods_held_anew_are_given_back_for_those_that_were_paid(till: Till, purse: Purse) -> None:
    till.receive(5, "tern-runner.moss.40")
    page = begun(till, purse, till.reserved())
    till.reserve(page.checkout_id, item("tern-runner.moss.40", units=2))
    assert settle(till.database, paid(page)) == "placed"
    assert [line.sku for line in till.all(OrderLine)] == [SHOE]
    assert (till.units(), till.units("tern-runner.moss.40")) == ((4, 0), (5, 0))
    assert till.differs() == []


def test_goods_at_the_same_price_are_not_mistaken_for_each_other(till: Till, purse: Purse) -> None:
    page = begun(till, purse, till.reserved(item(lacing="flat")))
    till.reserve(page.checkout_id, item(lacing="quick"))
    settle(till.database, paid(page))
    assert [line.item["selection"] for line in till.all(OrderLine)] == [{"lacing": "flat"}]


def test_paid_goods_that_others_hold_by_now_park_the_order(till: Till, purse: Purse) -> None:
    till.receive(1, "tern-runner.moss.40")
    page = begun(till, purse, till.reserved(item(units=5)))
    till.reserve(page.checkout_id, item("tern-runner.moss.40"))
    till.reserved(item(units=1))
    assert settle(till.database, paid(page)) == "parked"
    assert [line.units for line in till.order().lines] == [5]
    assert (till.units(), till.units("tern-runner.moss.40")) == ((5, 1), (1, 0))


def test_a_voucher_that_is_taken_off_after_paying_is_used(till: Till, purse: Purse) -> None:
    with till.database.transaction() as session:
        session.add(Voucher(code="SPRING", title="Spring", kind="fixed", value=500, most_uses=1))
    checkout = till.begin("SPRING")
    till.change(Checkout, checkout, address={"city": "Ulm", "country": "DE"})
    page = begun(till, purse, till.reserve(checkout))
    steps.use_voucher(till.database, purse, page.checkout_id, None)
    assert till.all(Voucher)[0].used == 0
    assert settle(till.database, paid(page)) == "placed"
    assert till.all(Voucher)[0].used == 1


def test_a_hold_that_ran_out_is_not_begun_anew_by_a_voucher(till: Till, purse: Purse) -> None:
    checkout = till.reserved()
    till.run_out(checkout.id)
    with pytest.raises(WrongState, match="expired"):
        steps.use_voucher(till.database, purse, checkout.id, None)
    assert sweeping.expire_due(till.database) == [checkout.id]


def test_more_than_a_payment_can_be_is_refused(till: Till, purse: Purse) -> None:
    checkout = till.begin()
    till.change(Checkout, checkout, address={"country": "DE"})
    dear = replace(item(units=99, stocked=False), unit_price=1_100_000)
    with pytest.raises(steps.TooMuch, match="No payment can be as high"):
        steps.hold(till.database, purse, checkout, "standard", [dear])
    assert till.checkout(checkout).state == "open"


def test_the_newer_page_pays_for_what_it_showed(till: Till, purse: Purse) -> None:
    checkout = till.reserved()
    begun(till, purse, checkout)
    till.reserve(checkout.id, item(units=2))
    page = begun(till, purse, checkout)
    assert settle(till.database, paid(page)) == "placed"
    assert till.order().amount == 2 * PRICE


def test_the_older_page_is_ended_when_another_is_opened(till: Till, purse: Purse) -> None:
    checkout = till.reserved()
    first = begun(till, purse, checkout)
    till.reserve(checkout.id, item(units=2))
    begun(till, purse, checkout)
    assert purse.ended == [f"pay-{first.key}"]


def test_the_newer_page_is_ended_when_the_older_one_was_paid(till: Till, purse: Purse) -> None:
    checkout = till.reserved()
    first = begun(till, purse, checkout)
    till.reserve(checkout.id, item(units=2))
    second = begun(till, purse, checkout)
    purse.ended.clear()
    paying.settle_and_end(till.database, purse, paid(first))
    assert purse.ended == [f"pay-{second.key}"]


def test_money_for_both_pages_is_one_order_and_one_debt(till: Till, purse: Purse) -> None:
    checkout = till.reserved()
    first = begun(till, purse, checkout)
    till.reserve(checkout.id, item(units=2))
    second = begun(till, purse, checkout)
    outcomes = [settle(till.database, paid(page)) for page in (first, second)]
    assert outcomes == ["placed", "refund_due"]
    assert (till.number(Order), till.order().amount, till.units()) == (1, PRICE, (4, 0))


def test_a_page_that_was_paid_less_is_owed_back(till: Till, purse: Purse) -> None:
    page = begun(till, purse, till.reserved())
    assert settle(till.database, paid(page, amount=PRICE - 1)) == "refund_due"
    assert till.number(Order) == 0


def test_the_event_may_come_before_the_answer(till: Till, purse: Purse) -> None:
    checkout = till.reserved()
    purse.away = True
    with pytest.raises(ProviderAway):
        paying.start_payment(till.database, purse, checkout.id, ADDRESSES)
    till.reserve(checkout.id, item(units=2))
    key = f"{checkout.id}-{checkout.attempt}"
    event = captured(checkout, f"pay-{key}", key=key)
    assert settle(till.database, event) == "placed"
    assert (till.order().amount, till.number(Payment)) == (PRICE, 1)
    assert till.payment().reference == f"pay-{key}"


def test_what_costs_nothing_is_what_it_was_when_it_was_asked_for(till: Till, purse: Purse) -> None:
    checkout = till.begin()
    free = Amounts(goods=PRICE, voucher=-PRICE, currency="EUR")
    reserving.reserve(till.database, checkout, [item()], free)
    paying.start_payment(till.database, purse, checkout, ADDRESSES)
    assert (till.payment().provider, till.payment().state, purse.opened) == ("free", "captured", {})


def test_late_money_buys_what_it_paid_for(till: Till, purse: Purse) -> None:
    page = begun(till, purse, till.reserved())
    till.run_out(page.checkout_id)
    sweeping.expire_due(till.database)
    assert settle(till.database, paid(page)) == "placed"
    assert till.units() == (4, 0)


def test_what_a_payment_was_to_buy_is_forgotten_with_its_checkout(till: Till, purse: Purse) -> None:
    page = begun(till, purse, till.reserved())
    settle(till.database, paid(page))
    till.change(Checkout, page.checkout_id, expires_at=from_now(-31 * 86_400))
    forget_old(till.database)
    assert till.payment().terms is None
    assert till.order().address == {"city": "Ulm"}
