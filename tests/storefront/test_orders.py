"""An order's page and its letters: who sees them, and what they say."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.accounts.operations import Person
from storefront.mail.writing import write
from storefront.orders import links, operations, placing
from storefront.orders.models import Order
from storefront.registry import Registry
from storefront.web.context import shop
from tests.storefront.chairs import seats_only
from tests.storefront.people import SAM, get, letters, person, send, sign_in, templates
from tests.storefront.tills import item

ADDRESS = {
    "name": "Ash Example",
    "street": "Long Street 1",
    "postcode": "10115",
    "city": "Berlin",
    "country": "DE",
}
DELIVERY = {"title": "Standard", "earliest": "2026-12-01", "latest": "2026-12-03"}
AMOUNTS = {
    "goods": 20_000,
    "delivery": 690,
    "delivery_label": "Standard",
    "tax": 3_303,
    "tax_label": "VAT 19 %",
}


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Chairs only."""
    return seats_only()


def placed(email: str = SAM, user_id: str | None = None, parked: str = "", checkout: str = "c1") -> Order:
    """An order of two pairs of shoes."""
    purchase = placing.Purchase(
        checkout_id=checkout,
        payment_id=f"payment-{checkout}",
        user_id=user_id,
        email=email,
        address=ADDRESS,
        delivery=DELIVERY,
        amounts=AMOUNTS,
        amount=20_690,
        currency="EUR",
        lines=[item(units=2).to_json()],
    )
    with shop().database.transaction() as session:
        return placing.place(session, purchase, parked)


def test_the_signed_link_opens_the_page(both_databases: str, client: FlaskClient) -> None:
    page = get(client, links.path(placed().number))
    assert page.status_code == 200
    assert "Tern running shoe" in page.text
    assert "€206.90" in page.text
    assert "Long Street 1" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("key", ["", "?key=", "?key=wrong"])
def test_the_number_alone_opens_nothing(client: FlaskClient, app: Flask, key: str) -> None:
    page = get(client, f"/orders/{placed().number}{key}")
    assert page.status_code == 404
    assert "Tern" not in page.text
    assert "E-mail me the link" in page.text


def test_another_orders_key_opens_nothing(client: FlaskClient, app: Flask) -> None:
    key = links.path(placed(checkout="c2").number).partition("?")[2]
    assert get(client, f"/orders/{placed().number}?{key}").status_code == 404


def test_an_unknown_order_looks_like_one_with_a_wrong_key(client: FlaskClient, app: Flask) -> None:
    assert get(client, "/orders/BCDFGHJK?key=x").status_code == 404


@pytest.fixture
def sam(app: Flask) -> Person:
    """A shopper."""
    return person()


def test_the_owner_needs_no_key(sam: Person, client: FlaskClient) -> None:
    sign_in(client)
    assert get(client, f"/orders/{placed(user_id=sam.id).number}").status_code == 200


def test_a_guests_order_is_its_addresss_owners(sam: Person, client: FlaskClient) -> None:
    order = placed(email="Sam@Example.com")
    sign_in(client)
    assert get(client, f"/orders/{order.number}").status_code == 200
    assert order.number in get(client, "/account/orders").text


def test_somebody_elses_order_stays_theirs(sam: Person, client: FlaskClient) -> None:
    order = placed(email=SAM, user_id="somebody-else")
    sign_in(client)
    assert get(client, f"/orders/{order.number}").status_code == 404
    assert order.number not in get(client, "/account/orders").text


def test_the_history_is_paged(sam: Person, client: FlaskClient) -> None:
    numbers = [placed(checkout=f"c{place}").number for place in range(operations.PAGE + 1)]
    sign_in(client)
    first, second = (get(client, f"/account/orders?page={page}").text for page in (1, 2))
    assert [number in first for number in numbers] == [False] + [True] * operations.PAGE
    assert [number in second for number in numbers] == [True] + [False] * operations.PAGE


def test_the_link_is_mailed_again_to_whoever_bought(client: FlaskClient, app: Flask) -> None:
    order = placed()
    sent = send(client, "/orders", number=order.number.lower(), email=" SAM@example.com")
    assert sent.location == "/orders?done=sent"
    assert templates(SAM) == ["confirmation", "order_link"]
    assert get(client, letters(SAM)[-1].details["path"]).status_code == 200


def test_a_stranger_is_told_the_same_and_nothing_is_sent(client: FlaskClient, app: Flask) -> None:
    sent = send(client, "/orders", number=placed().number, email="mona@example.com")
    assert sent.location == "/orders?done=sent"
    assert templates() == ["confirmation"]


def test_one_link_an_hour_is_mailed(client: FlaskClient, app: Flask) -> None:
    order = placed()
    for _ in range(3):
        send(client, "/orders", number=order.number, email=SAM)
    assert templates(SAM).count("order_link") <= 2  # the hour may turn between two of them


def test_the_confirmation_tells_what_was_bought(app: Flask) -> None:
    order = placed()
    message = write(letters(SAM)[0])
    text = message.get_body(("plain",)).get_content()
    assert message["Subject"] == f"Your order {order.number} is placed"
    assert "2 × Tern running shoe: €200" in text
    assert "Paid: €206.90" in text
    assert "between Tuesday, 1 December and Thursday, 3 December" in text
    assert f"/orders/{order.number}?key=" in message.get_body(("html",)).get_content()


def test_a_parked_order_says_so_in_its_letter(app: Flask) -> None:
    order = placed(parked="These are gone: shoe")
    message = write(letters(SAM)[0])
    assert message["Subject"] == f"Your order {order.number} waits for us"


LETTERS = {
    "refunded": {"refunded": 690, "reason": "Too late"},
    "refund_due": {"reference": "pay-1", "reason": "It isn't what the order costs."},
    "refund_due_merchant": {"reference": "pay-1", "provider": "test", "reason": "Paid twice."},
    "refund_failed_merchant": {"reference": "pay-1", "provider": "test"},
    "parked_merchant": {"reason": "Gone: shoe"},
    "shipped": {"told": [["Carrier", "Post"]], "carrier": "Post", "tracking": "1", "parcel": []},
    "cancelled": {"owed": 690, "reason": ""},
    "order_link": {},
}


@pytest.mark.parametrize("template", LETTERS)
def test_every_letter_about_orders_can_be_written(app: Flask, template: str) -> None:
    order = placed()
    with shop().database.transaction() as session:
        placing.tell(session, order, template, f"{template}-1", **LETTERS[template])
    message = write(letters(SAM)[-1])
    assert message["Subject"].strip()
    assert "{" not in message.get_body(("plain",)).get_content()


def test_every_letter_that_is_posted_has_its_templates(app: Flask) -> None:
    folder = Path(app.root_path) / "web/templates/mail"
    for name in ("confirmation", "parked", *LETTERS):
        assert (folder / f"{name}.html").exists()
        assert (folder / f"{name}.txt").exists()


def test_orders_are_among_what_is_exported(sam: Person) -> None:
    order = placed(user_id=sam.id)
    (told,) = operations.export_personal(sam)["orders"]
    assert (told["number"], told["amount"]) == (order.number, 20_690)


def test_an_erased_accounts_orders_stay_without_it(sam: Person) -> None:
    order = placed(user_id=sam.id)
    operations.erase_personal(sam)
    kept = operations.find(order.number)
    assert kept is not None
    assert kept.user_id is None
