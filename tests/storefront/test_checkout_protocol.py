"""Reserve, extend, let go: on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storefront.checkout import paying, reserving, sweeping
from storefront.checkout.amounts import Amounts
from storefront.checkout.errors import NoMoreTime, UnknownCheckout, VoucherUsed, WrongState
from storefront.checkout.lines import LineItem
from storefront.checkout.models import Checkout, Voucher, VoucherUse
from storefront.checkout.payments import ProviderAway
from storefront.checkout.settling import settle
from storefront.orders.models import Order
from storefront.stock.operations import SoldOut
from storefront.stores.columns import from_now
from tests.storefront.tills import ADDRESSES, PRICE, SHOE, Purse, Till, captured, item


@pytest.fixture(autouse=True)
def _five_pairs(till: Till) -> None:
    till.receive(5)


# --- reserving ----------------------------------------------------------------------------------


def test_reserving_holds_units_and_freezes_the_price(till: Till) -> None:
    checkout = till.reserved(item(units=2))
    assert till.units() == (5, 2)
    assert (checkout.state, checkout.amount, checkout.currency) == ("reserved", 2 * PRICE, "EUR")
    assert Amounts.from_json(checkout.amounts).total == 2 * PRICE
    assert LineItem.from_json(till.checkout(checkout.id).lines[0]) == item(units=2)


def test_the_hold_ends_in_fifteen_minutes(till: Till) -> None:
    left = till.reserved().expires_at - datetime.now(UTC)
    assert 890 < left.total_seconds() < 910


def test_lines_of_one_sku_share_its_units(till: Till) -> None:
    with pytest.raises(SoldOut) as refused:
        till.reserved(item(units=3), item(units=3, lacing="quick"))
    assert refused.value.short == {SHOE: 5}


def test_what_is_made_to_order_needs_no_units(till: Till) -> None:
    till.reserved(item("fjord-sofa", stocked=False))
    assert till.units("fjord-sofa") == (0, 0)


def test_one_line_too_many_holds_none(till: Till) -> None:
    checkout = till.begin()
    with pytest.raises(SoldOut):
        till.reserve(checkout, item(), item("gone"))
    assert till.units() == (5, 0)
    assert till.checkout(checkout).state == "open"


def test_reserving_again_holds_the_new_lines_alone(till: Till) -> None:
    checkout = till.reserved(item(units=4))
    again = till.reserve(checkout.id, item(units=2))
    assert till.units() == (5, 2)
    assert again.amount == 2 * PRICE
    assert again.attempt > checkout.attempt


def test_a_paid_checkout_reserves_nothing(till: Till) -> None:
    checkout = till.reserved()
    settle(till.database, captured(checkout))
    with pytest.raises(WrongState, match="paid"):
        till.reserve(checkout.id)


def test_an_unknown_checkout_is_told(till: Till) -> None:
    with pytest.raises(UnknownCheckout):
        till.reserve("0" * 32)


def test_a_hold_is_extended_twice(till: Till) -> None:
    checkout = till.reserved()
    till.run_out(checkout.id)
    assert reserving.extend(till.database, checkout.id).expires_at > datetime.now(UTC)
    reserving.extend(till.database, checkout.id)
    with pytest.raises(NoMoreTime):
        reserving.extend(till.database, checkout.id)


def test_reserving_again_gives_no_new_extensions(till: Till) -> None:
    checkout = till.reserved()
    for _ in range(2):
        reserving.extend(till.database, checkout.id)
    till.reserve(checkout.id)
    with pytest.raises(NoMoreTime):
        reserving.extend(till.database, checkout.id)


def test_reserving_again_makes_no_hold_longer(till: Till) -> None:
    checkout = till.reserved()
    till.change(Checkout, checkout.id, expires_at=from_now(60))
    left = till.reserve(checkout.id, item(units=2)).expires_at - datetime.now(UTC)
    assert 50 < left.total_seconds() < 70


def test_a_hold_that_ran_out_but_was_not_swept_begins_anew(till: Till) -> None:
    checkout = till.reserved()
    till.run_out(checkout.id)
    left = till.reserve(checkout.id).expires_at - datetime.now(UTC)
    assert 890 < left.total_seconds() < 910


# --- letting go ---------------------------------------------------------------------------------


def test_a_hold_that_runs_out_is_given_back(till: Till) -> None:
    checkout = till.reserved(item(units=2))
    till.run_out(checkout.id)
    assert sweeping.expire_due(till.database) == [checkout.id]
    assert till.units() == (5, 0)
    assert till.checkout(checkout.id).state == "expired"


def test_sweeping_twice_gives_back_once(till: Till) -> None:
    till.reserved()
    till.run_out(till.reserved().id)
    assert len(sweeping.expire_due(till.database)) == 1
    assert sweeping.expire_due(till.database) == []
    assert till.units() == (5, 1)


def test_sweeping_ends_what_nobody_filled_in(till: Till) -> None:
    checkout = till.begin()
    till.run_out(checkout)
    assert sweeping.expire_due(till.database) == []
    assert till.checkout(checkout).state == "expired"


def test_what_expired_may_reserve_again(till: Till) -> None:
    checkout = till.reserved()
    till.run_out(checkout.id)
    sweeping.expire_due(till.database)
    assert till.reserve(checkout.id).state == "reserved"
    assert till.units() == (5, 1)


def test_changing_something_gives_the_units_back(till: Till) -> None:
    checkout = till.reserved()
    assert reserving.reopen(till.database, checkout.id).state == "open"
    assert till.units() == (5, 0)


def test_cancelling_gives_the_units_back_once(till: Till) -> None:
    checkout = till.reserved()
    for _ in range(2):
        assert reserving.cancel(till.database, checkout.id).state == "cancelled"
    assert till.units() == (5, 0)


def test_a_paid_checkout_can_not_be_cancelled(till: Till) -> None:
    checkout = till.reserved()
    settle(till.database, captured(checkout))
    with pytest.raises(WrongState, match="paid"):
        reserving.cancel(till.database, checkout.id)
    assert till.units() == (4, 0)


# --- vouchers -----------------------------------------------------------------------------------


def voucher(till: Till, **values: int) -> None:
    with till.database.transaction() as session:
        session.add(Voucher(code="SPRING", title="Spring", kind="fixed", value=500, **values))


def used(till: Till) -> int:
    (row,) = till.all(Voucher)
    return row.used


def test_reserving_takes_a_use_of_the_voucher(till: Till) -> None:
    voucher(till, most_uses=1)
    till.reserved(voucher="SPRING")
    assert used(till) == 1


def test_a_voucher_that_is_used_up_holds_no_units(till: Till) -> None:
    voucher(till, most_uses=1)
    till.reserved(voucher="SPRING")
    with pytest.raises(VoucherUsed):
        till.reserved(voucher="SPRING", email="elm@example.com")
    assert till.units() == (5, 1)


def test_one_shopper_uses_it_as_often_as_it_says(till: Till) -> None:
    voucher(till, per_shopper=1)
    till.reserved(voucher="SPRING")
    with pytest.raises(VoucherUsed):
        till.reserved(voucher="SPRING", email="ASH@example.com ")
    till.reserved(voucher="SPRING", email="elm@example.com")
    assert used(till) == 2


def test_reserving_again_uses_it_once(till: Till) -> None:
    voucher(till, most_uses=1)
    checkout = till.reserved(voucher="SPRING")
    till.reserve(checkout.id)
    assert (used(till), till.number(VoucherUse)) == (1, 1)


def test_another_voucher_gives_the_first_back(till: Till) -> None:
    voucher(till)
    checkout = till.reserved(voucher="SPRING")
    till.change(Checkout, checkout.id, voucher=None)
    till.reserve(checkout.id)
    assert (used(till), till.number(VoucherUse)) == (0, 0)


def test_letting_go_gives_the_use_back(till: Till) -> None:
    voucher(till, most_uses=1)
    checkout = till.reserved(voucher="SPRING")
    reserving.cancel(till.database, checkout.id)
    assert (used(till), till.number(VoucherUse)) == (0, 0)


def test_a_voucher_that_has_ended_is_refused(till: Till) -> None:
    voucher(till)
    with till.database.transaction() as session:
        session.get_one(Voucher, "SPRING").valid_until = from_now(-1)
    with pytest.raises(VoucherUsed):
        till.reserved(voucher="SPRING")


# --- starting a payment -------------------------------------------------------------------------


def test_a_payment_is_started_once_for_each_attempt(till: Till) -> None:
    purse, checkout = Purse(), till.reserved()
    urls = {paying.start_payment(till.database, purse, checkout.id, ADDRESSES) for _ in range(3)}
    assert len(urls) == len(purse.opened) == 1
    assert till.payment().state == "started"
    (request,) = purse.opened.values()
    assert (request.amount, request.return_url) == (checkout.amount, ADDRESSES.paid)


def test_a_longer_hold_opens_a_new_page_and_ends_the_old_one(till: Till) -> None:
    purse, checkout = Purse(), till.reserved()
    old = paying.start_payment(till.database, purse, checkout.id, ADDRESSES)
    reserving.extend(till.database, checkout.id)
    new = paying.start_payment(till.database, purse, checkout.id, ADDRESSES)
    assert old != new
    assert purse.ended == [f"pay-{checkout.id}-{checkout.attempt}"]


def test_a_provider_that_is_away_leaves_the_hold(till: Till) -> None:
    purse, checkout = Purse(), till.reserved()
    purse.away = True
    with pytest.raises(ProviderAway):
        paying.start_payment(till.database, purse, checkout.id, ADDRESSES)
    assert till.checkout(checkout.id).state == "reserved"
    purse.away = False
    assert paying.start_payment(till.database, purse, checkout.id, ADDRESSES)


def test_nothing_is_paid_for_what_is_not_held(till: Till) -> None:
    with pytest.raises(WrongState, match="open"):
        paying.start_payment(till.database, Purse(), till.begin(), ADDRESSES)


def test_what_costs_nothing_is_placed_at_once(till: Till) -> None:
    checkout = till.begin()
    free = Amounts(goods=PRICE, voucher=-PRICE, currency="EUR")
    reserving.reserve(till.database, checkout, [item()], free)
    assert paying.start_payment(till.database, Purse(), checkout, ADDRESSES) == ADDRESSES.paid
    assert till.number(Order) == 1
    assert till.units() == (4, 0)


def test_pages_of_what_was_let_go_are_ended(till: Till) -> None:
    purse, checkout = Purse(), till.reserved()
    paying.start_payment(till.database, purse, checkout.id, ADDRESSES)
    reserving.cancel(till.database, checkout.id)
    paying.end_pages(till.database, purse, [checkout.id])
    assert purse.ended == [till.payment().reference]
