"""What never leaves of an order, and what comes back: units, money, letters and the log agree."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from storefront.backoffice.orders.goods import Return, take_return, worth
from storefront.checkout import reserving
from storefront.checkout.amounts import Amounts
from storefront.checkout.models import Refund
from storefront.checkout.refunding import ask_again
from storefront.checkout.settling import settle
from storefront.mail.writing import write
from storefront.orders import operations as orders
from storefront.orders.models import Order, OrderLine
from storefront.stock import operations as stock
from storefront.stock.models import Movement
from storefront.web.context import shop
from tests.storefront.people import MONA, get, letters, post, templates
from tests.storefront.test_backoffice_orders import (
    ASH,
    bought,
    do,
    mona,
    payment,
    purse,
    registry,
    the_order,
    units,
)
from tests.storefront.tills import PRICE, SHOE, Purse, captured, item

__all__ = ["mona", "purse", "registry"]


@pytest.fixture
def sent(mona: FlaskClient) -> Order:
    """Two pairs of five that were in stock; one of them has left."""
    order = bought()
    do(mona, order, "ship", **{"units-0": "1"})
    return order


def moved() -> list[tuple[str, int]]:
    """The ledger but for what was received and sold."""
    with shop().database.transaction() as session:
        assert stock.ledger_differs(session) == []
        rows = session.scalars(select(Movement).order_by(Movement.at, Movement.units.desc())).all()
    return [(row.reason, row.units) for row in rows if row.reason in ("returned", "written_off")]


def subject(template: str) -> str:
    return str(write(next(one for one in letters(ASH) if one.template == template))["Subject"])


# --- the rest is cancelled ----------------------------------------------------------------------


def test_the_rest_of_it_is_cancelled(
    both_databases: str, mona: FlaskClient, purse: Purse, sent: Order
) -> None:
    assert do(mona, sent, "cancel", reason="Out of print").location.endswith("done=rest")
    order = the_order()
    assert (order.state, order.lines[0].shipped, order.lines[0].cancelled) == ("shipped", 1, 1)
    assert (units(), moved()) == (4, [("returned", 1)])
    assert (list(purse.sent_back.values()), payment().state) == ([PRICE], "captured")


def test_the_shopper_is_told_of_the_rest(mona: FlaskClient, sent: Order) -> None:
    do(mona, sent, "cancel", reason="Out of print")
    assert templates(ASH) == ["confirmation", "shipped", "rest_cancelled", "refunded"]
    assert subject("rest_cancelled") == f"The rest of your order {sent.number} was cancelled"
    page = get(mona, letters(ASH)[0].details["path"]).text
    assert "1 of 2 cancelled" in page


def test_what_the_rest_costs_is_said_before(mona: FlaskClient, sent: Order) -> None:
    page = get(mona, f"/merchant/orders/{sent.number}").text
    assert "Cancel the rest" in page
    assert "and €100 to the shopper" in page


def test_the_rest_is_cancelled_once(mona: FlaskClient, purse: Purse, sent: Order) -> None:
    do(mona, sent, "cancel")
    assert do(mona, sent, "cancel").status_code == 409
    assert do(mona, sent, "ship", **{"units-0": "1"}).status_code == 409
    assert list(purse.sent_back.values()) == [PRICE]


def test_a_voucher_counts_for_each_unit() -> None:
    lines = [one_line(place, price, 1) for place, price in enumerate((5000, 2500))]
    order = Order(amounts={"goods": 7500, "voucher": -750, "delivery": 690}, lines=lines)
    assert [worth(order, {0: 1}), worth(order, {1: 1}), worth(order, {0: 1, 1: 1})] == [4500, 2250, 6750]


def test_units_that_come_back_one_by_one_are_worth_no_more_than_all() -> None:
    line = one_line(0, 1000, 3)
    order = Order(amounts={"goods": 3000, "voucher": -1000, "delivery": 690}, lines=[line])
    owed = []
    for _ in range(3):
        owed.append(worth(order, {0: 1}))
        line.returned += 1
    assert owed == [667, 666, 667]


def one_line(position: int, price: int, units: int) -> OrderLine:
    """A line of which nothing came back yet."""
    return OrderLine(position=position, unit_price=price, units=units, shipped=0, cancelled=0, returned=0)


def test_money_of_a_cancelled_rest_is_asked_for_later(mona: FlaskClient, purse: Purse, sent: Order) -> None:
    purse.away = True
    assert do(mona, sent, "cancel").location.endswith("done=away")
    purse.away = False
    assert len(ask_again(shop().database, purse, older_seconds=-1)) == 1
    assert (the_order().refunded, units()) == (PRICE, 4)


# --- goods come back ----------------------------------------------------------------------------


def test_what_came_back_is_sold_again(
    both_databases: str, mona: FlaskClient, purse: Purse, sent: Order
) -> None:
    fields = {"units-0": "1", "then": "shelf", "reason": "Too small"}
    assert do(mona, sent, "return", **fields).location.endswith("done=returned")
    assert (the_order().lines[0].returned, units(), moved()) == (1, 4, [("returned", 1)])
    assert list(purse.sent_back.values()) == [PRICE]


def test_what_is_written_off_is_in_the_ledger_and_not_in_stock(mona: FlaskClient, sent: Order) -> None:
    do(mona, sent, "return", **{"units-0": "1", "then": "written-off"})
    assert (units(), moved()) == (3, [("returned", 1), ("written_off", -1)])


@pytest.mark.parametrize(("amount", "back"), [("12.50", [1250]), ("0", [])])
def test_another_amount_may_go_back(
    mona: FlaskClient, purse: Purse, sent: Order, amount: str, back: list[int]
) -> None:
    do(mona, sent, "return", **{"units-0": "1", "amount": amount})
    assert list(purse.sent_back.values()) == back


def test_log_and_letter_tell_of_it(mona: FlaskClient, sent: Order) -> None:
    do(mona, sent, "return", **{"units-0": "1", "then": "shelf", "reason": "Too small"})
    page = get(mona, f"/merchant/orders/{sent.number}").text
    assert "1 × Tern running shoe, sold again, Too small" in page
    assert MONA in page
    assert subject("returned") == f"What you sent back of order {sent.number} is here"
    assert "Goods came back to us" in get(mona, letters(ASH)[0].details["path"]).text


@pytest.mark.parametrize("number", ["2", "0", "-1", "x"])
def test_no_more_comes_back_than_left(mona: FlaskClient, purse: Purse, sent: Order, number: str) -> None:
    assert do(mona, sent, "return", **{"units-0": number}).status_code == 409
    assert (units(), purse.sent_back) == (3, {})


def test_no_more_money_goes_back_than_there_is(mona: FlaskClient, purse: Purse, sent: Order) -> None:
    assert do(mona, sent, "return", **{"units-0": "1", "amount": "200.01"}).status_code == 409
    assert (the_order().lines[0].returned, units(), purse.sent_back) == (0, 3, {})


def test_a_return_sent_twice_is_one(mona: FlaskClient, purse: Purse, sent: Order) -> None:
    at = f"/merchant/orders/{sent.number}"
    do(mona, sent, "ship", **{"units-0": "1"})
    key = re.search(r'name="once" value="([^"]+)"', get(mona, at).text)
    assert key
    for _ in range(2):
        assert post(mona, f"{at}/return", once=key[1], **{"units-0": "1"}).status_code == 303
    assert (the_order().lines[0].returned, list(purse.sent_back.values())) == (1, [PRICE])


def test_a_return_that_was_cut_off_is_not_done_again(mona: FlaskClient, purse: Purse, sent: Order) -> None:
    """The process died before the form's answer was kept, so that its work is done once more."""
    do(mona, sent, "ship", **{"units-0": "1"})
    for _ in range(2):
        take_return(sent, Return({0: 1}, True, None, ""), "the same form", "")
    assert (the_order().lines[0].returned, units(), list(purse.sent_back.values())) == (1, 4, [PRICE])


