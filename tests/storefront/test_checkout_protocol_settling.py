"""What a provider's events do, in whatever order and however often they come: on both databases."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from storefront.checkout import paying, reserving, sweeping
from storefront.checkout.errors import WrongState
from storefront.checkout.models import Checkout, Payment, PaymentEvent, Voucher
from storefront.checkout.settling import place_parked, settle
from storefront.mail.models import Letter
from storefront.orders.models import Order, OrderEvent, OrderLine
from storefront.orders.placing import ALPHABET
from storefront.stock.models import Movement
from storefront.stock.operations import SoldOut
from tests.storefront.tills import ADDRESSES, PRICE, SHOE, Purse, Till, captured, item


@pytest.fixture(autouse=True)
def _five_pairs(till: Till) -> None:
    till.receive(5)


# --- paid ---------------------------------------------------------------------------------------


def test_a_paid_checkout_is_an_order(till: Till) -> None:
    checkout = till.reserved(item(units=2))
    assert settle(till.database, captured(checkout)) == "placed"
    order = till.order()
    assert (order.state, order.amount, order.currency) == ("placed", 2 * PRICE, "EUR")
    assert (order.email, order.address, order.delivery["title"]) == (checkout.email, {"city": "Ulm"}, "Post")
    assert till.checkout(checkout.id).state == "paid"
    assert till.payment().state == "captured"


def test_its_units_are_sold_under_the_orders_number(till: Till) -> None:
    settle(till.database, captured(till.reserved(item(units=2))))
    assert till.units() == (3, 0)
    assert [m.units for m in till.all(Movement) if m.reference == till.order().number] == [-2]
    assert till.differs() == []


def test_the_order_keeps_a_copy_of_each_line(till: Till) -> None:
    lines = (item(units=2), item("fjord-sofa", lacing="quick", stocked=False))
    settle(till.database, captured(till.reserved(*lines)))
    kept = sorted(till.all(OrderLine), key=lambda line: line.position)
    assert [(line.sku, line.units, line.unit_price) for line in kept] == [
        (SHOE, 2, PRICE),
        ("fjord-sofa", 1, PRICE),
    ]
    assert kept[1].item["chosen"] == [["Lacing", "quick"]]


def test_the_number_can_be_read_aloud(till: Till) -> None:
    settle(till.database, captured(till.reserved()))
    assert re.fullmatch(f"[{ALPHABET}]{{8}}", till.order().number)


def test_the_shopper_is_told_once(till: Till) -> None:
    settle(till.database, captured(till.reserved()))
    (letter,) = till.all(Letter)
    assert (letter.template, letter.recipient) == ("confirmation", "ash@example.com")
    assert letter.details["number"] == till.order().number
    assert letter.details["lines"][0]["title"] == "Tern running shoe"


def test_an_event_delivered_again_changes_nothing(till: Till) -> None:
    event = captured(till.reserved())
    assert [settle(till.database, event) for _ in range(3)] == ["placed", "repeat", "repeat"]
    assert till.units() == (4, 0)


def test_another_event_about_the_same_money_changes_nothing(till: Till) -> None:
    event = captured(till.reserved())
    settle(till.database, event)
    assert settle(till.database, replace(event, id="another")) == "repeat"
    assert (till.number(Order), till.number(Payment)) == (1, 1)


def test_the_event_may_come_before_the_answer_to_the_start(till: Till) -> None:
    purse, checkout = Purse(), till.reserved()
    key = f"{checkout.id}-{checkout.attempt}"
    assert settle(till.database, captured(checkout, f"pay-{key}")) == "placed"
    with pytest.raises(WrongState, match="paid"):
        paying.start_payment(till.database, purse, checkout.id, ADDRESSES)
    assert till.payment().state == "captured"


def test_money_of_another_shop_is_left_alone(till: Till) -> None:
    event = replace(captured(till.reserved()), checkout_id="0" * 32)
    assert settle(till.database, event) == "unknown"
    assert (till.number(PaymentEvent), till.number(Payment)) == (0, 0)


def test_a_hold_that_ran_out_but_was_not_swept_is_sold(till: Till) -> None:
    checkout = till.reserved()
    till.run_out(checkout.id)
    assert settle(till.database, captured(checkout)) == "placed"
    assert sweeping.expire_due(till.database) == []


# --- declined -----------------------------------------------------------------------------------


def test_a_declined_payment_keeps_the_hold_for_another_try(till: Till) -> None:
    purse, checkout = Purse(), till.reserved()
    first = paying.start_payment(till.database, purse, checkout.id, ADDRESSES)
    event = captured(checkout, till.payment().reference, kind="declined")
    assert settle(till.database, event) == "declined"
    assert till.units() == (5, 1)
    assert paying.start_payment(till.database, purse, checkout.id, ADDRESSES) != first


def test_a_page_that_ended_is_a_declined_payment(till: Till) -> None:
    checkout = till.reserved()
    assert settle(till.database, captured(checkout, kind="expired")) == "declined"
    assert till.payment().state == "declined"


def test_money_that_comes_after_a_decline_counts(till: Till) -> None:
    checkout = till.reserved()
    settle(till.database, captured(checkout, "p", kind="declined"))
    assert settle(till.database, captured(checkout, "p")) == "placed"


def test_a_decline_that_comes_after_the_money_does_not(till: Till) -> None:
    checkout = till.reserved()
    settle(till.database, captured(checkout, "p"))
    assert settle(till.database, captured(checkout, "p", kind="declined")) == "repeat"
    assert till.payment().state == "captured"


# --- money that nothing can be sold for ---------------------------------------------------------


@pytest.mark.parametrize("changes", [{"amount": PRICE - 1}, {"amount": PRICE + 1}, {"currency": "SEK"}])
def test_other_money_than_was_asked_for_goes_back(till: Till, changes: dict[str, object]) -> None:
    checkout = till.reserved()
    assert settle(till.database, captured(checkout, **changes)) == "refund_due"
    assert till.number(Order) == 0
    assert till.units() == (5, 1)
    assert till.letters() == ["refund_due", "refund_due_merchant"]


def test_what_was_taken_is_what_is_owed(till: Till) -> None:
    settle(till.database, captured(till.reserved(), amount=77))
    assert (till.payment().state, till.payment().amount) == ("refund_due", 77)


def test_a_price_that_was_changed_meanwhile_is_not_charged(till: Till) -> None:
    old = till.reserved()
    till.reserve(old.id, item(units=2))
    assert settle(till.database, captured(old)) == "refund_due"
    assert till.units() == (5, 2)


def test_a_second_payment_goes_back(till: Till) -> None:
    checkout = till.reserved()
    settle(till.database, captured(checkout))
    assert settle(till.database, captured(checkout)) == "refund_due"
    assert sorted(payment.state for payment in till.all(Payment)) == ["captured", "refund_due"]
    assert till.units() == (4, 0)


def test_money_for_nothing_goes_back(till: Till) -> None:
    checkout = till.checkout(till.begin())
    assert settle(till.database, captured(checkout, amount=0)) == "refund_due"
    assert till.number(Order) == 0


def test_money_for_what_was_cancelled_goes_back(till: Till) -> None:
    checkout = till.reserved()
    reserving.cancel(till.database, checkout.id)
    assert settle(till.database, captured(checkout)) == "refund_due"
    assert (till.number(Order), till.units()) == (0, (5, 0))


# --- money that comes late ----------------------------------------------------------------------


def test_late_money_takes_units_that_are_still_there(till: Till) -> None:
    assert settle(till.database, captured(till.expired())) == "placed"
    assert till.units() == (4, 0)


def test_late_money_for_what_is_gone_parks_the_order(till: Till) -> None:
    checkout = till.expired()
    till.reserved(item(units=5))
    assert settle(till.database, captured(checkout)) == "parked"
    assert till.order().state == "parked"
    assert till.payment().state == "refund_due"
    assert till.letters() == ["parked", "parked_merchant"]
    assert till.units() == (5, 5)


def test_the_merchant_reads_what_is_missing(till: Till) -> None:
    checkout = till.expired()
    till.reserved(item(units=5))
    settle(till.database, captured(checkout))
    letter = next(one for one in till.all(Letter) if one.template == "parked_merchant")
    assert SHOE in letter.details["reason"]
    assert letter.recipient == "merchant@example.com"


@pytest.mark.parametrize("delivery", [None, {"title": "By ship", "amount": 3_490}])
def test_money_for_another_address_than_was_paid_for_goes_back(till: Till, delivery: object) -> None:
    checkout = till.reserved()
    reserving.reopen(till.database, checkout.id)
    till.change(Checkout, checkout.id, address={"city": "Kyoto"}, delivery=delivery)
    assert settle(till.database, captured(checkout)) == "refund_due"
    assert till.number(Order) == 0


def test_late_money_takes_its_voucher_again(till: Till) -> None:
    with till.database.transaction() as session:
        session.add(Voucher(code="SPRING", title="Spring", kind="fixed", value=500, most_uses=1))
    assert settle(till.database, captured(till.expired(voucher="SPRING"))) == "placed"
    assert till.all(Voucher)[0].used == 1


def test_late_money_whose_voucher_another_has_parks_the_order(till: Till) -> None:
    with till.database.transaction() as session:
        session.add(Voucher(code="SPRING", title="Spring", kind="fixed", value=500, most_uses=1))
    late = till.expired(voucher="SPRING")
    till.reserved(voucher="SPRING", email="elm@example.com")
    assert settle(till.database, captured(late)) == "parked"
    assert till.all(Voucher)[0].used == 1
    assert till.units() == (5, 1)


def test_units_that_are_found_place_a_parked_order(till: Till) -> None:
    checkout = till.expired()
    till.reserved(item(units=5))
    settle(till.database, captured(checkout))
    till.receive(1)
    place_parked(till.database, till.order().id, "merchant-1")
    assert (till.order().state, till.payment().state) == ("placed", "captured")
    assert till.units() == (5, 5)
    assert [event.actor for event in till.all(OrderEvent) if event.kind == "placed"] == ["merchant-1"]


def test_a_parked_order_without_units_stays_parked(till: Till) -> None:
    checkout = till.expired()
    till.reserved(item(units=5))
    settle(till.database, captured(checkout))
    with pytest.raises(SoldOut):
        place_parked(till.database, till.order().id, "merchant-1")
    assert till.order().state == "parked"
