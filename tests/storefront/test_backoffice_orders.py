"""The merchant's order desk: parcels, cancelling, money back, notes, letters and loose ends."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from storefront.checkout import reserving, sweeping
from storefront.checkout.amounts import Amounts
from storefront.checkout.models import Checkout, Payment
from storefront.checkout.payments import Event
from storefront.checkout.payments.current import attach
from storefront.checkout.settling import settle
from storefront.mail.models import Letter
from storefront.mail.writing import write
from storefront.orders import operations as orders
from storefront.orders.models import Order
from storefront.registry import Registry
from storefront.stock import operations as stock
from storefront.web.context import shop
from tests.storefront.chairs import seats_only
from tests.storefront.people import MONA, get, letters, person, post, send, sign_in, templates
from tests.storefront.tills import PRICE, SHOE, Purse, captured, item

ASH = "ash@example.com"
ADDRESS = {
    "name": "Ash Example",
    "street": "Long Street 1",
    "postcode": "10115",
    "city": "Berlin",
    "country": "DE",
}


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Chairs only."""
    return seats_only()


@pytest.fixture
def purse(app: Flask) -> Purse:
    """Who takes the money."""
    purse = Purse()
    attach(app, purse)
    return purse


@pytest.fixture
def mona(client: FlaskClient, purse: Purse) -> FlaskClient:
    """The merchant's browser."""
    person(MONA, "merchant")
    sign_in(client, MONA)
    return client


def bought(late: bool = False) -> Order:
    """A paid order of two pairs, of five that are in stock; ``late`` was paid when nothing was left."""
    database = shop().database
    checkout = reserving.begin(database, "cart", "EUR")
    with database.transaction() as session:
        stock.receive(session, SHOE, 5)
        filled = {"email": ASH, "address": ADDRESS, "delivery": {"title": "Post"}}
        session.execute(update(Checkout).where(Checkout.id == checkout.id).values(**filled))
    held = reserving.reserve(database, checkout.id, [item(units=2)], Amounts(goods=2 * PRICE, currency="EUR"))
    if late:
        sweeping.expire_cart(database, "cart")
        with database.transaction() as session:
            stock.count(session, SHOE, 0)
    settle(database, captured(held))
    return the_order()


def the_order() -> Order:
    with shop().database.transaction() as session:
        return session.scalars(select(Order)).one()


def payment() -> Payment:
    with shop().database.transaction() as session:
        return session.scalars(select(Payment)).one()


def units() -> int:
    return stock.free([SHOE])[SHOE]


def do(mona: FlaskClient, order: Order, what: str, **fields: str) -> TestResponse:
    at = f"/merchant/orders/{order.number}"
    return send(mona, at, f"{at}/{what}", **fields)


def test_shoppers_do_not_see_the_desk(client: FlaskClient, purse: Purse) -> None:
    person()
    sign_in(client)
    for path in ("/merchant/orders", f"/merchant/orders/{bought().number}", "/merchant/money"):
        assert get(client, path).status_code == 403


def test_the_list_shows_orders(both_databases: str, mona: FlaskClient) -> None:
    assert bought().number in get(mona, "/merchant/orders").text


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("state=placed", True),
        ("state=shipped", False),
        ("text=ASH@", True),
        ("text=%25", False),
        ("text=mona", False),
        ("since=2020-01-01", True),
        ("until=2020-01-01", False),
        ("since=nonsense&page=x", True),
        ("page=2", False),
    ],
)
def test_the_list_is_filtered(mona: FlaskClient, query: str, there: bool) -> None:
    assert (bought().number in get(mona, f"/merchant/orders?{query}").text) == there


def test_an_order_is_found_by_its_number(mona: FlaskClient) -> None:
    number = bought().number
    assert number in get(mona, f"/merchant/orders?text={number.lower()}").text


def test_an_unknown_order_is_not_found(mona: FlaskClient) -> None:
    assert get(mona, "/merchant/orders/BBBBBBBB").status_code == 404


def test_a_part_of_it_is_sent_then_the_rest(both_databases: str, mona: FlaskClient) -> None:
    order = bought()
    assert do(mona, order, "ship", **{"units-0": "1", "carrier": "Post", "tracking": "T1"}).status_code == 303
    assert the_order().state == "part_shipped"
    do(mona, order, "ship", **{"units-0": "1"})
    assert the_order().state == "shipped"
    assert [parcel.units for parcel in orders.parcels(order)] == [{"0": 1}, {"0": 1}]
    first, second = (write(letter) for letter in letters(ASH) if letter.template == "shipped")
    assert "A part" in first["Subject"]
    assert "Tracking: T1" in first.get_body(("plain",)).get_content()
    assert second["Subject"] == f"Your order {order.number} is on its way"


@pytest.mark.parametrize("number", ["3", "-1", "0", "x"])
def test_no_more_is_sent_than_was_bought(mona: FlaskClient, number: str) -> None:
    assert do(mona, bought(), "ship", **{"units-0": number}).status_code == 409
    assert the_order().state == "placed"


