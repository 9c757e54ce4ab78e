"""Transactions that need several SKUs lock them in one order: none waits in a circle. On PostgreSQL."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.orm import Session

from storefront.checkout.models import Checkout
from storefront.stock.models import Stock
from tests.storefront.test_checkout_protocol_races import patiently
from tests.storefront.tills import Till, item

pytestmark = pytest.mark.parametrize("open_till", ["postgres"], indirect=True, scope="module")

DEADLOCK = "40P01"


@contextmanager
def said_by(till: Till) -> Iterator[list[str]]:
    """What the database refuses meanwhile, even where asking again helps: its SQLSTATEs."""
    said: list[str] = []

    def listen(context: ExceptionContext) -> None:
        said.append(str(getattr(context.original_exception, "sqlstate", context.original_exception)))

    event.listen(till.database.engine, "handle_error", listen)
    yield said
    event.remove(till.database.engine, "handle_error", listen)


def until_waiting(session: Session, number: int, seconds: float = 10.0) -> None:
    """Until so many transactions wait for others."""
    waiting = text("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
    ends = time.monotonic() + seconds
    while session.execute(waiting).scalar_one() != number:
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_two_baskets_in_opposite_order_take_their_goods_in_the_same(till: Till) -> None:
    for sku in "ab":
        till.receive(5, sku)
    baskets = [
        partial(patiently, partial(till.reserve, till.begin(), item(one), item(other)))
        for one, other in ("ba", "ab")
    ]
    with said_by(till) as said, ThreadPoolExecutor(2) as pool, till.database.transaction() as third:
        # While a third one has "b", the first basket waits for it, and then the second one does, or waits
        # for the first: should either have begun with "b", each waits for what the other took.
        third.execute(select(Stock).where(Stock.sku == "b").with_for_update())
        for number, basket in enumerate(baskets, start=1):
            pool.submit(till.at_once, [basket], 1)
            until_waiting(third, number)
    assert DEADLOCK not in said
    assert [till.units(sku) for sku in "ab"] == [(5, 2), (5, 2)]


def test_baskets_of_many_goods_don_t_wait_in_a_circle(till: Till) -> None:
    skus = [f"sku-{number}" for number in range(5)]
    for sku in skus:
        till.receive(100, sku)

    def fill(number: int) -> object:
        mine = random.Random(number).sample(skus, 4)
        checkout = patiently(partial(till.reserved, *(item(sku) for sku in mine)))
        assert isinstance(checkout, Checkout)
        return patiently(partial(till.reserve, checkout.id, *(item(sku) for sku in reversed(skus))))

    with said_by(till) as said:
        answers = till.at_once((partial(fill, number) for number in range(40)), 40)
    assert {type(answer) for answer in answers} == {Checkout}
    assert DEADLOCK not in said
    assert {sku: till.units(sku) for sku in skus} == dict.fromkeys(skus, (100, 40))
