"""The purchase protocol with many at once, on PostgreSQL, and while its connections are killed."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, TimeoutError

from storefront.checkout import refunding, reserving, steps, sweeping
from storefront.checkout.errors import RefundRefused, VoucherUsed, WrongState
from storefront.checkout.models import Checkout, Payment, Refund, Voucher
from storefront.checkout.settling import settle
from storefront.orders.models import Order
from storefront.stock.models import Movement
from storefront.stock.operations import SoldOut
from tests.storefront.tills import PRICE, Purse, Till, captured, item

pytestmark = pytest.mark.parametrize("open_till", ["postgres"], indirect=True, scope="module")

BUYERS, UNITS, THREADS = 80, 60, 40
KILLS = 10


def patiently(work: Callable[[], object], tries: int = 40) -> object:
    """Ask again where the shop says "a moment please": too many connections at once, or a lost one."""
    for _ in range(tries - 1):
        try:
            return work()
        except (TimeoutError, DBAPIError):
            continue
    return work()


def kinds(answers: list[object]) -> Counter[str]:
    return Counter(type(answer).__name__ for answer in answers)


def test_forty_at_once_sell_exactly_what_there_is(till: Till) -> None:
    till.receive(UNITS)
    laces = ("flat", "quick", "long")

    def buy(number: int) -> object:
        checkout = patiently(partial(till.reserved, item(lacing=laces[number % 3])))
        assert isinstance(checkout, Checkout)
        return patiently(partial(settle, till.database, captured(checkout)))

    answers = till.at_once((partial(buy, number) for number in range(BUYERS)), THREADS)
    assert kinds(answers) == {"str": UNITS, "SoldOut": BUYERS - UNITS}
    assert (till.number(Order), till.units()) == (UNITS, (0, 0))
    assert till.differs() == []


def test_fifty_deliveries_of_one_event_are_one_order(till: Till) -> None:
    till.receive(5)
    event = captured(till.reserved())
    answers = till.at_once([partial(patiently, partial(settle, till.database, event))] * 50, THREADS)
    assert Counter(answers) == {"placed": 1, "repeat": 49}
    assert (till.number(Order), till.units(), till.letters()) == (1, (4, 0), ["confirmation"])


def test_two_payments_of_one_checkout_at_once_are_one_order(till: Till) -> None:
    till.receive(5)
    checkout = till.reserved()
    answers = till.at_once(
        [partial(patiently, partial(settle, till.database, captured(checkout))) for _ in range(10)], 10
    )
    assert Counter(answers) == {"placed": 1, "refund_due": 9}
    assert till.units() == (4, 0)


def test_one_form_reserving_fifty_times_at_once_holds_once(till: Till) -> None:
    till.receive(5)
    checkout = till.begin()
    till.at_once([partial(patiently, partial(till.reserve, checkout, item(units=2)))] * 50, THREADS)
    assert till.units() == (5, 2)


def test_the_last_use_of_a_voucher_goes_to_one(till: Till) -> None:
    till.receive(50)
    with till.database.transaction() as session:
        session.add(Voucher(code="SPRING", title="Spring", kind="fixed", value=500, most_uses=3))
    works = [
        partial(patiently, partial(till.reserved, voucher="SPRING", email=f"{number}@example.com"))
        for number in range(20)
    ]
    assert kinds(till.at_once(works, 20)) == {"Checkout": 3, VoucherUsed.__name__: 17}
    assert till.units() == (50, 3)


def test_one_shopper_in_ten_windows_uses_a_voucher_once(till: Till) -> None:
    till.receive(50)
    with till.database.transaction() as session:
        session.add(Voucher(code="SPRING", title="Spring", kind="fixed", value=500, per_shopper=1))
    works = [partial(patiently, partial(till.reserved, voucher="SPRING"))] * 10
    assert kinds(till.at_once(works, 10)) == {"Checkout": 1, VoucherUsed.__name__: 9}


def test_refunds_at_once_send_back_no_more_than_was_taken(till: Till) -> None:
    till.receive(5)
    settle(till.database, captured(till.reserved()))
    purse, paid = Purse(), till.payment().id
    third = PRICE // 3
    works = [
        partial(patiently, partial(refunding.ask_refund, till.database, purse, paid, third, f"key-{n}"))
        for n in range(12)
    ]
    assert kinds(till.at_once(works, 12)) == {"Refund": 3, RefundRefused.__name__: 9}
    assert sum(purse.sent_back.values()) == till.payment().refunded == 3 * third


def test_answer_and_event_of_a_refund_at_once_count_once(till: Till) -> None:
    till.receive(5)
    settle(till.database, captured(till.reserved(), "p"))
    purse, paid, checkout = Purse(), till.payment().id, till.all(Checkout)[0]
    for number in range(8):
        event = captured(checkout, "p", kind="refunded", amount=100, key=f"key-{number}")
        ask = partial(refunding.ask_refund, till.database, purse, paid, 100, f"key-{number}")
        till.at_once([partial(patiently, ask), partial(patiently, ask)], 2)
        till.at_once([partial(settle, till.database, event), partial(patiently, ask)], 2)
    assert (till.order().refunded, till.payment().refunded) == (800, 800)


def test_sweepers_and_payments_at_once_lose_no_unit(till: Till) -> None:
    till.receive(30)
    checkouts = [till.reserved() for _ in range(30)]
    for checkout in checkouts:
        till.run_out(checkout.id)
    works: list[Callable[[], object]] = [
        partial(patiently, partial(settle, till.database, captured(checkout))) for checkout in checkouts[:15]
    ]
    works += [partial(patiently, partial(sweeping.expire_due, till.database))] * 6
    random.Random(1).shuffle(works)
    till.at_once(works, 21)
    sweeping.expire_due(till.database)
    assert (till.number(Order), till.units()) == (15, (15, 0))
    assert till.differs() == []


def test_cancelling_and_paying_at_once_are_an_order_or_money_back(till: Till) -> None:
    till.receive(20)
    for _ in range(20):
        checkout = till.reserved()
        answers = till.at_once(
            [
                partial(settle, till.database, captured(checkout)),
                partial(reserving.cancel, till.database, checkout.id),
            ],
            2,
        )
        assert answers[0] == "placed" if isinstance(answers[1], WrongState) else "refund_due"
    assert till.units() == (20 - till.number(Order), 0)


def test_forms_at_once_never_mix_one_address_with_the_price_of_another(till: Till) -> None:
    till.receive(5)
    checkout, purse, near, far = till.begin(), Purse(), {"country": "DE"}, {"country": "JP"}
    held = 0
    for _ in range(15):
        steps.fill(till.database, purse, checkout, address=near)
        hold = partial(steps.hold, till.database, purse, checkout, "standard", [item()])
        move = partial(steps.fill, till.database, purse, checkout, address=far, delivery=None)
        till.at_once([hold, move, hold], 3)
        found = till.checkout(checkout)
        if found.state == "reserved":
            held += 1
            (rate, *_) = steps.rates(found, [item()])
            assert found.amounts["delivery"] == rate.amount
    assert held


def test_forms_at_once_never_take_a_discount_without_its_voucher(till: Till) -> None:
    till.receive(5)
    with till.database.transaction() as session:
        session.add(Voucher(code="HALF", title="Half", kind="percent", value=50, most_uses=1))
    checkout, purse = till.begin(), Purse()
    till.change(Checkout, checkout, address={"country": "DE"})
    for _ in range(15):
        hold = partial(steps.hold, till.database, purse, checkout, "standard", [item()])
        hold()
        vouchers = [
            partial(steps.use_voucher, till.database, purse, checkout, code) for code in ("HALF", None)
        ]
        till.at_once([vouchers[0], hold, vouchers[1], hold], 4)
        used = till.all(Voucher)[0].used
        assert (till.checkout(checkout).amounts["voucher"] != 0) == bool(used)


# --- killed connections -------------------------------------------------------------------------


@pytest.fixture
def killer(till: Till) -> Iterator[list[int]]:
    """Ends every other connection to the database, ten times; how many it ended each time."""
    killed: list[int] = []
    stopped = threading.Event()
    others = text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    def run() -> None:
        with till.database.engine.connect() as connection:
            while len(killed) < KILLS and not stopped.wait(0.3):
                killed.append(connection.execute(others).scalar_one())
                connection.rollback()

    thread = threading.Thread(target=run)
    thread.start()
    yield killed
    stopped.set()
    thread.join()


def test_killed_connections_lose_and_double_nothing(till: Till, killer: list[int]) -> None:
    patiently(partial(till.receive, 20))
    purse = Purse()
    taken: list[str] = []

    def buy(number: int) -> None:
        rolls = random.Random(number)
        try:
            checkout = patiently(till.reserved)
        except SoldOut:
            return
        assert isinstance(checkout, Checkout)
        if rolls.random() < 0.2:
            patiently(partial(till.run_out, checkout.id))
            patiently(partial(sweeping.expire_due, till.database))
        event = captured(checkout)
        for _ in range(2):
            patiently(partial(settle, till.database, event))
        taken.append(event.reference)
        if rolls.random() < 0.3:
            with till.database.transaction() as session:
                paid = session.scalars(select(Payment).where(Payment.reference == event.reference)).one()
            again = partial(refunding.ask_refund, till.database, purse, paid.id, paid.amount, f"key-{number}")
            patiently(again)

    answers = till.at_once((partial(patiently, partial(buy, n)) for n in range(30)), 10)
    assert kinds(answers) == {"NoneType": 30}
    assert sum(killer) > 0
    patiently(partial(_expect_whole, till, taken, purse))


def _expect_whole(till: Till, taken: list[str], purse: Purse) -> None:
    assert till.differs() == []
    payments = till.all(Payment)
    assert {payment.reference for payment in payments} >= set(taken)
    assert {payment.state for payment in payments} <= {"captured", "refund_due", "refunded"}
    orders = till.all(Order)
    assert len(orders) == len({order.checkout_id for order in orders})
    sold = -sum(movement.units for movement in till.all(Movement) if movement.reason == "sold")
    placed = sum(order.state == "placed" for order in orders)
    assert sold == placed <= 20
    done = {refund.id: refund.amount for refund in till.all(Refund) if refund.state == "done"}
    assert done == purse.sent_back
    with till.database.transaction() as session:
        assert session.scalar(select(func.sum(Payment.refunded))) == sum(done.values())
