"""One shopper with many tabs, who does everything at once, on PostgreSQL: what no mixture may bring about."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

import pytest

from storefront.checkout import paying, reserving, steps, sweeping
from storefront.checkout.lines import LineItem
from storefront.checkout.models import Checkout, Payment, Voucher, VoucherUse
from storefront.checkout.settling import settle
from storefront.orders.models import Order
from storefront.stock.models import Movement
from tests.storefront.tills import ADDRESSES, PRICE, Purse, Till, item, paid

pytestmark = pytest.mark.parametrize("open_till", ["postgres"], indirect=True, scope="module")

PLACES = [{"country": country} for country in ("DE", "FR", "JP")]
GOODS = [[item()], [item(units=2)], [item("tern-runner.moss.40", lacing="quick")]]
ROUNDS, TABS, STEPS = 12, 4, 14


def act(till: Till, purse: Purse, checkout: str, rolls: random.Random) -> None:
    """Something that a tab does, or the provider, or the clock."""
    database = till.database
    what: list[Callable[[], object]] = [
        partial(steps.fill, database, purse, checkout, address=rolls.choice(PLACES), delivery=None),
        *[partial(steps.hold, database, purse, checkout, "standard", rolls.choice(GOODS))] * 4,
        partial(steps.use_voucher, database, purse, checkout, rolls.choice(["HALF", None])),
        *[partial(paying.start_payment, database, purse, checkout, ADDRESSES)] * 3,
        partial(reserving.extend, database, checkout),
        partial(pay_any, till, purse, rolls),
        partial(sweeping.expire_due, database),
    ]
    rolls.choice(what)()


def pay_any(till: Till, purse: Purse, rolls: random.Random) -> None:
    """Pay on any page that was ever opened, ended or not."""
    if page := rolls.choice([None, *list(purse.opened.values())]):
        settle(till.database, paid(page, id=f"paid-{page.key}"))


def shop_in_tabs(till: Till, seed: int) -> None:
    purse = Purse()
    checkout = till.begin(email=f"{seed}@example.com")
    till.change(Checkout, checkout, address=PLACES[0], delivery=None)
    for step in range(STEPS):
        tabs = [random.Random(f"{seed} {step} {tab}") for tab in range(TABS)]
        till.at_once([partial(act, till, purse, checkout, rolls) for rolls in tabs], TABS)
    pages = list(purse.opened.values())
    for page in pages:
        settle(till.database, paid(page, id=f"paid-{page.key}"))
    check_pages(till, {page.key: page.amount for page in pages})


def check_pages(till: Till, asked: dict[str, int]) -> None:
    """What each page asked for is what its terms cost."""
    for payment in till.all(Payment):
        if payment.terms is None or payment.provider != "purse":
            continue
        lines = [LineItem.from_json(line) for line in payment.terms["lines"]]
        (rate, *_) = steps.CARRIER.rates(lines, payment.terms["address"], steps.today())
        goods = sum(line.total for line in lines)
        off = (goods * 50 + 50) // 100 if payment.terms["voucher"] else 0
        assert payment.terms["amount"] == goods - off + rate.amount
        if (key := f"{payment.checkout_id}-{payment.attempt}") in asked:
            assert asked[key] == payment.amount == payment.terms["amount"]


def test_no_mixture_of_tabs_pays_less_or_takes_more(till: Till) -> None:
    till.receive(30)
    till.receive(30, "tern-runner.moss.40")
    with till.database.transaction() as session:
        session.add(Voucher(code="HALF", title="Half", kind="percent", value=50, most_uses=5))
    for seed in range(ROUNDS):
        shop_in_tabs(till, seed)
    orders = till.all(Order)
    payments = {payment.id: payment for payment in till.all(Payment)}
    assert len({order.checkout_id for order in orders}) == len(orders) > ROUNDS // 2
    for order in orders:
        assert order.amount == payments[order.payment_id].amount
        assert order.amounts["goods"] == PRICE * sum(line.units for line in order.lines)
    assert till.differs() == []
    sold = -sum(movement.units for movement in till.all(Movement) if movement.reason == "sold")
    assert sold == sum(line.units for order in orders if order.state == "placed" for line in order.lines)
    discounted = [order for order in orders if order.state == "placed" and order.amounts["voucher"]]
    assert len(discounted) <= len(till.all(VoucherUse)) == till.all(Voucher)[0].used <= 5
