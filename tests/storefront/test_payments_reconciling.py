"""Money without an order is found; the cursor moves only when all was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from storefront.checkout.models import PaymentEvent, ProviderCursor
from storefront.checkout.payments import Event, ProviderAway
from storefront.checkout.reconciling import OVERLAP, REACH, loose_money, reconcile
from storefront.checkout.settling import settle
from storefront.checkout.sweeping import expire_due
from storefront.orders.models import Order
from tests.storefront.tills import PRICE, Purse, Till, captured


class Ledger(Purse):
    """A purse that tells again what happened, and remembers from when on it was asked."""

    def __init__(self, *told: Event) -> None:
        super().__init__()
        self.told = told
        self.since: list[datetime] = []

    def events(self, since: datetime) -> Iterator[Event]:
        self._answer()
        self.since.append(since)
        yield from self.told


@pytest.fixture(autouse=True)
def _a_pair(till: Till) -> None:
    till.receive(1)


def age(till: Till, seconds: float = 660) -> None:
    """Let all events have come so long ago."""
    with till.database.transaction() as session:
        for event in session.scalars(select(PaymentEvent)):
            event.at -= timedelta(seconds=seconds)


def parked(till: Till) -> None:
    """An order that was paid after the last pair went."""
    late = till.reserved()
    till.run_out(late.id)
    expire_due(till.database)
    settle(till.database, captured(till.reserved()))
    settle(till.database, captured(late))


def test_an_order_that_is_paid_is_nothing_to_tell(till: Till) -> None:
    settle(till.database, captured(till.reserved()))
    age(till)
    assert loose_money(till.database) == []


def test_money_that_pays_for_nothing_is_found(till: Till) -> None:
    settle(till.database, captured(till.reserved(), amount=5))
    assert loose_money(till.database) == []
    age(till)
    (loose,) = loose_money(till.database)
    assert (loose.left, loose.currency, loose.order_number) == (5, "EUR", "")
    assert loose.email == "ash@example.com"


def test_a_parked_order_is_found(till: Till) -> None:
    parked(till)
    age(till)
    (loose,) = loose_money(till.database)
    (order,) = (order for order in till.all(Order) if order.state == "parked")
    assert (loose.order_number, loose.left) == (order.number, PRICE)


def test_it_is_found_once_however_often_it_was_told(till: Till) -> None:
    checkout = till.reserved()
    for _ in range(2):
        settle(till.database, captured(checkout, "payment-1", amount=5))
    age(till)
    assert len(loose_money(till.database)) == 1


def test_money_that_goes_back_is_nothing_to_tell(till: Till) -> None:
    checkout = till.reserved()
    settle(till.database, captured(checkout, "payment-1", amount=5))
    settle(till.database, captured(checkout, "payment-1", kind="refunded", amount=5))
    age(till)
    assert loose_money(till.database) == []


def test_it_is_logged_as_an_error(till: Till, caplog: pytest.LogCaptureFixture) -> None:
    settle(till.database, captured(till.reserved(), "payment-7", amount=5))
    age(till)
    reconcile(till.database, Ledger())
    assert "money without an order: 5 EUR of payment-7" in caplog.text


def test_the_first_time_it_asks_for_all_there_is(till: Till) -> None:
    ledger = Ledger()
    reconcile(till.database, ledger)
    (cursor,) = till.all(ProviderCursor)
    assert ledger.since == [cursor.at - REACH - OVERLAP]


def test_then_it_asks_from_an_hour_before_the_last_time_on(till: Till) -> None:
    ledger = Ledger()
    reconcile(till.database, ledger)
    (cursor,) = till.all(ProviderCursor)
    reconcile(till.database, ledger)
    assert ledger.since[1] == cursor.at - OVERLAP


def test_a_provider_that_is_away_is_asked_for_the_same_again(till: Till) -> None:
    ledger = Ledger()
    ledger.away = True
    with pytest.raises(ProviderAway):
        reconcile(till.database, ledger)
    assert till.all(ProviderCursor) == []


def test_what_was_told_before_changes_nothing(till: Till) -> None:
    event = captured(till.reserved())
    settle(till.database, event)
    assert reconcile(till.database, Ledger(event)) == []


def test_one_event_that_does_not_fit_keeps_no_other_back(till: Till) -> None:
    checkout = till.reserved()
    refund = captured(checkout, "payment-2", kind="refunded", amount=400)
    paid = captured(checkout, "payment-2")
    outcomes = [outcome for _, outcome in reconcile(till.database, Ledger(refund, paid))]
    assert outcomes == ["unknown", "placed"]
