"""Paying at the test payment server: a real process that tells the shop by HTTP, in every way it can."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import requests

from storefront.checkout import paying, reconciling, refunding, steps, sweeping
from storefront.checkout.models import Payment, PaymentEvent, ProviderCursor
from storefront.checkout.payments import ProviderAway, ProviderRefused
from storefront.checkout.payments.testing import THREADS, TrialProvider
from storefront.embedded.process import free_port
from storefront.orders.models import Order
from storefront.stores.columns import from_now
from storefront.testpay.delivering import signature
from storefront.web.context import shop
from tests.storefront.tills import PRICE, Till, item
from tests.storefront.trials import SECRET, Bank, Sale, answer, front, give_code, serving, until

# What differs between the databases is tried by the tests of the protocol.
pytestmark = pytest.mark.parametrize("open_till", ["postgres"], indirect=True)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """The test payment server."""
    bank = Bank(tmp_path_factory.mktemp("bank"))
    bank.start()
    yield bank
    bank.stop()


@pytest.fixture
def sale(till: Till, bank: Bank) -> Iterator[Sale]:
    """A shop with five pairs of shoes, and its door for webhooks."""
    till.receive(5)
    provider, port = bank.provider(), free_port()
    with serving(front(shop(), provider), port):
        yield Sale(till, bank, provider, f"http://127.0.0.1:{port}")
    bank.empty()


# --- what happens on the page -------------------------------------------------------------------


def test_paying_places_the_order(sale: Sale) -> None:
    checkout = sale.till.reserved(item(units=2))
    assert answer(sale.page(checkout), "pay") == f"{sale.shop_url}/paid"
    sale.paid(checkout)
    assert (sale.till.order().amount, sale.till.payment().state) == (2 * PRICE, "captured")
    assert sale.till.units() == (3, 0)


def test_shoppers_who_pay_at_once_keep_their_connections(
    sale: Sale, caplog: pytest.LogCaptureFixture
) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda _: list(sale.provider.events(datetime.now(UTC))), range(4 * THREADS)))
    assert "pool is full" not in caplog.text


def test_a_declined_payment_may_be_tried_again(sale: Sale) -> None:
    checkout = sale.till.reserved()
    first = sale.page(checkout)
    assert answer(first, "decline") == f"{sale.shop_url}/back"
    until(lambda: sale.till.payment().state == "declined")
    assert sale.state(checkout) == "reserved"
    second = sale.page(checkout)
    assert second != first
    answer(second, "pay")
    sale.paid(checkout)


def test_the_second_step_asks_for_the_right_code(sale: Sale) -> None:
    checkout = sale.till.reserved()
    page = sale.page(checkout)
    assert answer(page, "code") == page.removeprefix(sale.bank.url)
    assert give_code(page, "000000").status_code == 422
    assert give_code(page, "123456").headers["Location"] == f"{sale.shop_url}/paid"
    sale.paid(checkout)


def test_three_wrong_codes_decline_the_payment(sale: Sale) -> None:
    page = sale.page(sale.till.reserved())
    answer(page, "code")
    codes = [give_code(page, "000000").status_code for _ in range(3)]
    assert codes == [422, 422, 303]
    until(lambda: sale.till.payment().state == "declined")


def test_a_page_whose_time_runs_out_leaves_the_hold(sale: Sale) -> None:
    checkout = sale.till.reserved()
    assert answer(sale.page(checkout), "timeout") == f"{sale.shop_url}/back"
    until(lambda: sale.till.payment().state == "declined")
    assert sale.till.units() == (5, 1)


def test_the_page_is_the_same_however_often_it_is_asked_for(sale: Sale) -> None:
    checkout = sale.till.reserved()
    assert sale.page(checkout) == sale.page(checkout)


def test_paying_twice_on_one_page_pays_once(sale: Sale) -> None:
    checkout = sale.till.reserved()
    page = sale.page(checkout)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: answer(page, "pay"), range(8)))
    sale.paid(checkout)
    until(lambda: sale.bank.waiting() == 0)
    assert sale.till.number(PaymentEvent) == 1


# --- how the shop hears of it -------------------------------------------------------------------


def test_a_late_webhook_places_the_order_late(sale: Sale) -> None:
    checkout = sale.till.reserved()
    answer(sale.page(checkout), "pay", "late")
    assert sale.state(checkout) == "reserved"
    assert sale.bank.waiting() == 1
    sale.bank.later(10)
    sale.paid(checkout)


def test_two_webhooks_place_one_order(sale: Sale) -> None:
    checkout = sale.till.reserved()
    answer(sale.page(checkout), "pay", "twice")
    sale.paid(checkout)
    until(lambda: sale.bank.waiting() == 0)
    assert (sale.till.number(Order), sale.till.number(PaymentEvent)) == (1, 1)


def test_the_order_is_there_before_the_shopper_is_sent_back(sale: Sale) -> None:
    checkout = sale.till.reserved()
    answer(sale.page(checkout), "pay", "first")
    assert sale.state(checkout) == "paid"


def test_a_webhook_may_come_before_the_page_was_noted(sale: Sale) -> None:
    checkout = sale.till.reserved()
    addresses = paying.Addresses(f"{sale.shop_url}/paid", f"{sale.shop_url}/back")
    begin = partial(paying._begun, checkout_id=checkout.id, provider=sale.provider.name)
    started = sale.provider.start(paying._request(*sale.till.database.unit(begin), addresses))
    answer(started.url, "pay", "first")
    assert sale.state(checkout) == "paid"
    assert sale.till.payment().reference == started.reference


def test_the_reconciler_settles_what_no_webhook_told(sale: Sale) -> None:
    checkout = sale.till.reserved()
    answer(sale.page(checkout), "pay", "never")
    assert sale.state(checkout) == "reserved"
    (found,) = reconciling.reconcile(sale.till.database, sale.provider)
    assert found[1] == "placed"
    assert sale.state(checkout) == "paid"
    assert reconciling.reconcile(sale.till.database, sale.provider) == []


def test_the_reconciler_asks_for_a_payment_that_no_event_tells_of(sale: Sale) -> None:
    checkout = sale.till.reserved()
    answer(sale.page(checkout), "pay", "never")
    sale.till.change(Payment, sale.till.payment().id, created_at=from_now(-660))
    with sale.till.database.transaction() as session:
        # Nothing happened since then, so that the events tell nothing.
        session.add(ProviderCursor(provider="test", at=datetime.now(UTC) + timedelta(hours=2)))
    (found,) = reconciling.reconcile(sale.till.database, sale.provider)
    assert found[1] == "placed"


def test_fifty_deliveries_at_once_place_one_order(sale: Sale) -> None:
    checkout = sale.till.reserved()
    answer(sale.page(checkout), "pay", "never")
    told = next(e for e in sale.provider.events(checkout.created_at) if e.checkout_id == checkout.id)
    raw = json.dumps(
        {"id": told.id, "kind": told.kind, "page": told.reference, "amount": told.amount, "key": ""}
        | {"currency": told.currency, "reference": checkout.id}
    ).encode()
    headers = {"Testpay-Signature": signature(SECRET, raw)}
    address = f"{sale.shop_url}/webhooks/test"
    with ThreadPoolExecutor(25) as pool:
        answers = pool.map(lambda _: requests.post(address, raw, headers=headers, timeout=60), range(50))
        assert {given.status_code for given in answers} == {200}
    assert (sale.till.number(Order), sale.till.number(PaymentEvent)) == (1, 1)
    assert sale.till.units() == (4, 0)


def test_shop_and_payment_server_may_both_die_in_between(till: Till, bank: Bank) -> None:
    till.receive(1)
    checkout = till.reserved()
    provider, port = bank.provider(), free_port()
    sale = Sale(till, bank, provider, f"http://127.0.0.1:{port}")
    answer(sale.page(checkout), "pay")
    assert bank.waiting() == 1
    bank.kill()
    bank.start()
    with serving(front(shop(), provider), port):
        sale.paid(checkout)
    assert till.units() == (0, 0)


# --- what is changed on the way -----------------------------------------------------------------


def test_an_address_changed_before_the_webhook_changes_no_order(sale: Sale) -> None:
    checkout = sale.till.reserved()
    answer(sale.page(checkout), "pay", "never")
    steps.fill(sale.till.database, sale.provider, checkout.id, address={"city": "Kyoto"}, delivery=None)
    reconciling.reconcile(sale.till.database, sale.provider)
    sale.paid(checkout)
    assert sale.till.order().address == {"city": "Ulm"}


def test_a_page_left_for_a_change_can_not_be_paid(sale: Sale) -> None:
    checkout = sale.till.reserved()
    page = sale.page(checkout)
    steps.fill(sale.till.database, sale.provider, checkout.id, address={"city": "Kyoto"}, delivery=None)
    assert answer(page, "pay") == f"{sale.shop_url}/back"
    assert "The time is over" in requests.get(page, timeout=20).text


def test_paying_the_older_page_ends_the_newer_one(sale: Sale) -> None:
    checkout = sale.till.reserved()
    answer(sale.page(checkout), "pay", "never")
    sale.till.reserve(checkout.id, item(units=2))
    newer = sale.page(checkout)
    reconciling.reconcile(sale.till.database, sale.provider)
    assert answer(newer, "pay") == f"{sale.shop_url}/back"
    assert (sale.till.order().amount, sale.till.units()) == (PRICE, (4, 0))


# --- pages that end, and money that goes back ---------------------------------------------------


def test_the_page_ends_with_the_hold(sale: Sale) -> None:
    checkout = sale.till.reserved()
    page = sale.page(checkout)
    sale.till.run_out(checkout.id)
    paying.end_pages(sale.till.database, sale.provider, sweeping.expire_due(sale.till.database))
    assert answer(page, "pay") == f"{sale.shop_url}/back"
    assert "The time is over" in requests.get(page, timeout=20).text
    assert sale.till.number(Order) == 0


def test_a_paid_page_can_not_be_ended(sale: Sale) -> None:
    checkout = sale.till.reserved()
    answer(sale.page(checkout), "pay", "first")
    sale.provider.expire(sale.till.payment().reference)
    assert sale.provider.answer(sale.till.payment().reference) is not None


def test_a_refund_reaches_the_payment_server_once(sale: Sale) -> None:
    answer(sale.page(sale.till.reserved()), "pay", "first")
    payment = sale.till.payment()
    for _ in range(2):
        refunding.ask_refund(sale.till.database, sale.provider, payment.id, 400, "k" * 32)
    until(lambda: sale.bank.waiting() == 0)
    assert sale.till.payment().refunded == 400
    assert sale.till.order().refunded == 400
    with pytest.raises(ProviderRefused, match=f"only {PRICE - 400}"):
        sale.provider.refund(payment.reference, PRICE, "EUR", "another")


def test_a_refund_that_comes_before_its_payment_waits_for_it(sale: Sale) -> None:
    checkout = sale.till.reserved()
    answer(sale.page(checkout), "pay", "never")
    sale.provider.refund(sale.till.payment().reference, 400, "EUR", "made at the provider")
    sale.bank.later(60)
    assert sale.till.payment().refunded == 0
    reconciling.reconcile(sale.till.database, sale.provider)
    assert (sale.state(checkout), sale.till.payment().refunded) == ("paid", 400)


# --- a server that is away ----------------------------------------------------------------------


@pytest.mark.parametrize("named", [True, False])
def test_a_server_that_is_away_is_told(till: Till, named: bool) -> None:
    till.receive(1)
    checkout = till.reserved()
    provider = TrialProvider(f"http://127.0.0.1:{free_port()}" if named else "", SECRET)
    addresses = paying.Addresses("http://127.0.0.1/paid", "http://127.0.0.1/back")
    with pytest.raises(ProviderAway):
        paying.start_payment(till.database, provider, checkout.id, addresses)
    assert till.units() == (1, 1)


def test_another_secret_is_not_let_in(sale: Sale) -> None:
    with pytest.raises(ProviderAway, match="401"):
        TrialProvider(sale.bank.url, "another").answer("tp_1")


def test_an_unknown_payment_is_refused(sale: Sale) -> None:
    with pytest.raises(ProviderRefused, match="no such page"):
        sale.provider.answer("tp_1")