def test_nobody_is_told_who_was_forgotten(mona: FlaskClient, purse: Purse, sent: Order) -> None:
    with shop().database.transaction() as session:
        session.execute(update(Order).values(email=""))
    before = len(letters())
    do(mona, sent, "return", **{"units-0": "1"})
    assert (len(letters()), list(purse.sent_back.values())) == (before, [PRICE])


def test_nothing_is_counted_of_what_was_made_to_order(mona: FlaskClient, purse: Purse) -> None:
    database = shop().database
    checkout = reserving.begin(database, "cart", "EUR")
    made = item("fjord", stocked=False)
    held = reserving.reserve(database, checkout.id, [made], Amounts(goods=PRICE, currency="EUR"))
    settle(database, captured(held))
    do(mona, the_order(), "ship", **{"units-0": "1"})
    do(mona, the_order(), "return", **{"units-0": "1"})
    assert (moved(), list(purse.sent_back.values())) == ([], [PRICE])


def test_a_refused_refund_keeps_the_goods_where_they_are(
    mona: FlaskClient, purse: Purse, sent: Order
) -> None:
    purse.refuses = True
    assert do(mona, sent, "return", **{"units-0": "1"}).status_code == 409
    with shop().database.transaction() as session:
        assert session.scalars(select(Refund.state)).all() == ["refused"]
    assert (the_order().lines[0].returned, stock.free([SHOE])) == (1, {SHOE: 4})


@pytest.mark.parametrize(("what", "fields"), [("return", {"units-0": "1"}), ("cancel", {})])
def test_the_log_tells_of_a_refused_refund(
    mona: FlaskClient, purse: Purse, sent: Order, what: str, fields: dict[str, str]
) -> None:
    purse.refuses = True
    do(mona, sent, what, **fields)
    log = [event for event in orders.history(sent) if event.kind == "refund_refused"]
    assert [event.text for event in log] == [f"{PRICE} EUR the purse is empty"]
    assert log[0].actor
    assert "refund_refused" in get(mona, f"/merchant/orders/{sent.number}").text
    assert "purse" not in get(mona, letters(ASH)[0].details["path"]).text