def test_a_parcel_sent_twice_is_one(mona: FlaskClient) -> None:
    order = bought()
    at = f"/merchant/orders/{order.number}"
    key = re.search(r'name="once" value="([^"]+)"', get(mona, at).text)
    assert key
    for _ in range(2):
        assert post(mona, f"{at}/ship", once=key[1], **{"units-0": "1"}).status_code == 303
    assert len(orders.parcels(order)) == 1


def test_cancelling_gives_back_units_and_money(both_databases: str, mona: FlaskClient, purse: Purse) -> None:
    order = bought()
    assert do(mona, order, "cancel", reason="The shopper asked").status_code == 303
    assert (the_order().state, payment().state, units()) == ("cancelled", "refunded", 5)
    assert list(purse.sent_back.values()) == [2 * PRICE]
    assert sorted(templates(ASH)) == ["cancelled", "confirmation", "refunded"]


def test_what_has_left_is_not_cancelled(mona: FlaskClient, purse: Purse) -> None:
    order = bought()
    do(mona, order, "ship", **{"units-0": "2"})
    assert do(mona, order, "cancel").status_code == 409
    assert (units(), purse.sent_back) == (3, {})


def test_a_part_of_the_money_goes_back(mona: FlaskClient, purse: Purse) -> None:
    order = bought()
    assert do(mona, order, "refund", amount="12.50", reason="A scratch").status_code == 303
    assert (the_order().refunded, list(purse.sent_back.values())) == (1250, [1250])
    page = get(mona, f"/merchant/orders/{order.number}").text
    assert "at most 187.5" in page
    assert MONA in page


@pytest.mark.parametrize("amount", ["200.01", "0", "-5", "much", ""])
def test_no_more_goes_back_than_was_paid(mona: FlaskClient, purse: Purse, amount: str) -> None:
    assert do(mona, bought(), "refund", amount=amount).status_code == 409
    assert purse.sent_back == {}


def test_a_refund_is_written_down_while_the_provider_is_away(mona: FlaskClient, purse: Purse) -> None:
    order = bought()
    purse.away = True
    assert do(mona, order, "refund", amount="10").location.endswith("done=away")
    assert payment().refunded == 1000


def test_a_cancelled_orders_money_is_not_forgotten(mona: FlaskClient, purse: Purse) -> None:
    order = bought()
    purse.refuses = True
    assert do(mona, order, "cancel").status_code == 409
    purse.refuses = False
    page = get(mona, "/merchant/money").text
    assert order.number in page
    assert send(mona, "/merchant/money", payment=order.payment_id).status_code == 303
    assert payment().state == "refunded"


def test_what_a_bank_did_not_take_is_sent_again_with_one_press(mona: FlaskClient, purse: Purse) -> None:
    order = bought()
    do(mona, order, "refund", amount="12.50")
    (key,) = purse.sent_back
    told = Event("purse", "failed", "refund_failed", payment().reference, 1250, "EUR", key=key)
    settle(shop().database, told)
    assert "€12.50" in get(mona, "/merchant/money").text
    assert send(mona, "/merchant/money", payment=order.payment_id).status_code == 303
    assert (list(purse.sent_back.values()), payment().refunded) == ([1250, 1250], 1250)
    assert order.number not in get(mona, "/merchant/money").text


def test_a_parked_order_is_placed_with_units_that_were_found(mona: FlaskClient) -> None:
    order = bought(late=True)
    assert order.state == "parked"
    assert do(mona, order, "place").status_code == 409
    with shop().database.transaction() as session:
        stock.receive(session, SHOE, 2)
    assert do(mona, order, "place").status_code == 303
    assert (the_order().state, units()) == ("placed", 0)


def test_a_parked_order_is_refunded_with_one_press(mona: FlaskClient, purse: Purse) -> None:
    order = bought(late=True)
    assert do(mona, order, "refund", amount="200").status_code == 303
    assert (the_order().state, list(purse.sent_back.values())) == ("cancelled", [2 * PRICE])


def test_a_note_is_the_merchants_alone(mona: FlaskClient, purse: Purse) -> None:
    order = bought()
    do(mona, order, "note", text="Fragile soul")
    assert "Fragile soul" in get(mona, f"/merchant/orders/{order.number}").text
    assert "Fragile soul" not in get(mona, letters(ASH)[0].details["path"]).text


def test_a_letter_is_sent_again(mona: FlaskClient) -> None:
    order = bought()
    assert do(mona, order, "letter", letter=letters(ASH)[0].id).status_code == 303
    assert templates(ASH) == ["confirmation", "confirmation"]


def test_another_orders_letter_is_not_sent(mona: FlaskClient) -> None:
    assert do(mona, bought(), "letter", letter="0" * 32).status_code == 409


def test_a_lost_letter_is_tried_again(mona: FlaskClient) -> None:
    bought()
    with shop().database.transaction() as session:
        session.execute(update(Letter).values(next_try=None, error="MailRefused: no such box"))
    assert "no such box" in get(mona, "/merchant/money").text
    send(mona, "/merchant/money", "/merchant/letters", letter=letters(ASH)[0].id)
    assert letters(ASH)[0].next_try is not None
