"""Units in stock, on SQLite and on PostgreSQL: received, counted, held, sold, returned."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from storefront.stock import operations as stock
from storefront.stock.models import Movement, Reservation, Stock
from storefront.stores.database import Unavailable
from tests.storefront.tills import Till


def test_what_was_received_is_free(till: Till) -> None:
    till.receive(3, "a")
    till.receive(4, "a")
    assert stock.free(["a", "b"]) == {"a": 7, "b": 0}
    assert till.differs() == []


def test_nothing_asked_is_nothing_answered(till: Till) -> None:
    assert stock.free([]) == {}


def test_receiving_nothing_is_an_error(till: Till) -> None:
    with pytest.raises(ValueError, match="at least one"):
        till.receive(0, "a")


def test_a_count_writes_the_difference(till: Till) -> None:
    till.receive(5, "a")
    with till.database.transaction() as session:
        assert stock.count(session, "a", 3, "shelf 4", "merchant-1") == -2
    movement = next(m for m in till.all(Movement) if m.reason == "counted")
    assert (movement.units, movement.reference, movement.actor) == (-2, "shelf 4", "merchant-1")
    assert till.differs() == []


def test_a_count_that_finds_what_was_known_moves_nothing(till: Till) -> None:
    till.receive(5, "a")
    with till.database.transaction() as session:
        assert stock.count(session, "a", 5) == 0
    assert till.number(Movement) == 1


def test_a_count_below_what_is_reserved_is_refused(till: Till) -> None:
    till.receive(5, "a")
    with till.database.transaction() as session:
        stock.hold(session, "c", {"a": 4})
    with pytest.raises(stock.StillReserved) as refused, till.database.transaction() as session:
        stock.count(session, "a", 3)
    assert refused.value.reserved == 4


def test_units_held_are_not_free(till: Till) -> None:
    till.receive(5, "a")
    with till.database.transaction() as session:
        stock.hold(session, "c", {"a": 4})
    assert stock.free(["a"]) == {"a": 1}


def test_too_many_are_refused_and_none_is_held(till: Till) -> None:
    till.receive(5, "a")
    till.receive(1, "b")
    with pytest.raises(stock.SoldOut) as refused, till.database.transaction() as session:
        stock.hold(session, "c", {"a": 5, "b": 2, "z": 1})
    assert refused.value.short == {"b": 1, "z": 0}
    assert stock.free(["a", "b"]) == {"a": 5, "b": 1}


def test_holding_other_units_gives_the_first_ones_back(till: Till) -> None:
    till.receive(5, "a")
    till.receive(5, "b")
    with till.database.transaction() as session:
        stock.hold(session, "c", {"a": 4})
        stock.hold(session, "c", {"a": 1, "b": 2})
    assert stock.free(["a", "b"]) == {"a": 4, "b": 3}
    assert till.differs() == []


def test_a_holder_may_keep_the_last_units(till: Till) -> None:
    till.receive(2, "a")
    for units in (2, 2, 1, 2):
        with till.database.transaction() as session:
            stock.hold(session, "c", {"a": units})
    assert stock.free(["a"]) == {"a": 0}


def test_what_a_holder_has_counts_when_it_is_told_what_is_short(till: Till) -> None:
    till.receive(2, "a")
    with till.database.transaction() as session:
        stock.hold(session, "c", {"a": 2})
    with pytest.raises(stock.SoldOut) as refused, till.database.transaction() as session:
        stock.hold(session, "c", {"a": 3})
    assert refused.value.short == {"a": 2}


def test_trying_in_vain_leaves_the_transaction_whole(till: Till) -> None:
    till.receive(2, "a")
    with till.database.transaction() as session:
        assert stock.try_hold(session, "c", {"a": 1, "b": 1}) == {"b": 0}
        stock.receive(session, "a", 1)
    assert stock.free(["a"]) == {"a": 3}
    assert till.number(Reservation) == 0


def test_released_units_are_free_again_and_only_once(till: Till) -> None:
    till.receive(5, "a")
    with till.database.transaction() as session:
        stock.hold(session, "c", {"a": 4})
        stock.release(session, "c")
        stock.release(session, "c")
    assert till.units("a") == (5, 0)


def test_sold_units_leave_with_a_movement(till: Till) -> None:
    till.receive(5, "a")
    with till.database.transaction() as session:
        stock.hold(session, "c", {"a": 4})
        stock.sell(session, "c", "ORDER123")
        stock.sell(session, "c", "ORDER123")
    assert till.units("a") == (1, 0)
    assert [(m.units, m.reference) for m in till.all(Movement) if m.reason == "sold"] == [(-4, "ORDER123")]


def test_returned_units_come_back(till: Till) -> None:
    till.receive(5, "a")
    with till.database.transaction() as session:
        stock.hold(session, "c", {"a": 4})
        stock.sell(session, "c", "ORDER123")
        stock.take_back(session, {"a": 3}, "ORDER123", "merchant-1")
    assert till.units("a") == (4, 0)
    assert till.differs() == []


def test_a_ledger_that_differs_is_told(till: Till) -> None:
    till.receive(5, "a")
    with till.database.transaction() as session:
        session.add(Movement(sku="a", units=2, reason="received"))
        session.add(Reservation(checkout_id="c", sku="a", units=1))
    assert till.differs() == [
        "a: 5 on hand, but its movements add up to 7",
        "a: 0 reserved, but checkouts hold 1",
    ]


def test_a_broken_promise_of_ours_is_no_pause_of_the_database(till: Till) -> None:
    till.receive(1, "a")
    with pytest.raises(IntegrityError) as caught, till.database.transaction() as session:
        session.execute(update(Stock).values(on_hand=-1))
    assert not isinstance(caught.value, Unavailable)
